"""What is said to whom: a rule makes occurrences, these make deliveries, each is sent once."""

import secrets
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from email.utils import parseaddr

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Case, Count, Max, Q, When, Window
from django.db.models.functions import RowNumber
from django.urls import reverse

from apps.core import clock
from apps.core.clock import LONDON

from .gallery.models import Wording as Wording
from .inbound.models import Postbox as Postbox


class Channel(models.TextChoices):
    """How a message reaches a person."""

    EMAIL = "email", "E-mail"
    IN_APP = "in_app", "Messages page"


@dataclass(frozen=True)
class Address:
    """Somebody without an account: kinds are given one where others are a User.

    It has no name: what a stranger typed stands in no letter. ``email`` is in small letters.
    """

    email: str
    pk = None
    name = full_name = ""
    is_active = True

    @classmethod
    def of(cls, email):
        """Raises ValueError where there is none: they were forgotten."""
        if not email:
            raise ValueError("no address")
        return cls(email.strip().lower())


# --- rules --------------------------------------------------------------------------------------
class ReminderRule(models.Model):
    """When one kind of message goes out, and to whom. Kinds bring theirs; the admin edits them."""

    class Reach(models.TextChoices):
        EMAIL = "email", "E-mail and the Messages page"
        IN_APP = "in_app", "The Messages page only"

    UNITS = ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))

    kind = models.CharField(max_length=60, db_index=True)
    offset = models.DurationField(
        default=timedelta(0),
        help_text="How long before, as days and hours: 7 00:00:00 is seven days, 02:00:00 is two "
        "hours. A minus sign means after.",
    )
    audience = models.CharField(max_length=40, default="everyone")
    channel = models.CharField(max_length=10, choices=Reach, default=Reach.EMAIL)
    enabled = models.BooleanField(default=True)
    seed = models.CharField(
        max_length=100,
        blank=True,
        editable=False,
        help_text="Which default of its kind this rule came from, so that it comes only once.",
    )

    class Meta:
        ordering = ["kind", "-offset"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "seed"], condition=~Q(seed=""), name="notifications_rule_seed_once"
            ),
            models.UniqueConstraint(
                fields=["kind", "offset", "audience", "channel"],
                name="notifications_rule_once",
                violation_error_message="There is a rule like this already.",
            ),
        ]

    def __str__(self):
        return f"{self.kind}: {self.when}"

    @property
    def when(self):
        """The offset in plain words: ``7 days before``, ``2 hours after``, ``at once``."""
        if not self.offset:
            return "at once"
        seconds = abs(int(self.offset.total_seconds()))
        size, unit = next(pair for pair in self.UNITS if seconds % pair[0] == 0)
        number = seconds // size
        side = "before" if self.offset > timedelta(0) else "after"
        return f"{number} {unit}{'' if number == 1 else 's'} {side}"

    @property
    def in_words(self):
        """All that can be changed of it: ``7 days before, E-mail and the Messages page, on``."""
        on = "on" if self.enabled else "off"
        return f"{self.when}, for {self.audience}, {self.get_channel_display()}, {on}"

    def due_at(self, moment):
        """When this rule's message about a moment goes out."""
        return moment - self.offset

    def reaches(self):
        """The channels that the rule's messages take; the Messages page always is one."""
        return (Channel.EMAIL, Channel.IN_APP) if self.channel == "email" else (Channel.IN_APP,)


# --- occurrences --------------------------------------------------------------------------------
class OccurrenceQuerySet(models.QuerySet):
    def about(self, subject):
        """What was, or is to be, said about one thing."""
        return self.filter(
            subject_type=ContentType.objects.get_for_model(subject), subject_id=str(subject.pk)
        )


class Occurrence(models.Model):
    """One rule came due for one thing. The unique keys are what makes a message go out once."""

    rule = models.ForeignKey(ReminderRule, on_delete=models.PROTECT, related_name="occurrences")
    subject_type = models.ForeignKey(ContentType, on_delete=models.CASCADE)
    subject_id = models.CharField(max_length=64)
    subject = GenericForeignKey("subject_type", "subject_id")
    due_at = models.DateTimeField(
        null=True, help_text="Empty where something happened, and the message goes at once."
    )
    schedule_version = models.PositiveBigIntegerField(default=0)
    data = models.JSONField(default=dict, blank=True, help_text="Small, and nothing personal.")
    superseded_by = models.ForeignKey(
        "self", null=True, on_delete=models.SET_NULL, related_name="supersedes"
    )
    made_at = models.DateTimeField(default=clock.now, db_index=True)

    objects = OccurrenceQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["subject_type", "subject_id"])]
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "subject_type", "subject_id", "due_at", "schedule_version"],
                name="notifications_occurrence_once",
            ),
            # A database holds two empty due_at to be different; this one does not.
            models.UniqueConstraint(
                fields=["rule", "subject_type", "subject_id", "schedule_version"],
                condition=Q(due_at__isnull=True),
                name="notifications_event_once",
            ),
        ]

    def __str__(self):
        return f"{self.rule.kind} on {self.subject_type.name} {self.subject_id}"


