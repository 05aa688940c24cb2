"""Sending invitations, outside the request."""

import logging
from smtplib import SMTPException

from celery import shared_task

from .models.invitations import Invitation

log = logging.getLogger(__name__)


@shared_task
def send_invitations():
    """Send every invitation that waits to go out; what fails is tried again in ten minutes.

    Started when invitations are made, and by the schedule, so that none is lost with a message
    of the broker. Returns how many went out.
    """
    sent = 0
    for invitation in Invitation.objects.unsent().select_related("invited_by"):
        try:
            sent += invitation.send()
        except (SMTPException, OSError):
            log.exception("Invitation %s could not be sent", invitation.pk)
    return sent
