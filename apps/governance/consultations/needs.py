"""Open consultations that somebody has not responded to, under *What needs you*; on group pages."""

from apps.core.dates import moment
from apps.core.needs import OPEN, Need, needs_you
from apps.core.sections import Section, section

from .models.consultation import Consultation


def _unanswered(user):
    waiting = Consultation.objects.running().for_audience(user).unanswered_by(user)
    return waiting.select_related("group").order_by("closes_at", "pk")


@needs_you(_unanswered, kind="Consultation", put_off=True, deadline=OPEN)
def responses(waiting, user):
    for consultation in waiting:
        yield Need(
            "Say what you think",
            consultation.get_absolute_url(),
            thing=consultation.title,
            due=consultation.closes_at,
            detail=f"{consultation.group} asks, until {moment(consultation.closes_at)}",
            group=consultation.group.slug,
        )


@section("group")
def of_group(user, group):
    """What the group asks now."""
    running = Consultation.objects.running().filter(group=group).visible_to(user)
    found = list(running.order_by("closes_at", "pk")[:5])
    if not found:
        return None
    return Section("governance/consultations/group_section.html", {"consultations": found})


def unfinished(group):
    """What a group must finish before it closes."""
    if Consultation.objects.running().filter(group=group).exists():
        return "It has consultations that are open."
    return None
