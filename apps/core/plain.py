"""Rows of a few plain columns: those of many kinds are read by one statement, as text."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import CharField, QuerySet, TextField, Value
from django.db.models.functions import Cast

from .compiled import Kept
from .prepared import execute

WIDEST = 5  # columns that a kind can have
Sql = tuple[str, Iterable[Any]]

ROWS = "SELECT * FROM (SQL) AS part"
WHETHER = f"SELECT 'NAME', {', '.join(['NULL'] * WIDEST)} WHERE EXISTS (SQL)"


@dataclass(frozen=True, eq=False)
class Plain:
    """One kind of rows.

    ``rows(user)`` is a queryset that is kept (``compiled.Kept``); ``columns`` says what is read of
    it, and what makes a value of its text: {path: int, say}. ``may(user)`` says for whom there can
    be any, without a query.
    """

    name: str
    rows: Callable[[Any], QuerySet]
    columns: Mapping[str, Callable[[str], Any]]
    may: Callable[[Any], bool] | None = None
    at_most: int | None = None

    def is_for(self, user: Any) -> bool:
        return self.may is None or self.may(user)

    @cached_property
    def kept(self) -> Kept:
        return Kept(self._as_text, self.at_most)

    def _as_text(self, user: Any) -> QuerySet:
        read = [Cast(path, TextField()) for path in self.columns]
        read += [Cast(Value(None), TextField())] * (WIDEST - len(read))
        named = {f"column_{number}": column for number, column in enumerate(read)}
        rows = self.rows(user).annotate(kind_of_row=Value(self.name, CharField()), **named)
        return rows.values_list("kind_of_row", *named)

    def read(self, row: Iterable[str | None]) -> tuple:
        """A row, as what its columns are."""
        values = zip(self.columns.values(), row, strict=False)
        return tuple(None if value is None else make(value) for make, value in values)


def known(*facts: str) -> Callable[[Any], bool]:
    """Whoever one of these facts is true of, which the session's query answers
    (``accounts.second_factor.FACTS``). Where it was not asked, anybody."""
    return lambda user: any(getattr(user, fact, None) is not False for fact in facts)


def read_together(
    kinds: Iterable[Plain], user: Any, whether: Iterable[tuple[str, Sql]] = ()
) -> dict[str, list[tuple]]:
    """The rows of these kinds for a person, by the name of each: {name: [row, …]}.

    ``whether`` names more statements, of which it is asked whether they have a row: a name that
    comes back is that of one which has.
    """
    named = {kind.name: kind for kind in kinds}
    asked = [(ROWS, *sql) for kind in named.values() if (sql := kind.kept.sql(user))]
    asked += [(WHETHER.replace("NAME", name), *sql) for name, sql in whether]
    found: dict[str, list[tuple]] = {name: [] for name in named}
    if asked:
        statement = " UNION ALL ".join(form.replace("SQL", sql) for form, sql, _ in asked)
        with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
            execute(cursor, statement, [value for *_, given in asked for value in given])
            for name, *row in cursor.fetchall():
                rows = found.setdefault(name, [])
                if name in named:
                    rows.append(named[name].read(row))
    return found
