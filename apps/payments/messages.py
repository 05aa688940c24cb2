"""What people are told about involvement payments, at once and by the clock.

Subjects say no sum and no role: others see them on a locked phone. The day on which a claim was
sent in tells it from another.
"""

from apps.core.dates import DAY, weekday_near
from apps.notifications.kinds import Default, Due, Kind, Topic, register
from apps.notifications.wording import ON_DAY, Case, Placeholder

from .events import holders
from .models import InvolvementClaim


class ClaimKind(Kind):
    """About one claim. What it comes to is read on the site."""

    topic = Topic.NETWORK
    preview = "You do not need to do anything now."
    title = "{label}: {reference}"
    action = "See the claim"
    placeholders = {
        "reference": Placeholder("the reference of the claim", "C00042"),
        "day": Placeholder("when it was sent in", ON_DAY.example, discreet=True),
    }

    def values(self, occurrence, reader):
        claim = occurrence.subject
        return {"reference": claim.reference, "day": weekday_near(claim.submitted_at)}

    def url(self, occurrence, reader):
        return occurrence.subject.get_absolute_url()


class ForOffice(ClaimKind):
    def wanted(self, rule, claim, user):
        return claim.state == InvolvementClaim.State.SUBMITTED


@register
class ClaimWaiting(ForOffice):
    name = "payments.claim_waiting"
    label = "A claim is waiting"
    to_whom = "those who approve claims, when somebody else sends one in"
    subject_line = "A claim of {day} is waiting"
    preview = "Please check it soon: people rely on it."
    text = "Somebody sent in a claim. Please check it soon: people rely on it."


@register
class ClaimStillWaiting(ForOffice):
    """A claim that nobody has answered for a week."""

    name = "payments.claim_still_waiting"
    label = "A claim is still waiting"
    to_whom = "those who approve claims, while nobody has answered somebody else's claim"
    subject_line = "A claim of {day} is still waiting"
    preview = "Nobody has answered it. Please see to it soon."
    text = "It was sent in some time ago, and nobody has answered it. Please see to it soon."
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
    to_whom = "whoever made the claim, when it needs a change"
    subject_line = "Your claim of {day} needs a change"
    preview = "Please read what has to change, and send it again."
    text = "Read what has to change, change it and send it again."
    action = "Change the claim"
    state = InvolvementClaim.State.RETURNED


@register
class ClaimApproved(ForClaimant):
    name = "payments.claim_approved"
    label = "Your claim is approved"
    to_whom = "whoever made the claim, when it is approved"
    subject_line = "Your claim of {day} is approved"
    text = "Payment comes next. We tell you when it is on its way."
    state = InvolvementClaim.State.APPROVED


@register
class ClaimPaid(ForClaimant):
    name = "payments.claim_paid"
    label = "Your claim is dealt with"
    to_whom = "whoever made the claim, when it is marked as paid"
    subject_line = "Your claim of {day} is dealt with"
    text = "It is marked as paid. It can take a few days to reach you."
    state = InvolvementClaim.State.PAID


@register
class ClaimLeft(ClaimKind):
    """Somebody left before they were paid."""

    name = "payments.claim_left"
    label = "A claim of somebody who has left"
    to_whom = "those who approve claims, when somebody leaves before they were paid"
    subject_line = "A claim of {day}, of somebody who has left"
    preview = "Please see it through."
    text = "Their account is closed and this claim is not settled. Please see it through."
    cases = {
        "not sent": Case(when="they had not sent it in", subject_line="{label}"),
    }

    def case(self, occurrence, reader):
        return "" if occurrence.subject.submitted_at else "not sent"

    def wanted(self, rule, claim, user):
        return claim.state != InvolvementClaim.State.PAID and not claim.user.is_active
