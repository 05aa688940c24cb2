"""What seats, Conversations and claims add to *What needs you*."""

from functools import reduce
from operator import or_

from django.db.models import Exists, Q
from django.urls import reverse

from apps.accounts.models import Constituency, User
from apps.core import clock
from apps.core.needs import Need, either, holding, known, needs_you, permitted
from apps.core.sections import Section, section
from apps.groups.models import WorkingGroup

from .models.booking import BookingSupport
from .models.claim import InvolvementClaim, unclaimed_keys
from .models.conversation import Conversation
from .models.photograph import PhotoConsent
from .models.seat import Nomination, SeatRequest

SHOWN = 20


def _to_claim(user):
    """The person, where there is something to claim: whoever is employed claims nothing."""
    if user.constituency == Constituency.STAFF:
        return User.objects.none()
    anything = reduce(or_, (Q(Exists(keys)) for keys in unclaimed_keys(user)))
    return User.objects.filter(anything, pk=user.pk, memberships__isnull=False)


def _can_claim(user):
    return user.constituency != Constituency.STAFF and known("in_groups")(user)


@needs_you(when=_to_claim, may=_can_claim, alike=True)
def to_claim(user):
    """What somebody came to and has not claimed."""
    if user.constituency == Constituency.STAFF:
        return
    first, *others = unclaimed_keys(user)
    count = first.union(*others, all=True).count()
    if count:
        things = "1 meeting" if count == 1 else f"{count} meetings"
        yield Need(f"You can claim for {things}", reverse("claims"), detail="Involvement payments")


def _returned(user):
    return InvolvementClaim.objects.filter(user=user, state=InvolvementClaim.State.RETURNED)


@needs_you(when=_returned, alike=True)
def claims_returned(user):
    for claim in _returned(user)[:SHOWN]:
        yield Need(
            f"Change your claim {claim.reference} and send it again",
            claim.get_absolute_url(),
            claim.decided_at,
            "The programme office says what to change",
        )


def _of_others(user):
    claims = InvolvementClaim.objects.exclude(user=user).select_related("user")
    return claims if user.has_perm("network.approve_claim") else claims.none()


@needs_you(when=lambda user: _of_others(user).waiting(), may=permitted("network.approve_claim"))
def claims_waiting(user):
    """Claims to answer."""
    for claim in _of_others(user).waiting().order_by("submitted_at")[:SHOWN]:
        yield Need(
            f"Answer the claim {claim.reference}",
            claim.get_absolute_url(),
            claim.submitted_at,
            claim.user.full_name,
        )


def _of_leavers(user):
    unpaid = _of_others(user).unpaid().exclude(state=InvolvementClaim.State.SUBMITTED)
    return unpaid.filter(user__is_active=False)


@needs_you(when=_of_leavers, may=permitted("network.approve_claim"))
def claims_left(user):
    """Claims of people who have left, which nobody else sends or settles."""
    for claim in _of_leavers(user).order_by("pk")[:SHOWN]:
        if claim.total:
            yield Need(
                f"Settle the claim {claim.reference} of somebody who has left",
                claim.get_absolute_url(),
                claim.created_at,
                claim.get_state_display(),
            )


# --- seats --------------------------------------------------------------------------------------
def _to_decide(user):
    led = WorkingGroup.objects.where(user, "lead_workinggroup").values("pk")
    state = Nomination.State
    return Nomination.objects.filter(
        Q(user=user, state=state.ASKED)
        | Q(request__network__in=led, state=state.PUT_FORWARD)
        | Q(request__group__in=led, state=state.ACCEPTED)
    )


@needs_you(
    when=_to_decide, may=either(known("in_groups"), holding(WorkingGroup, "lead_workinggroup"))
)
def nominations(user):
    """To consent to, as a person; to accept, for the network; to seat, for a task group."""
    state = Nomination.State
    waiting = _to_decide(user).select_related("request__group", "user")
    for one in waiting.order_by("request__by_when", "pk")[:SHOWN]:
        if one.state == state.ASKED:
            title, url = "Somebody would like to put you forward", "nomination_answer"
        elif one.user_id == user.pk:
            continue  # the other co-lead decides
        else:
            title, url = f"Decide about a seat: {one.user.name}", "nomination"
        yield Need(
            title,
            reverse(url, args=[one.pk]),
            one.request.by_when,
            str(one.request),
        )


def _to_settle(user):
    led = WorkingGroup.objects.where(user, "lead_workinggroup").values("pk")
    return SeatRequest.objects.open().filter(
        Q(network__in=led) | Q(group__in=led), by_when__lte=clock.today()
    )


@needs_you(when=_to_settle, may=holding(WorkingGroup, "lead_workinggroup"))
def seats_to_settle(user):
    """Requests whose day has come, for the co-leads of both sides."""
    for request in _to_settle(user).select_related("group").order_by("by_when")[:SHOWN]:
        yield Need(
            f"Settle the request: {request}",
            request.get_absolute_url(),
            request.by_when,
            "Everybody who offered has an answer, then it is settled",
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


# --- Conversations ------------------------------------------------------------------------------
def _to_arrange(user):
    return BookingSupport.objects.to_arrange(user).filter(
        booking__conversation__ends_at__gte=clock.now()
    )


@needs_you(when=_to_arrange)
def support_to_arrange(user):
    """What people need at a Conversation to come, for its named organiser."""
    for support in _to_arrange(user).select_related("booking__conversation")[:SHOWN]:
        conversation = support.booking.conversation
        yield Need(
            "Arrange support for somebody",
            reverse("conversation_arrange", args=[support.pk]),
            conversation.starts_at,
            conversation.title,
        )


def _pictured(user):
    return PhotoConsent.objects.filter(user=user, state=PhotoConsent.State.ASKED)


@needs_you(when=_pictured, alike=True)
def photographs(user):
    """Pictures of me that somebody would like to use."""
    yield Need("Say whether we may use a photograph of you", reverse("photo_consents"))


def _over(user):
    planned = (
        WorkingGroup.objects.where(user, "plan_meeting")
        .filter(kind=WorkingGroup.Kind.NETWORK)
        .values("pk")
    )
    runs = Q() if user.has_perm("network.run_conversation") else Q(network__in=planned)
    writes = Q() if user.has_perm("network.write_up_conversation") else Q(network__in=planned)
    over = runs & Q(state=Conversation.State.PUBLISHED, ends_at__lt=clock.now())
    unwritten = writes & Q(state=Conversation.State.HELD)
    return Conversation.objects.filter(over | unwritten)


@needs_you(
    when=_over,
    may=either(
        permitted("network.run_conversation", "network.write_up_conversation"),
        holding(WorkingGroup, "plan_meeting"),
    ),
)
def after_conversations(user):
    """Conversations that are over: who came, and the write-up."""
    for one in _over(user).order_by("ends_at")[:SHOWN]:
        if one.state == Conversation.State.HELD:
            url = reverse("conversation_write_up", args=[one.pk])
            yield Need(f"Write up: {one.title}", url, one.ends_at, one.when)
        else:
            url = reverse("conversation_sign_in", args=[one.pk])
            yield Need(f"Record who came: {one.title}", url, one.ends_at, one.when)
