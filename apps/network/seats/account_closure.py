"""When an account closes: what becomes of seats and nominations.

Nobody is asked for a permission here: whoever may close the account closes all of it.
"""

from apps.accounts.account_closure import LEAVING
from apps.groups.programme import the_network

from . import events
from .models import Nomination, seats_held


@LEAVING.add
def seats(user, by):
    """Offers to take part are withdrawn; a seat that was held falls free, and is noticed."""
    for nomination in Nomination.objects.filter(user=user).open().order_by("pk"):
        nomination.follow("leave", by=by)
    for membership in seats_held().current().filter(user=user).select_related("group", "user"):
        membership.finish(by=by, reason="The account was closed.")
        events.seat_fell_free(membership, the_network())
