"""The long steps of selecting: each goes on where it was stopped, and does nothing twice."""

import logging

from celery import shared_task

from apps.core import chance

from ..vacancies.models.vacancy import Vacancy
from .models.blind import copy_all
from .models.outcome import tell, to_send

logger = logging.getLogger(__name__)


@shared_task
def copy_applications(vacancy_pk):
    """Make the redacted copies of a closed vacancy that are missing. Returns how many."""
    vacancy = Vacancy.objects.get(pk=vacancy_pk)
    if vacancy.phase != Vacancy.State.CLOSED:
        return 0
    return sum(made is not None for made in copy_all(vacancy))


@shared_task
def send_outcomes():
    """Send what was released: now after the button, and every few minutes what a dead worker left.

    One transaction for each candidate holds the move, the message and the time. One that fails is
    logged and tried again the next time; it does not keep the others waiting. Returns how many.
    """
    sent, waiting = 0, list(to_send().values_list("pk", flat=True))
    chance.shuffle(waiting)  # who is invited in which order tells nothing of how that came
    for pk in waiting:
        try:
            sent += tell(pk)
        except Exception as error:
            logger.error("Outcome %s was not sent (%s)", pk, type(error).__name__)
    return sent
