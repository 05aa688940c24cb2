"""How long a session lasts: without use, and at most (docs/adr/0029).

Whoever deals with what is others' is ``is_entrusted`` (second_factor.py): an hour and a working
day. Everybody else: two weeks, and thirty days.
"""

import time
from dataclasses import dataclass

from allauth.account.authentication import get_authentication_records
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.signals import user_logged_in
from django.db import transaction
from django.dispatch import receiver

from .backends import SignIn

BEGUN, SEEN = "signed_in_at", "seen_at"  # in the session: seconds since 1970
SEEN_EVERY = 300  # seconds: often enough for the list of sessions, and pages stay free of writes
SEEN_EVERY_SHORT = 60  # where an hour counts
LAST = 1800  # seconds before the end at the latest: the page says it in its text


@dataclass(frozen=True)
class Life:
    """Seconds: ``idle`` without use, ``most`` from signing in."""

    idle: int
    most: int
    every: int

    @property
    def is_short(self):
        return self.idle <= 24 * 3600


def life_of(user):
    """How long sessions of this person last."""
    if user.is_entrusted is None:  # another backend loaded the person
        user.is_entrusted = SignIn().get_user(user.pk).is_entrusted
    if user.is_entrusted:
        return Life(settings.SHORT_SESSION_IDLE, settings.SHORT_SESSION_MOST, SEEN_EVERY_SHORT)
    return Life(settings.SESSION_COOKIE_AGE, settings.SESSION_MOST, SEEN_EVERY)


def why_ended(request):
    """Why this session is over, in words for its owner; empty while it goes on."""
    now, life, session = time.time(), life_of(request.user), request.session
    begun = session.get(BEGUN)
    if begun is None:  # it is older than this rule
        begun = session[BEGUN] = session.get(SEEN, now)
    if now - max(session.get(SEEN, 0), begun) >= life.idle:
        return f"You did nothing here for {period(life.idle)}, so you were signed out."
    if now - begun >= life.most:
        return f"You signed in {period(life.most)} ago, so you were signed out."
    return ""


def seconds_left(request):
    """How long the session goes on at most, however it is used."""
    return int(request.session[BEGUN] + life_of(request.user).most - time.time())


def is_due(request):
    """Whether its last use is to be noted again."""
    last = request.session.get(SEEN, 0)
    return time.time() - last > life_of(request.user).every


def shown_again(request):
    """When somebody last showed again who they are, in this session; None where never."""
    if not request.user.is_authenticated:
        return None
    records = get_authentication_records(request, request.user)
    return max((one["at"] for one in records if one.get("reauthenticated")), default=None)


@transaction.atomic
def renew(request):
    """A new key for the same session: whoever had the old one has not shown who they are.

    A session that was ended meanwhile is not made anew (``end_sessions`` locks the same row).
    """
    session = request.session
    kept = UserSession.objects.select_for_update().filter(session_key=session.session_key).first()
    if not session.exists(session.session_key):
        logout(request)
        return
    session.cycle_key()
    if kept is not None:
        kept.session_key = session.session_key
        kept.save(update_fields=["session_key"])


def period(seconds):
    """``an hour``, ``10 hours``, ``14 days``."""
    days, hours = divmod(seconds // 3600, 24)
    if days:
        return f"{days + (hours > 0)} days" if days > 1 else "a day"
    return "an hour" if hours == 1 else f"{hours} hours"


@receiver(user_logged_in)
def begin(sender, request, user, **kwargs):
    """Whoever signs in has a session that begins now."""
    if request is not None:
        request.session[BEGUN] = time.time()


def notice(request):
    """What a page says of it (templates/components/session.html); None where nothing is near."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or BEGUN not in request.session:
        return None
    life, left = life_of(user), seconds_left(request)
    if not life.is_short and left > 24 * 3600:
        return None
    return {
        "idle": life.idle if life.is_short else 0,
        "idle_words": period(life.idle) if life.is_short else "",
        "most_words": period(life.most),
        "left": left if left <= LAST else 0,
        "minutes": max(left // 60, 1),
        "soon": left <= LAST,
    }
