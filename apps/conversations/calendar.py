"""Conversations in calendars: with the confirmation, and in the feeds of those who booked."""

from dataclasses import replace

from apps.meetings.calendar import of_gathering
from apps.notifications import calendar
from apps.notifications.calendar import CALENDAR, kept_since

from .models.booking import Booking
from .models.conversation import Conversation


def entry(conversation):
    """The link for joining is not in it: anybody may take the file from the page."""
    place = conversation.place or "Online"
    return of_gathering(conversation, lines=(conversation.joining,), place=place)


def part(conversation, *, off=False):
    """(method, text) of the calendar part of a message: it stands, or it is off.

    Nobody is asked to answer, since the booking is the answer. ``off`` is for one who gave up their
    place: the same sequence, so that the entry comes back if they book again.
    """
    item = entry(conversation)
    return calendar.part(replace(item, cancelled=True) if off else item)


@CALENDAR.add
def feed(user):
    """What somebody has a place at."""
    booked = Conversation.objects.filter(bookings__user=user, bookings__state=Booking.State.BOOKED)
    for conversation in booked.filter(ends_at__gte=kept_since()):
        yield entry(conversation)
