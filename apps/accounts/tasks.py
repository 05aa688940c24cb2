"""What accounts have done outside the request: invitations, and what signing in has to be told."""

import logging
from datetime import datetime
from smtplib import SMTPException

from celery import shared_task

from apps.core.models import record

from . import mail
from .models import addresses
from .models.invitations import Invitation
from .models.people import User

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


@shared_task
def note_failure(pk, action, words):
    """Write down that somebody could not sign in; without an account there is nothing to."""
    user = User.objects.filter(pk=pk).first()
    if user is not None:
        record(action, user, by=None, note=words)


@shared_task
def tell_of_new_device(pk, words, at):
    """Tell somebody that their account was used on a device that it was not used on before."""
    user = User.objects.active().filter(pk=pk).first()
    if user is None:
        return
    context = {"person": user, "device": words, "timestamp": datetime.fromisoformat(at)}
    try:
        mail.send("account/email/new_device", user.email, context)
    except (SMTPException, OSError):
        log.exception("A new device of account %s could not be told", pk)


@shared_task
def settle_addresses():
    """Let changes of somebody's address take effect whose day is over. Returns how many did."""
    return addresses.settle_due()
