"""Copies, erasures and retention, outside the request."""

from celery import shared_task

from . import erasure, export, retention


@shared_task
def data_rights():
    """Make the copies that people asked for, and carry out the erasures that were decided.

    Started at once, and by the schedule, so that nothing is lost with a worker or the broker.
    """
    return export.make_waiting() + erasure.erase_waiting()


@shared_task
def keep_no_longer():
    """Every night: delete what was kept for as long as the rules say."""
    return retention.run().total
