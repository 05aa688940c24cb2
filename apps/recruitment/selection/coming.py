"""Appointments of candidates, and meetings of panels, on the home page of those they are of."""

from django.urls import reverse

from apps.core import clock
from apps.core.coming import Coming, comes
from apps.core.plain import known

from ..vacancies.models.panel import PanelMember
from .models.interview import Interview, PanelMeeting


def _appointments(user):
    mine = Interview.objects.counting().filter(
        application__candidate=user, state="booked", slot__ends_at__gte=clock.now()
    )
    return mine.select_related("application", "slot").order_by("slot__starts_at", "pk")


@comes(_appointments, may=known("has_applied"))
def appointments(interviews, user):
    """In words that tell nobody who looks over a shoulder what it is."""
    for one in interviews:
        url = one.get_absolute_url()
        slot = one.slot
        yield Coming("Your appointment", url, slot.starts_at, slot.ends_at, needs=(url,))


def _panel_meetings(user):
    serving = PanelMember.objects.serving().filter(user=user)
    coming = PanelMeeting.objects.filter(
        vacancy__in=serving.values("vacancy"), ends_at__gte=clock.now()
    )
    return coming.select_related("vacancy").order_by("starts_at", "pk")


@comes(_panel_meetings, may=known("on_panels"))
def panel_meetings(meetings, user):
    for one in meetings:
        yield Coming(
            one.get_kind_display(),
            reverse("panel", args=[one.vacancy.reference]),
            one.starts_at,
            one.ends_at,
            where=one.place or "Online",
            link=one.link,
            group=f"Panel for {one.vacancy.title}",
        )
