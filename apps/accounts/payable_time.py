"""Time that somebody gave and may be paid for: who records it tells, who pays asks.

It stands this low so that both may know it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.db.models import CharField, TextChoices, Value
from django.db.models.functions import Cast, Concat

from apps.core.registry import Registry


class Work(TextChoices):
    """What somebody may be paid for. Each kind has rates of its own."""

    MEETING = "meeting", "Meeting"
    PREPARATION = "preparation", "Pre-meet or debrief"
    PANEL = "panel", "Interview panel"
    TRAINING = "training", "Training"
    OTHER = "other", "Other agreed work"


@dataclass(frozen=True)
class Attended:
    """One thing that somebody came to.

    ``key`` names it once and for ever ("meetings.attendance:17"), so that it is claimed once.
    ``kind`` says what sort of work it was, for the rate.
    """

    key: str
    what: str
    on: date
    minutes: int
    url: str = ""
    kind: str = Work.MEETING


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


ATTENDED = Registry("Time to be paid for")


def attended(rows):
    """Register a source of time that can be paid for; a decorator of what makes an ``Attended``.

    ``rows(user, since)`` is a query of what the person came to since a date, newest first.
    """
    return lambda make: ATTENDED.add(AttendedSource(rows, make))


def key_of(row):
    """What ``Attended.key`` is for a row."""
    return f"{row._meta.label_lower}:{row.pk}"
