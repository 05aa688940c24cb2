"""*What needs you*: apps say in their ``needs.py`` what waits for a person, and the page lists it.

There are many sources, and most have nothing for most people. So each says cheaply for whom it can
have anything (``may``) and which rows it reads (``when``): of the sources that are left, one
statement asks which have a row, and only those are called.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model, QuerySet

from . import clock
from .compiled import sql_of
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
Needs = Callable[[Any], Iterable[Need]]


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
    when: Rows | None = None
    may: May | None = None
    alike: bool = False

    def __call__(self, user: Any) -> Iterable[Need]:
        return self.needs(user)

    @property
    def app(self) -> str:
        return self.needs.__module__

    def gate(self, user: Any) -> tuple[str, Any]:
        """SQL and parameters of the rows that it would read."""
        if not self.alike:
            return _first(self.when(user)).sql_with_params()
        sql, params = sql_of(_first_of_somebody, self.when, clock.today())
        return sql, [user.pk if value == SOMEBODY else value for value in params]


NEEDS: Registry[Source] = Registry("What needs people")
SOMEBODY = -4_815_162_342  # stands for the person's key in a query that is built once


def needs_you(
    source: Needs | None = None,
    *,
    when: Rows | None = None,
    may: May | None = None,
    alike: bool = False,
) -> Any:
    """Register a source of *What needs you*; a decorator.

    ``when(user)`` gives the rows that it reads: where there is none, the source is not called.
    ``may(user)`` says for whom there can be any, from what is known of the person anyway.
    ``alike``: the rows are the same query for everybody all day, but for the person's key.
    """

    def add(source: Needs) -> Needs:
        NEEDS.add(Source(source, when, may, alike))
        return source

    return add if source is None else add(source)


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
    """Those of the sources that have a row, in one statement.

    It is put together from the SQL of each: as one queryset it would take Django twice as long.
    """
    gates, params, found = [], [], []
    for source in sources:
        try:
            sql, values = source.gate(user) if source.when else ("SELECT 1", ())
        except EmptyResultSet:
            continue
        gates.append(f"EXISTS ({sql})")
        params += values
        found.append(source)
    if not any(source.when for source in found):
        return found
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(gates)}", params)
        return [source for source, has in zip(found, cursor.fetchone(), strict=True) if has]


def _first(rows: QuerySet) -> Any:
    return rows.query.exists()


def _first_of_somebody(when: Rows, today: date) -> Any:
    return _first(when(get_user_model()(pk=SOMEBODY)))
