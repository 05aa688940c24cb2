"""What outputs tell people: at once (called from events.py) and by the clock (due).

Subject lines say nothing of what an output is about: its title can tell others too much.
"""

from django.db.models import OuterRef, Subquery
from django.urls import reverse

from apps.core import clock
from apps.core.dates import DAY, day, morning_of, weekday_near
from apps.notifications.kinds import Default, Due, Kind, Topic, register
from apps.notifications.wording import A_GROUP, BY_DAY, Case, Placeholder

from .events import steering_leads
from .models.output import Output, Signature
from .models.suggestion import Suggestion

State = Output.State
AN_OUTPUT = Placeholder("the title of the output", "A first week on the ward")


class OutputKind(Kind):
    """Something about one output, with a link to it."""

    topic = Topic.OUTPUTS
    states = ()  # where it says something still; empty for what stays true
    preview = "Open it to see which one it is."
    title = "{label}: {output}"
    action = "See the output"
    facts = (("Group", "{group}"), ("Asked for by", "{due}"))
    placeholders = {
        "output": AN_OUTPUT,
        "group": A_GROUP,
        "due": Placeholder("by when it is asked for, if a day was set", "10 December 2026"),
    }

    def values(self, occurrence, reader):
        output = occurrence.subject
        return {"output": output.title, "group": output.group.name, "due": day(output.due)}

    def url(self, occurrence, reader):
        return occurrence.subject.get_absolute_url()

    def wanted(self, rule, output, user):
        return (not self.states or output.state in self.states) and (
            Output.objects.visible_to(user).filter(pk=output.pk).exists()
        )


# --- at once --------------------------------------------------------------------------------------
@register
class Submitted(OutputKind):
    name = "taskgroups.submitted"
    label = "An output is ready for review"
    to_whom = (
        "the co-leads of the steering group, when both co-leads of a task group have "
        "signed an output"
    )
    states = (State.SUBMITTED, State.IN_REVIEW)
    preview = "Please see what comes next."
    text = "Both co-leads of the group have signed it. Please open its review, if nobody has yet."


@register
class Accepted(OutputKind):
    name = "taskgroups.accepted"
    label = "An output was accepted"
    to_whom = "everybody in the task group, when its output is accepted"
    news = True
    preview = "You can read what was decided, and why."
    text = "Everybody in the programme can read it now. When it is in use, say so on its page."


@register
class Declined(OutputKind):
    name = "taskgroups.declined"
    label = "An output was declined"
    to_whom = "everybody in the task group, when its output is declined"
    news = True
    preview = Accepted.preview
    text = "The steering group has declined it. The reasons are on its page."


@register
class Changes(OutputKind):
    name = "taskgroups.changes"
    label = "Changes are asked for"
    to_whom = "everybody in the task group, when the steering group asks for changes to its output"
    states = (State.CHANGES_REQUESTED,)
    preview = "Please see what to change, and start the next version."
    text = "The list of what to change is on its page. Start the next version there."


@register
class Signed(OutputKind):
    """The first co-lead has signed: the other is waited for."""

    name = "taskgroups.signed"
    label = "Your signature is waited for"
    to_whom = "the other co-lead of the task group, when one has signed an output"
    states = (State.DRAFT,)
    preview = "Please read it and sign, if you agree."
    text = "The other co-lead has signed. With your signature it goes to the steering group."
    action = "Read it and sign"

    def wanted(self, rule, output, user):
        return super().wanted(rule, output, user) and waits_for(output, user)


@register
class Lapsed(OutputKind):
    name = "taskgroups.lapsed"
    label = "The words changed after you signed"
    to_whom = (
        "co-leads of the task group who had signed, when somebody else changes the words "
        "of an output"
    )
    states = (State.DRAFT,)
    preview = "Please read it, and sign again if you agree."
    text = "Your signature was for other words, so it no longer counts. Read it and sign again."
    action = "Read it and sign"

    def wanted(self, rule, output, user):
        signed = {one.user_id for one in output.signatures()}
        return super().wanted(rule, output, user) and user.pk not in signed


@register
class AnswerChanged(Lapsed):
    """What is answered to a suggestion, or to the steering group, is signed for too."""

    name = "taskgroups.answer_changed"
    label = "An answer changed after you signed"
    to_whom = (
        "co-leads of the task group who had signed, when somebody else changes an answer "
        "about an output"
    )
    text = (
        "The other co-lead answered a suggestion, or the steering group, differently. Your "
        "signature was given before that, so it no longer counts. Read it and sign again."
    )


def waits_for(output, user):
    """Whether one co-lead has signed and this one has not."""
    signed = {one.user_id for one in output.signatures()}
    leads = {lead.pk for lead in output.co_leads().values()}
    return bool(signed) and user.pk in leads - signed


