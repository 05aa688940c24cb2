"""*What needs you*: apps say in their ``needs.py`` what waits for a person, and the page lists it.

There are many sources, and most have nothing for most people. So each says cheaply for whom it can
have anything (``may``) and which rows it reads: of the sources that are left, one statement asks
which have a row, and only those are called. Their queries are kept (``compiled.py``).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from django.db.models import Model, QuerySet

from . import clock
from .coming import COMING, Coming, in_order
from .compiled import Kept
from .dates import due_words, is_past, london_day, morning_of
from .permissions import grants
from .plain import Plain, read_together
from .registry import Registry

SHOWN = 20  # of each kind; a longer list helps nobody
IN_CALENDARS = 500  # of each kind: more than anybody has
FIRST = 7  # that the page shows before somebody asks for all
OPEN, DISCREET = "open", "discreet"  # deadlines in calendars: in words, or that there is one


@dataclass(frozen=True)
class Need:
    """One thing that waits for one person.

    ``do``      the one thing to do, as an order: *Say whether you will come*
    ``thing``   with what, where the order alone does not say it
    ``due``     until when: an hour, or a day, which is over when it ends. It orders the list
    ``since``   when it arose, for what has no end: what has waited longest comes first
    ``kind``    what it is (*Meeting*), and ``source`` whose; both from the source
    ``put_off`` whether somebody may put it off, since nobody else waits for it
    ``group``   the address of the group (its slug) that it belongs to, where it stands in calendars
    ``deadline`` whether it does, and how; from the source
    """

    do: str
    url: str
    thing: Any = ""
    due: datetime | date | None = None
    since: datetime | date | None = None
    detail: str = ""
    kind: str = ""
    source: str = ""
    put_off: bool = False
    group: str = ""
    deadline: str = ""

    @property
    def title(self) -> str:
        return f"{self.do}: {self.thing}" if self.thing else self.do

    @property
    def key(self) -> str:
        """What it is put off by: whose it is, and where it leads."""
        return f"{self.source} {self.url}"

    @property
    def is_late(self) -> bool:
        return self.due is not None and is_past(self.due)

    @property
    def when(self) -> str:
        """Until when, in words."""
        return due_words(self.due) if self.due is not None else ""

    @property
    def due_at(self) -> datetime | None:
        """``due`` as a moment."""
        return _moment(self.due)


def _moment(when: datetime | date | None) -> datetime | None:
    if isinstance(when, date) and not isinstance(when, datetime):
        return morning_of(when)
    return when


# --- when: decided once, for the page and for whoever asks --------------------------------------
WEEK = timedelta(days=6)  # today and six days more: on a Friday, Monday is not *later*
LATE, WEEKLY, LATER, ANY_TIME = "overdue", "week", "later", "any"
HEADINGS = {
    LATE: "Overdue",
    WEEKLY: "This week",
    LATER: "Later",
    ANY_TIME: "When you can",
}
COUNTED = {
    LATE: "overdue",
    WEEKLY: "this week",
    LATER: "later",
    ANY_TIME: "when you can",
}


def group_of(need: Need) -> str:
    """Under which heading it stands."""
    if need.due is None:
        return ANY_TIME
    if need.is_late:
        return LATE
    return WEEKLY if london_day(need.due) <= clock.today() + WEEK else LATER


@dataclass
class Group:
    """What stands under one heading: all of it, and what of it the page shows."""

    name: str
    needs: list[Need]
    shown: list[Need]

    @property
    def heading(self) -> str:
        return HEADINGS[self.name]

    @property
    def until(self) -> date | None:
        """The last day of this week, which is said."""
        return clock.today() + WEEK if self.name == WEEKLY else None


@dataclass
class Waiting:
    """What waits for a person, in groups. ``more``: some kinds have more than is asked for."""

    groups: list[Group]
    more: bool
    put_off: int  # how many were left out, since the person put them off
    coming: list[Coming] = field(default_factory=list)
    beside: dict[str, list[tuple]] = field(default_factory=dict)

    def rows(self, kind: Plain) -> list[tuple] | None:
        """Of what stands ``BESIDE``, the rows of one kind; None: it is not for this person."""
        return self.beside.get(kind.name)

    @property
    def next(self) -> Coming | None:
        return self.coming[0] if self.coming else None

    @property
    def then(self) -> list[Coming]:
        """What comes after that."""
        return self.coming[1:6]

    @property
    def total(self) -> int:
        return sum(len(group.needs) for group in self.groups)

    @property
    def shown(self) -> int:
        return sum(len(group.shown) for group in self.groups)

    @property
    def counts(self) -> str:
        """``2 overdue, 3 this week``."""
        return ", ".join(f"{len(group.needs)} {COUNTED[group.name]}" for group in self.groups)

    @property
    def how_many(self) -> str:
        """``16 things``, or ``More than 20`` where there are more than were asked for."""
        things = f"{self.total} thing{'' if self.total == 1 else 's'}"
        return f"More than {things}" if self.more else things


# --- for whom: predicates for ``may``, without a query of their own ------------------------------
May = Callable[[Any], bool]  # whether there can be anything for this person
Rows = Callable[[Any], QuerySet]  # what a source reads for this person
Needs = Callable[[Any, Any], Iterable[Need]]  # what waits, of rows and for whom


def permitted(*perms: str) -> May:
    """Whoever holds one of these permissions programme-wide."""
    return lambda user: any(user.has_perm(perm) for perm in perms)


def holding(model: type[Model], *codenames: str) -> May:
    """Whoever holds one of these permissions on some thing of a model, or programme-wide."""
    everywhere = permitted(*(f"{model._meta.app_label}.{name}" for name in codenames))

    def may(user: Any) -> bool:
        held = grants(user, model)
        return any(name in held for name in codenames) or everywhere(user)

    return may


def either(*predicates: May) -> May:
    return lambda user: any(may(user) for may in predicates)


# What somebody put off, each of which ``covers`` a need: a function of the person, without a query
# where they put nothing off.
PUT_OFF: Registry[Callable[[Any], Iterable[Any]]] = Registry("What people put off")


# What the home page shows beside what waits, of rows so plain that the same statement reads them.
BESIDE: Registry[Plain] = Registry("What home shows beside", key=lambda one: one.name)


# --- the sources --------------------------------------------------------------------------------
@dataclass(frozen=True)
class Source:
    """Called with a person, it gives what waits for them of one kind."""

    needs: Needs
    read: Kept
    may: May | None = None
    shown: int | None = SHOWN
    kind: str = ""
    put_off: bool = False
    deadline: str = ""

    def __call__(self, user: Any) -> Iterable[Need]:
        return self.of(list(self.read.rows(user)), user)

    def has_more(self, rows: list) -> bool:
        """Whether there are more rows than are shown."""
        return self.shown is not None and len(rows) > self.shown

    def of(self, rows: Any, user: Any) -> list[Need]:
        """What waits, of these rows: as many as are shown."""
        return [
            replace(
                need,
                kind=self.kind,
                source=self.name,
                put_off=self.put_off,
                deadline=self.deadline,
            )
            for need in self.needs(rows[: self.shown], user)
        ]

    @property
    def app(self) -> str:
        return self.needs.__module__

    @property
    def name(self) -> str:
        """What a need is known by: ``governance.consultations.responses``."""
        return f"{self.app.removeprefix('apps.').removesuffix('.needs')}.{self.needs.__name__}"


NEEDS: Registry[Source] = Registry("What needs people")


def needs_you(
    rows: Rows | Kept,
    *,
    may: May | None = None,
    shown: int | None = SHOWN,
    kind: str = "",
    put_off: bool = False,
    deadline: str = "",
    anew: bool = False,
) -> Callable:
    """Register what waits, a function of rows and the person; a decorator that makes a Source.

    ``rows(user)`` gives what is read, in order and with all that a line shows; as many as are
    ``shown`` are given to it. Where there is none, it is not called.
    The query is kept, so it depends on nothing but the person and the clock (``core.compiled``).
    ``may(user)`` says for whom there can be any, from what is known of the person anyway.
    ``kind`` is what such a thing is called; ``put_off`` where nobody waits for it; ``anew`` as in
    ``Kept``. A ``Kept`` for rows is read once for all that are made of it.
    ``deadline``: what is ``due`` stands in the person's calendars: OPEN, in words, or DISCREET,
    where others who look into a calendar are not to read what it is.
    """
    at_most = None if shown is None else shown + 1  # one more, to say that there is more
    read = rows if isinstance(rows, Kept) else Kept(rows, at_most, anew=anew)

    return lambda needs: NEEDS.add(Source(needs, read, may, shown, kind, put_off, deadline))


def needs_of(user: Any, within: str = "") -> list[Need]:
    """Everything that waits for a person, what is due first first; of one app where it is named."""
    asked = [source for source in NEEDS if source.app.startswith(within)]
    return _sorted(_open(_for(asked, user), user)[0], user)[0]


def deadlines_of(user: Any) -> list[Need]:
    """What of it stands in the person's calendars: what has a day of its own.

    All of it, and not what is ``shown``: calendars are read by group and month, so that what was
    left out would be missed there.
    """
    asked = [_in_calendars(source) for source in NEEDS if source.deadline]
    found = _sorted(_open(_for(asked, user), user)[0], user)[0]
    return [need for need in found if need.due is not None]


@cache
def _in_calendars(source: Source) -> Source:
    return replace(source, read=_read_whole(source.read), shown=IN_CALENDARS)


@cache
def _read_whole(read: Kept) -> Kept:
    """Another one, which is kept as well; one for all that are made of it."""
    return Kept(read.make, IN_CALENDARS + 1, anew=read.anew)


def waiting_for(user: Any, first: int | None = FIRST) -> Waiting:
    """The same in groups, without what was put off, and what comes. ``first``: so many are shown,
    None for all."""
    put_off = [one for source in PUT_OFF for one in source(user)]
    opened, beside = _open([*_for(NEEDS, user), *_for(COMING, user)], user, BESIDE)
    coming = in_order(
        one
        for source, rows in opened
        if not isinstance(source, Source)
        for one in source.of(rows, user)
    )
    needs, more = _sorted([one for one in opened if isinstance(one[0], Source)], user)
    said = set(coming[0].needs) if coming else set()
    needs = [need for need in needs if need.url not in said]
    left = [need for need in needs if not any(one.covers(need) for one in put_off)]
    groups = []
    for name in HEADINGS:
        if found := [need for need in left if group_of(need) == name]:
            room = None if first is None else first - sum(len(group.shown) for group in groups)
            groups.append(Group(name, found, found[:room]))
    return Waiting(groups, more, len(needs) - len(left), coming, beside)


def _for(sources: Iterable[Any], user: Any) -> list[Any]:
    return [source for source in sources if source.may is None or source.may(user)]


def _sorted(opened: list[tuple[Source, list]], user: Any) -> tuple[list[Need], bool]:
    needs = sorted((need for source, rows in opened for need in source.of(rows, user)), key=_place)
    return needs, any(source.has_more(rows) for source, rows in opened)


def _place(need: Need) -> tuple[bool, Any, Any]:
    since = _moment(need.since)
    return need.due is None, need.due_at or 0, (since is None, since or 0)


def _open(
    sources: list[Any], user: Any, beside: Iterable[Plain] = ()
) -> tuple[list[tuple[Any, list]], dict[str, list[tuple]]]:
    """Those of the sources that have a row, with their rows; and the rows of what stands beside.

    One statement asks which have any, put together from the SQL of each.
    """
    reads = {f"read {n}": one for n, one in enumerate(dict.fromkeys(one.read for one in sources))}
    gates = ((name, read.gate(user)) for name, read in reads.items())
    gates = [(name, gate) for name, gate in gates if gate is not None]
    found = read_together((one for one in beside if one.is_for(user)), user, gates)
    rows = {read: list(read.rows(user)) for name, read in reads.items() if name in found}
    return [(one, rows[one.read]) for one in sources if one.read in rows], found
