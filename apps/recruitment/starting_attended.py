"""Training sessions that somebody came to, as time to be paid for (apps.core.registry)."""

from datetime import datetime, time

from django.utils import timezone

from apps.core.dates import LONDON
from apps.core.registry import Attended, attended

from .models import SessionAttendance


@attended
def training(user, since):
    """What this person came to since a date, newest first, in one query."""
    begins = datetime.combine(since, time(), tzinfo=LONDON)
    rows = SessionAttendance.objects.filter(
        enrolment__user=user, attended=True, session__starts_at__gte=begins
    )
    for row in rows.select_related("session__cohort").order_by("-session__starts_at", "pk"):
        session = row.session
        yield Attended(
            key=f"recruitment.sessionattendance:{row.pk}", what=str(session),
            on=timezone.localdate(session.starts_at), minutes=session.cohort.minutes,
            url=session.cohort.get_absolute_url(), kind="training",
        )  # fmt: skip
