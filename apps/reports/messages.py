"""What people are told about texts, reports and public figures."""

from apps.notifications.kinds import Kind, Topic, register
from apps.notifications.wording import Placeholder

from .models.public import PublicFigures
from .models.report import AnnualReport
from .models.text import SharedText


class OfAThing(Kind):
    """Something about one thing, to those who see it."""

    topic = Topic.GOVERNANCE
    preview = "You can read it now."
    title = "{label}: {thing}"
    action = "Read it"
    placeholders = {
        "thing": Placeholder("what it is", "Co-production report, April 2025 to March 2026")
    }

    def wanted(self, rule, thing, user):
        return type(thing)._default_manager.visible_to(user).filter(pk=thing.pk).exists()

    def values(self, occurrence, reader):
        return {"thing": str(occurrence.subject)}

    def url(self, occurrence, reader):
        return occurrence.subject.get_absolute_url()


class ToSign(OfAThing):
    """The other co-lead has signed; it waits for the second."""

    preview = "Please read it, and sign, or say no with a reason."
    text = (
        "The other co-lead has signed it: please read it, and sign. Both co-leads sign. You can "
        "also say no, with a reason."
    )
    action = "Read it and sign"

    def wanted(self, rule, thing, user):
        first = thing.open_to("sign") and thing.first_press("sign")
        return bool(first and first.by_id != user.pk)


@register
class TextToSign(ToSign):
    name = "reports.text_to_sign"
    label = "A text waits for your signature"
    to_whom = "the other co-lead of the group, when one has signed a text"


@register
class SignatureFell(OfAThing):
    name = "reports.signature_fell"
    label = "What you signed has changed"
    to_whom = "the co-lead who had signed, when words or figures change before the other signs"
    preview = "Please read it as it stands now, and sign it again."
    text = (
        "Words or figures changed before the other co-lead signed, so your signature does not "
        "hold. Read it as it stands now, and sign it again."
    )
    action = "Read it and sign"

    def wanted(self, rule, thing, user):
        first = thing.open_to("sign") and thing.first_press("sign")
        open_ = thing.open_to("sign") and thing.permits(user, "sign")
        return bool(open_ and not (first and first.by_id == user.pk))


@register
class TextSigned(OfAThing):
    name = "reports.text_signed"
    label = "A text was signed"
    to_whom = "everybody else in the group, when both co-leads have signed a text"
    news = True
    text = "Both co-leads have signed it, and it is in force. You can read it now."

    def wanted(self, rule, text, user):
        held = text.state == SharedText.State.IN_FORCE
        return held and super().wanted(rule, text, user)


@register
class ReportToSign(ToSign):
    name = "reports.report_to_sign"
    label = "The report waits for your signature"
    to_whom = "the other co-lead of the steering group, when one has signed the report"


@register
class ReportSigned(OfAThing):
    name = "reports.report_signed"
    label = "The report was signed"
    to_whom = "everybody else in the steering group, when both co-leads have signed the report"
    news = True
    text = "A meeting of the steering group decides about it. You can read it before."

    def wanted(self, rule, report, user):
        signed = report.state == AnnualReport.State.SIGNED
        return signed and super().wanted(rule, report, user)


@register
class ReportDecided(OfAThing):
    name = "reports.report_decided"
    label = "The report can be published"
    to_whom = (
        "the co-leads of the steering group and the programme office, when the report "
        "can be published"
    )
    preview = "Please look at it once more, and publish it."
    text = "The steering group agreed to publish it. Please look at it once more, and publish it."
    action = "Read it and publish it"

    def wanted(self, rule, report, user):
        decided = report.state == AnnualReport.State.DECIDED
        return decided and report.permits(user, "publish")


@register
class ReportPublished(OfAThing):
    name = "reports.report_published"
    label = "The report was published"
    to_whom = "everybody else in the steering group, when the report is published"
    news = True
    text = "Everybody can read it now."

    def wanted(self, rule, report, user):
        return report.is_public and super().wanted(rule, report, user)


@register
class ReportChanged(OfAThing):
    name = "reports.report_changed"
    label = "The report no longer stands as it did"
    to_whom = (
        "the co-leads of the steering group and the programme office, "
        "when the report no longer stands as it did"
    )
    news = True
    preview = "You can see how it stands now, and why."
    text = "See how it stands now, and why."


@register
class ReportToEnd(OfAThing):
    name = "reports.report_to_end"
    label = "The other co-lead asks you about the report"
    to_whom = (
        "the other co-lead of the steering group, when one asks to change the report or "
        "take it back"
    )
    preview = "Please say whether you agree."
    text = (
        "It is to be changed, or taken back. It takes both co-leads: please say whether you agree."
    )
    action = "Read it and answer"

    def wanted(self, rule, report, user):
        firsts = (
            report.first_press(name)
            for name in ("reopen_decided", "withdraw")
            if report.open_to(name)
        )
        return any(first and first.by_id != user.pk for first in firsts)


@register
class FiguresSettled(OfAThing):
    name = "reports.figures_settled"
    label = "The figures for everybody"
    to_whom = (
        "the steering group's co-leads and the programme office, "
        "when public figures are decided or changed"
    )
    news = True
    preview = "You can see what was decided or changed."
    text = "The list of figures that everybody can see has changed."
    action = "See the figures"

    def wanted(self, rule, figures, user):
        return PublicFigures.objects.visible_to(user).filter(pk=figures.pk).exists()
