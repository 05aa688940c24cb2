"""Counting, by the clock."""

from celery import shared_task

from . import staying, tallies
from .periods import Period, later, running


@shared_task
def count_lately():
    """Every quarter of an hour: the quarter that runs, and the one before, as corrections come
    late. What was never counted is counted from the start. Returns how many numbers there are.
    """
    now = running()
    return tallies.refresh(Period(later(now, -1), now))


@shared_task
def count_all():
    """Each night: everything, since a past may change: somebody corrects who came, say."""
    staying.refresh()
    return tallies.refresh()
