"""Work outside the request is asked for by the name of its task, so that what a task works on need
not import the task."""

import logging
from functools import partial

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)
EXPIRES = 300  # seconds; by then the schedule has asked as well


def wake(task):
    """Ask a worker for the task of this dotted name once the transaction commits; once is enough,
    however often it is called within one. Where no broker answers, the schedule starts it."""
    waiting = transaction.get_connection().run_on_commit
    if not any(
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
