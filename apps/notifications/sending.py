"""The sender: each delivery leaves once (docs/adr/0006-deliveries.md).

A sender claims a batch, and before each message marks it as *being sent*, on the condition that
the claim still is its own; right after the mail server took the message it marks it *sent*. No
transaction is open while it talks to the mail server. Whoever dies in between leaves at most one
message of which nobody knows whether it left; that one is sent again with the same Message-ID.
"""

import logging
import smtplib
import time
import uuid
from contextlib import contextmanager
from datetime import timedelta

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import F

from apps.accounts.models.unreachable import Unreachable
from apps.core import clock

from .digests import Digest, digest_slot
from .gallery.models import attach
from .kinds import KINDS
from .models import Channel, Delivery, Frequency, Occurrence, Preference, Status
from .outlets import OUTLETS, Mailer, MailServerDown

logger = logging.getLogger(__name__)

BATCH = 100
FIRST = ("-pressing", "next_attempt_at", "pk")
SLICE = 5  # seconds that one task sends: a worker asked to stop ends this soon
# Minutes from a failed attempt to the next; after the last there is none.
BACK_OFF = (1, 5, 15, 60, 180, 360, 720)
PERMANENT = 500  # from this code on a mail server means it (RFC 5321, 4.2.1)
CAME_BACK = "CameBack"  # an error: its reader's mail server took it, and sent it back
BACK_WITHIN = timedelta(days=3)  # what is sent back is back by then


# What is looked for first, each time a batch is done: (channel, whether it presses).
ORDER = (
    (Channel.EMAIL, True),
    (Channel.IN_APP, True),
    (Channel.IN_APP, False),
    (Channel.EMAIL, False),
)


def send(seconds=SLICE):
    """Send what is due. Returns False where time ran out before the work did."""
    deadline = time.monotonic() + seconds
    order = list(ORDER)
    while order and time.monotonic() < deadline:
        for channel, pressing in order:
            try:
                found, done_in_time = _send_batch(channel, pressing, deadline)
            except MailServerDown as down:
                # The next tick tries again; no attempt is counted.
                logger.error("The mail server does not answer (%s)", down)
                order = [one for one in order if one[0] != Channel.EMAIL]
                break
            if not done_in_time:
                return False
            if found:
                break
        else:
            return True
    return not order


def _send_batch(channel, pressing, deadline):
    """(whether there was anything, whether all of it was done before the deadline)."""
    with claimed(channel, pressing) as batch, Mailer() as mailer:
        preferences = Preference.objects.in_bulk(
            [delivery.recipient_id for delivery in batch if delivery.recipient_id],
            field_name="user_id",
        )
        for delivery in batch:
            if time.monotonic() >= deadline:
                return True, False
            dispatch(delivery, preferences.get(delivery.recipient_id) or Preference(), mailer)
    return bool(batch), True


# --- claims -------------------------------------------------------------------------------------
def claim(channel, pressing=None, size=BATCH, now=None):
    """Take a batch for this sender alone; returns the deliveries, maybe none.

    ``pressing`` asks for what presses, or for what does not.

    What makes it right is the conditional update. Skipping rows that another sender is just
    taking only saves waiting, where the database can do it.
    """
    now = now or clock.now()
    token = uuid.uuid4()
    free = Delivery.objects.filter(channel=channel).claimable(now)
    if pressing is not None:
        free = free.filter(pressing=pressing)
    with transaction.atomic():
        chosen = free.order_by(*FIRST).select_for_update(
            skip_locked=connection.features.has_select_for_update_skip_locked
        )
        keys = list(chosen.values_list("pk", flat=True)[:size])
        free.filter(pk__in=keys).update(claim=token, claimed_at=now)
    if not keys:
        return []
    batch = list(
        Delivery.objects.filter(claim=token)
        .order_by(*FIRST)
        .select_related("occurrence__rule", "recipient")
        .prefetch_related("occurrence__subject")
    )
    attach([delivery.occurrence for delivery in batch])
    if batch and channel == Channel.EMAIL:
        refused = Unreachable.objects.among([delivery.reader.email for delivery in batch])
        for delivery in batch:
            delivery.is_unreachable = delivery.reader.email.lower() in refused
    return batch