# --- deliveries ---------------------------------------------------------------------------------
class Status(models.TextChoices):
    """Where a delivery stands."""

    WAITING = "waiting", "Waiting"
    SENDING = "sending", "Being sent"
    HELD = "held", "Kept for the digest"
    SENT = "sent", "Sent"
    FAILED = "failed", "Failed"
    VOID = "void", "No longer needed"
    SUPERSEDED = "superseded", "Replaced by a later one"
    DECLINED = "declined", "Switched off by the person"
    KNOWN = "known", "Known without a message"


TOLD = (Status.SENT, Status.SENDING, Status.KNOWN)


class DeliveryQuerySet(models.QuerySet):
    def about(self, subject):
        """Deliveries of what was said about one thing."""
        return self.filter(occurrence__in=Occurrence.objects.about(subject))

    def unsent(self):
        """Not yet on its way: can still be taken back."""
        return self.filter(status__in=[Status.WAITING, Status.HELD])

    def reconsider(self):
        """What was put off is judged again: the person's preferences changed."""
        put_off = self.unsent().filter(claim__isnull=True, attempts=0)
        return put_off.update(status=Status.WAITING, next_attempt_at=clock.now(), digest=None)

    def told(self):
        """Reached the person, or they knew. What is being sent now counts: it cannot be stopped."""
        return self.filter(status__in=TOLD)

    def claimable(self, now):
        """Waiting, due, and in no sender's hands."""
        return self.filter(status=Status.WAITING, claim__isnull=True, next_attempt_at__lte=now)

    def to(self, address):
        """What goes to somebody without an account."""
        return self.filter(recipient=None, address=address.strip().lower())

    def visible_to(self, user):
        """What a person's Messages page shows."""
        return self.filter(recipient=user, channel=Channel.IN_APP, status=Status.SENT)

    def unread(self):
        return self.filter(read_at__isnull=True)

    def of_the_same(self, delivery):
        """What was said of the same thing as this one."""
        said = delivery.occurrence
        return self.filter(
            occurrence__subject_type=said.subject_type_id, occurrence__subject_id=said.subject_id
        )

    def latest_of_each(self):
        """Of the messages about each thing the latest, with how many there are (``together``) and
        whether one is ``unread`` (1 or 0): those first, then the newest."""
        things = ["occurrence__subject_type", "occurrence__subject_id"]
        unread = Case(When(read_at=None, then=1), default=0)
        return (
            self.annotate(
                place=Window(RowNumber(), partition_by=things, order_by=["-sent_at", "-pk"]),
                together=Window(Count("pk"), partition_by=things),
                unread=Window(Max(unread), partition_by=things),
            )
            .filter(place=1)
            .order_by("-unread", "-sent_at", "-pk")
        )

    def read(self):
        """Mark as read, now; what was read before keeps its time."""
        return self.unread().update(read_at=clock.now())


