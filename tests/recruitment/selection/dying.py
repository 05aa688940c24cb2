"""A worker that stops in the middle of a bulk step, says so, and waits to be killed.

``python -m tests.recruitment.selection.dying POINT [VACANCY]``; see test_killed.py.
"""

import sys
import time

import django


def stop_at(owner, name, number):
    """Let ``owner.name`` do its work, and at its so many-th call stop after it."""
    real, calls = getattr(owner, name), []

    def stopping(*args, **kwargs):
        done = real(*args, **kwargs)
        calls.append(name)
        if len(calls) == number:
            print("here", flush=True)  # noqa: T201 - whoever kills it waits for this line
            time.sleep(60)
        return done

    setattr(owner, name, stopping)


def second_copy(vacancy):
    """One copy is made; all of the second is written, and not committed."""
    from apps.recruitment.selection import tasks
    from apps.recruitment.selection.models.blind import BlindAnswer

    stop_at(BlindAnswer.objects, "bulk_create", 2)
    tasks.copy_applications(int(vacancy))


def second_outcome():
    """One candidate is told; of the second all is written, and not committed."""
    from apps.recruitment.selection import tasks
    from apps.recruitment.selection.models import outcome

    stop_at(outcome.events, "outcome", 2)
    tasks.send_outcomes()


if __name__ == "__main__":
    django.setup()
    globals()[sys.argv[1]](*sys.argv[2:])
