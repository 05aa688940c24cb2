"""Whoever should know of what is to come does, whatever brought that about.

What was announced is compared with who should know, and the difference is told: to whoever joined a
group, was given a part or came onto a side, and to whoever left, was replaced or closed their
account. No event has to think of it; apps say what of theirs is announced (ADR 51).
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import InterfaceError, OperationalError, models, transaction
from django.db.models import BigIntegerField, Exists, F, Max, OuterRef, Q
from django.db.models.functions import Cast

from apps.accounts.models.people import User
from apps.core import clock
from apps.core.registry import Registry

from .kinds import KINDS, notify
from .models import TOLD, Channel, Delivery, Frequency, Occurrence, Preference, Status

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Ahead:
    """Things of one model that people are told of before they happen.

    Somebody knows of one once a kind in ``tells`` told them, until one in ``ends`` did. The first
    of ``tells`` goes to whoever should know and does not, the first of ``ends`` to whoever knows
    and should not. Without ``ends`` nobody has anything in a calendar, and nobody is told.

    ``things``  -> those that are to come and stand, as a query
    ``data``    what the message that ends it keeps of a thing, where that may change meanwhile
    ``people``  (keys of things) -> queries of pairs (key of a thing, key of a person): those who
                are to know, with an account that is open
    """

    things: Callable[[], models.QuerySet]
    people: Callable[[list[int]], Iterable[models.QuerySet]]
    tells: tuple[str, ...]
    ends: tuple[str, ...] = ()
    data: Callable[[models.Model], dict] | None = None

    def announced(self) -> list[int]:
        """The keys of those that people were told of, and of which all messages are kept still."""
        since = clock.now() - timedelta(days=settings.MESSAGES_KEEP_DAYS)
        things = self.things()
        said = Occurrence.objects.filter(
            rule__kind__in=self.tells,
            subject_type=ContentType.objects.get_for_model(things.model),
            subject_id=Cast(OuterRef("pk"), models.CharField()),
        )
        things = things.filter(Exists(said), ~Exists(said.filter(made_at__lte=since)))
        return list(things.order_by("pk").values_list("pk", flat=True))

    def should(self, keys: list[int]) -> models.QuerySet:
        """Pairs of those who are to know."""
        return reduce(lambda one, more: one.union(more), self.people(keys))

    def knows(self, keys: list[int]) -> models.QuerySet:
        """Pairs of those who were told, or are about to be."""
        thing = Cast("occurrence__subject_id", BigIntegerField())
        said = self.said(keys).annotate(thing=thing).values("thing", "recipient")
        return _tells_last(said, self.tells, self.ends).values_list("thing", "recipient")

    def said(self, keys: list[int]) -> models.QuerySet:
        """All that was said about these things on the Messages page, and bears on who knows."""
        return Delivery.objects.filter(
            occurrence__rule__kind__in=[*self.tells, *self.ends],
            occurrence__subject_type=ContentType.objects.get_for_model(self.things().model),
            occurrence__subject_id__in=[str(key) for key in keys],
            channel=Channel.IN_APP,
        ).order_by()


AHEAD: Registry[Ahead] = Registry("What people are told of before it happens")


def catch_up(now: datetime | None = None) -> None:
    """Tell the difference. One sort that fails does not keep the others waiting.

    Of what puts nothing into a calendar, whoever hears of several at once has one e-mail.
    """
    for ahead in AHEAD:
        if ahead.ends:
            _compare(ahead)
    with transaction.atomic():  # nothing of it leaves before it is put together
        told = [one for ahead in AHEAD if not ahead.ends for one in _compare(ahead)]
        _put_together(told, now or clock.now())


def _compare(ahead):
    """The occurrences that told somebody. One thing that fails keeps no other waiting."""
    told = []
    with _kept_going(ahead):
        keys = ahead.announced()
        joined, left = _difference(ahead, keys) if keys else ({}, {})
        for key in sorted({*joined, *left}):
            with _kept_going(ahead):
                told.append(_tell(ahead, key))
    return [one for one in told if one]


@contextmanager
def _kept_going(ahead):
    try:
        yield
    except (OperationalError, InterfaceError):
        raise  # the database is away: nothing else would work either
    except Exception:
        logger.exception("Who should know of %s could not be told", ahead.tells[0])


def _put_together(occurrences, now):
    """The planner makes one digest of what is kept until now (``plan_digests``)."""
    waiting = Delivery.objects.filter(occurrence__in=occurrences, channel=Channel.EMAIL).unsent()
    by_person = defaultdict(list)
    for one in waiting.select_related("recipient__preference", "occurrence__rule"):
        preference = getattr(one.recipient, "preference", None) or Preference()
        kind, thing = KINDS[one.occurrence.rule.kind], one.occurrence.subject
        if preference.wants(kind, thing, one.recipient) == Frequency.NOW:
            by_person[one.recipient_id].append(one.pk)
    several = [key for keys in by_person.values() if len(keys) > 1 for key in keys]
    waiting.filter(pk__in=several).update(status=Status.HELD, next_attempt_at=now)


def _difference(ahead, keys):
    """Two {key of thing: [keys of people]}: who is to be told of it, and that it is not theirs."""
    joined = ahead.should(keys).difference(ahead.knows(keys))
    left = ahead.knows(keys).difference(ahead.should(keys)) if ahead.ends else ()
    return _by_thing(joined), _by_thing(left)


def _by_thing(pairs):
    found = defaultdict(list)
    for thing, person in pairs:
        found[thing].append(person)
    return found


@transaction.atomic
def _tell(ahead, key):
    """Of one thing, under its lock, so that two who compare at once tell nobody twice."""
    thing = ahead.things().select_for_update(of=("self",)).filter(pk=key).first()
    if thing is None:
        return None  # it was called off, or began, meanwhile
    joined, left = _difference(ahead, [key])
    last = ahead.said([key]).aggregate(last=Max("pk"))["last"] or 0
    if left[key]:
        _take_leave(ahead, thing, left[key], last + 1)
    people = _not_back(ahead, thing, joined[key])
    return notify(ahead.tells[0], thing, people, version=last + 1) if people else None


def _not_back(ahead, thing, keys):
    """Those of them who have to be told. Whoever is back before the end left knows of it still;
    the letter that waits for the address of an account that is open again does not go."""
    people = list(User.objects.filter(pk__in=keys))
    ends = Delivery.objects.about(thing).filter(occurrence__rule__kind__in=ahead.ends).unsent()
    ends.filter(recipient=None, address__in=[one.email.lower() for one in people]).update(
        status=Status.VOID, claim=None
    )
    in_app = ends.filter(channel=Channel.IN_APP, recipient__in=people)
    back = set(in_app.values_list("recipient", flat=True))
    ends.filter(recipient__in=back).delete()
    return [one for one in people if one.pk not in back]


def _take_leave(ahead, thing, keys, version):
    """Who was told hears that it is no longer theirs; of who was not yet, it is only kept."""
    mine = Delivery.objects.about(thing).filter(recipient__in=keys).order_by()
    told = mine.filter(occurrence__rule__kind__in=ahead.tells)
    told.unsent().update(status=Status.VOID, claim=None)
    ends = mine.filter(occurrence__rule__kind__in=ahead.ends).values("recipient")
    ended = dict(ends.annotate(last=Max("pk")).values_list("recipient", "last"))
    reached = {
        person
        for person, key in told.told().values_list("recipient", "pk")
        if key > ended.get(person, 0)
    }
    people = User.objects.filter(pk__in=reached)
    data = ahead.data(thing) if ahead.data else None
    occurrence = notify(ahead.ends[0], thing, people, version=version, data=data)
    if occurrence is not None:
        _keep(occurrence, keys, reached)


def _keep(occurrence, keys, reached):
    """That they know no more is kept of those, too, who have nothing to read of it on the site:
    they were not told before, or their account is closed and a letter says it."""
    Delivery.objects.bulk_create(
        [
            Delivery(
                occurrence=occurrence,
                recipient_id=key,
                channel=Channel.IN_APP,
                status=Status.KNOWN if key in reached else Status.VOID,
            )
            for key in keys
        ],
        ignore_conflicts=True,
    )


def knowing(thing: models.Model, tells: Iterable[str], ends: Iterable[str]) -> models.QuerySet:
    """The people who were in fact told of a thing by kinds in ``tells``, and to whom since by none
    in ``ends`` it was, or is about to be, said that it is no longer theirs. Call it after ``void``.
    """
    said = Delivery.objects.about(thing).filter(recipient__isnull=False).order_by()
    told = Q(status__in=TOLD, occurrence__rule__kind__in=list(tells))
    ended = ~Q(status=Status.VOID) & Q(occurrence__rule__kind__in=list(ends))
    knows = _tells_last(said.filter(told | ended).values("recipient"), tells, ends)
    return User.objects.filter(pk__in=knows.values("recipient"))


def _tells_last(said, tells, ends):
    """Of deliveries by whom they are to, those whose last is by a kind in ``tells``."""
    kind_in = "occurrence__rule__kind__in"
    said = said.annotate(told=Max("pk", filter=Q(**{kind_in: tells}))).filter(told__isnull=False)
    if not ends:
        return said
    said = said.annotate(ended=Max("pk", filter=Q(**{kind_in: ends})))
    return said.filter(Q(ended=None) | Q(told__gt=F("ended")))
