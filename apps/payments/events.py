"""Who is told when something happens: involvement payments."""

from django.contrib.auth.models import Permission
from django.db.models import Q

from apps.accounts.models.people import User
from apps.notifications.kinds import notify, others


def holders(codename):
    """The people who hold a programme-wide permission of this app."""
    permission = Permission.objects.filter(content_type__app_label="payments", codename=codename)
    held = Q(groups__permissions__in=permission) | Q(user_permissions__in=permission)
    return User.objects.active().filter(held).distinct()


CLAIM_KINDS = {
    "approve": "payments.claim_approved",
    "send_back": "payments.claim_returned",
    "pay": "payments.claim_paid",
}


def claim_moved(claim, entry):
    """Sent in: the office hears of it. Answered or paid: the claimant does."""
    if entry.action == "submit":
        office = [user for user in holders("approve_claim") if user.pk != claim.user_id]
        notify("payments.claim_waiting", claim, others(office, entry.by), version=entry.pk)
    elif kind := CLAIM_KINDS.get(entry.action):
        notify(kind, claim, [claim.user], version=entry.pk)


def claim_left_behind(claim, entry):
    """Somebody left with money owing to them: the office settles it."""
    notify("payments.claim_left", claim, holders("approve_claim"), version=entry.pk)
