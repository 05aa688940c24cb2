"""What meetings tell people: at once (called from events.py) and by the clock (due)."""

from datetime import timedelta

from django.urls import reverse

from apps.accounts.models.people import User
from apps.core import clock, dates
from apps.core.dates import DAY, day, morning_of, weekday_near
from apps.groups.roles import Role
from apps.notifications.calendar import as_part
from apps.notifications.kinds import Default, Due, Kind, Topic, register
from apps.notifications.wording import (
    A_GROUP,
    AT_TIME,
    BY_DAY,
    FROM_TO,
    ON_DAY,
    SOMEBODY,
    Case,
    Placeholder,
    front_page,
)

from . import telling
from .calendar import ended, invitation
from .events import runners
from .links import reply_url
from .models.meeting import Meeting
from .models.minutes import Minutes
from .models.outcome import Action, Decision
from .models.people import Attendance

# --- meetings -----------------------------------------------------------------------------------
CHANGED = Placeholder(
    "what changed, and why", "It moves to Room 2: the lift in the main house is out."
)


A_MEETING = Placeholder("the title of the meeting", "Peers on the wards: next steps")


class MeetingKind(Kind):
    """Something about a meeting: subject line, facts and link are the same for all."""

    topic = Topic.MEETINGS
    template = "meetings/meeting"
    # Day and time tell the reader which; a title could tell others what the meeting is about.
    subject_line = "{label}: {day}, {time}"
    preview = "Open it to see which meeting it is, and where."
    title = "{label}: {meeting}"
    text = "It is on {day} at {time}.\n\n{purpose}\n\n{joining}"
    action = "See the meeting"
    facts = (
        ("Group", "{group}"),
        ("When", "{when}"),
        ("Where", "{place}"),
        ("Join online", "{link}"),
    )
    placeholders = {
        "meeting": A_MEETING,
        "group": A_GROUP,
        "when": FROM_TO,
        "day": ON_DAY,
        "time": AT_TIME,
        "place": Placeholder("the place, if there is one", "Room 2, the Pinewood centre"),
        "link": Placeholder(
            "the address to join online, if there is one", "https://example.org/join"
        ),
        "purpose": Placeholder(
            "what the meeting is for", "We agree what peers do in the first week."
        ),
        "joining": Placeholder("how to take part", "The side door is open. There is no step."),
    }
    asks = False  # whether the message offers links to answer
    with_calendar = False

    def version(self, meeting):
        return meeting.sequence

    def beside_sample(self, case=""):
        asks = self.asks and not case
        answers = [(label, front_page()) for label in Attendance.Reply.labels]
        return {"answers": answers if asks else []}

    def values(self, occurrence, reader):
        meeting = occurrence.subject
        off = meeting.state == Meeting.State.CANCELLED
        return {
            "meeting": meeting.title,
            "group": meeting.group.name,
            "when": meeting.when,
            "day": weekday_near(meeting.starts_at),
            "time": dates.clock(meeting.starts_at),
            "place": meeting.place,
            "link": "" if off else meeting.link,
            "purpose": meeting.purpose,
            "joining": meeting.joining,
        }

    def url(self, occurrence, reader):
        return occurrence.subject.get_absolute_url() if reader.pk else ""  # they cannot sign in

    def beside(self, occurrence, reader):
        meeting = occurrence.subject
        if not (self.asks and meeting.state == Meeting.State.PUBLISHED and not meeting.is_over):
            return {}
        answers = Attendance.Reply.choices
        return {"answers": [(label, reply_url(meeting, reader, value)) for value, label in answers]}

    def attachments(self, occurrence, user):
        if not self.with_calendar:
            return ()
        meeting = occurrence.subject
        made = invitation(meeting, user) if user.pk else ended(meeting, user)
        return as_part(made), as_part(made, "meeting.ics")

    def wanted(self, rule, meeting, user):
        return (
            meeting.state == Meeting.State.PUBLISHED
            and not meeting.is_over
            and meeting.invited().filter(pk=user.pk).exists()
        )


@register
class Published(MeetingKind):
    """When it is published, and to whoever is asked to it since."""

    name = "meetings.published"
    label = "New meeting"
    to_whom = "everybody asked to the meeting, when it is published or they are asked to it later"
    preview = "Please say whether you will come."
    text = "It is on {day} at {time}. Please say whether you will come.\n\n{purpose}\n\n{joining}"
    announces = True
    asks = with_calendar = True


