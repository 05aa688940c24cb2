"""Conversations in calendars: with the confirmation, and in the feeds of those who booked."""

from dataclasses import replace
from itertools import islice

from django.db.models import Q

from apps.meetings.calendar import of_gathering
from apps.notifications import calendar
from apps.notifications.calendar import CALENDAR, Asked, AtTimes, Sort

from .models.booking import Booking
from .models.conversation import Conversation


def entry(conversation):
    """The link for joining is not in it: anybody may take the file from the page."""
    place = conversation.place or "Online"
    return of_gathering(
        conversation, sort=Sort.CONVERSATION, lines=(conversation.joining,), place=place
    )


def part(conversation, *, off=False):
    """(method, text) of the calendar part of a message: it stands, or it is off.

    Nobody is asked to answer, since the booking is the answer. ``off`` is for one who gave up their
    place: the same sequence, so that the entry comes back if they book again.
    """
    item = entry(conversation)
    return calendar.part(replace(item, cancelled=True) if off else item)


def _mine(user):
    booked = Booking.objects.filter(user=user, state=Booking.State.BOOKED).values("conversation")
    arranged = Q(organiser=user, published_at__isnull=False)
    mine = Conversation.objects.filter(Q(pk__in=booked) | arranged)
    return mine.select_related("network").order_by("starts_at", "pk")


_MINE = AtTimes(_mine)


@CALENDAR.add
def feed(user, asked=None):
    """What somebody has a place at, and what they arrange support at."""
    asked = asked or Asked()
    if not asked.wants(Sort.CONVERSATION):
        return
    theirs = _MINE.rows(user, asked)
    here = (one for one in theirs if asked.group in ("", one.network.slug))
    yield from map(entry, islice(here, asked.at_most))
