"""Is every part that the site needs alive? Used by ``/readyz``."""

import time

from celery import current_app
from django.conf import settings
from django.core.cache import cache
from django.db import connection

BEAT_KEY = "core:beat-at"
BEAT_MAX_AGE = 180  # seconds without a tick of the scheduler before it counts as stopped


def tick():
    """Called by a scheduled task: the scheduler and a worker are alive."""
    cache.set(BEAT_KEY, time.time(), timeout=None)


def failing():
    """The names of the parts that do not answer, in plain words."""
    checks = {"database": _database, "broker": _broker, "scheduler": _scheduler}
    return [name for name, check in checks.items() if not _answers(check)]


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
