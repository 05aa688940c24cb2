"""Training sessions that somebody came to, as time to be paid for (apps.accounts.payable_time)."""

from datetime import datetime, time

from apps.accounts.payable_time import Attended, attended, key_of
from apps.core import clock
from apps.core.clock import LONDON

from .models import SessionAttendance


def came_to(user, since):
    begins = datetime.combine(since, time(), tzinfo=LONDON)
    rows = SessionAttendance.objects.filter(
        enrolment__user=user, attended=True, session__starts_at__gte=begins
    )
    return rows.select_related("session__cohort").order_by("-session__starts_at", "pk")


@attended(came_to, "session__starts_at")
def training(row):
    """A session of a cohort that somebody came to."""
    session = row.session
    return Attended(
        key=key_of(row),
        what=str(session),
        on=clock.date_of(session.starts_at),
        minutes=session.cohort.minutes,
        url=session.cohort.get_absolute_url(),
        kind="training",
    )
