"""What meetings decide on: things that an agenda item can name, and what a decision does to them.

A decision about a thing takes effect once the second co-lead confirms that the meeting decided it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import models

from apps.core.registry import Registry
from apps.groups.models import TermsOfReference


@dataclass(frozen=True)
class Decidable:
    """One kind of thing that meetings decide on.

    ``rows(group)``  what the group could decide on now
    ``taken``        a function of the thing and who confirmed: the decision counts
    ``fell``         the same, where a decision that was confirmed no longer counts
    """

    model: type[models.Model]
    rows: Callable[[Any], models.QuerySet]
    taken: Callable[[Any, Any], object]
    fell: Callable[[Any, Any], object]

    @property
    def label(self) -> str:
        return self.model._meta.label_lower


DECIDABLE: Registry[Decidable] = Registry("What meetings decide on", key=lambda one: one.label)


def decidable(group):
    """{key for a form: thing} of all that a group could decide on now."""
    return {f"{one.label}:{thing.pk}": thing for one in DECIDABLE for thing in one.rows(group)}


def kind_of(thing):
    return DECIDABLE.get(thing._meta.label_lower)


DECIDABLE.add(
    Decidable(
        TermsOfReference,
        rows=lambda group: group.terms_of_reference.to_decide(),
        taken=lambda terms, by: terms.follow("adopt", by=by),
        fell=lambda terms, by: terms.follow("fall_back", by=by),
    )
)
