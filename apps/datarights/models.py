"""What people are entitled to: a copy of their data, and requests to correct or erase it; and
what holds back a deletion."""

import uuid
from collections import defaultdict
from datetime import timedelta

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.files.storage import storages
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.urls import reverse

from apps.accounts.models.people import User
from apps.core import chance, clock
from apps.core.exceptions import Already
from apps.core.models import Stateful, States, record
from apps.core.moves import Missing, Move, effect, requirement
from apps.core.personal import waits_for
from apps.core.waking import wake

from . import events

# No letter or number that looks like another one.
SIGNS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
STALE = timedelta(minutes=15)  # longer than a task may take: its worker is dead


def reference():
    """Random, so that it tells nothing about how many there are."""
    return "DR-" + chance.code(SIGNS, 7)


def a_month_later(day):
    """The same day of the next month, or its last day (ICO: how to count one month)."""
    year, month = divmod(day.year * 12 + day.month, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return day.replace(year=year, month=month + 1, day=last)
        except ValueError:
            continue
    raise AssertionError("Every month has 28 days.")


# --- a copy of one's data ---------------------------------------------------------------------
class DataExportQuerySet(models.QuerySet):
    def visible_to(self, user):
        """One's own. No role sees another's, superusers included."""
        return self.filter(user=user)

    def waiting(self):
        """Those that a worker has to make: asked for, or left behind by a worker that died."""
        dead = clock.now() - STALE
        return self.filter(
            Q(state=DataExport.State.WAITING)
            | Q(state=DataExport.State.MAKING, claimed_at__lt=dead)
        )

    def over(self, cutoff):
        """Made before the cutoff: a copy of one's data should not lie about."""
        return self.filter(asked_at__lt=cutoff)

    def discard(self):
        """Delete them and their files."""
        for export in self:
            export.discard()


class DataExport(models.Model):
    """One copy of everything held about a person, made by a worker, deleted after some days."""

    class State(States):
        WAITING = "waiting", "grey", "Waiting to be made"
        MAKING = "making", "blue", "Being made"
        READY = "ready", "grey", "Ready"
        FAILED = "failed", "red", "Could not be made"

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="data_exports")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    asked_at = models.DateTimeField(default=clock.now, editable=False)
    claimed_at = models.DateTimeField(null=True, editable=False)
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    file = models.CharField(max_length=100, blank=True, help_text="Its random name.")
    size = models.PositiveBigIntegerField(default=0, help_text="Bytes.")
    ready_at = models.DateTimeField(null=True)

    objects = DataExportQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(state__in=["waiting", "making"]),
                name="governance_export_one_at_a_time",
            )
        ]

    def __str__(self):
        return f"Copy {self.pk}"

    def get_absolute_url(self):
        return reverse("data_rights")

    @classmethod
    @transaction.atomic
    def ask(cls, user):
        """Ask for a copy; earlier ones go. Conflict while one is being made."""
        try:
            with transaction.atomic():
                export = cls.objects.create(user=user, file=f"{uuid.uuid4().hex}.zip")
        except IntegrityError:
            there = cls.objects.filter(user=user).first()
            words = "Your copy is being made. It takes a few minutes."
            raise Already(words, there, mine=True) from None
        cls.objects.filter(user=user).exclude(pk=export.pk).discard()
        record("ask_for_copy", user, by=user)
        return export

    @property
    def expires_at(self):
        return self.asked_at + timedelta(days=settings.DATA_EXPORT_KEEP_DAYS)

    @property
    def is_open(self):
        """Whether it can be downloaded now."""
        return self.state == self.State.READY and clock.now() < self.expires_at

    @property
    def is_being_made(self):
        return self.state in (self.State.WAITING, self.State.MAKING)

    @property
    def has_failed(self):
        return self.state == self.State.FAILED

    @property
    def percent(self):
        return 100 * self.done // self.total if self.total else 0

    def discard(self):
        """The row now, the file once that is settled."""
        name = self.file
        self.delete()
        if name:
            transaction.on_commit(lambda: storages["default"].delete(name))


# --- requests ---------------------------------------------------------------------------------
class DataRequestQuerySet(models.QuerySet):
    def visible_to(self, user):
        """One's own, and all of them for those who answer."""
        return self if user.has_perm("datarights.answer_datarequest") else self.filter(person=user)

    def open(self):
        return self.filter(state__in=DataRequest.OPEN)


