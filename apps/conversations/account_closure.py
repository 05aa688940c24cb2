"""When an account closes: what becomes of bookings.

Nobody is asked for a permission here: whoever may close the account closes all of it.
"""

from apps.accounts.account_closure import LEAVING

from .models.booking import Booking


@LEAVING.add
def bookings(user, by):
    """A place at an event to come goes to whoever waits for it."""
    coming = Booking.objects.filter(user=user).live().select_related("conversation__network")
    for booking in coming.order_by("pk"):
        if booking.conversation.is_open:
            booking.follow("release", by=by)
