"""The index follows, a few seconds behind."""

from celery import shared_task

from . import index


@shared_task(ignore_result=True)
def follow():
    """Make anew what changed since the last time."""
    return index.follow()
