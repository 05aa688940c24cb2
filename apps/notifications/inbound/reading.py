"""Read what came in, one mail after the other, and put each where it belongs.

Only what is certain is taken: a token of ours, of whom it names. Anything else waits for a person,
in a folder of the mailbox; none of it stands on the site or in a log.
"""

import logging
import time
import uuid
from contextlib import contextmanager
from datetime import timedelta

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.db.models import Q
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

from apps.core import clock

from ..models import Channel, Delivery, Postbox, Status
from ..sending import CAME_BACK, came_back
from . import mail
from .addresses import ANSWERS, DELIVERY
from .postbox import AUTOMATIC, AWAY, PERSON, TAKEN, opened

logger = logging.getLogger(__name__)

SLICE = 40  # seconds that one task reads
LATE = timedelta(minutes=3)  # without having read it, until somebody is told


def read_mail(seconds=SLICE):
    """Read what came. Does nothing where there is no mailbox, or another reads it."""
    if not settings.INBOUND:
        return
    deadline = time.monotonic() + seconds
    with _alone() as alone:
        if not alone:
            return
        try:
            with opened() as box:
                _read(box, deadline)
                waiting, since = box.for_a_person()
        except AWAY as error:
            logger.error("The mailbox cannot be read (%s)", type(error).__name__)
            return
        now = clock.now()
        Postbox.objects.update(read_at=now, waiting=waiting, waiting_since=since)


def keep_no_longer():
    """Delete what was dealt with, some days ago."""
    if not settings.INBOUND:
        return
    try:
        with opened() as box:
            box.forget(clock.today() - timedelta(days=settings.INBOUND_KEEP_DAYS))
    except AWAY as error:
        logger.error("The mailbox cannot be tidied (%s)", type(error).__name__)


def lag():
    """How long it has not been read, or None: named by ``/readyz``."""
    box = Postbox.objects.first() if settings.INBOUND else None
    if box is None:
        return None
    late = clock.now() - (box.read_at or box.made_at)
    return late if late > LATE else None


@contextmanager
def _alone():
    """Whether nobody else reads. A reader that was killed holds it for CLAIM_SECONDS."""
    Postbox.objects.get_or_create(pk=Postbox.ONLY)
    now, token = clock.now(), uuid.uuid4()
    stale = now - timedelta(seconds=settings.CLAIM_SECONDS)
    free = Postbox.objects.filter(Q(claim=None) | Q(claimed_at__lt=stale))
    try:
        yield bool(free.update(claim=token, claimed_at=now))
    finally:
        Postbox.objects.filter(claim=token).update(claim=None, claimed_at=None)


def _read(box, deadline):
    for key, size, tries in box.waiting():
        if time.monotonic() >= deadline:
            return
        try:
            folder = _folder_of(box, key, size, tries)
            if folder:
                box.move(key, folder)
        except (OperationalError, InterfaceError, IMAPClientAbortError, OSError):
            raise  # the database or the mailbox is away
        except IMAPClientError as error:  # of this one: its folder is full, say
            logger.error("An e-mail could not be put away (%s)", type(error).__name__)


def _folder_of(box, key, size, tries):
    """Where it belongs; "" where it is gone. What makes us stumble, by a fault of ours too, is for
    a person."""
    if size > mail.MOST_BYTES or tries > 1:
        return PERSON
    box.begin(key, tries)
    raw = box.fetch(key)
    if raw is None:
        return ""
    try:
        return sort(raw)
    except (OperationalError, InterfaceError):
        raise
    except mail.TooMuchError:
        return PERSON
    except Exception as error:
        logger.warning("An e-mail could not be read (%s)", type(error).__name__)
        return PERSON


def sort(raw):
    """Do what it says, if it may, and say to which folder it goes."""
    came = mail.read(raw)
    if came.said is not None:
        return TAKEN if _answered(came) else PERSON
    if came.came_back:
        return TAKEN if _noted(came) else PERSON
    return AUTOMATIC if came.is_automatic else PERSON


def _answered(came):
    ours = [one for one in came.tokens if one.letter != DELIVERY and one.is_ours()]
    if len(ours) != 1:
        return False
    [token] = ours
    answers = ANSWERS.get(token.letter)
    if answers is None or len(token.keys) != 2:
        return False
    thing_id, user_id = token.keys
    return answers.take(thing_id, user_id, came.said)


def _noted(came):
    """Of a mail that we sent, to the address to which it did not come."""
    for token in came.tokens:
        if token.letter != DELIVERY or len(token.keys) != 1:
            continue
        sent = Delivery.objects.filter(pk=token.keys[0], channel=Channel.EMAIL)
        known = Q(status=Status.SENT) | Q(status=Status.FAILED, error=CAME_BACK)
        delivery = sent.filter(known).select_related("occurrence__rule", "recipient").first()
        if delivery is None:
            continue
        to = delivery.reader.email.lower()
        if to in came.came_back and token.is_ours(to):
            came_back(delivery)
            return True
    return False
