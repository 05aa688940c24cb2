"""Letters to enquirers, outside the request."""

import logging
from smtplib import SMTPException

from celery import shared_task

from .models import Letter

log = logging.getLogger(__name__)


@shared_task
def send_letters():
    """Send every letter that waits to go out; what fails is tried again in ten minutes.

    Started when a letter is written, and by the schedule, so that none is lost with a message of
    the broker. Returns how many went out.
    """
    sent = 0
    for letter in Letter.objects.unsent().select_related("interest"):
        try:
            sent += letter.send()
        except (SMTPException, OSError):
            log.exception("Letter %s could not be sent", letter.pk)
    return sent
