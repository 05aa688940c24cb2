"""Who is told when something happens: involvement payments."""

from django.contrib.auth.models import Permission
from django.db.models import Q

from apps.accounts.models.people import User
from apps.core.moves import effect
from apps.notifications.kinds import notify, others


def holders(codename):
    """The people who hold a programme-wide permission of this app."""
    permission = Permission.objects.filter(content_type__app_label="payments", codename=codename)
    held = Q(groups__permissions__in=permission) | Q(user_permissions__in=permission)
    return User.objects.active().filter(held).distinct()


@effect
def claim_waiting(claim, entry):
    office = [user for user in holders("approve_claim") if user.pk != claim.user_id]
    notify("payments.claim_waiting", claim, others(office, entry.by), version=entry.pk)


@effect
def claim_approved(claim, entry):
    notify("payments.claim_approved", claim, [claim.user], version=entry.pk)


@effect
def claim_returned(claim, entry):
    notify("payments.claim_returned", claim, [claim.user], version=entry.pk)


@effect
def claim_paid(claim, entry):
    notify("payments.claim_paid", claim, [claim.user], version=entry.pk)


def claim_left_behind(claim, entry):
    """Somebody left with money owing to them: the office settles it."""
    notify("payments.claim_left", claim, holders("approve_claim"), version=entry.pk)
