"""Is every part that the site needs alive? Used by ``/readyz``."""

import time

from celery import current_app
from django.conf import settings
from django.core.cache import cache
from django.db import connection

from .registry import Registry

BEAT_KEY = "core:beat-at"
BEAT_MAX_AGE = 180  # seconds without a tick of the scheduler before it counts as stopped

# What may be behind, with a function that says by how long (None: it is not).
BEHIND = Registry("What may be behind", key=lambda one: one[0])
SLOW, STOPPED = 10, 3600  # seconds after which it is named, and counts as failing


def tick():
    """Called by a scheduled task: the scheduler and a worker are alive."""
    cache.set(BEAT_KEY, time.time(), timeout=None)


def failing():
    """The names of the parts that do not answer, in plain words."""
    checks = {"database": _database, "broker": _broker, "scheduler": _scheduler}
    failing = [name for name, check in checks.items() if not _answers(check)]
    if "database" not in failing:
        failing += [name for name, seconds in behind().items() if seconds >= STOPPED]
    return failing


def behind():
    """{name: whole seconds} of what is behind by more than it should be."""
    waited = {name: ask() for name, ask in BEHIND}
    seconds = {name: int(one.total_seconds()) for name, one in waited.items() if one is not None}
    return {name: one for name, one in seconds.items() if one >= SLOW}


def _answers(check):
    try:
        return check()
    except Exception:
        return False


def _database():
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return cursor.fetchone() == (1,)


def _broker():
    if settings.CELERY_BROKER_URL.startswith("memory"):
        return True
    with current_app.connection_for_write() as broker:
        broker.ensure_connection(max_retries=1, timeout=2)
    return True


def _scheduler():
    ticked = cache.get(BEAT_KEY)
    return ticked is not None and time.time() - ticked < BEAT_MAX_AGE
