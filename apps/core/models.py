"""The ideas that everything else stands on: a state with moves, and an audit trail."""

from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models.functions import Cast

from . import chain, clock
from .audit_words import SENSITIVE, audit_words, is_sensitive
from .exceptions import SAVED_AGAIN, Already, Conflict, IllegalMove, NotYet, StaleEdit
from .lines import Line
from .moves import OF_THE_FORM, SAID_NO, Act, Missing, Move, Offer, functions
from .requests import request_id
from .says import says_something
from .withheld import about_what_is_seen


# --- audit ------------------------------------------------------------------------------------
class AuditQuerySet(models.QuerySet):
    """Entries can be added and read; nothing else, save that a note can be taken away."""

    def visible_to(self, user):
        """For administrators, save what would tell who has to do with something confidential.

        That somebody read it stays: whoever looks after it reads, and not whom it is about.
        """
        if not user.has_perm("core.view_auditentry"):
            return self.none()
        looked = models.Q(action__in=[action.name for action in SENSITIVE])
        return self.filter(looked | about_what_is_seen(user))

    def update(self, **kwargs):
        raise TypeError("The audit trail is append-only.")

    def delete(self):
        raise TypeError("The audit trail is append-only.")

    def about(self, subject):
        """The entries on one thing, newest first."""
        return self.filter(
            subject_type=ContentType.objects.get_for_model(subject), subject_id=str(subject.pk)
        ).order_by("-pk")

    def about_any(self, subjects):
        """The same of several things of one model."""
        subjects = list(subjects)
        if not subjects:
            return self.none()
        return self.filter(
            subject_type=ContentType.objects.get_for_model(subjects[0]),
            subject_id__in=[str(one.pk) for one in subjects],
        ).order_by("-pk")

    def without_notes(self):
        """Blank the notes of these entries; the database lets nothing else be changed.

        Only for ``remove_note``, which records it.
        """
        return super().update(note="", salt="")


class Sealed(models.CharField):
    """The first of the fields that an entry's digest fills, as it is inserted: one or many."""

    def pre_save(self, entry, add):
        if add:
            entry.seal()
        return super().pre_save(entry, add)


class AuditEntry(models.Model):
    """Who did what, on what, when and why. Append-only, in code and by a PostgreSQL trigger.

    Each entry carries a digest of itself, and seals chain the entries: whoever changes a row, or
    takes one out, is found by ``verify_audit`` (docs/adr/0014).
    """

    at = models.DateTimeField(default=clock.now, editable=False, db_index=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="audit_entries",
        db_index=False,
        help_text="Empty where the system itself acted.",
    )
    action = models.CharField(max_length=60)
    subject_type = models.ForeignKey(ContentType, on_delete=models.PROTECT)
    subject_id = models.CharField(max_length=64)
    subject = GenericForeignKey("subject_type", "subject_id")
    note = models.TextField(blank=True)
    request_id = models.CharField(max_length=12, blank=True)
    salt = Sealed(max_length=32, editable=False)
    note_digest = models.CharField(max_length=64, editable=False)
    digest = models.CharField(max_length=64, editable=False)

    objects = AuditQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "audit entries"
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["subject_type", "subject_id"]),
            models.Index(fields=["by", "at"]),
            models.Index(fields=["action", "at"]),
        ]

    def __str__(self):
        return f"{self.action} on {self.subject_type.name} {self.subject_id}"

    def save(self, *args, **kwargs):
        if self.pk:
            raise TypeError("The audit trail is append-only.")
        self.request_id = self.request_id or request_id.get()
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise TypeError("The audit trail is append-only.")

    def seal(self):
        """Compute the digest; every other field has its final value."""
        self.salt = chain.new_salt()
        self.note_digest = chain.note_digest(self.salt, self.note)
        self.digest = chain.entry_digest(
            chain.keys()[0],
            at=self.at,
            by_id=self.by_id,
            action=self.action,
            subject_type_id=self.subject_type_id,
            subject_id=self.subject_id,
            request_id=self.request_id,
            noted=self.note_digest,
        )

    @property
    def what(self):
        """The action in words: ``record_attendance`` reads *Record attendance*."""
        return audit_words(self.action)

    @property
    def is_sensitive(self):
        return is_sensitive(self.action)

    @property
    def note_removed(self):
        return not self.salt

    REMOVE_NOTE = "remove_note"

    @transaction.atomic
    def remove_note(self, *, by, why):
        """Take the note away, as the law can require, and record that and why.

        Raises PermissionDenied. Nobody asks but the law's own ways: an erasure, by whoever answers
        requests, and a retention rule, by the system (``by`` is None).
        """
        if by is not None and not by.has_perm("datarights.answer_datarequest"):
            raise PermissionDenied
        if AuditEntry.objects.filter(pk=self.pk).exclude(salt="").without_notes():
            record(self.REMOVE_NOTE, self, by=by, note=why)


