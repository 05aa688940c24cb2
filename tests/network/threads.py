"""Two people at once."""

import threading

from django.db import connections

from apps.core.exceptions import Conflict


def at_once(*actions):
    """What became of each: done, or told that somebody was first."""
    outcomes, start = [], threading.Barrier(len(actions))

    def run(action):
        start.wait()
        try:
            action()
            outcomes.append("done")
        except Conflict:
            outcomes.append("told")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[action]) for action in actions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes
