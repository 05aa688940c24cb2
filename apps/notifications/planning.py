"""The planner: what should have gone out by now and is not yet on record becomes deliveries.

It never looks at a window of time, so that hours without a scheduler lose nothing; and it lets
only the latest of several missed reminders out, so that nobody gets three at once.
"""

import logging
from collections import defaultdict

from django.contrib.contenttypes.models import ContentType
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Max

from apps.accounts.models.people import User
from apps.core import clock

from .ahead import catch_up
from .digests import Digest, digest_slot
from .kinds import KINDS, add_deliveries, rule_of
from .models import Channel, Delivery, Frequency, Occurrence, ReminderRule, Status

logger = logging.getLogger(__name__)


def plan(now=None):
    """Record what is due, and tell who joined and left. One kind that fails does not keep the
    others waiting."""
    now = now or clock.now()
    rules = defaultdict(list)
    for rule in ReminderRule.objects.filter(enabled=True):
        rules[rule.kind].append(rule)
    for kind in KINDS.values():
        if kind.is_event or not rules[kind.name]:
            continue
        try:
            plan_kind(kind, rules[kind.name], now)
        except (OperationalError, InterfaceError):
            raise  # the database is away: nothing else would work either
        except Exception:
            logger.exception("Planning %s failed", kind.name)
    catch_up(now)
    plan_digests(now)


# --- reminders ----------------------------------------------------------------------------------
def plan_kind(kind, rules, now):
    """Make the occurrences of one kind that are due and not yet there.

    Reminders of one kind to one audience about one timetable of one thing form a story, of which
    only the latest matters.
    """
    stories = defaultdict(list)
    for rule in rules:
        for due in kind.due(rule, now):
            if due.due_at <= now:
                story = (rule.audience, kind.version(due.subject), *_key(due.subject))
                stories[story].append((due.due_at, rule, due.subject))
    made = _made(kind, stories)
    for story, dues in stories.items():
        told = made[story]
        fresh = [due for due in dues if (due[1].pk, due[0]) not in told]
        if fresh:
            _tell(kind, story, fresh, told)


def _key(subject):
    return ContentType.objects.get_for_model(subject).pk, str(subject.pk)


def _made(kind, stories, size=500):
    """{story: {(rule, due_at): occurrence id}} of what is on record about these subjects."""
    made = defaultdict(dict)
    keys = sorted({story[2:] for story in stories})
    for start in range(0, len(keys), size):
        part = keys[start : start + size]
        known = Occurrence.objects.filter(
            rule__kind=kind.name,
            due_at__isnull=False,
            subject_type__in={type_id for type_id, _ in part},
            subject_id__in=[subject_id for _, subject_id in part],
        ).values_list(
            "rule__audience",
            "schedule_version",
            "subject_type",
            "subject_id",
            "rule",
            "due_at",
            "pk",
        )
        for *story, rule, due_at, pk in known:
            made[tuple(story)][rule, due_at] = pk
    return made


@transaction.atomic
def _tell(kind, story, fresh, told):
    """Record what is fresh of one story: what is latest of all goes out, the rest is superseded."""
    audience, version = story[:2]
    latest = max(((due_at, pk) for (_, due_at), pk in told.items()), default=None)
    for due_at, rule, subject in sorted(fresh, key=lambda due: due[0], reverse=True):
        late = latest is not None and due_at <= latest[0]
        occurrence, is_new = Occurrence.objects.about(subject).get_or_create(
            rule=rule,
            due_at=due_at,
            schedule_version=version,
            defaults={"subject": subject, "superseded_by_id": latest[1] if late else None},
        )
        if late:
            continue
        latest = (due_at, occurrence.pk)
        if is_new:
            supersede(occurrence, audience)
            add_deliveries(kind, occurrence, kind.audience(rule, subject))


def supersede(occurrence, audience):
    """One event, one message: older reminders of the same story that still wait do not go."""
    older = Occurrence.objects.filter(
        rule__kind=occurrence.rule.kind,
        rule__audience=audience,
        subject_type=occurrence.subject_type,
        subject_id=occurrence.subject_id,
        schedule_version=occurrence.schedule_version,
        due_at__lt=occurrence.due_at,
    )
    stopped = Delivery.objects.filter(occurrence__in=older).unsent()
    Occurrence.objects.filter(pk__in=stopped.values("occurrence")).update(superseded_by=occurrence)
    stopped.update(status=Status.SUPERSEDED, claim=None)


# --- digests ------------------------------------------------------------------------------------
def plan_digests(now):
    """One digest for each person whose kept messages have come to their hour.

    It takes along what an earlier digest could not deliver.
    """
    held = Delivery.objects.filter(status=Status.HELD, next_attempt_at__lte=now)
    people = held.filter(digest__isnull=True).order_by().values("recipient")
    for row in people.annotate(slot=Max("next_attempt_at")):
        _digest(row["recipient"], row["slot"], held.filter(recipient=row["recipient"]), now)


@transaction.atomic
def _digest(user_id, slot, items, now):
    user = User.objects.get(pk=user_id)
    occurrence, is_new = Occurrence.objects.about(user).get_or_create(
        rule=rule_of(Digest.name), due_at=slot, schedule_version=0, defaults={"subject": user}
    )
    if is_new:
        supersede(occurrence, occurrence.rule.audience)
        occurrence.deliveries.create(recipient=user, channel=Channel.EMAIL)
        items.update(digest=occurrence)
    elif not items.filter(digest=occurrence).exists():
        # That digest has left already; what came too late for it goes with the next.
        items.update(next_attempt_at=digest_slot(Frequency.DAILY, now))
