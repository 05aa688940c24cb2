"""What the scheduler and the site ask of the workers."""

import logging

from celery import current_app, shared_task
from kombu.exceptions import OperationalError

from apps.core import health

from . import planning, sending

logger = logging.getLogger(__name__)


@shared_task
def plan_and_send():
    """Every half minute: record what is due, then send what waits."""
    health.tick()
    planning.plan()
    send()


@shared_task
def send():
    """Send what waits, in slices, so that a worker that is asked to stop need not wait long."""
    if not sending.send():
        kick()


@shared_task
def sweep():
    """Every minute: free what dead workers hold."""
    sending.sweep()


def kick():
    """Ask a worker to send now. Where the broker is away, the scheduler's next tick sends."""
    try:
        send.apply_async(expires=300, retry=False)
    except (OperationalError, *current_app.connection_for_write().connection_errors):
        logger.warning("The broker does not answer; messages wait for the scheduler")
