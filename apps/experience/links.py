"""Signed links in messages: they say who answers in which round, and nothing else."""

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.urls import reverse

SALT = "experience.answer"
LIFE = timedelta(days=30)  # longer than a round is open


def answer_token(round_, user):
    """A token with which this person can answer in this round without signing in."""
    return signing.dumps([round_.pk, user.pk], salt=SALT, compress=False)


def read_answer_token(token):
    """(key of the round, key of the person); raises signing.BadSignature if forged or old."""
    round_, user = signing.loads(token, salt=SALT, max_age=LIFE)
    return round_, user


def answer_url(round_, user, question="", choice=""):
    """The whole address of the page, with one answer chosen already."""
    path = reverse("how_it_was_by_link", args=[answer_token(round_, user)])
    return f"{settings.SITE_URL}{path}{f'?{question}={choice}' if question else ''}"
