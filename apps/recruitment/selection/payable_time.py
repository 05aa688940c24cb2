"""The panel's work as time to be paid for (apps.accounts.payable_time): interviews and meetings."""

from datetime import datetime, time

from django.urls import reverse

from apps.accounts.payable_time import Attended, attended, key_of
from apps.core.clock import LONDON

from .models.interview import PanelAttendance
from .models.sheet import Sheet


def _attended(row, what, time_, vacancy, kind):
    return Attended(
        key=key_of(row),
        what=what,
        on=time_.starts_at.astimezone(LONDON).date(),
        minutes=round((time_.ends_at - time_.starts_at).total_seconds() / 60),
        url=reverse("panel", args=[vacancy.reference]),
        kind=kind,
    )


def _begins(since):
    return datetime.combine(since, time(), tzinfo=LONDON)


def held(user, since):
    rows = Sheet.objects.filter(
        member__user=user,
        state=Sheet.State.LOCKED,
        round__stage="interview",
        blind__interview__slot__starts_at__gte=_begins(since),
    ).select_related("round__vacancy", "blind__interview__slot")
    return rows.order_by("-blind__interview__slot__starts_at", "pk")


@attended(held, "blind__interview__slot__starts_at")
def interviews(sheet):
    """An interview that somebody held: one of which their sheet is locked. Names nobody."""
    slot, vacancy = sheet.blind.interview.slot, sheet.round.vacancy
    return _attended(sheet, "Interview, on the panel", slot, vacancy, "panel")


def came_to(user, since):
    rows = PanelAttendance.objects.filter(
        member__user=user, meeting__starts_at__gte=_begins(since)
    ).select_related("meeting__vacancy")
    return rows.order_by("-meeting__starts_at", "pk")


@attended(came_to, "meeting__starts_at")
def meetings(row):
    """A meeting of a panel that somebody came to."""
    return _attended(row, str(row.meeting), row.meeting, row.meeting.vacancy, "preparation")