class AuditSeal(models.Model):
    """Covers a run of entries and the seal before it. Made by a task (apps/core/sealing.py)."""

    number = models.PositiveBigIntegerField(primary_key=True)
    made_at = models.DateTimeField(default=clock.now, editable=False)
    count = models.PositiveIntegerField()
    last = models.BigIntegerField(help_text="The highest entry that any seal so far covers.")
    entries = models.BinaryField(help_text="Number and digest of each entry.")
    previous = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["-number"]

    def __str__(self):
        return f"Seal {self.number}"

    @property
    def anchor(self):
        """What to keep elsewhere, to show later that the trail was not cut and sealed anew."""
        return f"{self.number}:{self.digest}"


class AuditCheck(models.Model):
    """When the whole trail was checked, and with what outcome."""

    at = models.DateTimeField(default=clock.now, editable=False)
    entries = models.PositiveBigIntegerField()
    seals = models.PositiveBigIntegerField()
    problems = models.PositiveBigIntegerField()
    findings = models.TextField(blank=True, help_text="The first 20.")

    class Meta:
        ordering = ["-pk"]

    def __str__(self):
        return f"Check of {self.at:%Y-%m-%d %H:%M}"


def record(action: str, subject: models.Model, *, by: Any, note: str = "") -> AuditEntry:
    """Write one audit entry for something that is not a move: a change, or a sensitive read."""
    return AuditEntry.objects.create(action=action, subject=subject, by=by, note=note)


# --- things with a life ------------------------------------------------------------------------
class States(models.TextChoices):
    """The states of a thing, each with its tag's colour: ``DRAFT = "draft", "grey", "Draft"``."""

    def __new__(cls, value, colour):
        state = str.__new__(cls, value)
        state._value_ = value
        state.colour = colour
        return state


