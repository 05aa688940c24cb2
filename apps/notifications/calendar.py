"""What calendar programs are told (RFC 5545, RFC 5546): entries, parts of mail, the private feed.

Each app says what its entries are; how they are written stands here alone. Moments are in UTC: each
program shows them in the zone of whoever looks, and none has to know the rules of ours (ADR 49).
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from operator import attrgetter
from typing import Any
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.db.models import TextChoices
from django.utils.crypto import salted_hmac
from django.utils.encoding import iri_to_uri
from icalendar import Calendar, Event, vCalAddress, vText

from apps.accounts.models.people import User
from apps.core import clock
from apps.core.compiled import Kept
from apps.core.dates import DAY, is_past, london_day
from apps.core.dates import clock as hour
from apps.core.needs import OPEN, deadlines_of
from apps.core.registry import Registry

from .kinds import Part

STRAY = re.compile("%(?![0-9A-Fa-f]{2})")  # a percent sign that an address may not have
ANSWER = (
    "Say whether you will come on this page, or by a link in our e-mail. We do not see an answer "
    "that you give in your calendar."
)
ANSWER_HERE = (
    "Say whether you will come here in your calendar, on this page, or by a link in our e-mail."
)
KEPT = timedelta(days=90)  # for how long a feed shows what is over
DISCREET_TITLE = "Something to do (last day)"


class Sort(TextChoices):
    MEETING = "meeting", "Meetings"
    CONVERSATION = "conversation", "Conversations"
    APPOINTMENT = "appointment", "Appointments"
    DEADLINE = "deadline", "Deadlines"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What stands in a calendar of one thing at one time, or on the day by which it is ``due``."""

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
    due: datetime | date | None = None  # then it has a day and takes no time
    # What the site's own page says besides: nobody looks into that but the person.
    sort: str = ""
    group: str = ""  # its name
    shown: str = ""  # the title there, where calendars say less
    opens: str = ""  # the path that it leads to there

    @property
    def day(self):
        """The day on which it stands, in London."""
        return london_day(self.starts_at if self.due is None else self.due)

    @property
    def when(self):
        """Between which hours, or by which, in words."""
        if self.due is None:
            return f"{hour(self.starts_at)} to {hour(self.ends_at)}"
        return f"By {hour(self.due)}" if isinstance(self.due, datetime) else "By the end of the day"

    @property
    def where(self):
        """The link for joining is on the page that it leads to."""
        return "Online" if self.link and self.place == self.link else self.place

    @property
    def is_late(self):
        return self.due is not None and is_past(self.due)

    @property
    def mark(self):
        """What stands before it where there is little room."""
        if self.due is None:
            return "Cancelled" if self.cancelled else hour(self.starts_at)
        return "Late" if self.is_late else "Deadline"

    @property
    def words(self):
        """Its title on the site's own page."""
        return self.shown or self.title

    @property
    def href(self):
        return self.opens or self.page


def kept_since():
    """What ended before this leaves the feeds."""
    return clock.now() - KEPT


@dataclass(frozen=True)
class Asked:
    """What is asked for: of which sort and group, what ends at ``since`` or later and begins before
    ``until``; the earliest, ``at_most`` so many of each source. Else what feeds hold."""

    since: datetime = field(default_factory=kept_since)
    until: datetime | None = None
    sort: str = ""
    group: str = ""  # its address (slug)
    at_most: int | None = None

    def wants(self, sort, group=True):
        """Whether anything of a sort, which has a ``group`` or not, can be among it."""
        return self.sort in ("", sort) and bool(group or not self.group)

    def has(self, one):
        """Whether something with a time of its own is at that time, where a source asks itself."""
        return one.ends_at >= self.since and (self.until is None or one.starts_at < self.until)

    def of(self, rows, sort):
        """Of these rows, each with a ``group``, what is asked for."""
        if not self.wants(sort):
            return []
        rows = rows.filter(ends_at__gte=self.since)
        if self.until:
            rows = rows.filter(starts_at__lt=self.until)
        if self.group:
            rows = rows.filter(group__slug=self.group)
        return rows.order_by("starts_at", "pk")[: self.at_most]


