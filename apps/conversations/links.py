"""Signed links for people without an account: they say which booking, and nothing else."""

from datetime import timedelta

from django.core import signing
from django.urls import reverse

SALT = "conversations.booking"
LIFE = timedelta(days=180)  # each letter brings a new one


def booking_token(booking):
    return signing.dumps(booking.pk, salt=SALT, compress=False)


def read_booking_token(token):
    """The id of a booking; raises django.core.signing.BadSignature if forged or old."""
    return signing.loads(token, salt=SALT, max_age=LIFE)


def booking_path(booking):
    return reverse("booking", args=[booking_token(booking)])


def feedback_path(booking):
    return reverse("conversation_feedback", args=[booking_token(booking)])
