"""What meetings decide on: things that an agenda item can name, and what a decision does to them.

A decision about a thing takes effect once the second co-lead confirms that the meeting decided it:
at once, or by a form of the thing's own that asks for such a decision (models/about.py).
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.prefetch import GenericPrefetch
from django.db import models

from apps.core.registry import Registry
from apps.groups.models import TermsOfReference


def nothing(thing, by):
    """What follows at once where the thing has a form of its own for what was decided."""


def never(thing):
    """It needs no decision but the one that moves it."""
    return False


@dataclass(frozen=True)
class Decidable:
    """One kind of thing that meetings decide on.

    ``rows(group)``  what the group could decide on now
    ``move``         the name of the move that a confirmed decision makes at once, if any
    ``taken``        a function of the thing and who confirmed: the decision counts
    ``fell``         the same, where a decision that was confirmed no longer counts
    ``reads``        what its name is made of besides itself: *document*
    ``again``        whether it needs a decision though that would move nothing: its last one fell
    ``follows``      what whoever confirms it is told that comes next
    ``outcomes``     (value, label) of what can come of it, where a decision says which
    """

    model: type[models.Model]
    rows: Callable[[Any], models.QuerySet]
    move: str = ""
    taken: Callable[[Any, Any], object] = nothing
    fell: Callable[[Any, Any], object] = nothing
    again: Callable[[Any], bool] = never
    reads: tuple[str, ...] = ()
    follows: str = "It takes effect."
    outcomes: tuple[tuple[str, Any], ...] = ()

    @property
    def label(self) -> str:
        return self.model._meta.label_lower

    def named(self, rows):
        """The rows with all that their names are made of."""
        return rows.select_related(*self.reads) if self.reads else rows


DECIDABLE: Registry[Decidable] = Registry("What meetings decide on", key=lambda one: one.label)


def decidable(group):
    """{key for a form: thing} of all that a group could decide on now."""
    return {
        f"{one.label}:{thing.pk}": thing
        for one in DECIDABLE
        for thing in one.named(one.rows(group))
    }


def can_decide_on(group, thing):
    """Whether a group could decide on this now."""
    return thing is not None and kind_of(thing).rows(group).filter(pk=thing.pk).exists()


def named():
    """A prefetch of what items or decisions are about, with all that its name is made of."""
    rows = [one.named(one.model._default_manager.all()) for one in DECIDABLE]
    return GenericPrefetch("about", rows)


def seen_by(user, things):
    """Those of the things that this person may read: not all that an agenda names is for all."""
    by_model = defaultdict(list)
    for thing in filter(None, things):
        by_model[type(thing)].append(thing)
    seen = []
    for model, some in by_model.items():
        rows = model._default_manager.visible_to(user).filter(pk__in=[one.pk for one in some])
        keys = set(rows.values_list("pk", flat=True))
        seen += [one for one in some if one.pk in keys]
    return seen


def kind_of(thing):
    return DECIDABLE.get(thing._meta.label_lower)


def outcomes_of(thing):
    """(value, label) of what a decision on it can say that comes of it; mostly nothing."""
    return () if thing is None else kind_of(thing).outcomes


def is_to_be_decided(thing):
    """Whether a decision on it could still have an effect: it was not taken back or settled."""
    kind = kind_of(thing)
    return not kind.move or thing.open_to(kind.move) or kind.again(thing)


DECIDABLE.add(
    Decidable(
        TermsOfReference,
        rows=lambda group: group.terms_of_reference.to_decide(),
        move="adopt",
        reads=("group",),
        follows="It takes effect, and every member is told.",
        taken=lambda terms, by: terms.follow("adopt", by=by),
        fell=lambda terms, by: terms.lose_decision(by=by),
    )
)
