"""What outputs tell people: at once (called from events.py) and by the clock (due).

Subject lines say nothing of what an output is about: its title can tell others too much.
"""

from django.db.models import OuterRef, Subquery
from django.urls import reverse

from apps.core import clock
from apps.core.dates import DAY, day, morning_of
from apps.notifications.kinds import Default, Due, Kind, Topic, register

from .events import steering_leads
from .models.output import Output, Signature
from .models.suggestion import Suggestion

State = Output.State


class OutputKind(Kind):
    """Something about one output, with a link to it."""

    topic = Topic.OUTPUTS
    states = ()  # where it says something still; empty for what stays true
    says = ""
    action = "See the output"

    def facts(self, output):
        facts = [("Group", output.group.name)]
        if output.due:
            facts.append(("Asked for by", day(output.due)))
        return facts

    def lines(self, output):
        return [self.says] if self.says else []

    def context(self, occurrence, user):
        output = occurrence.subject
        return {
            "title": f"{self.label}: {output.title}",
            "facts": self.facts(output),
            "lines": self.lines(output),
            "url": output.get_absolute_url(),
            "action": self.action,
        }

    def wanted(self, rule, output, user):
        return (not self.states or output.state in self.states) and (
            Output.objects.visible_to(user).filter(pk=output.pk).exists()
        )


# --- at once --------------------------------------------------------------------------------------
@register
class Submitted(OutputKind):
    name = "taskgroups.submitted"
    label = "An output is ready for review"
    states = (State.SUBMITTED, State.IN_REVIEW)
    says = "Both co-leads of the group have signed it."


@register
class Accepted(OutputKind):
    name = "taskgroups.accepted"
    label = "An output was accepted"
    news = True
    says = "Everybody in the programme can read it now. When it is in use, say so on its page."


@register
class Declined(OutputKind):
    name = "taskgroups.declined"
    label = "An output was declined"
    news = True
    says = "The reasons are on its page."


@register
class Changes(OutputKind):
    name = "taskgroups.changes"
    label = "Changes are asked for"
    states = (State.CHANGES_REQUESTED,)
    says = "The list of what to change is on its page. Start the next version there."


@register
class Signed(OutputKind):
    """The first co-lead has signed: the other is waited for."""

    name = "taskgroups.signed"
    label = "Your signature is waited for"
    states = (State.DRAFT,)
    says = "The other co-lead has signed. With your signature it goes to the steering group."
    action = "Read it and sign"

    def wanted(self, rule, output, user):
        return super().wanted(rule, output, user) and waits_for(output, user)


@register
class Lapsed(OutputKind):
    name = "taskgroups.lapsed"
    label = "The words changed after you signed"
    states = (State.DRAFT,)
    says = "Your signature was for other words, so it no longer counts. Read it and sign again."
    action = "Read it and sign"

    def wanted(self, rule, output, user):
        signed = {one.user_id for one in output.signatures()}
        return super().wanted(rule, output, user) and user.pk not in signed


@register
class AnswerChanged(Lapsed):
    """What is answered to a suggestion, or to the steering group, is signed for too."""

    name = "taskgroups.answer_changed"
    label = "An answer changed after you signed"
    says = (
        "The other co-lead answered a suggestion, or the steering group, otherwise. Your signature "
        "was given before that, so it no longer counts. Read it and sign again."
    )


def waits_for(output, user):
    """Whether one co-lead has signed and this one has not."""
    signed = {one.user_id for one in output.signatures()}
    leads = {lead.pk for lead in output.co_leads().values()}
    return bool(signed) and user.pk in leads - signed


class SuggestionKind(Kind):
    """Something about one suggestion. What it says is read on the site."""

    topic = Topic.OUTPUTS

    def context(self, occurrence, user):
        suggestion = occurrence.subject
        return {
            "title": f"{self.label}: {suggestion.output.title}",
            "facts": [("Group", suggestion.output.group.name)],
            "url": suggestion.get_absolute_url(),
            "action": "See the suggestion",
        }

    def wanted(self, rule, suggestion, user):
        return Suggestion.objects.visible_to(user).filter(pk=suggestion.pk).exists()


@register
class Suggested(SuggestionKind):
    name = "taskgroups.suggested"
    label = "A change was suggested"

    def context(self, occurrence, user):
        answer = reverse("suggestion_answer", args=[occurrence.subject.pk])
        return super().context(occurrence, user) | {"url": answer, "action": "Read and answer it"}

    def wanted(self, rule, suggestion, user):
        return super().wanted(rule, suggestion, user) and suggestion.state == "open"


