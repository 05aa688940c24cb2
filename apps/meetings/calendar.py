"""Meetings as iCalendar (RFC 5545 and 5546): invitations, cancellations and the private feed."""

from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from icalendar import Calendar, Event, vCalAddress, vText

from apps.core import clock
from apps.core.clock import LONDON
from apps.notifications.feed import CALENDAR

from .models.meeting import Meeting

FEED_KEEPS = timedelta(days=90)


def uid(meeting):
    return f"{meeting.uid}@{urlsplit(settings.SITE_URL).hostname}"


def event(meeting):
    """One meeting as an event with London wall-clock times."""
    item = Event()
    item.add("uid", uid(meeting))
    item.add("sequence", meeting.sequence)
    item.add("dtstamp", meeting.scheduled_at or meeting.created_at)
    item.add("dtstart", meeting.starts_at.astimezone(LONDON))
    item.add("dtend", meeting.ends_at.astimezone(LONDON))
    item.add("summary", meeting.title)
    lines = [meeting.purpose, meeting.joining, f"{settings.SITE_URL}{meeting.get_absolute_url()}"]
    item.add("description", "\n\n".join(line for line in lines if line))
    if meeting.format == Meeting.Format.ONLINE:
        item.add("location", meeting.link)
    else:
        item.add("location", meeting.place)
    if meeting.link:
        item.add("url", meeting.link)
    cancelled = meeting.state == Meeting.State.CANCELLED
    item.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    return item


def _address(email, name, **params):
    address = vCalAddress(f"MAILTO:{email}")
    address.params["cn"] = vText(name)
    for key, value in params.items():
        address.params[key] = vText(value)
    return address


def wrap(events, method=None):
    """A calendar with its time zone, ready to send; ``method`` makes it an invitation."""
    calendar = Calendar()
    calendar.add("prodid", "-//Oxleas Peer//Meetings//EN")
    calendar.add("version", "2.0")
    if method:
        calendar.add("method", method)
    for item in events:
        calendar.add_component(item)
    calendar.add_missing_timezones()
    return calendar.to_ical()


def invitation(meeting, user):
    """The calendar part of a message to one person: a request, or a cancellation.

    The organiser is the programme's own address: a reply from a calendar program reaches people
    who can act on it, and no member's address is handed to the others.
    """
    cancelled = meeting.state == Meeting.State.CANCELLED
    item = event(meeting)
    item.add("organizer", _address(settings.SUPPORT_EMAIL, settings.SITE_NAME))
    item.add(
        "attendee",
        _address(
            user.email,
            user.name,
            role="REQ-PARTICIPANT",
            partstat="NEEDS-ACTION",
            rsvp="FALSE" if cancelled else "TRUE",
        ),
    )
    method = "CANCEL" if cancelled else "REQUEST"
    return method, wrap([item], method).decode()


def feed(user):
    """The meetings of one person's private feed: announced ones, from 90 days back."""
    since = clock.now() - FEED_KEEPS
    for meeting in Meeting.objects.inviting(user).filter(ends_at__gte=since):
        yield event(meeting)


def register():
    CALENDAR.add(feed)