class Stateful(models.Model):
    """A thing with a ``state`` that changes only through the ``moves`` it declares.

    ``begins`` are the states in which it can come into being, where they are others than the
    default of the field.
    """

    moves: dict[str, Move | Act] = {}
    begins: tuple[str, ...] = ()
    # Permissions that ``own_perms`` alone gives: no role stands in for one's own people, superusers
    # included.
    theirs_alone: tuple[str, ...] = ()

    class Meta:
        abstract = True

    @property
    def scope(self):
        """The object that permissions are asked of."""
        return self

    def page_of(self, name: str) -> str:
        """Where a move for two waits for its second, and where a no to it is read."""
        return self.get_absolute_url()

    @property
    def facts(self):
        """(label, words or HTML) pairs that the page of a move shows: what it would change."""
        return ()

    @property
    def state_now(self):
        """By which pages go: the stored state, unless the clock has changed it already."""
        return self.state

    # --- what was read of it
    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        self.__dict__.pop("_read", None)
        super().refresh_from_db(*args, **kwargs)

    def read_once(self, what: str, read: Callable[[], Any]) -> Any:
        """What several requirements on one page ask for, read for the first of them.

        Forgotten once its row is read anew: whoever locks it decides by what is so then.
        """
        known = self.__dict__.setdefault("_read", {})
        if what not in known:
            known[what] = read()
        return known[what]

    # --- asked by pages
    def open_to(self, name: str) -> bool:
        """Whether a move or an act starts from where this stands. Who may is another question."""
        return self.state_now in self.moves[name].sources

    def check_open(self, name: str) -> None:
        """For a page that begins with it: raise IllegalMove where ``open_to`` says no."""
        if not self.open_to(name):
            raise IllegalMove(self._closed(self.moves[name], name), self, name)

    def permits(self, user: Any, name: str) -> bool:
        """Whether the person holds the permission for a move or an act, in whatever state."""
        perm = self.moves[name].perm
        if perm in self.theirs_alone:
            return user.is_active and perm in self.own_perms(user)
        return not perm or user.has_perm(perm, self.scope)

    def missing(self, name: str, by: Any, beforehand: bool = False) -> list[Missing]:
        """What still stands in the way of a move or an act; beforehand, as far as can be said."""
        needs = functions(self.moves[name].needs)
        asked = (need for need in needs if not (beforehand and need in OF_THE_FORM))
        return [one for need in asked for one in need(self, by)]

    def may(self, user: Any, name: str) -> bool:
        """Whether this person could do it now: the state, the permission and all that it needs."""
        if not (self.open_to(name) and self.permits(user, name)):
            return False
        return not self.missing(name, user, beforehand=True)

    def moves_for(self, user: Any) -> dict[str, "Offer"]:
        """The moves from here that this person has a part in, as {name: Offer}, for buttons."""
        return {
            name: Offer(self, name, move, user)
            for name, move in self.moves.items()
            if isinstance(move, Move)
            and not move.internal
            and self.open_to(name)
            and self.permits(user, name)
        }

    # --- acts
    def permit(self, name: str, *, by: Any) -> None:
        """Begin an act, inside a transaction: ask the permission, lock the row, ask the rest.

        Raises PermissionDenied, IllegalMove (the state does not allow it) or NotYet.
        """
        if not self.permits(by, name):
            raise PermissionDenied
        self._lock()
        self._ask(name, by)

    def followed(self, name: str, about: Any) -> None:
        """What follows from an act: ``about`` is what it was, its audit entry mostly."""
        for each in functions(self.moves[name].then):
            each(self, about)

    # --- moves
    @transaction.atomic
    def move(self, name: str, *, by: Any, note: str = "", seen: str = "", **changes: Any) -> bool:
        """Make one move: permission, lock, needs, change, audit, what follows; all or nothing.

        ``changes`` are fields set together with the state, before the needs look at them; ``seen``
        is what ``shown`` said on the page that was sent. True once it is made; False where it takes
        two people, and this was the first of them. Raises PermissionDenied, IllegalMove (somebody
        moved it first), Conflict (the page showed something else) or NotYet (what is missing).
        """
        if not self.permits(by, name):
            raise PermissionDenied
        return self._carry_out(name, by, note, changes, seen)

    @transaction.atomic
    def follow(self, name: str, *, by: Any = None, note: str = "", **changes: Any) -> None:
        """Make an ``internal`` move that something else brought about: a place fell free, say.

        As ``move``, but nobody is asked for a permission: what brought it about had its own.
        ``by`` is who did that, or nobody where the system acts.
        """
        move = self.moves[name]
        if not move.internal or move.both:
            raise PermissionDenied
        self._carry_out(name, by, note, changes)

    # --- moves that take two people
    @property
    def stands(self) -> str:
        """How it stands: a first press holds for as long as this is the same."""
        return f"{self.state} {getattr(self, 'revision', '')}"

    def first_press(self, name: str) -> "FirstPress | None":
        """Who pressed first, where this move waits for a second person.

        Whoever could not press it any more, who has left their seat, say, is no first of two.
        """
        return self.holding(self.press(name))

    def press(self, name: str) -> "FirstPress | None":
        """What counts of a move for two: who asked for it as it stands, else the last no to it."""
        if not self.moves[name].both:
            return None
        presses = FirstPress.objects.on(self).filter(name=name).select_related("by", "refused_by")
        found = {one.refused_at is None: one for one in presses}
        waiting, refused = found.get(True), found.get(False)
        return waiting if waiting and (waiting.stands == self.stands or not refused) else refused

    def holding(self, press: "FirstPress | None") -> "FirstPress | None":
        """A press that can still be confirmed, or None."""
        if press is None or press.refused_at or press.stands != self.stands:
            return None
        name, by = press.name, press.by
        if not by.is_active or not self.permits(by, name) or self.missing(name, by):
            return None
        return None if self.left_since(press) else press

    def left_since(self, press: "FirstPress") -> bool:
        """Whether its author left the seat from which they pressed, be they back in it now.

        What a thing belongs to knows of seats: a group, a vacancy with its panel.
        """
        scope = self.scope
        return scope is not self and isinstance(scope, Stateful) and scope.left_since(press)

    def why_no_second(self, press: "FirstPress", by: Any) -> Iterable[Missing]:
        """What keeps somebody who could press it from being the second after this press."""
        scope = self.scope
        if scope is not self and isinstance(scope, Stateful):
            yield from scope.why_no_second(press, by)

    def _ask_second(self, press: "FirstPress", by: Any) -> None:
        if missing := list(self.why_no_second(press, by)):
            raise NotYet(*missing)

    def refusals_for(self, user: Any) -> "list[FirstPress]":
        """What this person reads of what was answered no, of moves that are open."""
        refused = FirstPress.objects.on(self).filter(refused_at__isnull=False)
        names = {one.name for one in refused if self.open_to(one.name)}
        last = [press for name in sorted(names) if (press := self.press(name))]
        return [one for one in last if one.refused_at and self.shows_no(one, user)]

    def shows_no(self, press: "FirstPress", user: Any) -> bool:
        """Whether somebody reads why it was answered no: the two, and whoever could ask for it."""
        if user.pk in (press.by_id, press.refused_by_id):
            return True
        may = self.permits(user, press.name)
        return may and not self.missing(press.name, user, beforehand=True)

    def shown(self, first: "FirstPress | None") -> str:
        """What the page of a move for two shows: how the thing stands, and who pressed first."""
        return f"{self.stands} {first.pk if first else 0}"  # no space at its end: forms strip it

    @transaction.atomic
    def take_back(self, name: str, *, by: Any) -> None:
        """Undo one's own first press. Raises IllegalMove where there is none (any more)."""
        self._lock()
        first = self.first_press(name)
        if first is None or first.by_id != by.pk:
            raise IllegalMove("This no longer waits for a second person.", self)
        first.delete()
        record(f"take_back_{name}", self, by=by)

    @transaction.atomic
    def say_no(self, name: str, *, by: Any, note: str, seen: str = "") -> None:
        """Whoever could confirm it says that it is not so: the first press holds no more.

        Its author is told, and reads the reason, which stays until somebody presses again. It does
        not stand in the audit trail: more people read that than could confirm it. Raises
        PermissionDenied, IllegalMove (it waits for nobody, or not for them), Conflict (the page
        showed something else) or NotYet (no reason, or they could not confirm it).
        """
        if not self.permits(by, name):
            raise PermissionDenied
        self._lock()
        first = self.first_press(name)
        if seen and seen != self.shown(first):
            raise Conflict("This was changed while you were reading.", self)
        if first is None or first.by_id == by.pk:
            raise IllegalMove("This does not wait for your answer.", self)
        self._ask(name, by)
        self._ask_second(first, by)
        if not says_something(note):
            raise NotYet("Give the reason: whoever asked for it reads it.")
        FirstPress.objects.on(self).filter(name=name, refused_at__isnull=False).delete()
        first.refused_by, first.refused_at, first.refused_why = by, clock.now(), note
        first.save(update_fields=["refused_by", "refused_at", "refused_why"])
        entry = record(f"say_no_{name}", self, by=by)
        for tell in SAID_NO:
            tell(self, first, entry)

    def _times(self, name: str) -> dict[str, Any]:
        """The fields in which a thing keeps when a move was made."""
        return {}

    def _lock(self) -> None:
        locked = type(self)._default_manager.select_for_update(of=("self",))
        self.refresh_from_db(from_queryset=locked)

    def _ask(self, name: str, by: Any) -> None:
        row = self.moves[name]
        # What people do goes by the clock; an internal move may store what the clock has changed.
        stored = getattr(row, "internal", False)
        if not (self.state in row.sources if stored else self.open_to(name)):
            raise IllegalMove(self._closed(row, name), self, name)
        if missing := self.missing(name, by):
            raise NotYet(*missing)

    def _closed(self, row: Move | Act, name: str) -> str:
        what = row.label or name.replace("_", " ").capitalize()
        words = row.closed or f"“{what}” cannot be done: this is already {{state}}."
        return words.format(state=self.State(self.state_now).label.lower())

    def _carry_out(
        self, name: str, by: Any, note: str, changes: dict[str, Any], seen: str = ""
    ) -> bool:
        move = self.moves[name]
        if move.both and changes:
            raise TypeError("What two people agree on stands in the thing before they do.")
        self._lock()
        first = self.first_press(name)
        if seen and seen != self.shown(first):
            if first is not None and first.by_id == by.pk:
                raise Already("It waits for the other of the two.", self, mine=True)
            raise Conflict("This was changed while you were reading.", self, name)
        is_second = first is not None and first.by_id != by.pk
        for field, value in changes.items():
            setattr(self, field, value)
        self._ask(name, by)
        if first is not None and is_second:
            self._ask_second(first, by)
            note = note if says_something(note) else first.note
        if move.reason and not says_something(note):
            raise NotYet("Give the reason: those whom this concerns read it.")
        if first is not None and not is_second and note == first.note:
            return False  # the same person said the same: nobody is asked again
        if move.both and not is_second:
            entry = FirstPress._put(self, name, by, note)
            for each in functions(move.half):
                each(self, entry)
            return False
        FirstPress.objects.on(self).delete()
        changes |= self._times(name)
        for field, value in changes.items():
            setattr(self, field, value)
        self.state = move.target
        self.save(update_fields=["state", *changes])
        entry = AuditEntry.objects.create(subject=self, action=name, by=by, note=note)
        for each in functions(move.then):
            each(self, entry)
        return True


