"""What involvement payments bring to *What needs you*."""

from django.db.models import Exists
from django.urls import reverse

from apps.accounts.models.people import Constituency
from apps.core.needs import Need, needs_you, permitted
from apps.core.plain import known
from apps.groups.models import Membership

from .models import InvolvementClaim, Rate, StatusDecision, unclaimed_keys


def _can_claim(user):
    return user.constituency != Constituency.STAFF and known("in_groups")(user)


def _to_claim(user):
    """What somebody came to and has not claimed: whoever is employed claims nothing."""
    takes_part = Exists(Membership.objects.filter(user=user))
    first, *others = (keys.filter(takes_part).values_list("key") for keys in unclaimed_keys(user))
    found = first.union(*others, all=True)
    return found.none() if user.constituency == Constituency.STAFF else found


@needs_you(_to_claim, may=_can_claim, shown=None, kind="Claim")
def to_claim(keys, user):
    if count := len(keys):
        things = "1 meeting" if count == 1 else f"{count} meetings"
        yield Need(f"Claim for {things}", reverse("claims"))


def _returned(user):
    return InvolvementClaim.objects.filter(user=user, state=InvolvementClaim.State.RETURNED)


@needs_you(_returned, kind="Claim")
def claims_returned(claims, user):
    for claim in claims:
        yield Need(
            f"Change your claim {claim.reference} and send it again",
            claim.get_absolute_url(),
            since=claim.decided_at,
            detail="The programme office says what to change",
        )


def _of_others(user):
    claims = InvolvementClaim.objects.exclude(user=user).select_related("user")
    return claims if user.has_perm("payments.approve_claim") else claims.none()


def _waiting(user):
    return _of_others(user).waiting().order_by("submitted_at")


@needs_you(_waiting, may=permitted("payments.approve_claim"), kind="Claim")
def claims_waiting(claims, user):
    """Claims to answer."""
    for claim in claims:
        yield Need(
            f"Answer the claim {claim.reference}",
            claim.get_absolute_url(),
            since=claim.submitted_at,
            detail=claim.user.full_name,
        )


def _of_leavers(user):
    unpaid = _of_others(user).unpaid().exclude(state=InvolvementClaim.State.SUBMITTED)
    return unpaid.filter(user__is_active=False).order_by("pk")


@needs_you(_of_leavers, may=permitted("payments.approve_claim"), kind="Claim")
def claims_left(claims, user):
    """Claims of people who have left, which nobody else sends or settles."""
    for claim in claims:
        if claim.total:
            yield Need(
                f"Settle the claim {claim.reference} of somebody who has left",
                claim.get_absolute_url(),
                since=claim.created_at,
                detail=claim.get_state_display(),
            )


def _undecided(user):
    rates = Rate.objects.undecided()
    return rates if user.has_perm("payments.set_rates") else rates.none()


@needs_you(_undecided, may=permitted("payments.set_rates"), kind="Rate")
def low_rates(rates, user):
    """Rates below the legal floor: a later floor may have overtaken one."""
    for rate in rates:
        is_paid = rate.has_begun and not rate.open_to("set")
        what = "Decide on status, or propose a higher rate" if is_paid else "Decide on status"
        yield Need(
            what,
            rate.get_absolute_url(),
            thing=rate,
            detail="It is below the legal minimum for workers",
        )


def _unconfirmed_status(user):
    written = StatusDecision.objects.visible_to(user).filter(state=StatusDecision.State.WRITTEN)
    return written.exclude(written_by=user).select_related("rate")


@needs_you(_unconfirmed_status, may=permitted("payments.set_rates"), kind="Rate")
def statuses(written, user):
    """What somebody else recorded about the status of those who are paid by a rate."""
    for one in written:
        yield Need(
            "Confirm the decision on status",
            one.get_absolute_url(),
            thing=one.rate,
            since=one.written_at,
            detail="It takes two people",
        )
