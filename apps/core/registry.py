"""How a lower app learns of a higher one: lists filled in each ``AppConfig.ready()``.

Nothing here imports an app; the home page, the navigation, the calendar feed and the role set-up
read these lists.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import CharField, Exists, Model, QuerySet, Value
from django.db.models.functions import Cast, Concat

from .dates import morning_of


@dataclass(frozen=True)
class Need:
    """One thing that waits for one person, as shown under *What needs you*.

    ``due`` orders the list (None sorts last): an hour, or a day, which stands at its morning.
    """

    title: str
    url: str
    due: datetime | date | None = None
    detail: str = ""
    tag: str = ""


@dataclass(frozen=True)
class NavItem:
    """An entry of the main navigation; ``shown(user)`` says for whom, without a query."""

    label: str
    url_name: str
    shown: Callable[[Any], bool]
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

    rows: Callable[[Any, date], QuerySet]
    make: Callable[[Any], Attended]

    def __call__(self, user: Any, since: date) -> Iterator[Attended]:
        for row in self.rows(user, since):
            yield self.make(row)

    def keys(self, user: Any, since: date) -> QuerySet:
        """The same rows with nothing but the ``key`` of each: a query for other queries."""
        rows = self.rows(user, since).order_by()
        label = Value(f"{rows.model._meta.label_lower}:")
        return rows.annotate(key=Concat(label, Cast("pk", CharField()))).values("key")


def key_of(row: Model) -> str:
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
    rows: Callable[[Any], QuerySet]
    find: Callable[[Any, str], QuerySet]
    title: Callable[[Any], str]
    url: Callable[[Any], str]


@dataclass(frozen=True)
class AcceptedText:
    """A text that the steering group accepted, to be used elsewhere: a job description, say."""

    key: str
    title: str
    version: int
    summary: str
    body: str
    easy_read: str = ""


NeedSource = Callable[[Any], Iterable[Need]]  # what waits for this person
SectionSource = Callable[[Any, Any], Section | None]  # what this person sees of this thing
TextSource = Callable[[Any], Iterable[AcceptedText]]
LeavingStep = Callable[[Any, Any], object]  # whose account closes, and who closes it

SECTIONS: dict[str, list[SectionSource]] = defaultdict(list)  # by page
NEEDS: list[NeedSource] = []
NEED_GATES: dict[NeedSource, Callable[[Any], QuerySet]] = {}  # the rows that a source reads
NAV: list[NavItem] = []
ATTENDED: list[AttendedSource] = []
LEAVING: list[LeavingStep] = []  # inside the transaction that closes the account
ACCEPTED_TEXTS: list[TextSource] = []
CONSULTED: dict[str, Consulted] = {}  # key -> what apps offer to consult on
CALENDAR: list[Callable[[Any], Iterable]] = []  # each: user -> iterable of icalendar.Event
JUDGES: list[
    Callable[[Any], str]
] = []  # each: user -> what they judge blind now, in words; "" for nothing
PROGRAMME_ROLES: dict[str, set[str]] = defaultdict(set)  # auth.Group name -> {"app.codename"}
AUDIT_WORDS: dict[
    str, str
] = {}  # action of an audit entry -> words, where the name says too little
SENSITIVE: set[str] = set()  # actions by which somebody saw, or took away, what is confidential


def needs_you(
    source: NeedSource | None = None, *, when: Callable[[Any], QuerySet] | None = None
) -> Any:
    """Register a source of *What needs you*; a decorator.

    ``when`` gives the rows that it reads: the page asks in one query which sources have any, and
    then only those.
    """

    def add(source: NeedSource) -> NeedSource:
        NEEDS.append(source)
        if when is not None:
            NEED_GATES[source] = when
        return source

    return add if source is None else add(source)


def needs_of(user: Any, within: str = "") -> list[Need]:
    """Everything that waits for a person, what is due first first; of one app where it is named."""
    sources = [source for source in NEEDS if source.__module__.startswith(within)]
    gates = {
        f"gate{number}": Exists(NEED_GATES[source](user))
        for number, source in enumerate(sources)
        if source in NEED_GATES
    }
    people = get_user_model()._default_manager.filter(pk=user.pk)
    is_open = people.values(**gates).get() if gates else {}
    needs = [
        need
        for number, source in enumerate(sources)
        if is_open.get(f"gate{number}", True)
        for need in source(user)
    ]
    return sorted(needs, key=_place)


def _place(need: Need) -> tuple[bool, Any]:
    due = need.due
    if isinstance(due, date) and not isinstance(due, datetime):
        due = morning_of(due)
    return due is None, due or 0


def attended(rows: Callable[[Any, date], QuerySet]) -> Callable:
    """Register a source of time that can be paid for; a decorator of what makes an ``Attended``.

    ``rows(user, since)`` is a query of what the person came to since a date, newest first.
    """

    def register(make: Callable[[Any], Attended]) -> AttendedSource:
        source = AttendedSource(rows, make)
        ATTENDED.append(source)
        return source

    return register


def consulted(
    key: str,
    label: str,
    *,
    rows: Callable[[Any], QuerySet],
    find: Callable[[Any, str], QuerySet],
    title: Callable[[Any], str] = str,
    url: Callable[[Any], str] | None = None,
) -> None:
    """Offer a kind of thing to consultations."""
    url = url or (lambda thing: thing.get_absolute_url())
    CONSULTED[key] = Consulted(key, label, rows, find, title, url)


def accepted_text(source: TextSource) -> TextSource:
    """Register a source of texts that the steering group accepted; a decorator."""
    ACCEPTED_TEXTS.append(source)
    return source


def accepted_texts(user: Any) -> list[AcceptedText]:
    return [text for source in ACCEPTED_TEXTS for text in source(user)]


def leaving(step: LeavingStep) -> LeavingStep:
    """Register what happens to somebody's things when their account closes; a decorator."""
    LEAVING.append(step)
    return step


def section(page: str) -> Callable[[SectionSource], SectionSource]:
    """Register a part of the named page; a decorator."""

    def register(source: SectionSource) -> SectionSource:
        SECTIONS[page].append(source)
        return source

    return register


def navigation(
    label: str,
    url_name: str,
    *,
    shown: Callable[[Any], bool] = lambda user: user.is_authenticated,
    order: int = 50,
) -> None:
    """Add an entry to the main navigation."""
    NAV.append(NavItem(label, url_name, shown, order))
    NAV.sort(key=lambda item: item.order)


def programme_role(name: str, *perms: str) -> None:
    """Give a programme-wide role (an ``auth.Group``) further permissions."""
    PROGRAMME_ROLES[name].update(perms)


def audit_words(action: str) -> str:
    """An action of the audit trail in words: ``record_attendance`` reads *Record attendance*."""
    return AUDIT_WORDS.get(action) or action.replace("_", " ").capitalize()


def sensitive(**words: str) -> None:
    """Register actions by which somebody saw what is confidential, each with its words."""
    AUDIT_WORDS.update(words)
    SENSITIVE.update(words)
