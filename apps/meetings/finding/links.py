"""Signed links in messages: they say who answers about which times, and nothing else."""

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.urls import reverse

SALT = "meetings.times"
LIFE = timedelta(days=180)  # longer than answers are taken: each message brings a new one


def times_token(finding, user):
    """A token with which this person can say which times suit them without signing in."""
    return signing.dumps([finding.pk, user.pk], salt=SALT, compress=False)


def read_times_token(token):
    """(key of the finding, key of the person); raises signing.BadSignature if forged or old."""
    finding, user = signing.loads(token, salt=SALT, max_age=LIFE)
    return finding, user


def times_url(finding, user):
    """The whole address of the page."""
    return settings.SITE_URL + reverse("finding_by_link", args=[times_token(finding, user)])
