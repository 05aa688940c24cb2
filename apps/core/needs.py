"""*What needs you*: apps say in their ``needs.py`` what waits for a person, and the page lists it.

There are many sources, and most have nothing for most people. So each says cheaply for whom it can
have anything (``may``) and which rows it reads: of the sources that are left, one statement asks
which have a row, and only those are called. Their queries are kept (``compiled.py``).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model, QuerySet

from .compiled import Kept
from .dates import morning_of
from .permissions import grants
from .registry import Registry

SHOWN = 20  # of each kind; a longer list helps nobody


@dataclass(frozen=True)
class Need:
    """One thing that waits for one person.

    ``due`` orders the list (None sorts last): an hour, or a day, which stands at its morning.
    """

    title: str
    url: str
    due: datetime | date | None = None
    detail: str = ""
    tag: str = ""


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


def known(*facts: str) -> May:
    """Whoever one of these facts is true of, which the session's query answers
    (``accounts.second_factor.FACTS``). Where it was not asked, anybody."""
    return lambda user: any(getattr(user, fact, None) is not False for fact in facts)


def either(*predicates: May) -> May:
    return lambda user: any(may(user) for may in predicates)


# --- the sources --------------------------------------------------------------------------------
@dataclass(frozen=True)
class Source:
    """Called with a person, it gives what waits for them of one kind."""

    needs: Needs
    read: Kept
    may: May | None = None

    def __call__(self, user: Any) -> Iterable[Need]:
        return self.needs(self.read.rows(user), user)

    @property
    def app(self) -> str:
        return self.needs.__module__


NEEDS: Registry[Source] = Registry("What needs people")


def needs_you(rows: Rows, *, may: May | None = None, shown: int | None = SHOWN) -> Callable:
    """Register what waits, a function of rows and the person; a decorator that makes a Source.

    ``rows(user)`` gives what is read, in order and with all that a line shows; as many as are
    ``shown`` are given to it. Where there is none, it is not called.
    The query is kept, so it depends on nothing but the person and the clock (``core.compiled``).
    ``may(user)`` says for whom there can be any, from what is known of the person anyway.
    """

    return lambda needs: NEEDS.add(Source(needs, Kept(rows, shown), may))


def needs_of(user: Any, within: str = "") -> list[Need]:
    """Everything that waits for a person, what is due first first; of one app where it is named."""
    asked = [source for source in NEEDS if source.app.startswith(within)]
    asked = [source for source in asked if source.may is None or source.may(user)]
    needs = [need for source in _open(asked, user) for need in source(user)]
    return sorted(needs, key=_place)


def _place(need: Need) -> tuple[bool, Any]:
    due = need.due
    if isinstance(due, date) and not isinstance(due, datetime):
        due = morning_of(due)
    return due is None, due or 0


def _open(sources: list[Source], user: Any) -> list[Source]:
    """Those of the sources that have a row, in one statement, put together from the SQL of each."""
    gates = [(source, source.read.gate(user)) for source in sources]
    gates = [(source, *gate) for source, gate in gates if gate is not None]
    if not gates:
        return []
    asked = ", ".join(f"EXISTS ({sql})" for _, sql, _ in gates)
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute(f"SELECT {asked}", [value for *_, params in gates for value in params])
        has = cursor.fetchone()
    return [source for (source, *_), is_there in zip(gates, has, strict=True) if is_there]
