"""Time that somebody gave and may be paid for: who records it tells, who pays asks.

It stands this low so that both may know it.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from functools import reduce
from operator import or_

from django.db.models import CharField, Exists, OuterRef, Q, TextChoices, Value
from django.db.models.functions import Cast, Concat, TruncDate

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
    begins: str
    make: Callable

    def __call__(self, user, since):
        for row in self.rows(user, since):
            yield self.make(row)

    def of_the_job(self, user, since):
        """Of the same rows those of days on which the trust employed the person."""
        for row in self._dated(user, since).filter(_employed(user)):
            yield self.make(row)

    def keys(self, user, since):
        """The other rows with nothing but the ``key`` of each: a query for other queries."""
        rows = self._dated(user, since).exclude(_employed(user)).order_by()
        label = Value(f"{rows.model._meta.label_lower}:")
        return rows.annotate(key=Concat(label, Cast("pk", CharField()))).values("key")

    def _dated(self, user, since):
        return self.rows(user, since).annotate(day=TruncDate(self.begins))


ATTENDED = Registry("Time to be paid for")
EMPLOYED = Registry("Posts in which the trust pays somebody's time")


def attended(rows, begins):
    """Register a source of time that can be paid for; a decorator of what makes an ``Attended``.

    ``rows(user, since)`` is a query of what the person came to since a date, newest first;
    ``begins`` the field in which a row says when.
    """
    return lambda make: ATTENDED.add(AttendedSource(rows, begins, make))


def employed(posts):
    """Register ``posts()``, a query with ``user`` and the fields of an ``Employment``; a decorator.

    They are posts as peer workers. From the first day to the last the trust pays what somebody does
    as part of their job, so it is no involvement to be claimed for.
    """
    return EMPLOYED.add(posts)


@dataclass(frozen=True)
class Employment:
    """The first day of a post and its last; None while it lasts.

    And when each of them was recorded; None where that was not kept.
    """

    started_on: date
    left_on: date | None
    recorded_at: datetime | None = None
    left_recorded_at: datetime | None = None

    def covers(self, on):
        return self.started_on <= on and (self.left_on is None or on <= self.left_on)

    def as_known(self, moment):
        """What was recorded of it at a moment, or None for nothing."""
        if self.recorded_at and self.recorded_at > moment:
            return None
        if self.left_recorded_at and self.left_recorded_at > moment:
            return replace(self, left_on=None, left_recorded_at=None)
        return self


def employments(user):
    """Every ``Employment`` of somebody, past ones as well."""
    return employments_of([user.pk]).get(user.pk, [])


def employments_of(people):
    """{key: [Employment]} of those of the people who are, or were, in post."""
    found = defaultdict(list)
    for posts in EMPLOYED:
        rows = posts().filter(user__in=people)
        for user, *days in rows.values_list("user", *(one.name for one in fields(Employment))):
            found[user].append(Employment(*days))
    return dict(found)


def ever_employed(user):
    """A condition for queries: the person is, or was, in post."""
    return reduce(or_, (Q(Exists(posts().filter(user=user))) for posts in EMPLOYED), Q())


def _employed(user):
    on, found = OuterRef("day"), Q()
    for posts in EMPLOYED:
        last = Q(left_on=None) | Q(left_on__gte=on)
        found |= Q(Exists(posts().filter(last, user=user, started_on__lte=on)))
    return found


def key_of(row):
    """What ``Attended.key`` is for a row."""
    return f"{row._meta.label_lower}:{row.pk}"
