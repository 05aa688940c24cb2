"""The ideas that everything else stands on: a state with moves, and an audit trail."""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db import models, transaction

from .exceptions import IllegalMove, StaleEdit
from .requests import request_id


# --- audit ------------------------------------------------------------------------------------
class AuditQuerySet(models.QuerySet):
    """Entries can be added and read; nothing else."""

    def update(self, **kwargs):
        raise TypeError("The audit trail is append-only.")

    def delete(self):
        raise TypeError("The audit trail is append-only.")

    def about(self, subject):
        """The entries on one thing, newest first."""
        return self.filter(
            subject_type=ContentType.objects.get_for_model(subject), subject_id=str(subject.pk)
        ).order_by("-pk")


class AuditEntry(models.Model):
    """Who did what, on what, when and why. Append-only, in code and by a PostgreSQL trigger."""

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="audit_entries",
        help_text="Empty where the system itself acted.",
    )
    action = models.CharField(max_length=60, db_index=True)
    subject_type = models.ForeignKey(ContentType, on_delete=models.PROTECT)
    subject_id = models.CharField(max_length=64)
    subject = GenericForeignKey("subject_type", "subject_id")
    note = models.TextField(blank=True)
    request_id = models.CharField(max_length=12, blank=True)

    objects = AuditQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "audit entries"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["subject_type", "subject_id"])]

    def __str__(self):
        return f"{self.action} on {self.subject_type.name} {self.subject_id}"

    def save(self, *args, **kwargs):
        if self.pk:
            raise TypeError("The audit trail is append-only.")
        self.request_id = self.request_id or request_id.get()
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise TypeError("The audit trail is append-only.")

    @property
    def what(self):
        """The action in words: ``record_attendance`` reads *Record attendance*."""
        return self.action.replace("_", " ").capitalize()


def record(action, subject, *, by, note=""):
    """Write one audit entry for something that is not a move: a change, or a sensitive read."""
    return AuditEntry.objects.create(action=action, subject=subject, by=by, note=note)


# --- things with a life ------------------------------------------------------------------------
@dataclass(frozen=True)
class Move:
    """One way from a state to another.

    ``perm`` is asked of the subject's ``scope``. ``guard(subject, by)`` raises ``NotYet`` with
    what must happen first. ``label`` is the button; ``reason`` asks for a written reason;
    ``warn`` marks a move that cannot be taken back; ``explain`` says what will happen; an
    ``internal`` move follows from something else and has no button and no page.
    """

    sources: tuple
    target: str
    perm: str
    guard: Callable | None = None
    label: str = ""
    reason: bool = False
    warn: bool = False
    explain: str = ""
    internal: bool = False


class Stateful(models.Model):
    """A thing with a ``state`` that changes only through the ``moves`` it declares."""

    moves: dict[str, Move] = {}

    class Meta:
        abstract = True

    @property
    def scope(self):
        """The object that permissions are asked of."""
        return self

    def moves_for(self, user):
        """The moves that this person could make now, as {name: Move}, for buttons."""
        return {
            name: move
            for name, move in self.moves.items()
            if self.state in move.sources
            and not move.internal
            and user.has_perm(move.perm, self.scope)
        }

    @transaction.atomic
    def move(self, name, *, by, note="", **changes):
        """Make one move: permission, lock, guard, change, audit, notification; all or nothing.

        ``changes`` are fields set together with the state, before the guard looks at them.
        Raises PermissionDenied, IllegalMove (somebody moved it first) or NotYet (the guard).
        """
        move = self.moves[name]
        if not by.has_perm(move.perm, self.scope):
            raise PermissionDenied
        locked = type(self)._default_manager.select_for_update(of=("self",))
        self.refresh_from_db(from_queryset=locked)
        if self.state not in move.sources:
            raise IllegalMove(
                f"You cannot {(move.label or name).lower()}: "
                f"this is already {self.get_state_display().lower()}.",
                self,
            )
        for field, value in changes.items():
            setattr(self, field, value)
        if move.guard:
            move.guard(self, by)
        self.state = move.target
        self.save(update_fields=["state", *changes])
        self.moved(AuditEntry.objects.create(subject=self, action=name, by=by, note=note))

    def moved(self, entry):
        """Called inside the transaction after a move: tell people, make what follows."""


# --- texts that two people may edit at once ------------------------------------------------------
class Revised(models.Model):
    """A text with a revision number: a save made from an older revision is refused, not lost."""

    revision = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True

    def save_revision(self, seen, **fields):
        """Save ``fields`` if nobody saved since revision ``seen``; raise StaleEdit otherwise."""
        saved = (
            type(self)
            ._default_manager.filter(pk=self.pk, revision=seen)
            .update(revision=models.F("revision") + 1, **fields)
        )
        self.refresh_from_db()
        if not saved:
            raise StaleEdit("Somebody else saved this while you were writing.", self)
