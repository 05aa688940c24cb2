"""What involvement payments bring to *What needs you*."""

from functools import reduce
from operator import or_

from django.db.models import Exists, Q
from django.urls import reverse

from apps.accounts.models.people import Constituency, User
from apps.core.needs import SHOWN, Need, known, needs_you, permitted

from .models import InvolvementClaim, unclaimed_keys


def _can_claim(user):
    return user.constituency != Constituency.STAFF and known("in_groups")(user)


def _to_claim(user):
    """The person, where there is something to claim: whoever is employed claims nothing."""
    if user.constituency == Constituency.STAFF:
        return User.objects.none()
    anything = reduce(or_, (Q(Exists(keys)) for keys in unclaimed_keys(user)))
    return User.objects.filter(anything, pk=user.pk, memberships__isnull=False)


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
    return claims if user.has_perm("payments.approve_claim") else claims.none()


@needs_you(when=lambda user: _of_others(user).waiting(), may=permitted("payments.approve_claim"))
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


@needs_you(when=_of_leavers, may=permitted("payments.approve_claim"))
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
