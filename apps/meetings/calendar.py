"""Meetings in calendars."""

from dataclasses import replace

from apps.accounts.models.people import User
from apps.notifications.calendar import CALENDAR, Asked, Entry, Sort, part
from apps.notifications.inbound.addresses import answer_address

from .models.meeting import Meeting
from .models.people import Attendance

PARTSTAT = {
    Attendance.Reply.YES: "ACCEPTED",
    Attendance.Reply.MAYBE: "TENTATIVE",
    Attendance.Reply.NO: "DECLINED",
}
REPLIES = {said: reply for reply, said in PARTSTAT.items()}
LETTER = "m"  # begins the addresses at which answers to meetings come


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
        sort=Sort.MEETING,
        lines=(meeting.purpose, meeting.joining),
        place=meeting.link if online else meeting.place,
        link=meeting.link,
    )


def invitation(meeting, user):
    """(method, text) for a message to one person: a request with their answer, or its end."""
    answers = meeting.attendances.filter(user=user).values_list("reply", flat=True)
    partstat = PARTSTAT.get(answers.first(), "NEEDS-ACTION")
    return part(entry(meeting), user, partstat, answer_address(LETTER, meeting.pk, user))


def ended(meeting, reader):
    """(method, text) of the end of one person's entry: it takes place without them.

    Its organiser is whom their entry has, to the address of a closed account as well.
    """
    user = reader if reader.pk else User.objects.filter(email__iexact=reader.email).first()
    answers = answer_address(LETTER, meeting.pk, user) if user else ""
    return part(replace(entry(meeting), cancelled=True), reader, answers=answers)


@CALENDAR.add
def feed(user, asked=None):
    """What somebody is asked to, once it was announced; called off or not."""
    mine = Meeting.objects.inviting(user).select_related("group")
    for meeting in (asked or Asked()).of(mine, Sort.MEETING):
        yield replace(entry(meeting), group=meeting.group.name)
