"""A worker that stops in the middle of its work, says so, and waits to be killed.

``python -m tests.datarights.dying POINT``; see test_killed.py.
"""

import sys
import time

import django


def stop(*args, **kwargs):
    print("here", flush=True)  # noqa: T201 - whoever kills it waits for this line
    time.sleep(60)


def writing_the_copy():
    """Everything is collected, nothing is stored."""
    from apps.datarights import export, tasks

    export.render_to_string = stop
    tasks.data_rights()


def copy_stored():
    """The file is there; that it is ready was not said."""
    from django.core.files.storage import storages

    from apps.datarights import tasks

    store = storages["default"].save
    storages["default"].save = lambda *args: stop(store(*args))
    tasks.data_rights()


def erasing():
    """Much is deleted; names in texts are still to come."""
    from apps.datarights import erasure, tasks

    erasure._scrub = stop
    tasks.data_rights()


def second_batch():
    """One batch is settled; the second is deleted, and not settled yet."""
    from apps.datarights import retention

    retention.BATCH = 2
    delete, done = retention._delete, []

    def die(rows):
        delete(rows)
        done.append(rows)
        if len(done) == 2:
            stop()

    retention._delete = die
    retention.run()


if __name__ == "__main__":
    django.setup()
    globals()[sys.argv[1]]()
