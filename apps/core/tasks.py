"""Upkeep of the audit trail."""

from celery import shared_task

from . import sealing


@shared_task
def seal_audit():
    """Seal what was written since the last time."""
    return sealing.seal()


@shared_task
def check_audit():
    """Check the whole trail; what is found is in the log and on the page of the audit trail."""
    return sealing.check().problems
