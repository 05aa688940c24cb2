"""What seats, Conversations and claims add to *What needs you*."""

from django.db.models import Q
from django.urls import reverse

from apps.core import clock
from apps.core.needs import DISCREET, OPEN, Need, either, holding, needs_you
from apps.core.plain import known
from apps.core.sections import Section, section
from apps.groups.models import WorkingGroup

from .models import Nomination, SeatRequest


def _to_decide(user):
    led = WorkingGroup.objects.where(user, "lead_workinggroup").values("pk")
    state = Nomination.State
    waiting = Nomination.objects.filter(
        Q(user=user, state=state.ASKED)
        | Q(request__network__in=led, state=state.PUT_FORWARD)
        | Q(request__group__in=led, state=state.ACCEPTED)
    )
    return waiting.select_related("request__group", "user").order_by("request__by_when", "pk")


@needs_you(
    _to_decide,
    may=either(known("in_groups"), holding(WorkingGroup, "lead_workinggroup")),
    kind="Seat",
    deadline=DISCREET,
)
def nominations(waiting, user):
    """To consent to, as a person; to accept, for the network; to seat, for a task group."""
    state = Nomination.State
    for one in waiting:
        if one.state == state.ASKED:
            do, url, thing = "Say whether you may be put forward", "nomination_answer", ""
        elif one.user_id == user.pk:
            continue  # the other co-lead decides
        else:
            do, url, thing = "Decide about a seat", "nomination", one.user.name
        yield Need(
            do,
            reverse(url, args=[one.pk]),
            thing=thing,
            due=one.request.by_when,
            detail=str(one.request),
        )


def _to_settle(user):
    led = WorkingGroup.objects.where(user, "lead_workinggroup").values("pk")
    due = SeatRequest.objects.open().filter(
        Q(network__in=led) | Q(group__in=led), by_when__lte=clock.today()
    )
    return due.select_related("group").order_by("by_when")


@needs_you(_to_settle, may=holding(WorkingGroup, "lead_workinggroup"), kind="Seat", deadline=OPEN)
def seats_to_settle(requests, user):
    """Requests whose day has come, for the co-leads of both sides."""
    for request in requests:
        yield Need(
            "Settle the request",
            request.get_absolute_url(),
            thing=request,
            due=request.by_when,
            detail="Everybody who offered has an answer, then it is settled",
        )


@section("group")
def on_group_page(user, group):
    """On a task group's page: the seats that it asks the network for."""
    if group.kind != WorkingGroup.Kind.TASK:
        return None
    asked = SeatRequest.objects.open().filter(group=group).select_related("group")
    may_ask = user.has_perm("groups.lead_workinggroup", group)
    requests = list(asked[:5])
    if not (requests or may_ask):
        return None
    content = {"group": group, "requests": requests, "may_ask": may_ask}
    return Section("network/seats/group_section.html", content)
