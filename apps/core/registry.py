"""How a lower app learns of a higher one: lists filled in each ``AppConfig.ready()``.

Nothing here imports an app; the home page, the navigation, the calendar feed and the role set-up
read these lists.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.db.models import CharField, Value
from django.db.models.functions import Cast, Concat


@dataclass(frozen=True)
class NavItem:
    """An entry of the main navigation; ``shown(user)`` says for whom, without a query."""

    label: str
    url_name: str
    shown: Callable
    order: int = 50


@dataclass(frozen=True)
class Section:
    """A part of a page of a lower app, filled by a higher one (the meetings on a group's page)."""

    template: str
    content: dict


@dataclass(frozen=True)
class Attended:
    """Time that somebody gave and may be paid for, told by the app that recorded it.

    ``key`` names it once and for ever ("meetings.attendance:17"), so that it is claimed once.
    ``kind`` says what sort of work it was, for the rate: one of ``KINDS_OF_WORK``.
    """

    key: str
    what: str
    on: date
    minutes: int
    url: str = ""
    kind: str = "meeting"


@dataclass(frozen=True)
class AttendedSource:
    """Where an app keeps what somebody came to. Called, it tells of each row."""

    rows: Callable
    make: Callable

    def __call__(self, user, since):
        for row in self.rows(user, since):
            yield self.make(row)

    def keys(self, user, since):
        """The same rows with nothing but the ``key`` of each: a query for other queries."""
        rows = self.rows(user, since).order_by()
        label = Value(f"{rows.model._meta.label_lower}:")
        return rows.annotate(key=Concat(label, Cast("pk", CharField()))).values("key")


def key_of(row):
    """What ``Attended.key`` is for a row."""
    return f"{row._meta.label_lower}:{row.pk}"


# What somebody may be paid for. Each kind has rates of its own (apps.network).
KINDS_OF_WORK = {
    "meeting": "Meeting",
    "preparation": "Pre-meet or debrief",
    "panel": "Interview panel",
    "training": "Training",
    "other": "Other agreed work",
}


@dataclass(frozen=True)
class Consulted:
    """A kind of thing that people can be asked about, or that came of what they said.

    ``key`` is its model ("taskgroups.outputversion"), ``label`` what it is called, ``rows(user)``
    those that this person may see, ``find(user, words)`` those of them whose title has the words,
    ``title(thing)`` and ``url(thing)`` what a page shows of one.
    """

    key: str
    label: str
    rows: Callable
    find: Callable
    title: Callable
    url: Callable


@dataclass(frozen=True)
class AcceptedText:
    """A text that the steering group accepted, to be used elsewhere: a job description, say."""

    key: str
    title: str
    version: int
    summary: str
    body: str
    easy_read: str = ""


SECTIONS: dict[str, list[Callable]] = defaultdict(list)  # page -> each: (user, thing) -> Section
NAV: list[NavItem] = []
ATTENDED: list["AttendedSource"] = []
LEAVING: list[Callable] = []  # each: (user, by) -> None, inside the transaction that closes
ACCEPTED_TEXTS: list[Callable] = []  # each: user -> iterable of AcceptedText
CONSULTED: dict[str, Consulted] = {}  # key -> what apps offer to consult on
CALENDAR: list[Callable] = []  # each: user -> iterable of icalendar.Event
JUDGES: list[Callable] = []  # each: user -> what they judge blind now, in words; "" for nothing
PROGRAMME_ROLES: dict[str, set[str]] = defaultdict(set)  # auth.Group name -> {"app.codename"}
AUDIT_WORDS: dict[
    str, str
] = {}  # action of an audit entry -> words, where the name says too little
SENSITIVE: set[str] = set()  # actions by which somebody saw, or took away, what is confidential


def attended(rows):
    """Register a source of time that can be paid for; a decorator of what makes an ``Attended``.

    ``rows(user, since)`` is a query of what the person came to since a date, newest first.
    """

    def register(make):
        source = AttendedSource(rows, make)
        ATTENDED.append(source)
        return source

    return register


def consulted(key, label, *, rows, find, title=str, url=None):
    """Offer a kind of thing to consultations."""
    url = url or (lambda thing: thing.get_absolute_url())
    CONSULTED[key] = Consulted(key, label, rows, find, title, url)


def accepted_text(source):
    """Register a source of texts that the steering group accepted; a decorator."""
    ACCEPTED_TEXTS.append(source)
    return source


def accepted_texts(user):
    return [text for source in ACCEPTED_TEXTS for text in source(user)]


def leaving(step):
    """Register what happens to somebody's things when their account closes; a decorator."""
    LEAVING.append(step)
    return step


def section(page):
    """Register a part of the named page; a decorator."""

    def register(source):
        SECTIONS[page].append(source)
        return source

    return register


def navigation(label, url_name, *, shown=lambda user: user.is_authenticated, order=50):
    """Add an entry to the main navigation."""
    NAV.append(NavItem(label, url_name, shown, order))
    NAV.sort(key=lambda item: item.order)


def programme_role(name, *perms):
    """Give a programme-wide role (an ``auth.Group``) further permissions."""
    PROGRAMME_ROLES[name].update(perms)


def audit_words(action):
    """An action of the audit trail in words: ``record_attendance`` reads *Record attendance*."""
    return AUDIT_WORDS.get(action) or action.replace("_", " ").capitalize()


def sensitive(**words):
    """Register actions by which somebody saw what is confidential, each with its words."""
    AUDIT_WORDS.update(words)
    SENSITIVE.update(words)
