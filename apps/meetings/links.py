"""Signed links in messages: they say who answers for which meeting, and nothing else."""

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.urls import reverse

SALT = "meetings.reply"
LIFE = timedelta(days=180)  # each message brings a new one


def reply_token(meeting, user):
    """A token with which this person can answer this meeting without signing in."""
    return signing.dumps([meeting.pk, user.pk], salt=SALT, compress=False)


def read_reply_token(token):
    """(meeting id, user id) of a token; raises signing.BadSignature if it is forged or old."""
    meeting, user = signing.loads(token, salt=SALT, max_age=LIFE)
    return meeting, user


def reply_url(meeting, user, answer=""):
    """The whole address of the answer page, with the answer chosen already."""
    path = reverse("reply_by_link", args=[reply_token(meeting, user)])
    return f"{settings.SITE_URL}{path}{f'?answer={answer}' if answer else ''}"