@register
class Changed(MeetingKind):
    name = "meetings.changed"
    label = "Meeting moved or changed"
    to_whom = "everybody asked to the meeting or told of it before, when it is moved or changed"
    announces = True
    urgent = essential = asks = with_calendar = True
    because = "so that nobody travels for nothing"
    preview = "Please say whether you can come as it is now."
    text = "{changed}\n\nPlease say whether you can come as it is now.\n\n{purpose}\n\n{joining}"
    placeholders = MeetingKind.placeholders | {
        "changed": Placeholder("what changed, and why", "It moves to Room 2: the lift is broken.")
    }

    def values(self, occurrence, reader):
        return super().values(occurrence, reader) | {"changed": occurrence.subject.announcement}


@register
class Cancelled(MeetingKind):
    """To exactly those who had been told of the meeting, whatever else they chose."""

    name = "meetings.cancelled"
    label = "Meeting cancelled"
    to_whom = "everybody who was told of the meeting, when it is cancelled"
    urgent = essential = with_calendar = parting = True
    because = "so that nobody travels for nothing"
    after = True
    preview = "It will not take place."
    text = (
        "The meeting on {day} at {time} will not take place. You do not need to do "
        "anything.\n\n{why}"
    )
    placeholders = MeetingKind.placeholders | {
        "why": Placeholder("why it is off, if that was said", "Two of us are ill.")
    }

    def values(self, occurrence, reader):
        return super().values(occurrence, reader) | {"why": occurrence.subject.announcement}

    def wanted(self, rule, meeting, user):
        return meeting.state == Meeting.State.CANCELLED


@register
class AnswerDoesNotCount(MeetingKind):
    """To whoever answered in their calendar, for another time than the present or too late."""

    name = "meetings.answer_does_not_count"
    label = "Your answer does not count"
    to_whom = "whoever answered in their own calendar, when that answer does not count any more"
    urgent = asks = with_calendar = True

    preview = "Please open it, and say again whether you will come."
    text = (
        "You answered in your calendar for what the meeting was before. It was moved or changed "
        "since. Please say again whether you will come.\n\n{purpose}\n\n{joining}"
    )
    cases = {
        "off": Case(
            when="the meeting is cancelled",
            preview="The meeting will not take place.",
            text="You answered in your calendar. This meeting will not take place.",
        ),
        "over": Case(
            when="the meeting is over",
            preview="The meeting was over already.",
            text="You answered in your calendar when the meeting was over already.",
        ),
    }

    def case(self, occurrence, reader):
        meeting = occurrence.subject
        if meeting.state == Meeting.State.CANCELLED:
            return "off"
        return "over" if meeting.state != Meeting.State.PUBLISHED or meeting.is_over else ""

    def attachments(self, occurrence, user):
        open_ = occurrence.subject.is_announced and not occurrence.subject.is_over
        return super().attachments(occurrence, user) if open_ else ()

    def wanted(self, rule, meeting, user):
        return meeting.invited().filter(pk=user.pk).exists()


class Coming(MeetingKind):
    """A reminder before a meeting, to everyone invited who has not sent apologies."""

    to_whom = "everybody asked to the meeting who sent no apologies"

    def due(self, rule, now):
        return telling.coming(Meeting, rule, now)

    def audience(self, rule, meeting):
        away = meeting.attendances.filter(reply=Attendance.Reply.NO).values("user")
        return meeting.invited().exclude(pk__in=away)

    def wanted(self, rule, meeting, user):
        away = meeting.attendances.filter(user=user, reply=Attendance.Reply.NO).exists()
        return (
            super().wanted(rule, meeting, user)
            and meeting.reminders
            and meeting.starts_at > clock.now()
            and not away
        )


@register
class Reminder(Coming):
    name = "meetings.reminder"
    label = "Meeting reminder"
    announces = True
    defaults = (Default(7 * DAY), Default(DAY))
    asks = with_calendar = True
    preview = "Please say whether you will come, if you have not yet."
    title = "Coming up: {meeting}"


@register
class Soon(Coming):
    name = "meetings.soon"
    label = "Meeting soon"
    urgent = True
    defaults = (Default(timedelta(hours=2)),)
    title = "At {time}: {meeting}"


