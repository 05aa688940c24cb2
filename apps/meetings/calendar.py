"""Meetings in calendars."""

from apps.notifications.calendar import CALENDAR, Entry, kept_since, part

from .models.meeting import Meeting
from .models.people import Attendance

PARTSTAT = {
    Attendance.Reply.YES: "ACCEPTED",
    Attendance.Reply.MAYBE: "TENTATIVE",
    Attendance.Reply.NO: "DECLINED",
}


def of_gathering(gathering, **more):
    """The Entry of a meeting or a Conversation; ``more`` is what each says in its own way."""
    return Entry(
        key=gathering.uid,
        sequence=gathering.sequence,
        stamp=gathering.scheduled_at or gathering.created_at,
        starts_at=gathering.starts_at,
        ends_at=gathering.ends_at,
        title=gathering.title,
        page=gathering.get_absolute_url(),
        cancelled=gathering.is_cancelled,
        **more,
    )


def entry(meeting):
    online = meeting.format == Meeting.Format.ONLINE
    return of_gathering(
        meeting,
        lines=(meeting.purpose, meeting.joining),
        place=meeting.link if online else meeting.place,
        link=meeting.link,
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
