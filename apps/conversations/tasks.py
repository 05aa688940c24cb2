"""Letters to people who booked without an account."""

import logging
from datetime import timedelta
from smtplib import SMTPException

from celery import shared_task
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import F
from django.template.loader import render_to_string

from apps.accounts import mail
from apps.core import clock

from . import calendar
from .links import booking_path, feedback_path
from .models.booking import Booking, BookingLetter
from .models.conversation import Conversation

log = logging.getLogger(__name__)

# How long before, and what that letter is called; the shortest last.
REMINDERS = (
    (timedelta(days=7), BookingLetter.Kind.WEEK),
    (timedelta(days=1), BookingLetter.Kind.DAY),
)
WITH_CALENDAR = {
    BookingLetter.Kind.BOOKED,
    BookingLetter.Kind.CHANGED,
    BookingLetter.Kind.CALLED_OFF,
}


def plan_reminders(now=None):
    """Write the reminders that should have gone out by now; of two that are due, the later."""
    now = now or clock.now()
    coming = Conversation.objects.filter(
        state=Conversation.State.PUBLISHED,
        reminders=True,
        starts_at__gt=now,
        starts_at__lte=now + REMINDERS[0][0],
    )
    for conversation in coming:
        due = [
            (offset, kind) for offset, kind in REMINDERS if conversation.starts_at - offset <= now
        ]
        offset, kind = due[-1]
        due_at = conversation.starts_at - offset
        if due_at <= conversation.scheduled_at:
            continue  # the announcement of this time has said it
        # Who booked after it was due has just been told the time.
        booked = conversation.bookings.filter(
            state=Booking.State.BOOKED, queued_at__lt=due_at
        ).exclude(email="")
        BookingLetter.objects.bulk_create(
            (
                BookingLetter(booking=booking, kind=kind, version=conversation.sequence)
                for booking in booked
            ),
            ignore_conflicts=True,
        )


@shared_task
def send_booking_letters():
    """Plan reminders, then send every letter that waits; what fails is tried again later.

    Started when a letter is written, and by the schedule. Returns how many went out.
    """
    plan_reminders()
    sent = 0
    for letter in BookingLetter.objects.unsent().select_related("booking__conversation"):
        try:
            sent += send(letter)
        except (SMTPException, OSError):
            log.exception("Letter %s about a booking could not be sent", letter.pk)
    return sent


def send(letter):
    """Send one letter; False where another worker was first or it makes no sense any more."""
    mine = BookingLetter.objects.unsent().filter(pk=letter.pk)
    if not mine.update(claimed_at=clock.now(), attempts=F("attempts") + 1):
        return False
    if not letter.still_makes_sense:
        letter.delete()
        return False
    compose(letter).send()
    BookingLetter.objects.filter(pk=letter.pk).update(sent_at=clock.now())
    return True


def compose(letter):
    """The e-mail. Its subject names no event: others may see the screen."""
    booking = letter.booking
    conversation = booking.conversation
    context = mail.common() | {
        "letter": letter,
        "booking": booking,
        "conversation": conversation,
        "address": settings.SITE_URL + booking_path(booking),
        "feedback": settings.SITE_URL + feedback_path(booking),
        "page": settings.SITE_URL + conversation.get_absolute_url(),
    }
    subject = f"{settings.SITE_NAME}: {letter.get_kind_display().lower()}"
    text = render_to_string("conversations/email/booking_message.txt", context).strip()
    message = EmailMultiAlternatives(
        subject,
        text,
        to=[booking.email],
        headers={
            "Message-ID": f"<booking-letter-{letter.pk}@{mail_host()}>",
            "Auto-Submitted": "auto-generated",
        },
    )
    message.attach_alternative(mail.as_html(subject, text), "text/html")
    if letter.kind in WITH_CALENDAR:
        method, entry = calendar.part(conversation)
        message.attach_alternative(entry, f"text/calendar; method={method}")
    return message


def mail_host():
    return settings.SITE_URL.split("//")[-1].split(":")[0]