class SuggestionKind(Kind):
    """Something about one suggestion. What it says is read on the site."""

    topic = Topic.OUTPUTS
    title = "{label}: {output}"
    action = "See the suggestion"
    facts = (("Group", "{group}"),)
    placeholders = {"output": AN_OUTPUT, "group": A_GROUP}

    def values(self, occurrence, reader):
        output = occurrence.subject.output
        return {"output": output.title, "group": output.group.name}

    def url(self, occurrence, reader):
        return occurrence.subject.get_absolute_url()

    def wanted(self, rule, suggestion, user):
        return Suggestion.objects.visible_to(user).filter(pk=suggestion.pk).exists()


@register
class Suggested(SuggestionKind):
    name = "taskgroups.suggested"
    label = "A change was suggested"
    to_whom = "the co-leads of the task group, when somebody else suggests a change to a draft"
    preview = "Please read it, and say what becomes of it."
    text = "Somebody suggested a change to your draft. Please read it, and say what becomes of it."
    action = "Read and answer it"

    def url(self, occurrence, reader):
        return reverse("suggestion_answer", args=[occurrence.subject.pk])

    def wanted(self, rule, suggestion, user):
        return super().wanted(rule, suggestion, user) and suggestion.state == "open"


CHANGED = "The words before and after stand on its page."
SAY_SO = "Is this not what you meant? You can say so there, once."


@register
class Answered(SuggestionKind):
    """To the person who suggested it: what became of it, and why."""

    name = "taskgroups.answered"
    label = "Your suggestion was answered"
    to_whom = "whoever suggested a change to a draft, when it is answered"
    preview = "You can read what became of it, and why."
    text = "{answer}. The reason: {reason}"
    cases = {
        "changed": Case(
            when="words were changed, and they have said already that it is not what they meant",
            text=f"{text}\n\n{CHANGED}",
        ),
        "open": Case(
            when="no words were changed, and they can still say that it is not what they meant",
            text=f"{text}\n\n{SAY_SO}",
        ),
        "changed and open": Case(
            when="words were changed, and they can still say that it is not what they meant",
            text=f"{text}\n\n{CHANGED}\n\n{SAY_SO}",
        ),
    }
    placeholders = SuggestionKind.placeholders | {
        "answer": Placeholder("what became of it", "Taken up"),
        "reason": Placeholder("why", "It is clearer so."),
    }

    def case(self, occurrence, reader):
        suggestion = occurrence.subject
        if not self._reads(suggestion, reader):
            return ""
        changed, open_ = bool(suggestion.words), suggestion.may(reader, "object")
        return " and ".join(
            name for name, holds in {"changed": changed, "open": open_}.items() if holds
        )

    def values(self, occurrence, reader):
        suggestion = occurrence.subject
        return super().values(occurrence, reader) | {
            "answer": suggestion.get_state_display(),
            "reason": suggestion.answer,
        }

    def url(self, occurrence, reader):
        """None where the draft was closed to them again: the answer is still owed."""
        return super().url(occurrence, reader) if self._reads(occurrence.subject, reader) else ""

    def _reads(self, suggestion, user):
        known = vars(suggestion).setdefault("_read_by", {})  # words and link both ask it
        if user.pk not in known:
            known[user.pk] = super().wanted(None, suggestion, user)
        return known[user.pk]

    def wanted(self, rule, suggestion, user):
        return True


@register
class Objected(SuggestionKind):
    """To the co-leads: the person says that the answer is not what they meant."""

    name = "taskgroups.objected"
    label = "Somebody says: this is not what I meant"
    to_whom = (
        "the co-leads of the task group, when somebody says that an answer is not what they meant"
    )
    preview = "Please read it before you sign."
    text = (
        "Read it before you sign. If you had signed already, your signature is taken off: it "
        "was given without these words."
    )

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
    to_whom = "the co-leads of the task group, while a suggestion has no answer"
    preview = "Please answer it: whoever made it waits to hear."
    text = "Nobody has answered it yet. Please read it, and say what becomes of it."
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
    to_whom = "the co-lead of the task group who has not signed, while the other has"
    states = (State.DRAFT,)
    preview = Signed.preview
    text = "The other co-lead signed some days ago. Please read it, and sign if you agree."
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
    to_whom = "the co-leads of the task group, while the easy-read version is missing"
    states = Output.OPEN
    subject_line = "{label}: due {by}"
    preview = "Please add it: a page, or a file."
    text = (
        "The steering group asks for an easy-read version: a page, or a file. Please add it by "
        "{by}."
    )
    action = "Add it"
    cases = {
        "no day": Case(
            when="no day is set for it any more",
            subject_line="{label}",
            text=(
                "The steering group asks for an easy-read version: a page, or a file. Please add "
                "it."
            ),
        )
    }
    placeholders = Chase.placeholders | {"by": BY_DAY}
    defaults = (Default(21 * DAY), Default(7 * DAY))

    def case(self, occurrence, reader):
        return "" if occurrence.subject.due else "no day"

    def values(self, occurrence, reader):
        return super().values(occurrence, reader) | {"by": weekday_near(occurrence.subject.due)}

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
    to_whom = (
        "the task group's co-leads, and the steering group's where its rule says so, "
        "to ask about its use"
    )
    states = (State.ACCEPTED,)
    preview = "Please say how it is used."
    text = "It was accepted some time ago. Say how it is used, or add a file that shows it."
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
