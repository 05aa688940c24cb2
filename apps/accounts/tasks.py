"""What accounts have done outside the request."""

from celery import shared_task

from apps.core.models import record

from .models import addresses
from .models.people import User


@shared_task
def note_failure(pk, action, words):
    """Write down that somebody could not sign in; without an account there is nothing to."""
    user = User.objects.filter(pk=pk).first()
    if user is not None:
        record(action, user, by=None, note=words)


@shared_task
def settle_addresses():
    """Let changes of somebody's address take effect whose day is over. Returns how many did."""
    return addresses.settle_due()
