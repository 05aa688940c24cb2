"""Counting equality answers: by a worker that has the private key, once a vacancy is over."""

import logging

from celery import shared_task

from .models.monitoring import NoKey, tally, to_tally

log = logging.getLogger(__name__)


@shared_task
def tally_monitoring():
    """Count what can be counted; each vacancy in a transaction of its own."""
    for vacancy in to_tally():
        try:
            tally(vacancy)
        except NoKey:
            log.warning("Equality answers wait: this worker has no MONITORING_PRIVATE_KEY")
            return
