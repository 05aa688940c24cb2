"""What people are told about texts, reports and public figures."""

from apps.notifications.kinds import Kind, Topic, register

from .models.public import PublicFigures
from .models.report import AnnualReport
from .models.text import SharedText


class OfAThing(Kind):
    """Something about one thing, to those who see it."""

    topic = Topic.GOVERNANCE
    action = "Read it"
    lines: tuple[str, ...] = ()

    def wanted(self, rule, thing, user):
        return type(thing)._default_manager.visible_to(user).filter(pk=thing.pk).exists()

    def context(self, occurrence, user):
        thing = occurrence.subject
        return {
            "title": f"{self.label}: {thing}",
            "lines": list(self.lines),
            "url": thing.get_absolute_url(),
            "action": self.action,
        }


class ToSign(OfAThing):
    """The other co-lead has signed; it waits for the second."""

    lines = ("Both co-leads sign. You can also say no, with a reason.",)

    def wanted(self, rule, thing, user):
        first = thing.open_to("sign") and thing.first_press("sign")
        return bool(first and first.by_id != user.pk)


@register
class TextToSign(ToSign):
    name = "reports.text_to_sign"
    label = "A text waits for your signature"


@register
class SignatureFell(OfAThing):
    name = "reports.signature_fell"
    label = "What you signed has changed"
    lines = (
        "Words or figures changed before the other co-lead signed, so your signature does not "
        "hold. Read it as it stands now, and sign it again.",
    )

    def wanted(self, rule, thing, user):
        first = thing.open_to("sign") and thing.first_press("sign")
        open_ = thing.open_to("sign") and thing.permits(user, "sign")
        return bool(open_ and not (first and first.by_id == user.pk))


@register
class TextSigned(OfAThing):
    name = "reports.text_signed"
    label = "A text was signed"
    news = True

    def wanted(self, rule, text, user):
        held = text.state == SharedText.State.IN_FORCE
        return held and super().wanted(rule, text, user)


@register
class ReportToSign(ToSign):
    name = "reports.report_to_sign"
    label = "The report waits for your signature"


@register
class ReportSigned(OfAThing):
    name = "reports.report_signed"
    label = "The report was signed"
    news = True
    lines = ("A meeting of the steering group decides about it.",)

    def wanted(self, rule, report, user):
        signed = report.state == AnnualReport.State.SIGNED
        return signed and super().wanted(rule, report, user)


@register
class ReportDecided(OfAThing):
    name = "reports.report_decided"
    label = "The report can be published"

    def wanted(self, rule, report, user):
        decided = report.state == AnnualReport.State.DECIDED
        return decided and report.permits(user, "publish")


@register
class ReportPublished(OfAThing):
    name = "reports.report_published"
    label = "The report was published"
    news = True

    def wanted(self, rule, report, user):
        return report.is_public and super().wanted(rule, report, user)


@register
class ReportChanged(OfAThing):
    name = "reports.report_changed"
    label = "The report no longer stands as it did"
    news = True
    lines = ("See how it stands now, and why.",)


@register
class ReportToEnd(OfAThing):
    name = "reports.report_to_end"
    label = "The other co-lead asks you about the report"
    lines = ("It is to be changed, or taken back. It takes both co-leads.",)

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
    news = True
    lines = ("Which figures everybody reads was decided or changed.",)

    def wanted(self, rule, figures, user):
        return PublicFigures.objects.visible_to(user).filter(pk=figures.pk).exists()
