"""What happens to somebody's claims, seats and bookings when their account closes."""

from apps.accounts.account_closure import LEAVING
from apps.core.models import record

from . import involvement_events as events
from .models.base import the_network
from .models.booking import Booking
from .models.claim import InvolvementClaim
from .models.seat import Nomination, seats_held


@LEAVING.add
def claims(user, by):
    """What is owed stays owed: the office sees even a draft, and is told."""
    for claim in InvolvementClaim.objects.filter(user=user).unpaid().order_by("pk"):
        if claim.total:
            claim.user = user
            events.claim_left_behind(claim, record("left_behind", claim, by=by))


@LEAVING.add
def seats(user, by):
    """Offers to take part are withdrawn; a seat that was held falls free, and is noticed."""
    for nomination in Nomination.objects.filter(user=user).open().order_by("pk"):
        nomination.follow("leave", by=by)
    for membership in seats_held().current().filter(user=user).select_related("group", "user"):
        membership.finish(by=by, reason="The account was closed.")
        events.seat_fell_free(membership, the_network())


@LEAVING.add
def bookings(user, by):
    """A place at an event to come goes to whoever waits for it."""
    coming = Booking.objects.filter(user=user).live().select_related("conversation__network")
    for booking in coming.order_by("pk"):
        if booking.conversation.is_open:
            booking.follow("release", by=by)
