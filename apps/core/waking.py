"""Work outside the request is asked for by the name of its task, so that what a task works on need
not import the task."""

import logging
from functools import partial

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)
EXPIRES = 300  # seconds; by then the schedule has asked as well


def wake(task, *, once=False):
    """Ask a worker for the task of this dotted name, as soon as the transaction commits.

    ``once``: however often this is called within one transaction. Where no broker answers, the
    schedule starts the task. Raises KeyError where there is no task of that name.
    """
    current_app.tasks[task]
    waiting = transaction.get_connection().run_on_commit
    if not once or not any(
        isinstance(step, partial) and step.func is ask and step.args == (task,)
        for _, step, _ in waiting
    ):
        transaction.on_commit(partial(ask, task))


def ask(task):
    """Ask now."""
    try:
        current_app.tasks[task].apply_async(expires=EXPIRES, retry=False)
    except (OperationalError, *current_app.connection_for_write().connection_errors):
        log.warning("The broker does not answer; %s waits for the schedule", task)
