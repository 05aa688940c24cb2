"""Conversations as iCalendar: with the confirmation, and in a person's private feed."""

from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from icalendar import Event, vCalAddress, vText

from apps.core import clock
from apps.core.clock import LONDON
from apps.meetings.calendar import wrap
from apps.notifications.feed import CALENDAR

from .models.conversation import Conversation

FEED_KEEPS = timedelta(days=90)


def event(conversation):
    """One Conversation as an event with London wall-clock times."""
    item = Event()
    item.add("uid", f"{conversation.uid}@{urlsplit(settings.SITE_URL).hostname}")
    item.add("sequence", conversation.sequence)
    item.add("dtstamp", conversation.scheduled_at or conversation.created_at)
    item.add("dtstart", conversation.starts_at.astimezone(LONDON))
    item.add("dtend", conversation.ends_at.astimezone(LONDON))
    item.add("summary", conversation.title)
    lines = [conversation.joining, f"{settings.SITE_URL}{conversation.get_absolute_url()}"]
    item.add("description", "\n\n".join(line for line in lines if line))
    item.add("location", conversation.place or "Online")
    cancelled = conversation.state == Conversation.State.CANCELLED
    item.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    return item


def part(conversation, *, off=False):
    """(method, text) of the calendar part of a message: it stands, or it is off."""
    item = event(conversation)
    organiser = vCalAddress(f"MAILTO:{settings.SUPPORT_EMAIL}")
    organiser.params["cn"] = vText(settings.SITE_NAME)
    item.add("organizer", organiser)
    method = "CANCEL" if off or conversation.state == Conversation.State.CANCELLED else "PUBLISH"
    return method, wrap([item], method).decode()


def feed(user):
    """What somebody has booked, in their private calendar."""
    since = clock.now() - FEED_KEEPS
    booked = Conversation.objects.filter(
        bookings__user=user, bookings__state="booked", ends_at__gte=since
    )
    for conversation in booked:
        yield event(conversation)


CALENDAR.add(feed)
