"""What can be searched: each part says it in its ``searched.py``, and ``apps/search`` reads it.

A kind of thing is found by whoever sees its row now: ``rows(user)`` is the same ``visible_to`` that
pages use. So what fewer people may read than the row itself is not told here, or is a kind of its
own, with rows of its own. Every model is declared, or named with a reason (docs/adr/0040).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.db.models import Model, QuerySet

from .compiled import Kept
from .registry import Registry


@dataclass(frozen=True)
class Told:
    """What the index holds of one row: everything here is read by everybody who sees the row.

    ``state`` is a member of its ``States``; ``again_at``, when the clock makes it another one.
    ``body`` is words in Markdown or plain, several as a list.
    """

    title: str
    url: str
    body: str | list[str] = ""
    reference: str = ""
    group: int | None = None
    on: date | datetime | None = None
    state: Any = None
    again_at: datetime | None = None


@dataclass(frozen=True)
class Searched:
    """One kind of thing that people search for.

    ``texts``    columns with the words, or that say whether there are any: a change hides the entry
                 until it is made anew
    ``watched``  columns that make the entry anew; None: all
    ``parts``    (model, its key to the thing): rows whose words are the thing's
    ``of``       {key of the thing: columns} of what lends it words: the meeting of some minutes
    ``read``     what ``told`` reads besides (select_related)
    ``file``     an ``Upload``, whose text is searched as well
    ``may``      for whom there can be any, from what is known of the person anyway
    ``recorded`` (action, permission): what is recorded where somebody who holds it is shown any
    """

    kind: str
    label: str
    model: type[Model]
    told: Callable[[Any], Told | None]
    texts: tuple[str, ...] = ()
    rows: Callable[[Any], QuerySet] | None = None
    watched: tuple[str, ...] | None = None
    parts: tuple[tuple[type[Model], str], ...] = ()
    of: dict[str, tuple[str, ...]] = field(default_factory=dict)
    read: tuple[str, ...] = ()
    prefetch: tuple[str, ...] = ()
    file: bool = False
    may: Callable[[Any], bool] | None = None
    recorded: tuple[str, str] | None = None

    @cached_property
    def seen(self) -> Kept:
        """The keys of the rows that a person sees: built once, and asked inside other SQL."""
        return Kept(self._keys)

    def visible_to(self, user: Any) -> QuerySet:
        if self.rows is not None:
            return self.rows(user)
        return self.model._default_manager.visible_to(user)

    def _keys(self, user: Any) -> QuerySet:
        return self.visible_to(user).order_by().values_list("pk")


SEARCHED: Registry[Searched] = Registry("What is searched", key=lambda one: one.kind)
UNSEARCHED: dict[type[Model], str] = {}  # models that nobody searches, and why


def searched(kind: str, label: str, model: type[Model], **declared: Any) -> Callable:
    """Declare a kind of thing; decorates the function that tells of a row (None: nothing)."""

    def declare(told: Callable[[Any], Told | None]) -> Callable:
        SEARCHED.add(Searched(kind, label, model, told, **declared))
        return told

    return declare


def unsearched(why: str, *models: type[Model]) -> None:
    """Name models whose words are in no index, with the reason."""
    for model in models:
        if model in UNSEARCHED:
            raise ValueError(f"{model._meta.label} is named twice.")
        UNSEARCHED[model] = why