@register
class Nudge(Coming):
    """Only to those who have not answered."""

    name = "meetings.rsvp_nudge"
    label = "Will you come? Meeting"
    to_whom = "everybody asked to the meeting who has not answered"
    defaults = (Default(4 * DAY),)
    asks = True
    subject_line = "Will you come to a meeting: {day}, {time}?"
    preview = "One press is enough. You need not sign in."
    title = "Will you come? {meeting}"
    text = "It is on {day} at {time}. Please say whether you will come.\n\n{purpose}\n\n{joining}"

    def audience(self, rule, meeting):
        answered = meeting.attendances.exclude(reply="").values("user")
        return meeting.invited().exclude(pk__in=answered)

    def wanted(self, rule, meeting, user):
        answered = meeting.attendances.filter(user=user).exclude(reply="").exists()
        return super().wanted(rule, meeting, user) and not answered


@register
class AgendaCall(Coming):
    name = "meetings.agenda_call"
    label = "Agenda for the meeting"
    to_whom = "everybody asked to the meeting who sent no apologies, to ask for agenda items"
    news = True
    defaults = (Default(10 * DAY),)
    preview = "You can say what we should talk about."
    text = "What should we talk about? You can propose an agenda item on the meeting's page."

    def due(self, rule, now):
        return (due for due in super().due(rule, now) if due.subject.kind == Meeting.Kind.MEETING)


@register
class Left(MeetingKind):
    """To whoever had been told of a meeting and is asked to it no more: they left the group, were
    replaced, take part on another side, or closed their account."""

    name = "meetings.left"
    label = "You are no longer asked to a meeting"
    to_whom = "whoever was told of a meeting, when they are no longer asked to it"
    announces = parting = essential = after = True
    because = "so that nobody travels for nothing"
    preview = "It leaves your calendar. You do not need to do anything."
    text = (
        "You are no longer asked to this meeting. It leaves your calendar; you do not need to "
        "do anything.\n\n"
        "Is this a mistake? Write to {support}."
    )
    facts = (("Group", "{group}"), ("When", "{when}"))  # where, and how to join: for those who come

    def is_urgent_to(self, meeting, user):
        return meeting.starts_at < clock.now() + DAY

    def url(self, occurrence, reader):
        return ""

    def attachments(self, occurrence, user):
        made = ended(occurrence.subject, user)
        return as_part(made), as_part(made, "meeting.ics")

    def wanted(self, rule, meeting, user):
        """Called off or moved since: their entry has to go all the same."""
        return not (meeting.has_begun or meeting.invited().filter(pk=user.pk).exists())


@register
class DeputyReleased(Left):
    name = "meetings.deputy_released"
    label = "You are no longer needed as a deputy"
    to_whom = "a deputy, when the member can come after all or names somebody else"
    text = (
        "The member you were to stand in for has made other plans. Thank you. It leaves your "
        "calendar; you do not need to do anything.\n\nIs this a mistake? Write to {support}."
    )


@register
class DeputyAsked(MeetingKind):
    """Somebody is asked to come instead of a member; with the meeting, as an invitation."""

    name = "meetings.deputy_asked"
    label = "Can you come instead of somebody?"
    to_whom = "a deputy, when a member who cannot come names them"
    announces = asks = with_calendar = True

    subject_line = "{label} {day}, {time}"
    preview = "Please say whether you can."
    title = "Can you come to {meeting}?"
    text = (
        "{who} cannot come and named you to come instead. It is on {day} at {time}. Please say "
        "whether you can.\n\n{purpose}\n\n{joining}"
    )
    placeholders = MeetingKind.placeholders | {
        "who": Placeholder("who cannot come", "Kim Winter"),
    }

    def values(self, occurrence, reader):
        absent = self.absent(occurrence.subject, reader).select_related("user")
        names = " and ".join(row.user.name for row in absent)
        return super().values(occurrence, reader) | {"who": names}

    def absent(self, meeting, user):
        return meeting.attendances.filter(deputy=user)

    def wanted(self, rule, meeting, user):
        return super().wanted(rule, meeting, user) and self.absent(meeting, user).exists()