@register
class Answered(SuggestionKind):
    """To the person who suggested it: what became of it, and why."""

    name = "taskgroups.answered"
    label = "Your suggestion was answered"

    def context(self, occurrence, user):
        suggestion = occurrence.subject
        lines = [f"{suggestion.get_state_display()}. The reason: {suggestion.answer}"]
        said: dict[str, object] = {"lines": lines}
        if not super().wanted(None, suggestion, user):
            said |= {"url": "", "action": ""}  # closed again: the answer is still owed
            return super().context(occurrence, user) | said
        if suggestion.words:
            lines.append("The words before and after stand on its page.")
        if suggestion.may(user, "object"):
            lines.append("Is this not what you meant? You can say so there, once.")
        return super().context(occurrence, user) | said

    def wanted(self, rule, suggestion, user):
        return True


@register
class Objected(SuggestionKind):
    """To the co-leads: the person says that the answer is not what they meant."""

    name = "taskgroups.objected"
    label = "Somebody says: this is not what I meant"

    def context(self, occurrence, user):
        lines = [
            "Read it before you sign. If you had signed already, your signature is taken off: it "
            "was given without these words.",
        ]
        return super().context(occurrence, user) | {"lines": lines}

    def wanted(self, rule, suggestion, user):
        return super().wanted(rule, suggestion, user) and suggestion.output.state == State.DRAFT


# --- by the clock ---------------------------------------------------------------------------------
class Chase(OutputKind):
    """A reminder to the group's co-leads, some days after something began to wait."""

    def audience(self, rule, output):
        return output.group.leads()


@register
class SuggestionWaiting(SuggestionKind):
    """To the co-leads, while a suggestion has no answer."""

    name = "taskgroups.suggestion_waiting"
    label = "A suggestion waits for an answer"
    defaults = (Default(-7 * DAY), Default(-21 * DAY))

    def due(self, rule, now):
        waiting = Suggestion.objects.open().filter(
            output__state=State.DRAFT, made_at__lte=now + rule.offset
        )
        for suggestion in waiting.select_related("output__group"):
            yield Due(suggestion, rule.due_at(suggestion.made_at))

    def audience(self, rule, suggestion):
        return suggestion.output.group.leads()

    def wanted(self, rule, suggestion, user):
        return (
            super().wanted(rule, suggestion, user)
            and suggestion.state == Suggestion.State.OPEN
            and suggestion.output.state == State.DRAFT
        )


@register
class SignatureWaiting(Chase):
    """To the co-lead who has not signed, once the other has."""

    name = "taskgroups.signature_waiting"
    label = "Your signature is still waited for"
    states = (State.DRAFT,)
    defaults = (Default(-3 * DAY), Default(-10 * DAY))
    action = "Read it and sign"

    def due(self, rule, now):
        signed = Signature.objects.filter(version__output=OuterRef("pk"), version__frozen_at=None)
        first = signed.order_by("at").values("at")[:1]
        drafts = Output.objects.filter(state=State.DRAFT).annotate(signed_at=Subquery(first))
        for output in drafts.filter(signed_at__isnull=False).select_related("group"):
            due_at = rule.due_at(output.signed_at)
            if due_at <= now:
                yield Due(output, due_at)

    def wanted(self, rule, output, user):
        return super().wanted(rule, output, user) and waits_for(output, user)


@register
class EasyReadMissing(Chase):
    """Before an output is due, while the easy-read version that was asked for is missing."""

    name = "taskgroups.easy_read_missing"
    label = "The easy-read version is missing"
    states = Output.OPEN
    says = "The steering group asks for an easy-read version: a page, or a file."
    defaults = (Default(21 * DAY), Default(7 * DAY))

    def due(self, rule, now):
        latest = clock.date_of(now) + rule.offset + DAY
        asked = Output.objects.filter(
            state__in=Output.OPEN, easy_read_required=True, due__lte=latest
        )
        for output in asked.select_related("group").prefetch_related("versions__files"):
            due_at = rule.due_at(morning_of(output.due))
            if output.created_at < due_at <= now and not output.latest.has_easy_read:
                yield Due(output, due_at)

    def wanted(self, rule, output, user):
        missing = output.easy_read_required and not output.latest.has_easy_read
        return super().wanted(rule, output, user) and missing


@register
class EvidenceDue(OutputKind):
    """After an output was accepted, while nobody has said that it is in use."""

    name = "taskgroups.evidence_due"
    label = "Is it in use yet?"
    states = (State.ACCEPTED,)
    says = "It was accepted some time ago. Say how it is used, or add a file that shows it."
    audiences = {
        "everyone": "Co-leads of the group and of the steering group",
        "group": "Co-leads of the group",
    }
    defaults = (Default(-30 * DAY, "group"), Default(-90 * DAY))
    action = "Say how it is in use"

    def due(self, rule, now):
        accepted = Output.objects.filter(state=State.ACCEPTED, decided_at__lte=now + rule.offset)
        for output in accepted.select_related("group"):
            yield Due(output, rule.due_at(output.decided_at))

    def audience(self, rule, output):
        people = output.group.leads()
        return people if rule.audience == "group" else [*people, *steering_leads()]