@contextmanager
def claimed(channel, pressing=None):
    """A claimed batch; what of it was not begun when the block ends is free again."""
    batch = claim(channel, pressing)
    try:
        yield batch
    finally:
        if batch:
            ours = Delivery.objects.filter(claim=batch[0].claim, status=Status.WAITING)
            ours.update(claim=None, claimed_at=None)


def settle(delivery, **changes):
    """Change a delivery that this sender holds, and let go of it. False where it was lost."""
    ours = Delivery.objects.filter(pk=delivery.pk, claim=delivery.claim)
    return bool(ours.update(claim=None, claimed_at=None, **changes))


def sweep(now=None):
    """Free what senders hold that must be dead: they held it longer than any sender does."""
    now = now or clock.now()
    stale = Delivery.objects.filter(
        claim__isnull=False, claimed_at__lt=now - timedelta(seconds=settings.CLAIM_SECONDS)
    )
    freed = stale.filter(status=Status.WAITING).update(claim=None, claimed_at=None)
    for delivery in stale.filter(status=Status.SENDING).select_related("occurrence__rule"):
        freed += fail(delivery, "WorkerLost", pause=0)
    if freed:
        logger.warning("Freed %s messages of a worker that stopped", freed)
    return freed


# --- one delivery -------------------------------------------------------------------------------
def dispatch(delivery, preference, mailer):
    """Send one claimed delivery, put it off, or find it no longer wanted."""
    try:
        verdict = judge(delivery, preference, clock.now())
    except (OperationalError, InterfaceError):
        raise  # the database is away; the sweeper frees what we hold
    except Exception as error:
        start(delivery)
        fail(delivery, type(error).__name__)
        return
    if verdict:
        settle(delivery, **verdict)
        return
    if delivery.channel == Channel.EMAIL:
        mailer.open()
    if not start(delivery):
        return  # taken back, or swept and claimed by another, just now
    try:
        shown = OUTLETS[delivery.channel](delivery, mailer)
    except (OperationalError, InterfaceError):
        raise
    except smtplib.SMTPRecipientsRefused as error:
        fail(delivery, type(error).__name__, refused=_codes(error))
    except Exception as error:
        fail(delivery, type(error).__name__)
    else:
        done(delivery, **shown)


def _codes(error):
    """The answers of the mail server to an address that it did not take: 550, say."""
    return [code for code, _ in error.recipients.values()]


def judge(delivery, preference, now):
    """None to send it now; otherwise the changes that say what becomes of it instead."""
    kind = KINDS[delivery.occurrence.rule.kind]
    if not needed(delivery) or (kind.name == Digest.name and not _weed(delivery)):
        return {"status": Status.VOID}
    if delivery.channel == Channel.IN_APP:
        return None
    subject, reader = delivery.occurrence.subject, delivery.reader
    frequency = preference.wants(kind, subject, reader)
    if frequency == Frequency.NONE:
        return {"status": Status.DECLINED}
    if kind.is_urgent_to(subject, reader):
        return None
    if frequency != Frequency.NOW:
        slot = digest_slot(frequency, now)
        return {"status": Status.HELD, "next_attempt_at": slot, "digest": None}
    quiet_until = preference.quiet_until(now)
    return {"next_attempt_at": quiet_until} if quiet_until else None


def needed(delivery):
    """Whether the message still makes sense: asked at the last moment, not when it was planned."""
    occurrence, user = delivery.occurrence, delivery.reader
    kind, rule, subject = KINDS[occurrence.rule.kind], occurrence.rule, occurrence.subject
    return (
        subject is not None
        and (rule.enabled or kind.stays_on)
        and user.is_active
        and (occurrence.due_at is None or occurrence.schedule_version == kind.version(subject))
        and not (kind.latest and _later(occurrence))
        and kind.wanted(rule, subject, user)
    )


def _later(occurrence):
    """Whether the same was said of its subject again since."""
    said = Occurrence.objects.about(occurrence.subject)
    return said.filter(rule=occurrence.rule, pk__gt=occurrence.pk).exists()