class Delivery(models.Model):
    """One message on one channel: to a person, or to the address of somebody without an account."""

    occurrence = models.ForeignKey(Occurrence, on_delete=models.CASCADE, related_name="deliveries")
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="deliveries"
    )
    address = models.EmailField(
        max_length=254, blank=True, help_text="Where it goes, to somebody without an account."
    )
    pressing = models.BooleanField(
        default=False, editable=False, help_text="Before all others: somebody looks out for it."
    )
    channel = models.CharField(max_length=10, choices=Channel)
    status = models.CharField(max_length=10, choices=Status, default=Status.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(default=clock.now)
    claim = models.UUIDField(null=True, editable=False, db_index=True)
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    error = models.CharField(
        max_length=80, blank=True, help_text="The kind of the last error, never its text."
    )
    digest = models.ForeignKey(
        Occurrence,
        null=True,
        on_delete=models.SET_NULL,
        related_name="items",
        help_text="The digest that carries this message.",
    )
    # What the Messages page shows, as it was when it was sent.
    title = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    url = models.CharField(max_length=300, blank=True)
    action = models.CharField(max_length=60, blank=True)
    read_at = models.DateTimeField(null=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "deliveries"
        ordering = ["-pk"]
        indexes = [
            models.Index(
                fields=["channel", "-pressing", "next_attempt_at"],
                condition=Q(status="waiting"),
                name="notifications_waiting",
            ),
            models.Index(
                fields=["recipient", "next_attempt_at"],
                condition=Q(status="held"),
                name="notifications_held",
            ),
            models.Index(fields=["recipient", "channel", "-sent_at"]),
            models.Index(
                fields=["recipient"],
                condition=Q(channel="in_app", status="sent", read_at__isnull=True),
                name="notifications_unread",
            ),
            models.Index(fields=["status", "-sent_at"]),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["occurrence", "recipient", "channel"], name="notifications_delivery_once"
            ),
            models.UniqueConstraint(
                fields=["occurrence", "address"],
                condition=Q(recipient=None),
                name="notifications_letter_once",
            ),
            models.CheckConstraint(
                condition=Q(recipient=None) & ~Q(address="")
                | Q(recipient__isnull=False) & Q(address=""),
                name="notifications_delivery_to_one",
            ),
        ]

    is_unreachable = False  # as the sender finds out of a batch

    def __str__(self):
        return f"Message {self.pk}"

    def get_absolute_url(self):
        return reverse("message", args=[self.pk])

    @property
    def reader(self):
        """The User or the Address that it goes to."""
        return self.recipient if self.recipient_id else Address(self.address)

    @property
    def message_id(self):
        """The e-mail's Message-ID: made from the key, so that a repeat carries the same one."""
        to = self.recipient_id or self.address
        key = f"{settings.SITE_URL}/{self.occurrence_id}/{to}/{self.channel}"
        domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
        return f"<{uuid.uuid5(uuid.NAMESPACE_URL, key)}@{domain}>"


# --- what a person wants ------------------------------------------------------------------------
class Frequency(models.TextChoices):
    """How often a person wants e-mail about a topic."""

    NOW = "now", "Straight away"
    DAILY = "daily", "Once a day, in one e-mail"
    WEEKLY = "weekly", "Once a week, in one e-mail"
    NEEDS = "needs", "Only what needs me"
    NONE = "none", "No e-mail"


# The three choices of a person who would rather not choose for each topic.
OVERALL = [
    (Frequency.NOW, "Everything, straight away"),
    (Frequency.DAILY, "One e-mail a day, at 8am"),
    (Frequency.NEEDS, "Only what needs me"),
]


def calendar_token():
    return secrets.token_urlsafe(32)


class Preference(models.Model):
    """How one person wants to be told. A person without a row has the defaults."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="preference"
    )
    overall = models.CharField(max_length=10, choices=OVERALL, default=Frequency.NOW)
    email = models.JSONField(
        default=dict,
        blank=True,
        help_text="{topic: frequency}; a topic that is not there is as ``overall``.",
    )
    quiet = models.BooleanField("quiet hours", default=True)
    quiet_from = models.TimeField(default=time(21))
    quiet_to = models.TimeField(default=time(8))
    calendar_token = models.CharField(
        max_length=64, unique=True, default=calendar_token, editable=False
    )

    def __str__(self):
        return f"How person {self.user_id} wants to be told"

    @classmethod
    def of(cls, user):
        """The person's preferences; made with the defaults where there were none."""
        return cls.objects.get_or_create(user=user)[0]

    def choose(self, **topics):
        """Set how often the person wants e-mail about topics; "" is as ``overall``. What waits is
        judged by it."""
        self.email = {name: often for name, often in {**self.email, **topics}.items() if often}
        self.save()
        self.user.deliveries.reconsider()

    def frequency(self, topic, unless_chosen=""):
        """How often this person wants e-mail about a topic. ``unless_chosen`` is how a kind comes
        to whoever wants all of it, and chose nothing for the topic."""
        usual = unless_chosen if self.overall == Frequency.NOW else ""
        return Frequency(self.email.get(topic) or usual or self.overall)

    def wants(self, kind, subject, user):
        """How often an e-mail of this kind about a thing comes to them: NONE, for never."""
        essential = kind.is_essential_to(subject, user)
        often = Frequency.NOW if essential else self.frequency(kind.topic, kind.unless_chosen)
        if often == Frequency.NEEDS:
            return Frequency.NONE if kind.news else Frequency.NOW
        return often

    def quiet_until(self, now):
        """When the quiet hours that cover this moment end, or None outside them."""
        if not self.quiet or self.quiet_from == self.quiet_to:
            return None
        local = now.astimezone(LONDON)
        hour = local.time()
        overnight = self.quiet_from > self.quiet_to
        if overnight:
            covered = hour >= self.quiet_from or hour < self.quiet_to
        else:
            covered = self.quiet_from <= hour < self.quiet_to
        if not covered:
            return None
        tomorrow = overnight and hour >= self.quiet_from
        day = local.date() + timedelta(days=tomorrow)
        ends = datetime.combine(day, self.quiet_to, tzinfo=LONDON)
        if ends.astimezone(UTC) <= now:  # an hour that comes twice: it ends the second time
            ends = ends.replace(fold=1)
        return ends
