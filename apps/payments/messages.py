"""What people are told about involvement payments, at once and by the clock.

Subjects say no sum and no role: others see them on a locked phone.
"""

from apps.core.dates import DAY
from apps.notifications.kinds import Default, Due, Kind, Topic, register

from .events import holders
from .models import InvolvementClaim


class ClaimKind(Kind):
    """About one claim. What it comes to is read on the site."""

    topic = Topic.NETWORK
    line = ""

    def context(self, occurrence, user):
        claim = occurrence.subject
        return {
            "title": f"{self.label}: {claim.reference}",
            "lines": [self.line] if self.line else [],
            "url": claim.get_absolute_url(),
            "action": "See the claim",
        }


class ForOffice(ClaimKind):
    def wanted(self, rule, claim, user):
        return claim.state == InvolvementClaim.State.SUBMITTED


@register
class ClaimWaiting(ForOffice):
    name = "payments.claim_waiting"
    label = "A claim is waiting"
    line = "Somebody sent in a claim. Please check it soon: people rely on it."


@register
class ClaimStillWaiting(ForOffice):
    """A claim that nobody has answered for a week."""

    name = "payments.claim_still_waiting"
    label = "A claim is still waiting"
    line = "It was sent in some time ago, and nobody has answered it."
    defaults = (Default(-7 * DAY), Default(-14 * DAY))

    def due(self, rule, now):
        for claim in InvolvementClaim.objects.waiting().filter(submitted_at__lte=now + rule.offset):
            yield Due(claim, rule.due_at(claim.submitted_at))

    def version(self, claim):
        return int(claim.submitted_at.timestamp()) if claim.submitted_at else 0

    def audience(self, rule, claim):
        return holders("approve_claim").exclude(pk=claim.user_id)


class ForClaimant(ClaimKind):
    state = None

    def wanted(self, rule, claim, user):
        return claim.state == self.state


@register
class ClaimReturned(ForClaimant):
    name = "payments.claim_returned"
    label = "Your claim needs a change"
    line = "Read what has to change, change it and send it again."
    state = InvolvementClaim.State.RETURNED


@register
class ClaimApproved(ForClaimant):
    name = "payments.claim_approved"
    label = "Your claim is approved"
    line = "Payment comes next. We tell you when it is on its way."
    state = InvolvementClaim.State.APPROVED


@register
class ClaimPaid(ForClaimant):
    name = "payments.claim_paid"
    label = "Your claim is dealt with"
    line = "It is marked as paid. It can take a few days to reach you."
    state = InvolvementClaim.State.PAID


@register
class ClaimLeft(ClaimKind):
    """Somebody left before they were paid."""

    name = "payments.claim_left"
    label = "A claim of somebody who has left"
    line = "Their account is closed and this claim is not settled. Please see it through."

    def wanted(self, rule, claim, user):
        return claim.state != InvolvementClaim.State.PAID and not claim.user.is_active
