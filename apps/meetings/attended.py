"""Meetings that somebody came to, as time to be paid for (apps.core.registry)."""

from datetime import datetime, time

from apps.core.dates import LONDON
from apps.core.registry import Attended, attended

from .models import Attendance, Meeting

# Preparing and talking it over is work too: pre-meets and debriefs count.
WORK = {
    Meeting.Kind.MEETING: "meeting",
    Meeting.Kind.PRE_MEET: "preparation",
    Meeting.Kind.DEBRIEF: "preparation",
}


@attended
def meetings(user, since):
    """What this person came to since a date, newest first, in one query."""
    begins = datetime.combine(since, time(), tzinfo=LONDON)
    rows = Attendance.objects.filter(
        user=user, attended=True, meeting__starts_at__gte=begins,
        meeting__state__in=[Meeting.State.HELD, Meeting.State.MINUTED],
    ).select_related("meeting").order_by("-meeting__starts_at", "pk")  # fmt: skip
    for row in rows:
        meeting = row.meeting
        yield Attended(
            key=f"meetings.attendance:{row.pk}",
            what=meeting.title,
            on=meeting.on,
            minutes=round((meeting.ends_at - meeting.starts_at).total_seconds() / 60),
            url=meeting.get_absolute_url(),
            kind=WORK[meeting.kind],
        )