class FirstPressQuerySet(models.QuerySet):
    def on(self, thing):
        """The first presses that wait on one thing; none, unasked, where no move takes two."""
        if not any(isinstance(row, Move) and row.both for row in thing.moves.values()):
            return self.none()
        kind = ContentType.objects.get_for_model(thing)
        return self.filter(subject_type=kind, subject_id=str(thing.pk))

    def of(self, model, name):
        """The presses of a move on the row that is asked about, for ``Exists`` in its query."""
        kind = model._meta
        return self.filter(
            name=name,
            subject_type__app_label=kind.app_label,
            subject_type__model=kind.model_name,
            subject_id=Cast(models.OuterRef("pk"), models.CharField()),
        )

    def waiting(self):
        """Those that nobody answered no."""
        return self.filter(refused_at__isnull=True)

    def asks(self, user, model, name):
        """Whether somebody else's press waits on the row that is asked about."""
        return models.Exists(self.of(model, name).waiting().exclude(by=user))


class FirstPress(models.Model):
    """A move that takes two people has been pressed by the first of them, and waits.

    What the second confirms is the thing itself. ``stands`` is how it stood: once that is another,
    the press holds no more. Nor does it once the second said no: it then stays beside whatever is
    pressed later, until the thing moves on, and is read while nothing else of its move waits.
    """

    subject_type = models.ForeignKey(ContentType, on_delete=models.CASCADE)
    subject_id = models.CharField(max_length=64)
    subject = GenericForeignKey("subject_type", "subject_id")
    name = models.CharField(max_length=60)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="first_presses"
    )
    at = models.DateTimeField(default=clock.now, editable=False)
    note = models.TextField(blank=True)
    stands = models.CharField(max_length=60)
    refused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="presses_refused",
    )
    refused_at = models.DateTimeField(null=True, editable=False)
    refused_why = models.TextField(blank=True, editable=False)

    objects = FirstPressQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "first presses"
        constraints = [
            models.UniqueConstraint(
                fields=["subject_type", "subject_id", "name"],
                condition=models.Q(refused_at__isnull=True),
                name="core_firstpress_one",
            )
        ]

    def __str__(self):
        return f"{self.name} on {self.subject_type.name} {self.subject_id}"

    @property
    def label(self):
        """What was asked for, as its button says it."""
        return self.subject_type.model_class().moves[self.name].label

    @classmethod
    def _put(cls, thing, name, by, note):
        """Keep a first press, in place of an earlier one that holds no more; its audit entry.

        A person has one word on a thing: whatever else they asked for is taken back by it.
        """
        waiting = cls.objects.on(thing).waiting()
        waiting.filter(models.Q(name=name) | models.Q(by=by)).delete()
        cls.objects.create(subject=thing, name=name, by=by, note=note, stands=thing.stands)
        return record(f"{name}_first_of_two", thing, by=by, note=note)


