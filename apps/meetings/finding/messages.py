"""What is told of a time that is looked for."""

from apps.core.dates import DAY, clock, weekday, weekday_near
from apps.notifications.kinds import Default, Due, Kind, Topic, register
from apps.notifications.models import Occurrence
from apps.notifications.wording import (
    A_GROUP,
    AT_TIME,
    BY_DAY,
    FROM_TO,
    ON_DAY,
    Case,
    Placeholder,
    front_page,
)

from .links import times_url
from .models import Finding


class FindingKind(Kind):
    """Something about a finding: facts and link are the same for all."""

    topic = Topic.MEETINGS
    title = "{label}: {meeting}"
    action = "See the times"
    facts = (("Meeting", "{meeting}"), ("Group", "{group}"))
    placeholders = {
        "meeting": Placeholder("what the meeting is to be called", "Peers on the wards: review"),
        "group": A_GROUP,
    }

    def values(self, occurrence, reader):
        finding = occurrence.subject
        return {"meeting": finding.title, "group": finding.group.name}

    def url(self, occurrence, reader):
        return occurrence.subject.get_absolute_url()

    def wanted(self, rule, finding, user):
        return finding.asked().filter(pk=user.pk).exists()


class Asks(FindingKind):
    """With a link to answer without signing in."""

    template = "meetings/times"
    announces = True
    subject_line = "{label} Answer by {by}"
    preview = "You need not sign in. It takes a minute."
    title = "{label} {meeting}"
    text = "Please say by the end of {by} which of these times suit you.\n\n{times}\n\n{purpose}"
    action = "Sign in and answer"
    facts = (*FindingKind.facts, ("Answer until", "the end of {until}"))
    placeholders = FindingKind.placeholders | {
        "by": BY_DAY,
        "until": Placeholder("the last day for it, with the year", "Thursday 10 December 2026"),
        "times": Placeholder(
            "the times that are proposed, each on a line of its own",
            "Monday 11 January 2027, 10am to midday\n"
            "Tuesday 12 January 2027, 2pm to 4pm\n"
            "Thursday 14 January 2027, 10am to midday",
        ),
        "purpose": Placeholder(
            "what the meeting is for", "We agree what peers do in the first week."
        ),
    }
    press = "Say which times suit you"

    def beside_sample(self, case=""):
        return {"press": (self.press, front_page())}

    def values(self, occurrence, reader):
        finding = occurrence.subject
        return super().values(occurrence, reader) | {
            "by": weekday_near(finding.last_day),
            "until": weekday(finding.last_day),
            "times": "\n".join(time.when for time in finding.times.all()),
            "purpose": finding.purpose,
        }

    def url(self, occurrence, reader):
        return occurrence.subject.answer_url

    def beside(self, occurrence, reader):
        return {"press": (self.press, times_url(occurrence.subject, reader))}

    def wanted(self, rule, finding, user):
        return not finding.is_closed and super().wanted(rule, finding, user)


@register
class TimesAsked(Asks):
    name = "meetings.times_asked"
    label = "Which times suit you?"
    to_whom = "everybody in the group, when times for a meeting are proposed"


@register
class TimesReminder(Asks):
    """The day before answers close, to whoever has said nothing."""

    name = "meetings.times_reminder"
    label = "Still open: which times suit you?"
    to_whom = "everybody in the group who has not said which times suit them"
    defaults = (Default(DAY),)

    def due(self, rule, now):
        """Not where they were asked a day before it closes, or less: that was said just now."""
        closing = Finding.objects.answerable(now).filter(closes_at__lte=now + rule.offset)
        for finding in closing.select_related("group"):
            due_at = rule.due_at(finding.closes_at)
            if due_at > finding.created_at:
                yield Due(finding, due_at)

    def audience(self, rule, finding):
        return finding.unanswered()

    def wanted(self, rule, finding, user):
        silent = finding.unanswered().filter(pk=user.pk).exists()
        return silent and super().wanted(rule, finding, user)


@register
class TimeChosen(FindingKind):
    """Where the meeting is not announced yet, may have no quorum, or is not for its reader."""

    name = "meetings.time_chosen"
    label = "A time is chosen"
    to_whom = (
        "everybody in the group, unless an invitation says all of it, when a time for "
        "the meeting is chosen"
    )
    news = True
    subject_line = "{label}: {day}, {time}"
    preview = "Open it to see which meeting it is."
    text = (
        "The meeting is on {day} at {time}. We tell you where it is once the meeting is announced."
    )
    cases = {
        "not_invited": Case(
            when="the reader leaves the group before that day",
            text="The meeting is on {day} at {time}. Your time in the group ends before that day, "
            "so you are not invited.",
        ),
        "no_quorum": Case(
            when="by the answers there may be no quorum",
            text=(
                "The meeting is on {day} at {time}. From the answers, the co-production quorum "
                "may not be met then. What is decided without one is provisional. If you can "
                "come after all, say so to a co-lead."
            ),
        ),
    }
    facts = (*FindingKind.facts, ("When", "{when}"))
    placeholders = FindingKind.placeholders | {"when": FROM_TO, "day": ON_DAY, "time": AT_TIME}

    def case(self, occurrence, reader):
        if not _is_invited(occurrence.subject.meeting, reader):
            return "not_invited"
        return "" if occurrence.data["quorate"] else "no_quorum"

    def values(self, occurrence, reader):
        return super().values(occurrence, reader) | _of(occurrence.subject.chosen)

    def wanted(self, rule, finding, user):
        """While the meeting stands at that time, and nothing that they were told says so."""
        meeting = finding.meeting
        if meeting is None or meeting.is_cancelled:
            return False
        if meeting.starts_at != finding.chosen.starts_at:
            return False
        if meeting.is_announced and _is_invited(meeting, user) and self._is_quorate(finding):
            return False
        return super().wanted(rule, finding, user)

    def _is_quorate(self, finding):
        said = Occurrence.objects.about(finding).filter(rule__kind=self.name)
        return all(data["quorate"] for data in said.values_list("data", flat=True))


def _is_invited(meeting, user):
    return meeting.invited().filter(pk=user.pk).exists()


def _of(time):
    """What is said of a time, if there is one."""
    return {
        "when": time and time.when,
        "day": time and weekday_near(time.starts_at),
        "time": time and clock(time.starts_at),
    }


@register
class TimesDropped(FindingKind):
    name = "meetings.times_dropped"
    label = "We have stopped looking for a time"
    to_whom = (
        "those who were asked about times, when the search stops or the meeting is off "
        "before it is announced"
    )
    news = True
    after = True
    subject_line = "You need not answer by {by} any more"
    preview = "We have stopped looking for a time to meet."
    text = "We have stopped looking for a time. You need not answer any more.\n\nWhy: {why}"
    cases = {
        "off": Case(
            when="a time was chosen, and its meeting is off before it was announced",
            subject_line="No meeting after all: {day}, {time}",
            preview="It will not take place. You do not need to do anything.",
            title="Meeting cancelled: {meeting}",
            text="It will not take place. You do not need to do anything.\n\nWhy: {why}",
        )
    }
    facts = (*FindingKind.facts, ("When", "{when}"))
    placeholders = TimeChosen.placeholders | {
        "by": BY_DAY,
        "why": Placeholder("why, as it was said", "Two of us are ill."),
    }

    def case(self, occurrence, reader):
        return "off" if occurrence.subject.chosen else ""

    def values(self, occurrence, reader):
        finding = occurrence.subject
        return (
            super().values(occurrence, reader)
            | _of(finding.chosen)
            | {"by": weekday_near(finding.last_day), "why": occurrence.data["why"]}
        )