def start(delivery):
    """Count the attempt and mark it as being sent, if it still is ours; from here it cannot be
    taken back."""
    with transaction.atomic():
        begun = Delivery.objects.filter(
            pk=delivery.pk, claim=delivery.claim, status=Status.WAITING
        ).update(status=Status.SENDING, attempts=F("attempts") + 1, claimed_at=clock.now())
        if begun:
            delivery.attempts += 1
            _carry(delivery, Status.HELD, status=Status.SENDING)
    return bool(begun)


def done(delivery, **shown):
    """It left, or stands on the Messages page."""
    sent = {"status": Status.SENT, "sent_at": clock.now()}
    with transaction.atomic():
        if delivery.is_unreachable and not _came_back_lately(delivery.reader):
            Unreachable.arrived(delivery.reader.email)
        if settle(delivery, error="", **sent, **shown):
            _hear(delivery, "sent")
        _carry(delivery, Status.SENDING, **sent)


def fail(delivery, error, pause=None, refused=()):
    """Try again later, or give up loudly. The error's kind is kept; its text may be personal.

    ``refused`` are the codes with which a mail server did not take the address. It is tried again
    all the same, since servers mistake themselves; that it was refused can be read from now on.
    """
    if delivery.attempts > len(BACK_OFF):
        changes: dict[str, object] = {"status": Status.FAILED}
        logger.error(
            "Gave up on message %s after %s attempts (%s)", delivery.pk, delivery.attempts, error
        )
    else:
        pause = BACK_OFF[delivery.attempts - 1] if pause is None else pause
        again = clock.now() + timedelta(minutes=pause)
        changes = {"status": Status.WAITING, "next_attempt_at": again}
        logger.warning("Message %s did not leave (%s)", delivery.pk, error)
    with transaction.atomic():
        for_good = bool(refused) and min(refused) >= PERMANENT
        failed = changes["status"] == Status.FAILED
        if refused and (for_good or failed):
            why = Unreachable.Why.REFUSED if for_good else Unreachable.Why.GAVE_UP
            Unreachable.note(delivery.reader.email, why)
        _carry(delivery, Status.SENDING, status=Status.HELD)
        ours = settle(delivery, error=error[:80], **changes)
        if ours and (for_good or failed):
            _hear(delivery, "could_not")
        return ours


def came_back(delivery):
    """It was sent, and its reader's mail server says that it never comes to them."""
    with transaction.atomic():
        sent = Delivery.objects.filter(pk=delivery.pk, status=Status.SENT)
        if sent.update(status=Status.FAILED, error=CAME_BACK):
            Unreachable.note(delivery.reader.email, Unreachable.Why.REFUSED)
            logger.warning("Message %s came back", delivery.pk)
            _carry(delivery, Status.SENT, status=Status.HELD, sent_at=None)
            _hear(delivery, "could_not")


def _came_back_lately(reader):
    """Our own mail server took it: that says nothing where what it took came back before."""
    since = clock.now() - BACK_WITHIN
    back = Delivery.objects.filter(error=CAME_BACK, sent_at__gte=since)
    return back.filter(recipient=reader.pk, address="" if reader.pk else reader.email).exists()


def _hear(delivery, what):
    """The kind hears what became of it. A fault of the kind changes nothing of that."""
    try:
        with transaction.atomic():
            getattr(KINDS[delivery.occurrence.rule.kind], what)(delivery)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        logger.exception("What follows from message %s failed", delivery.pk)


def retry(deliveries, now=None):
    """Give failed messages a new start. Returns how many."""
    return deliveries.filter(status=Status.FAILED).update(
        status=Status.WAITING, attempts=0, next_attempt_at=now or clock.now()
    )


# --- what a digest carries ----------------------------------------------------------------------
def _carry(delivery, was, **changes):
    """Where the delivery is a digest, its items share its fate."""
    if delivery.occurrence.rule.kind == Digest.name:
        delivery.occurrence.items.filter(status=was).update(**changes)


def _weed(delivery):
    """Take out what a digest need not say any more; whether anything is left."""
    items = delivery.occurrence.items.filter(status=Status.HELD)
    kept = 0
    for item in items.select_related("occurrence__rule", "recipient").prefetch_related(
        "occurrence__subject"
    ):
        if needed(item):
            kept += 1
        else:
            items.filter(pk=item.pk).update(status=Status.VOID)
    return kept
