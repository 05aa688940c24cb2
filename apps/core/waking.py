"""Work outside the request is asked for by the name of its task, so that what a task works on need
not import the task."""

import logging
from functools import partial

from celery import current_app
from django.conf import settings
from django.db import transaction
from kombu import pools
from kombu.exceptions import OperationalError

from .circuit import Circuit

log = logging.getLogger(__name__)
EXPIRES = 300  # seconds; by then the schedule has asked as well
BROKER = Circuit(
    "The broker",
    "what workers are asked for waits for the schedule",
    lambda: settings.CELERY_BROKER_URL,
)


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


def ask(task, *args, expires=EXPIRES):
    """Ask now; says whether the broker took it. A page waits for it once, and not long."""
    task = current_app.tasks[task]
    if not BROKER.may_ask(knock):
        return False
    link = connection()
    try:
        with pools.producers[link].acquire(block=True, timeout=settings.REDIS_SECONDS) as producer:
            task.apply_async(args, expires=expires, retry=False, producer=producer)
    except (OperationalError, *link.connection_errors) as error:
        BROKER.failed(error, silent=True)
        return False
    return True


def knock():
    """Raises where no broker answers."""
    with connection() as link:
        link.ensure_connection(max_retries=0)


def connection():
    """To the broker, for a page, which does not wait as long as a worker does."""
    return current_app.connection_for_write(
        transport_options=settings.REDIS_TIMEOUTS | {"max_retries": 0}
    )
