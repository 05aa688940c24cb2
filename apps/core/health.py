"""Is every part that the site needs alive? Used by ``/readyz``."""

import time
from threading import Lock

from django.conf import settings
from django.core.cache import cache, caches
from django.core.mail import get_connection
from django.core.mail.backends.smtp import EmailBackend
from django.db import connection

from . import caching, waking
from .registry import Registry

BEAT_KEY = "core:beat-at"
BEAT_MAX_AGE = 180  # seconds without a tick of the scheduler before it counts as stopped
BEAT_KEPT = 24 * 3600

# What may be behind, with a function that says by how long (None: it is not).
BEHIND = Registry("What may be behind", key=lambda one: one[0])
SLOW, STOPPED = 10, 3600  # seconds after which it is named, and counts as failing


def tick():
    """Called by a scheduled task: the scheduler and a worker are alive.

    Kept in the database: a Redis that begins anew does not make the scheduler look dead.
    """
    store = caches["database"]
    store.set(BEAT_KEY, time.time(), BEAT_KEPT)
    store.forget_expired()


def failing():
    """The names of the parts that do not answer, in plain words."""
    checks = {"database": _database, "broker": _broker, "mail": MAIL.answers}
    failing = [name for name, check in checks.items() if not _answers(check)]
    if "database" not in failing:
        if not _scheduler():
            failing.append("scheduler")
        failing += [name for name, seconds in behind().items() if seconds >= STOPPED]
    return failing


def behind():
    """{name: whole seconds} of what is behind by more than it should be."""
    waited = {name: ask() for name, ask in BEHIND}
    seconds = {name: int(one.total_seconds()) for name, one in waited.items() if one is not None}
    return {name: one for name, one in seconds.items() if one >= SLOW}


def fallen_back():
    """The names of the parts for which another does the work: pages work, and take longer."""
    cache.get(BEAT_KEY)
    return ["cache"] if caching.REDIS.open else []


class MailServer:
    """Whether it lets us in: asked by one at a time and remembered, for anybody may ask us."""

    WAIT, REMEMBERED = 3, 20  # seconds

    def __init__(self):
        self._lock = Lock()
        self._until, self._answer = 0.0, True

    def answers(self):
        server = get_connection(timeout=self.WAIT)
        if not isinstance(server, EmailBackend):
            return True  # a folder, or the terminal
        if time.monotonic() >= self._until and self._lock.acquire(blocking=False):
            try:
                self._answer = _answers(lambda: self._lets_in(server))
                self._until = time.monotonic() + self.REMEMBERED
            finally:
                self._lock.release()
        return self._answer

    @staticmethod
    def _lets_in(server):
        server.open()
        server.close()
        return True


MAIL = MailServer()


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
    waking.knock()
    return True


def _scheduler():
    ticked = caches["database"].get(BEAT_KEY)
    return ticked is not None and time.time() - ticked < BEAT_MAX_AGE
