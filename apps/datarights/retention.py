"""Deleting what was kept for long enough, by the rules that the page shows."""

import logging
from datetime import timedelta

from django.db import transaction
from django.db.models import Q

from apps.core import clock
from apps.core.personal import HELD, RULES

from .models import Hold, RetentionRun, kept_with

log = logging.getLogger(__name__)

BATCH = 200
RESUME = timedelta(hours=12)  # a run that began earlier than this is left as it is


def run(now=None):
    """Carry out every rule, in batches; a run that was killed goes on where it stopped.

    Each batch is a transaction of its own together with its count, and what was dealt with is not
    found again: so killing it loses nothing and counts nothing twice.
    """
    now = now or clock.now()
    report = RetentionRun.objects.filter(finished_at=None, started_at__gt=now - RESUME).first()
    report = report or RetentionRun.objects.create()
    for rule in RULES.values():
        try:
            _carry_out(rule, now, report)
        except Exception:
            log.exception("The retention rule %s met a fault", rule.key)
            report.failed.append(rule.key)
            report.save(update_fields=["failed"])
    report.finished_at = clock.now()
    report.save(update_fields=["finished_at"])
    return report


def _carry_out(rule, now, report):
    cutoff = now - timedelta(days=rule.days())
    held = _held(rule)
    if kept := rule.rows(cutoff).filter(held).count() if held else 0:
        report.held[rule.key] = kept
        report.save(update_fields=["held"])
    before = None
    while True:
        with transaction.atomic():
            rows = rule.rows(cutoff).exclude(held) if held else rule.rows(cutoff)
            pks = list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH])
            if not pks:
                return
            if pks == before:
                raise RuntimeError(f"{rule.key} finds again what it dealt with")
            before = pks
            batch = rule.model._base_manager.filter(pk__in=pks)
            (rule.act or _delete)(batch)
            report.counts[rule.key] = report.counts.get(rule.key, 0) + len(pks)
            report.save(update_fields=["counts"])


def _delete(rows):
    rows.delete()


def _held(rule):
    """Which rows of the rule's model a hold keeps; an empty Q for none."""
    holds = Hold.objects.in_force()
    wanted = kept_with(holds.things(), rule.model)
    people = list(holds.exclude(person=None).values_list("person", "person__email"))
    about = HELD.get(rule.model)
    if people and about:
        for path in about.about:
            wanted |= Q(**{f"{path}__in": [pk for pk, _ in people]})
        if about.by_email:
            for _, email in people:
                wanted |= Q(**{f"{about.by_email}__iexact": email})
    return wanted
