"""Meetings in calendars."""

from apps.notifications.calendar import CALENDAR, Entry, kept_since, part

from .models.meeting import Meeting
from .models.people import Attendance

PARTSTAT = {
    Attendance.Reply.YES: "ACCEPTED",
    Attendance.Reply.MAYBE: "TENTATIVE",
    Attendance.Reply.NO: "DECLINED",
}


def entry(meeting):
    online = meeting.format == Meeting.Format.ONLINE
    return Entry(
        key=meeting.uid,
        sequence=meeting.sequence,
        stamp=meeting.scheduled_at or meeting.created_at,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        title=meeting.title,
        lines=(meeting.purpose, meeting.joining),
        page=meeting.get_absolute_url(),
        place=meeting.link if online else meeting.place,
        link=meeting.link,
        cancelled=meeting.is_cancelled,
    )


def invitation(meeting, user):
    """(method, text) for a message to one person: a request with their answer, or its end."""
    answers = meeting.attendances.filter(user=user).values_list("reply", flat=True)
    return part(entry(meeting), user, PARTSTAT.get(answers.first(), "NEEDS-ACTION"))


@CALENDAR.add
def feed(user):
    """What somebody is asked to, once it was announced; called off or not."""
    for meeting in Meeting.objects.inviting(user).filter(ends_at__gte=kept_since()):
        yield entry(meeting)