class AtTimes:
    """What a person has at times, of a query that is long to ask for anew: it is kept, as far back
    as feeds go (and a day, for whoever asks meanwhile). What a month shows of before is asked anew.

    ``make(user)`` gives rows by their time; ``path`` leads from each to what has the time.
    """

    BACK = KEPT + DAY
    MOST = 500  # more than anybody has

    def __init__(self, make, path=""):
        self.make = make
        self.ends, self.starts = f"{path}ends_at__gte", f"{path}starts_at__lt"
        self.at = attrgetter(path.removesuffix("__")) if path else lambda row: row
        self.kept = Kept(self._lately, self.MOST)

    def _lately(self, user):
        return self.make(user).filter(**{self.ends: clock.now() - self.BACK})

    def rows(self, user, asked):
        """Those that are asked for; of which ``group`` something is, ``asked`` knows not."""
        at_most = self.MOST if asked.group else asked.at_most
        if asked.since >= clock.now() - self.BACK:
            found = (one for one in self.kept.rows(user) if asked.has(self.at(one)))
            return islice(found, at_most)
        rows = self.make(user).filter(**{self.ends: asked.since})
        if asked.until:
            rows = rows.filter(**{self.starts: asked.until})
        return rows[:at_most]


# Each: a person and what is asked for (nothing: what feeds hold) -> entries, for the person's
# calendar page and private feed alike.
CALENDAR: Registry[Callable[..., Iterable[Entry]]] = Registry("What calendars hold")

# Each: a person -> (slug, name) of the groups by which their page can be narrowed.
GROUPS: Registry[Callable[[User], Iterable[tuple[str, str]]]] = Registry("Groups of calendars")


@CALENDAR.add
def deadlines(user, asked=None):
    """What waits for somebody until a day (``core/needs.py``), as long as it does."""
    asked = asked or Asked()
    if not asked.wants(Sort.DEADLINE):
        return
    seen = Counter()
    for need in deadlines_of(user):
        # What leads to one page is told apart by its title and its day, or else by its place.
        key = f"{user.pk} {need.key} {need.title} {need.due.isoformat()}"
        seen[key] += 1
        key = f"{key} {seen[key]}"
        at, day = need.due_at, london_day(need.due)
        if day < clock.date_of(asked.since) or (asked.until and at >= asked.until):
            continue
        if asked.group in ("", need.group):
            yield _deadline(key, need, at)


def _deadline(key, need, at):
    """Others look into a calendar: what is discreet says there that something is to be done.

    ``key`` is of this person, so that no two calendars say that they wait for the same.
    """
    named = need.deadline == OPEN
    title = f"{need.title} (last day)" if named else DISCREET_TITLE
    return Entry(
        key=salted_hmac(__name__, key, algorithm="sha256").hexdigest()[:32],
        sequence=0,
        stamp=clock.now(),
        starts_at=at,
        ends_at=at,
        due=need.due,
        title=title,
        page=need.url if named else "/",
        lines=(need.detail,) if named else (),
        sort=Sort.DEADLINE,
        group=need.detail,
        shown=need.title,
        opens=need.url,
    )


# --- what is made of entries ----------------------------------------------------------------------
def part(entry, to=None, partstat="NEEDS-ACTION", answers=""):
    """(method, text) of the calendar part of a mail.

    To somebody who is asked it is a request, with what they have answered so far; else it is
    published, and has no attendee. Either is called off by CANCEL, with the same attendee or none
    (RFC 5546, 3.2.5 and 4.1.3). The organiser is the programme's own address: a reply from a
    calendar program reaches people who can act on it, and no member's address is handed to others.
    It asks for a reply where one is read, at the address ``answers`` (``answer_address``), which is
    the organiser then; else it says where to answer.
    """
    method = "CANCEL" if entry.cancelled else "REQUEST" if to else "PUBLISH"
    asks = method == "REQUEST" and bool(answers)
    if method == "REQUEST":
        entry = replace(entry, lines=(*entry.lines, ANSWER_HERE if asks else ANSWER))
    item = _event(entry, method)
    item.add("organizer", _address(answers or settings.SUPPORT_EMAIL, settings.SITE_NAME))
    if to:
        rsvp = "TRUE" if asks else "FALSE"
        params = {"role": "REQ-PARTICIPANT", "partstat": partstat, "rsvp": rsvp}
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


def uid_of(key):
    """What an entry is known by in all calendars."""
    return f"{key}@{urlsplit(settings.SITE_URL).hostname}"


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
    item.add("uid", uid_of(entry.key))
    item.add("sequence", entry.sequence)
    item.add("dtstamp", (clock.now() if method else entry.stamp).astimezone(UTC))
    if entry.due is None:
        item.add("dtstart", entry.starts_at.astimezone(UTC))
        item.add("dtend", entry.ends_at.astimezone(UTC))
    else:  # a day, without an hour: it ends before the next, and nobody is busy for it
        item.add("dtstart", entry.day)
        item.add("dtend", entry.day + DAY)
        item.add("transp", "TRANSPARENT")
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
