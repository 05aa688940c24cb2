"""Tidying after consultations. Nothing depends on it: the clock decides what is over."""

from celery import shared_task

from .models.consultation import Consultation


@shared_task
def tidy_consultations():
    """Nightly: store that consultations are closed. Returns how many.

    What was begun and never sent goes by the rules of retention (``personal.py``).
    """
    closed = 0
    for consultation in Consultation.objects.over().filter(state=Consultation.State.OPEN):
        consultation.follow("close")
        closed += 1
    return closed
