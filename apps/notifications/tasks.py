"""What the scheduler and the site ask of the workers."""

from celery import shared_task

from apps.core import health
from apps.core.waking import wake

from . import planning, sending
from .inbound import reading


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
        wake("apps.notifications.tasks.send")


@shared_task
def sweep():
    """Every minute: free what dead workers hold."""
    sending.sweep()


@shared_task
def read_mail():
    """Every minute: what came into our mailbox."""
    reading.read_mail()


@shared_task
def keep_mail_no_longer():
    """Every day: what was dealt with goes."""
    reading.keep_no_longer()
