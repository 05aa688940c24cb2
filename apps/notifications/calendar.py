"""What calendar programs are told (RFC 5545, RFC 5546): entries, parts of mail, the private feed.

Each app says what its entries are; how they are written stands here alone. Moments are in UTC: each
program shows them in the zone of whoever looks, and none has to know the rules of ours (ADR 49).
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.utils.encoding import iri_to_uri
from icalendar import Calendar, Event, vCalAddress, vText

from apps.accounts.models.people import User
from apps.core import clock
from apps.core.registry import Registry

from .kinds import Part

STRAY = re.compile("%(?![0-9A-Fa-f]{2})")  # a percent sign that an address may not have
ANSWER = (
    "Say whether you will come on this page, or by a link in our e-mail. We do not see an answer "
    "that you give in your calendar."
)
KEPT = timedelta(days=90)  # for how long a feed shows what is over


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What stands in a calendar of one thing at one time."""

    key: Any  # names it for ever; it and the site's host are its UID
    sequence: int  # rises whenever time or place change, and when it is called off
    stamp: datetime  # when it became what it is
    starts_at: datetime
    ends_at: datetime
    title: str
    page: str  # the path where more is read: the last line of its description
    lines: tuple[str, ...] = ()
    place: str = ""
    link: str = ""  # for joining online
    cancelled: bool = False


# Each: user -> iterable of entries, for that person's private feed.
CALENDAR: Registry[Callable[[User], Iterable[Entry]]] = Registry("What calendar feeds hold")


def kept_since():
    """What ended before this leaves the feeds."""
    return clock.now() - KEPT


# --- what is made of entries ----------------------------------------------------------------------
def part(entry, to=None, partstat="NEEDS-ACTION"):
    """(method, text) of the calendar part of a mail.

    To somebody who is asked it is a request, with what they have answered so far; else it is
    published, and has no attendee. Either is called off by CANCEL, with the same attendee or none
    (RFC 5546, 3.2.5 and 4.1.3). The organiser is the programme's own address: a reply from a
    calendar program reaches people who can act on it, and no member's address is handed to others.
    It asks for no such reply, since nothing reads it yet, and says where to answer.
    """
    method = "CANCEL" if entry.cancelled else "REQUEST" if to else "PUBLISH"
    if method == "REQUEST":
        entry = replace(entry, lines=(*entry.lines, ANSWER))
    item = _event(entry, method)
    item.add("organizer", _address(settings.SUPPORT_EMAIL, settings.SITE_NAME))
    if to:
        params = {"role": "REQ-PARTICIPANT", "partstat": partstat, "rsvp": "FALSE"}
        item.add("attendee", _address(to.email, to.name, **params))
    return method, _wrap([item], method=method).to_ical().decode()


def as_part(made, filename=""):
    """The Part of a mail that holds what ``part`` made: shown in it, or as a file of this name."""
    method, text = made
    return Part(text, f"text/calendar; method={method}", filename)


def as_file(entry):
    """The bytes of one entry as a file to take away."""
    return _wrap([_event(entry)]).to_ical()


def feed(user):
    """The bytes of somebody's private calendar, for their own program to ask for each hour."""
    calendar = _wrap(_event(entry) for source in CALENDAR for entry in source(user))
    for name in ("name", "x-wr-calname"):  # RFC 7986, and what programs knew before it
        calendar.add(name, _line(settings.SITE_NAME))
    calendar.add("refresh-interval", timedelta(hours=1), parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    return calendar.to_ical()


# --- how they are written -------------------------------------------------------------------------
def _wrap(events, **more):
    calendar = Calendar()
    calendar.add("prodid", f"-//{_line(settings.SITE_NAME)}//EN")
    calendar.add("version", "2.0")
    for name, value in more.items():
        calendar.add(name, value)
    for event in events:
        calendar.add_component(event)
    return calendar


def _event(entry, method=""):
    """DTSTAMP of a mail is when it is made: it is newer than the last; else, when it changed.

    What is called off stays in feeds and files, and says so before its title: most programs show
    nothing of STATUS, and what merely vanished would be taken for a mishap. In mail CANCEL says so.
    """
    item = Event()
    item.add("uid", f"{entry.key}@{urlsplit(settings.SITE_URL).hostname}")
    item.add("sequence", entry.sequence)
    item.add("dtstamp", (clock.now() if method else entry.stamp).astimezone(UTC))
    item.add("dtstart", entry.starts_at.astimezone(UTC))
    item.add("dtend", entry.ends_at.astimezone(UTC))
    title = _line(entry.title)
    item.add("summary", f"Cancelled: {title}" if entry.cancelled and not method else title)
    lines = [*map(_text, entry.lines), f"{settings.SITE_URL}{entry.page}"]
    item.add("description", "\n\n".join(filter(None, lines)))
    if place := _line(entry.place):
        item.add("location", place)
    if link := _line(entry.link):
        item.add("url", iri_to_uri(STRAY.sub("%25", link)))
    item.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    return item


def _address(email, name, **params):
    """Quotes and carets in a name are written in a way that few programs read (RFC 6868)."""
    address = vCalAddress("mailto:" + quote(email, safe="@!$&'*+/=~"))
    address.params["cn"] = vText(_line(name).translate({ord('"'): "'", ord("^"): None}))
    for key, value in params.items():
        address.params[key] = vText(value)
    return address


def _text(text):
    """Without what no line of a calendar may have: control characters, and halves of others."""
    kept = text.replace("\r\n", "\n").translate(dict.fromkeys(map(ord, "\r\x85\u2028\u2029"), "\n"))
    return "".join(c for c in kept if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))


def _line(text):
    return " ".join(_text(text).split())
