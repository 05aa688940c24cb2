"""Copies, erasures and retention, outside the request."""

from contextlib import suppress

from celery import shared_task

from . import erasure, export, retention


@shared_task
def data_rights():
    """Make the copies that people asked for, and carry out the erasures that were decided.

    Started at once, and by the schedule, so that nothing is lost with a worker or the broker.
    """
    return export.make_waiting() + erasure.erase_waiting()


def start_rights():
    """Ask a worker to begin now. Where no broker answers, the schedule does it."""
    with suppress(data_rights.OperationalError):
        data_rights.delay()


@shared_task
def keep_no_longer():
    """Every night: delete what was kept for as long as the rules say."""
    return retention.run().total
