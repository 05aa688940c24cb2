"""What waits for the programme office in the mailbox where answers come."""

from django.conf import settings
from django.urls import reverse

from apps.core.needs import Need, needs_you, permitted

from .models import Postbox


def _for_a_person(user):
    return Postbox.objects.filter(waiting__gt=0)


@needs_you(_for_a_person, may=permitted("accounts.invite_user"), kind="E-mail")
def mail_for_a_person(boxes, user):
    """What we could not take as an answer: somebody waits for one."""
    for box in boxes:
        if settings.INBOUND:
            yield Need(
                "Read the e-mails that we could not sort",
                reverse("inbound_mail"),
                since=box.waiting_since,
                detail=f"{box.waiting} in the mailbox, in the folder For a person",
            )
