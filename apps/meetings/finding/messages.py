"""What is told of a time that is looked for."""

from apps.core.dates import DAY, day, weekday
from apps.notifications.kinds import Default, Due, Kind, Topic, register
from apps.notifications.models import Occurrence

from .links import times_url
from .models import Finding


class FindingKind(Kind):
    """Something about a finding: facts and link are the same for all."""

    topic = Topic.MEETINGS
    action = "See the times"

    def title(self, finding):
        return f"{self.label}: {finding.title}"

    def facts(self, finding):
        return [("Meeting", finding.title), ("Group", finding.group.name)]

    def lines(self, occurrence, user):
        return []

    def context(self, occurrence, user):
        finding = occurrence.subject
        return {
            "title": self.title(finding),
            "facts": self.facts(finding),
            "lines": self.lines(occurrence, user),
            "url": finding.get_absolute_url(),
            "action": self.action,
        }

    def wanted(self, rule, finding, user):
        return finding.asked().filter(pk=user.pk).exists()


class Asks(FindingKind):
    """With a link to answer without signing in."""

    template = "meetings/times"
    action = "Sign in and answer"
    announces = True

    def subject_line(self, occurrence, user):
        return f"{self.label} Answer until {weekday(occurrence.subject.last_day)}"

    def title(self, finding):
        return f"{self.label} {finding.title}"

    def facts(self, finding):
        times = [(f"Time {number}", one.when) for number, one in enumerate(finding.times.all(), 1)]
        until = ("Answer until", f"the end of {weekday(finding.last_day)}")
        return [*super().facts(finding), *times, until]

    def lines(self, occurrence, user):
        return [occurrence.subject.purpose] if occurrence.subject.purpose else []

    def context(self, occurrence, user):
        finding = occurrence.subject
        press = ("Say which times suit you", times_url(finding, user))
        return super().context(occurrence, user) | {"url": finding.answer_url, "press": press}

    def wanted(self, rule, finding, user):
        return not finding.is_closed and super().wanted(rule, finding, user)


@register
class TimesAsked(Asks):
    name = "meetings.times_asked"
    label = "Which times suit you?"


@register
class TimesReminder(Asks):
    """The day before answers close, to whoever has said nothing."""

    name = "meetings.times_reminder"
    label = "Still open: which times suit you?"
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
    news = True

    def subject_line(self, occurrence, user):
        return f"{self.label}: {day(occurrence.subject.chosen.starts_at)}"

    def facts(self, finding):
        return [*super().facts(finding), ("When", finding.chosen.when)]

    def lines(self, occurrence, user):
        if not _is_invited(occurrence.subject.meeting, user):
            return ["Your time in the group ends before that day, so you are not invited."]
        if occurrence.data["quorate"]:
            return ["We tell you where it is once the meeting is announced."]
        return [
            "By the answers the co-production quorum may not be met then. What is decided without "
            "one is provisional. If you can come after all, say so to a co-lead.",
        ]

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


@register
class TimesDropped(FindingKind):
    name = "meetings.times_dropped"
    label = "We have stopped looking for a time"
    news = True
    after = True

    def _words(self, finding):
        """Of a chosen time: its meeting is off before it was announced."""
        return "Meeting cancelled" if finding.chosen else self.label

    def title(self, finding):
        return f"{self._words(finding)}: {finding.title}"

    def subject_line(self, occurrence, user):
        return self._words(occurrence.subject)

    def facts(self, finding):
        when = [("When", finding.chosen.when)] if finding.chosen else []
        return [*super().facts(finding), *when]

    def lines(self, occurrence, user):
        off = bool(occurrence.subject.chosen)
        first = "It will not take place." if off else "You need not answer any more."
        return [f"{first} Why: {occurrence.data['why']}"]
