"""Two people, or more, at the same moment, each on a connection of their own."""

import threading
import time
from contextlib import contextmanager

from django.db import connection, connections, transaction
from django.db.models.signals import pre_save

from apps.core.exceptions import Conflict


def together(*actions):
    """Run them at once; what each returned or raised."""
    start, results = threading.Barrier(len(actions)), {}

    def run(number, action):
        start.wait()
        try:
            results[number] = action()
        except Exception as error:  # what was raised is what the test looks at
            results[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(actions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [results[number] for number in range(len(actions))]


@contextmanager
def meeting_at(model):
    """Two who save a row of this model come to the database together."""
    gate = threading.Barrier(2, timeout=10)

    def wait(instance, **_):
        if instance._state.adding:
            gate.wait()

    pre_save.connect(wait, sender=model)
    try:
        yield
    finally:
        pre_save.disconnect(wait, sender=model)


def at_once(*actions, told=Conflict):
    """What became of each: done, or told that somebody was first. Anything else is raised."""
    results = together(*actions)
    for result in results:
        if isinstance(result, Exception) and not isinstance(result, told):
            raise result
    return ["told" if isinstance(result, told) else "done" for result in results]


def locks_in_order(action, first, *others):
    """PostgreSQL: run what takes these rows, and look that it holds no other while it waits for
    the first. Two orders are a deadlock once two people meet; here nobody need be lucky.
    """
    raised = []

    def run():
        try:
            action()
        except Exception as error:  # raised below
            raised.append(error)
        finally:
            connections.close_all()

    thread = threading.Thread(target=run, daemon=True)
    with transaction.atomic():
        _take(first)
        thread.start()
        _until_somebody_waits(thread)
        for other in others:
            _take(other, nowait=True)  # OperationalError where it is held
    thread.join()
    if raised:
        raise raised[0]


def _take(thing, **how):
    type(thing)._base_manager.select_for_update(of=("self",), **how).get(pk=thing.pk)


WAITING = """SELECT count(*) FROM pg_locks
    WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"""


def _until_somebody_waits(thread):
    until = time.monotonic() + 10
    while time.monotonic() < until:
        with connection.cursor() as cursor:
            cursor.execute(WAITING)
            if cursor.fetchone()[0]:
                return
        assert thread.is_alive(), "It took no row that is held."
        time.sleep(0.02)
    raise AssertionError("It waited for nothing.")
