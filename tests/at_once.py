"""Two people, or more, at the same moment, each on a connection of their own."""

import threading
from contextlib import contextmanager

from django.db import connections
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