@requirement
def is_no_erasure(request, by):
    if request.is_erasure:
        words = "An erasure is carried out by the site: look at what goes and what stays."
        yield Missing(words, reverse("data_request_erase", args=[request.reference]))


@requirement
def is_an_erasure(request, by):
    if not request.is_erasure:
        yield Missing("The person did not ask for an erasure.")


@requirement
def is_of_somebody_else(request, by):
    if by == request.person:
        words = "Nobody erases their own account here. Ask another administrator."
        yield Missing(words, turn="another administrator")


@requirement
def nothing_waits(request, by):
    """No hold, and nothing that somebody has to finish first."""
    yield from map(Missing, waits_for(request.person))


@effect
def answered(request, entry):
    """The person reads what was done, or why not."""
    request.answer = entry.note
    request.save(update_fields=["answer"])


@effect
def closed(request, entry):
    request.settled_at, request.settled_by = clock.now(), entry.by
    request.save(update_fields=["settled_at", "settled_by"])


@effect
def erasure_begins(request, entry):
    wake("apps.datarights.tasks.data_rights")


class DataRequest(Stateful):
    """Somebody asks to correct, restrict or erase what is held, or objects to its use.

    To be answered within one month (UK GDPR, article 12(3)); whoever is refused is told why, and
    that they can complain to the Information Commissioner (article 12(4)).
    """

    class Kind(models.TextChoices):
        CORRECT = "correct", "Correct something that is wrong"
        OBJECT = "object", "Stop using my data in some way"
        RESTRICT = "restrict", "Keep my data but do not use it for now"
        ERASE = "erase", "Erase my data"

    class State(States):
        RECEIVED = "received", "grey", "Received"
        IN_HAND = "in_hand", "grey", "In hand"
        ERASING = "erasing", "grey", "Being erased"
        DONE = "done", "green", "Done"
        REFUSED = "refused", "orange", "Refused"
        WITHDRAWN = "withdrawn", "grey", "Taken back"

    OPEN = (State.RECEIVED, State.IN_HAND, State.ERASING)

    ANSWER = "datarights.answer_datarequest"
    moves = {
        "take": Move(
            (State.RECEIVED,),
            State.IN_HAND,
            ANSWER,
            label="Take it in hand",
            explain="The person sees that somebody is looking at it.",
        ),
        "settle": Move(
            (State.IN_HAND,),
            State.DONE,
            ANSWER,
            needs=(is_no_erasure,),
            then=(closed, answered, events.request_settled),
            label="Say that it is done",
            reason=True,
            explain="Say what was done. The person reads it.",
        ),
        "refuse": Move(
            (State.RECEIVED, State.IN_HAND),
            State.REFUSED,
            ANSWER,
            then=(closed, answered, events.request_settled),
            label="Refuse",
            reason=True,
            warn=True,
            explain="Say why. The person is also told that they can complain to the Information "
            "Commissioner's Office.",
        ),
        "erase": Move(
            (State.RECEIVED, State.IN_HAND),
            State.ERASING,
            ANSWER,
            needs=(is_an_erasure, is_of_somebody_else, nothing_waits),
            then=(erasure_begins,),
            main=True,
            label="Erase",
            warn=True,
        ),
        "erased": Move(
            (State.ERASING,),
            State.DONE,
            ANSWER,
            then=(closed,),
            label="Erased",
            internal=True,
        ),
        "withdraw": Move(
            (State.RECEIVED, State.IN_HAND),
            State.WITHDRAWN,
            "datarights.withdraw_datarequest",
            then=(closed,),
            label="Take the request back",
            explain="Nothing will be changed.",
        ),
    }

    reference = models.CharField(max_length=12, unique=True, default=reference, editable=False)
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="data_requests")
    kind = models.CharField("what to do", max_length=10, choices=Kind)
    words = models.TextField("what it is about", max_length=4000, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.RECEIVED, db_index=True)
    asked_at = models.DateTimeField(default=clock.now, editable=False)
    recorded_by = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Who typed it, where it came by letter or by telephone.",
    )
    due = models.DateField(db_index=True)
    answer = models.TextField(blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = DataRequestQuerySet.as_manager()

    class Meta:
        ordering = ["due", "pk"]
        permissions = [
            ("answer_datarequest", "Can answer requests about people's data"),
            ("withdraw_datarequest", "Can take back a request about one's data"),
        ]

    def __str__(self):
        return self.reference

    def get_absolute_url(self):
        return reverse("data_request", args=[self.reference])

    def own_perms(self, user):
        return {"datarights.withdraw_datarequest"} if user.pk == self.person_id else set()

    @property
    def is_open(self):
        return self.state in self.OPEN

    @property
    def is_erasure(self):
        return self.kind == self.Kind.ERASE

    @property
    def was_refused(self):
        return self.state == self.State.REFUSED

    @property
    def is_late(self):
        return self.is_open and self.due < clock.today()

    @classmethod
    @transaction.atomic
    def ask(cls, person, kind, words="", *, by=None):
        """``by`` is who types it for somebody who wrote or telephoned."""
        made = cls.objects.create(
            person=person,
            kind=kind,
            words=words,
            due=a_month_later(clock.today()),
            recorded_by=by,
        )
        record("ask", made, by=by or person)
        events.request_received(made)
        return made


# --- holds ------------------------------------------------------------------------------------
class HoldQuerySet(models.QuerySet):
    def in_force(self):
        return self.filter(Q(until=None) | Q(until__gte=clock.today()))

    def things(self):
        """{model: keys of the things of it that are held now}."""
        held = defaultdict(list)
        rows = self.in_force().exclude(thing_type=None).order_by("pk")
        for kind, key in rows.values_list("thing_type", "thing_id"):
            held[ContentType.objects.get_for_id(kind).model_class()].append(key)
        return dict(held)


def kept_with(things, model):
    """Which rows of a model are kept with the held ``things``; an empty Q for none.

    They are held themselves, or belong to what is: a hold on an event keeps its bookings. Or what
    is held would go with them: a hold on a receipt keeps its claim.
    """
    kept = _taking_along(things, model, {model})
    for column in model._meta.concrete_fields:
        held = model if column.primary_key else column.related_model
        if held in things:
            kept |= Q(**{f"{column.name}__in": things[held]})
    return kept


def _taking_along(things, model, seen):
    """Rows whose deletion would delete a held thing, however far down."""
    kept = Q()
    for relation in model._meta.related_objects:
        below = relation.related_model
        if relation.on_delete is not models.CASCADE or below in seen:
            continue
        held = _taking_along(things, below, seen | {below})
        if below in things:
            held |= Q(pk__in=things[below])
        if held:
            rows = below._base_manager.filter(held).values(relation.field.attname)
            kept |= Q(pk__in=rows)
    return kept


class Hold(models.Model):
    """While it is in force nothing about this person, or this thing and what belongs to it, is
    deleted or erased: a complaint, a claim at law, an inquiry."""

    person = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="holds"
    )
    thing_type = models.ForeignKey(
        ContentType, null=True, blank=True, on_delete=models.PROTECT, verbose_name="kind of thing"
    )
    thing_id = models.CharField("number of the thing", max_length=64, blank=True)
    thing = GenericForeignKey("thing_type", "thing_id")
    reason = models.TextField(max_length=2000)
    until = models.DateField(
        null=True, blank=True, help_text="The last day. Empty: until somebody lifts it."
    )
    placed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="holds_placed", editable=False
    )
    placed_at = models.DateTimeField(default=clock.now, editable=False)

    objects = HoldQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False) | (Q(thing_type__isnull=False) & ~Q(thing_id="")),
                name="governance_hold_on_something",
                violation_error_message="Say whose data, or which thing, is held.",
            )
        ]

    def __str__(self):
        return f"Hold {self.pk}"

    def clean(self):
        """A mistyped number would hold nothing, and nobody would notice."""
        if not (self.thing_type and self.thing_id):
            return
        model = self.thing_type.model_class()
        try:
            found = model and model._base_manager.filter(pk=self.thing_id).exists()
        except (ValueError, ValidationError):
            found = False
        if not found:
            raise ValidationError({"thing_id": "There is no such thing. Check the number."})


class RetentionRun(models.Model):
    """What one night's retention did: rule and number. Kept while it runs, so that it resumes."""

    started_at = models.DateTimeField(default=clock.now, editable=False)
    finished_at = models.DateTimeField(null=True)
    counts = models.JSONField(default=dict, help_text="{rule: number}")
    held = models.JSONField(default=dict, help_text="{rule: number that a hold kept}")
    failed = models.JSONField(default=list, help_text="Rules that met a fault; the log has it.")

    class Meta:
        ordering = ["-pk"]

    def __str__(self):
        return f"Retention of {self.started_at:%Y-%m-%d}"

    @property
    def total(self):
        return sum(self.counts.values())