@register
class Arranging(MeetingKind):
    """To whoever is named to arrange support from now on."""

    name = "meetings.arranging"
    label = "You arrange support at a meeting"
    to_whom = "whoever is named to arrange support at a meeting, unless they named themselves"
    text = "From now on you read what people need in order to take part, and arrange it."
    action = "See what people need"

    def url(self, occurrence, reader):
        return reverse("support_to_arrange")

    def wanted(self, rule, meeting, user):
        return meeting.is_published and not meeting.is_over and meeting.support_organiser == user


# --- agenda and support -------------------------------------------------------------------------
@register
class AgendaProposed(Kind):
    name = "meetings.agenda_proposed"
    label = "An agenda item was proposed"
    to_whom = (
        "the co-leads and secretaries of the group, when somebody else proposes an agenda item"
    )
    topic = Topic.MEETINGS
    subject_line = "{label}: {day}"
    preview = "Please say whether it comes on the agenda."
    title = "Proposed for {meeting}: {item}"
    text = "Please say whether it comes on the agenda."
    action = "Answer the proposal"
    facts = (("Proposed by", "{who}"), ("Meeting", "{when}"))
    placeholders = {
        "meeting": A_MEETING,
        "when": FROM_TO,
        "day": ON_DAY,
        "item": Placeholder("the title of the agenda item", "Lone working at weekends"),
        "who": SOMEBODY,
    }

    def values(self, occurrence, reader):
        item = occurrence.subject
        return {
            "meeting": item.meeting.title,
            "when": item.meeting.when,
            "day": weekday_near(item.meeting.starts_at),
            "item": item.title,
            "who": item.proposed_by.name,
        }

    def url(self, occurrence, reader):
        return occurrence.subject.get_absolute_url()

    def wanted(self, rule, item, user):
        return item.state == item.State.PROPOSED


@register
class AgendaAnswered(Kind):
    name = "meetings.agenda_answered"
    label = "Your agenda item"
    to_whom = "whoever proposed an agenda item, when somebody else answers it"
    topic = Topic.MEETINGS
    subject_line = "{label}: {day}"
    preview = "You can read what became of it."
    title = "Your agenda item for {meeting}"
    text = "{item}: {state}.\n\nThe reason: {reason}"
    action = "See the agenda"
    placeholders = {
        "meeting": A_MEETING,
        "day": ON_DAY,
        "item": Placeholder("the title of the agenda item", "Lone working at weekends"),
        "state": Placeholder("what became of it", "on the agenda"),
        "reason": Placeholder("why, where it was declined", "We talked about it in October."),
    }

    def values(self, occurrence, reader):
        item = occurrence.subject
        return {
            "meeting": item.meeting.title,
            "day": weekday_near(item.meeting.starts_at),
            "item": item.title,
            "state": item.get_state_display().lower(),
            "reason": item.answer if item.state == item.State.DECLINED else "",
        }

    def url(self, occurrence, reader):
        return occurrence.subject.get_absolute_url()


class AboutMeeting:
    topic = Topic.MEETINGS
    facts = (("Meeting", "{gathering}"), ("When", "{when}"))


@register
class SupportAsked(AboutMeeting, telling.SupportAsked):
    name = "meetings.support_asked"
    label = "Somebody asks you to arrange something for a meeting"
    to_whom = "whoever arranges support at the meeting, when somebody asks for something"
    subject_line = "Meeting on {day}: please arrange something"


@register
class SupportChanged(AboutMeeting, telling.SupportChanged):
    name = "meetings.support_changed"
    label = "What somebody needs at a meeting has changed"
    to_whom = "whoever arranges support at the meeting, when what somebody asked for changes"
    subject_line = "Meeting on {day}: what to arrange has changed"


@register
class SupportArranged(AboutMeeting, telling.SupportArranged):
    name = "meetings.support_arranged"
    to_whom = "whoever asked for support at a meeting, when it is arranged"
    subject_line = "Meeting on {day}: what you asked for is arranged"
    action = "See what was arranged"


@register
class SupportHanded(AboutMeeting, telling.SupportHanded):
    name = "meetings.support_handed"
    to_whom = "whoever asked for support at a meeting, when somebody else arranges it from now on"
    subject_line = "Meeting on {day}: somebody else arranges it now"
    action = "See your request"


