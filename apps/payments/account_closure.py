"""When an account closes: what becomes of claims.

Nobody is asked for a permission here: whoever may close the account closes all of it.
"""

from apps.accounts.account_closure import LEAVING
from apps.core.models import record

from . import events
from .models import InvolvementClaim


@LEAVING.add
def claims(user, by):
    """What is owed stays owed: the office sees even a draft, and is told."""
    for claim in InvolvementClaim.objects.filter(user=user).unpaid().order_by("pk"):
        if claim.total:
            claim.user = user
            events.claim_left_behind(claim, record("left_behind", claim, by=by))
