"""The panel's work as time to be paid for (apps.core.registry): interviews and meetings."""

from datetime import datetime, time

from django.urls import reverse

from apps.core.dates import LONDON
from apps.core.registry import Attended, attended

from .models import PanelAttendance, Sheet


def _row(key, what, starts_at, ends_at, vacancy, kind):
    return Attended(
        key=key, what=what, on=starts_at.astimezone(LONDON).date(),
        minutes=round((ends_at - starts_at).total_seconds() / 60),
        url=reverse("panel", args=[vacancy.reference]), kind=kind,
    )  # fmt: skip


def _begins(since):
    return datetime.combine(since, time(), tzinfo=LONDON)


@attended
def interviews(user, since):
    """Interviews that this person held: those of which their sheet is locked. Names nobody."""
    rows = Sheet.objects.filter(
        member__user=user, state=Sheet.State.LOCKED, round__stage="interview",
        blind__interview__slot__starts_at__gte=_begins(since),
    ).select_related("round__vacancy", "blind__interview__slot")  # fmt: skip
    for sheet in rows.order_by("-blind__interview__slot__starts_at", "pk"):
        slot = sheet.blind.interview.slot
        yield _row(f"recruitment.sheet:{sheet.pk}", "Interview, on the panel", slot.starts_at,
                   slot.ends_at, sheet.round.vacancy, "panel")  # fmt: skip


@attended
def meetings(user, since):
    """Meetings of panels that this person came to."""
    rows = PanelAttendance.objects.filter(
        member__user=user, meeting__starts_at__gte=_begins(since)
    ).select_related("meeting__vacancy")
    for row in rows.order_by("-meeting__starts_at", "pk"):
        meeting = row.meeting
        yield _row(f"recruitment.panelattendance:{row.pk}", str(meeting), meeting.starts_at,
                   meeting.ends_at, meeting.vacancy, "preparation")  # fmt: skip