@register
class ToCallOff(MeetingKind):
    """To the other co-lead: one of them says that it did not take place."""

    name = "meetings.to_call_off"
    label = "Say whether a meeting took place"
    to_whom = "the other co-lead of the group, when one says that a meeting did not take place"
    preview = "It waits for your answer."
    text = (
        "The other co-lead says that this meeting did not take place. It is cancelled once you say "
        "so too."
    )

    def wanted(self, rule, meeting, user):
        first = meeting.open_to("did_not_happen") and meeting.first_press("did_not_happen")
        return bool(first and first.by_id != user.pk)


# --- corrections, decisions, actions, minutes -----------------------------------------------------
@register
class CorrectionAsked(Kind):
    name = "meetings.correction_asked"
    label = "A correction waits for you"
    to_whom = "the other co-lead of the group, when one asks to correct who came to a meeting"
    topic = Topic.MINUTES_ACTIONS
    subject_line = "{label}: meeting on {day}"
    preview = "Please look at it, and say yes or no."
    title = "{label}: {meeting}"
    text = (
        "{who} asks to correct who came. It changes whether the meeting reached its co-production "
        "quorum, so it takes both co-leads. Please say yes or no."
    )
    action = "Look at it"
    placeholders = {"meeting": A_MEETING, "day": ON_DAY, "who": SOMEBODY}

    def values(self, occurrence, reader):
        correction = occurrence.subject
        return {
            "meeting": correction.meeting.title,
            "day": weekday_near(correction.meeting.starts_at),
            "who": correction.asked_by.name,
        }

    def url(self, occurrence, reader):
        return occurrence.subject.confirm_url

    def wanted(self, rule, correction, user):
        first = correction.open_to("make") and correction.first_press("make")
        return bool(first and first.by_id != user.pk)


class DecisionKind(Kind):
    """Something about a decision. Its reference names the group, so it stands inside alone."""

    topic = Topic.MINUTES_ACTIONS
    action = "Look at it"
    placeholders = {
        "decision": Placeholder("the reference of the decision", "peers-on-the-wards/2026/7"),
        "day": Placeholder("the day it was recorded", "Thursday 10 December", discreet=True),
    }

    def values(self, occurrence, reader):
        decision = occurrence.subject
        return {"decision": decision.reference, "day": weekday_near(decision.recorded_at)}

    def url(self, occurrence, reader):
        return occurrence.subject.get_absolute_url()


@register
class DecisionProvisional(DecisionKind):
    name = "meetings.decision_provisional"
    label = "A decision is provisional"
    to_whom = (
        "the co-leads and secretaries of the group, when a decision is recorded as provisional"
    )
    subject_line = "{label}: recorded on {day}"
    preview = "Please put it on the agenda of the next meeting."
    title = "Decision {decision} is provisional"
    text = (
        "The meeting did not reach its co-production quorum. The decision counts only once a later "
        "meeting that does reach it ratifies it.\n\n"
        "Put it on the agenda of the next meeting."
    )
    action = "See the decision"

    def wanted(self, rule, decision, user):
        return decision.state == Decision.State.PROVISIONAL


@register
class DecisionToConfirm(DecisionKind):
    name = "meetings.decision_to_confirm"
    label = "A decision waits for you to confirm it"
    to_whom = (
        "a co-lead of another side than whoever recorded it, when a decision waits to be confirmed"
    )
    subject_line = "Please confirm a decision recorded on {day}"
    preview = "It counts once you have confirmed it."
    title = "Decision {decision} waits for you"
    text = "{who} recorded what the meeting decided. It counts once you confirm that it was so."
    cases = {
        "not_agreed": Case(
            when="the meeting did not agree",
            text="{who} recorded that the meeting did not agree. It counts once you confirm that "
            "it was so.",
        )
    }
    placeholders = DecisionKind.placeholders | {"who": SOMEBODY}

    def case(self, occurrence, reader):
        return "" if occurrence.subject.agreed else "not_agreed"

    def values(self, occurrence, reader):
        recorder = occurrence.subject.recorded_by
        return super().values(occurrence, reader) | {"who": recorder.name}

    def url(self, occurrence, reader):
        return reverse("decision_confirm", args=[occurrence.subject.pk])

    def wanted(self, rule, decision, user):
        return decision.may(type(user).objects.get(pk=user.pk), decision.confirmation)


