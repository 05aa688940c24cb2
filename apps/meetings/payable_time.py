"""Meetings that somebody came to, as time to be paid for (apps.accounts.payable_time)."""

from datetime import datetime, time

from apps.accounts.payable_time import Attended, attended, key_of
from apps.core.clock import LONDON

from .models.meeting import Meeting
from .models.people import Attendance

# Preparing and talking it over is work too: pre-meets and debriefs count.
WORK = {
    Meeting.Kind.MEETING: "meeting",
    Meeting.Kind.PRE_MEET: "preparation",
    Meeting.Kind.DEBRIEF: "preparation",
}


def came_to(user, since):
    begins = datetime.combine(since, time(), tzinfo=LONDON)
    return (
        Attendance.objects.filter(
            user=user,
            attended=True,
            meeting__starts_at__gte=begins,
            meeting__state__in=[Meeting.State.HELD, Meeting.State.MINUTED],
        )
        .select_related("meeting")
        .order_by("-meeting__starts_at", "pk")
    )


@attended(came_to, "meeting__starts_at")
def meetings(row):
    """A meeting that somebody came to."""
    meeting = row.meeting
    return Attended(
        key=key_of(row),
        what=meeting.title,
        on=meeting.on,
        minutes=round((meeting.ends_at - meeting.starts_at).total_seconds() / 60),
        url=meeting.get_absolute_url(),
        kind=WORK[meeting.kind],
    )