# --- texts that two people may edit at once ------------------------------------------------------
class Revised(models.Model):
    """A text with a revision number: a save made from an older revision is refused, not lost."""

    revision = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True

    def save_revision(self, seen: int, *, whole: bool = False, **fields: Any) -> bool:
        """Save ``fields`` if nobody saved since revision ``seen``; raise StaleEdit otherwise.

        ``whole``: they are all that a page sends. Where somebody saved since, and they stand as
        they were sent, it was sent twice: nothing is left to save, and the answer is False.
        """
        saved = (
            type(self)
            ._default_manager.filter(pk=self.pk, revision=seen)
            .update(revision=models.F("revision") + 1, **fields)
        )
        self.refresh_from_db()
        stands = whole and all(getattr(self, name) == value for name, value in fields.items())
        if not saved and not stands:
            raise StaleEdit(SAVED_AGAIN, self)
        return bool(saved)


# --- help in a crisis ---------------------------------------------------------------------------
class CrisisContact(models.Model):
    """Somebody to call or text when a person may not be safe. Edited in the admin."""

    class Way(models.TextChoices):
        CALL = "call", "Call"
        TEXT = "text", "Text"

    KEY = "core:crisis-contacts"
    # What the site begins with: general lines for the United Kingdom, as they publish them.
    GENERAL = (
        (
            "Emergency services",
            Way.CALL,
            "999",
            "Any time",
            "When somebody's life is at risk, or they have badly hurt themselves. Or go to A&E.",
        ),
        (
            "NHS 111, option 2",
            Way.CALL,
            "111",
            "Any time",
            "Urgent mental health help. Choose option 2.",
        ),
        (
            "Samaritans",
            Way.CALL,
            "116 123",
            "Any time",
            "Somebody to talk to, about anything. Free, and not on your bill.",
        ),
        ("Shout", Way.TEXT, "85258", "Any time", "Text SHOUT if you would rather write than talk."),
    )

    name = Line(max_length=80)
    way = models.CharField("how", max_length=4, choices=Way, default=Way.CALL)
    number = Line("number", max_length=30, help_text="As people would dial it.")
    when = Line(max_length=80, help_text="When somebody answers: Any time, say.")
    note = Line(max_length=200, blank=True, help_text="What it is for.")
    order = models.PositiveSmallIntegerField(default=50, help_text="Lower numbers come first.")

    class Meta:
        ordering = ["order", "pk"]

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        super().save(*args, **kwargs)
        transaction.on_commit(self.forget)

    def delete(self, *args, **kwargs):
        gone = super().delete(*args, **kwargs)
        transaction.on_commit(self.forget)
        return gone

    @property
    def href(self):
        """The link that a telephone understands."""
        scheme = "sms" if self.way == self.Way.TEXT else "tel"
        return f"{scheme}:{self.number.replace(' ', '')}"

    @classmethod
    def forget(cls):
        """Every process reads the contacts anew."""
        cache.delete(cls.KEY)

    @classmethod
    def listed(cls):
        """The contacts in order, remembered for five minutes."""
        return cache.get_or_set(cls.KEY, lambda: list(cls.objects.all()), 300)

    @classmethod
    def seed(cls):
        """The general contacts where there is none at all; called after every migration."""
        if not cls.objects.exists():
            cls.objects.bulk_create(
                cls(name=name, way=way, number=number, when=when, note=note, order=10 * place)
                for place, (name, way, number, when, note) in enumerate(cls.GENERAL, start=1)
            )
            cls.forget()


class CacheEntry(models.Model):
    """What the cache keeps while Redis does not answer, in the form that Django gives it
    (``apps/core/caching.py``). A key is a keyed digest.
    """

    cache_key = models.CharField(primary_key=True, max_length=255)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = "entry of the cache"
        verbose_name_plural = "entries of the cache"

    def __str__(self):
        return self.cache_key