@register
class DecisionToDeny(DecisionKind):
    name = "meetings.decision_to_deny"
    label = "Somebody says that a decision is not what the meeting decided"
    to_whom = (
        "the co-leads and whoever recorded a decision, when another person says that it "
        "is not right"
    )
    subject_line = "Is it right? A decision recorded on {day}"
    preview = "Please read it, and say yes or no."
    title = "Decision {decision}: was it recorded as it was?"
    text = (
        "Somebody says that the meeting did not decide this, and why. Read it, and say yes or no. "
        "If they are right, record it anew, as it was."
    )

    def wanted(self, rule, decision, user):
        first = decision.open_to("deny") and decision.first_press("deny")
        return bool(first and first.by_id != user.pk)


@register
class DecisionToSettle(DecisionKind):
    name = "meetings.decision_to_settle"
    label = "What became of a decision waits for you to confirm it"
    to_whom = "the other co-lead, when one says that a later meeting settled a provisional decision"
    subject_line = "Is it settled? A decision recorded on {day}"
    preview = "Please say whether a later meeting settled it."
    title = "Decision {decision}: say what became of it"
    text = (
        "The other co-lead says that a later meeting settled this provisional decision. It is "
        "settled once you say so too."
    )

    def wanted(self, rule, decision, user):
        return bool(decision.half_settled_by_others(user))


@register
class DecisionSettled(DecisionKind):
    name = "meetings.decision_settled"
    label = "What became of a decision"
    to_whom = "everybody who came to the meeting, when a later one settles its provisional decision"
    news = True
    subject_line = "{label} recorded on {day}"
    preview = "You can read it. You do not need to do anything."
    title = "Decision {decision}: {state}"
    text = (
        "A later meeting said what becomes of this provisional decision. You do not need to do "
        "anything."
        "\n\n{decided}"
    )
    action = "See the decision"
    placeholders = DecisionKind.placeholders | {
        "state": Placeholder("what became of it", "ratified"),
        "decided": Placeholder("what was decided", "Two peers are on every ward by June."),
    }

    def values(self, occurrence, reader):
        decision = occurrence.subject
        return super().values(occurrence, reader) | {
            "state": decision.get_state_display().lower(),
            "decided": decision.text,
        }


class ActionKind(Kind):
    """About something that somebody said they would do."""

    topic = Topic.MINUTES_ACTIONS
    preview = "Open it to see which action it is."
    title = "{label}: {deed}"
    action = "See the action"
    facts = (("By when", "{due}"), ("Group", "{group}"))
    placeholders = {
        "deed": Placeholder("what is to be done", "Ask the wards which day suits them"),
        "by": BY_DAY,
        "due": Placeholder("the last day for it, with the year", "10 December 2026"),
        "group": A_GROUP,
    }

    def values(self, occurrence, reader):
        action = occurrence.subject
        return {
            "deed": action.text,
            "by": weekday_near(action.due),
            "due": day(action.due),
            "group": action.group.name,
        }

    def url(self, occurrence, reader):
        return occurrence.subject.get_absolute_url()

    def audience(self, rule, action):
        return [action.owner]

    def wanted(self, rule, action, user):
        return action.state == Action.State.OPEN and action.owner_id == user.pk

    def about(self, actions, rule):
        """A Due at nine in the morning for each action, unless it was given after that."""
        for action in actions.select_related("owner"):
            due_at = rule.due_at(morning_of(action.due))
            if due_at > action.created_at:
                yield Due(action, due_at)


@register
class ActionGiven(ActionKind):
    name = "meetings.action_given"
    label = "An action for you"
    to_whom = "whoever is to do an action, when somebody else gives it to them"
    subject_line = "{label}: please do it by {by}"
    text = "Please do this by {by}. Once it is done, mark it as done on its page."


@register
class ActionDue(ActionKind):
    name = "meetings.action_due"
    label = "Due soon"
    to_whom = "whoever is to do an action, while it is not done"
    subject_line = "{label}: your action by {by}"
    text = "Please do this by {by}. Is it done already? Mark it as done on its page."
    defaults = (Default(2 * DAY),)

    def due(self, rule, now):
        today = clock.date_of(now)
        soon = today + rule.offset
        return self.about(Action.objects.open().filter(due__gte=today, due__lte=soon), rule)

    def wanted(self, rule, action, user):
        return super().wanted(rule, action, user) and action.due >= clock.today()


@register
class ActionOverdue(ActionKind):
    name = "meetings.action_overdue"
    label = "Overdue"
    to_whom = "whoever is to do an action, when its day has passed and it is not done"
    subject_line = "{label}: your action, due {by}"
    text = "This was to be done by {by}. Is it done already? Mark it as done on its page."
    defaults = (Default(-DAY), Default(-7 * DAY))

    def due(self, rule, now):
        latest = clock.date_of(now) + rule.offset
        return self.about(Action.objects.open().filter(due__lte=latest), rule)


class MinutesKind(Kind):
    """Something about the minutes of a meeting."""

    topic = Topic.MINUTES_ACTIONS
    placeholders = {"meeting": A_MEETING, "when": FROM_TO, "day": ON_DAY}

    def values(self, occurrence, reader):
        meeting = occurrence.subject.meeting
        return {
            "meeting": meeting.title,
            "when": meeting.when,
            "day": weekday_near(meeting.starts_at),
        }

    def url(self, occurrence, reader):
        return occurrence.subject.get_absolute_url()


@register
class MinutesCirculated(MinutesKind):
    name = "meetings.minutes_circulated"
    label = "Minutes to read"
    to_whom = "everybody asked to the meeting, when its minutes are circulated"
    subject_line = "{label}: meeting on {day}"
    preview = "Tell a co-lead if something is not right."
    title = "Minutes of {meeting}"
    text = "You can read the minutes now. Tell a co-lead if something is not right."
    action = "Read the minutes"
    facts = (("Meeting", "{when}"),)

    def wanted(self, rule, minutes, user):
        return minutes.state != Minutes.State.DRAFT


@register
class MinutesToApprove(MinutesKind):
    name = "meetings.minutes_to_approve"
    label = "Minutes wait for you to confirm that they were approved"
    to_whom = (
        "the other co-lead of the group, when one says that a later meeting approved the minutes"
    )
    subject_line = "Were the minutes of {day} approved?"
    preview = "Please look at them, and say yes or no."
    title = "Minutes of {meeting}: were they approved?"
    text = (
        "The other co-lead says that a later meeting approved these minutes. They are approved "
        "once you say so too."
    )
    action = "Look at the minutes"
    facts = (
        ("Minutes of", "{meeting}, {when}"),
        ("Approved at", "{later}, {later_when}"),
    )
    placeholders = MinutesKind.placeholders | {
        "later": Placeholder("the meeting that approved them", "Peers on the wards: review"),
        "later_when": Placeholder(
            "its day, and times from and to", "Thursday 14 January 2027, 10am to midday"
        ),
    }

    def values(self, occurrence, reader):
        later = occurrence.subject.approved_at
        return super().values(occurrence, reader) | {
            "later": later and later.title,
            "later_when": later and later.when,
        }

    def wanted(self, rule, minutes, user):
        first = minutes.open_to("approve") and minutes.first_press("approve")
        return bool(first and first.by_id != user.pk)


@register
class MinutesDue(MeetingKind):
    """To those who run the meeting, while the minutes are not circulated."""

    name = "meetings.minutes_due"
    label = "Minutes to write"
    to_whom = (
        "those who run the group's meetings, while the minutes of a meeting are not circulated"
    )
    topic = Topic.MINUTES_ACTIONS
    preview = "A first draft can be made from what was recorded."
    text = (
        "The minutes of this meeting are not out yet. Please write and circulate them. A first "
        "draft can be made from what was recorded."
    )
    audiences = {"everyone": "Co-leads and secretaries", "secretary": "Secretaries only"}
    defaults = (Default(-3 * DAY), Default(-10 * DAY))

    def due(self, rule, now):
        held = Meeting.objects.filter(
            state=Meeting.State.HELD, kind=Meeting.Kind.MEETING, ends_at__lte=now + rule.offset
        )
        for meeting in held.select_related("group"):
            yield Due(meeting, rule.due_at(meeting.ends_at))

    def audience(self, rule, meeting):
        if rule.audience == "secretary":
            return User.objects.active().filter(
                pk__in=meeting.group.memberships.current()
                .filter(role=Role.SECRETARY)
                .values("user")
            )
        return runners(meeting.group)

    def wanted(self, rule, meeting, user):
        return meeting.state == Meeting.State.HELD
