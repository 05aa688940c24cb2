"""Other formats of a document: asked for, in the making, available."""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from apps.core import clock
from apps.core.exceptions import NotYet
from apps.core.lines import Line
from apps.core.models import Stateful, States, record
from apps.core.moves import Act, Move, effect
from apps.core.uploads import Upload
from apps.groups.models import WorkingGroup

from .. import events
from .document import DocumentVersion


class DocumentFormatQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Those of the versions that one may read."""
        return self.filter(version__in=DocumentVersion.objects.visible_to(user))

    def available(self):
        return self.filter(state=DocumentFormat.State.AVAILABLE)

    def waiting(self, user):
        """What this person's groups still owe somebody."""
        State = DocumentFormat.State  # noqa: N806
        return self.filter(
            state__in=[State.ASKED, State.MAKING],
            version__document__owner__in=WorkingGroup.objects.where(user, "keep_documents"),
        )


@effect
def changed_now(one, entry):
    one.changed_at = clock.now()
    one.save(update_fields=["changed_at"])


class DocumentFormat(Stateful):
    """One version of a document in another format.

    Whoever asked is told when it is there. Nobody else learns who that was: it can tell of
    somebody's health.
    """

    class Kind(models.TextChoices):
        EASY_READ = "easy_read", "Easy read"
        LARGE_PRINT = "large_print", "Large print"
        AUDIO = "audio", "Audio"
        BRAILLE = "braille", "Braille"
        BSL = "bsl", "British Sign Language"
        TRANSLATION = "translation", "Translation"
        OTHER = "other", "Something else"

    class State(States):
        ASKED = "asked", "yellow", "Asked for"
        MAKING = "making", "blue", "In the making"
        AVAILABLE = "available", "green", "Available"
        DROPPED = "dropped", "orange", "Not made"

    moves = {
        "start": Move(
            (State.ASKED,),
            State.MAKING,
            "groups.keep_documents",
            then=(changed_now,),
            label="Somebody is making it",
        ),
        "deliver": Move(
            (State.ASKED, State.MAKING),
            State.AVAILABLE,
            "groups.keep_documents",
            then=(changed_now, events.format_settled),
            label="Add it",
            internal=True,  # comes with the file, or where to get it
        ),
        "drop": Move(
            (State.ASKED, State.MAKING),
            State.DROPPED,
            "groups.keep_documents",
            then=(changed_now, events.format_settled),
            label="It is not made",
            reason=True,
            explain="Those who asked for it are told, with your reason.",
        ),
        "exchange": Act(
            (State.AVAILABLE,), "groups.keep_documents", closed="This is not available yet."
        ),
    }

    version = models.ForeignKey(DocumentVersion, on_delete=models.PROTECT, related_name="formats")
    kind = models.CharField("format", max_length=12, choices=Kind)
    detail = Line(
        "which", max_length=60, blank=True, help_text="The language, or the size of the letters."
    )
    state = models.CharField(max_length=10, choices=State, default=State.ASKED, db_index=True)
    where = Line("where to get it", max_length=300, blank=True)
    asked_by = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, editable=False, related_name="formats_asked"
    )
    asked_at = models.DateTimeField(default=clock.now, editable=False)
    changed_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = DocumentFormatQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "detail", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "kind", "detail"], name="governance_format_once"
            )
        ]

    def __str__(self):
        return self.label

    def get_absolute_url(self):
        return f"{self.version.document.get_absolute_url()}#formats"

    @property
    def is_dropped(self):
        return self.state == self.State.DROPPED

    @property
    def label(self):
        return (
            f"{self.get_kind_display()}: {self.detail}"
            if self.detail
            else (self.get_kind_display())
        )

    @property
    def scope(self):
        return self.version.document.owner

    @classmethod
    @transaction.atomic
    def ask(cls, version, *, by, kind, detail=""):
        """Somebody who may read the version needs it in another format."""
        DocumentVersion.objects.select_for_update(of=("self",)).get(pk=version.pk)
        detail = " ".join(detail.split())
        made = cls.objects.filter(version=version, kind=kind, detail__iexact=detail).first()
        if made is None:
            made = cls.objects.create(version=version, kind=kind, detail=detail)
            record("ask_format", version, by=None, note=made.label)  # never who needs it
            events.format_asked(made)
        elif made.state == cls.State.DROPPED:
            raise NotYet("This was asked for before and could not be made. Please get in touch.")
        if made.state != cls.State.AVAILABLE:
            made.asked_by.add(by)
        return made

    @transaction.atomic
    def deliver(self, *, by, file=None, where=""):
        """Here it is: a file, or where to get it."""
        if not by.has_perm("groups.keep_documents", self.scope):
            raise PermissionDenied
        if file is None and not where.strip():
            raise NotYet("Add a file, or say where people get it.")
        self.move("deliver", by=by, where=where.strip())
        if file is not None:
            FormatFile.objects.create(format=self, uploaded_by=by, **FormatFile.describe(file))

    @transaction.atomic
    def exchange(self, *, by, file=None, where=""):
        """A better file, or another place, for a format that is there already."""
        self.permit("exchange", by=by)
        if where.strip() != self.where:
            self.where = where.strip()
            self.save(update_fields=["where"])
        if file is not None:
            FormatFile.objects.create(format=self, uploaded_by=by, **FormatFile.describe(file))
        record("exchange", self, by=by)


class FormatFileQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The newest of each format; what it took the place of, for those who keep the document."""
        newer = FormatFile.objects.filter(format=OuterRef("format"), pk__gt=OuterRef("pk"))
        kept = Q(
            format__version__document__owner__in=WorkingGroup.objects.where(user, "keep_documents")
        )
        seen = DocumentFormat.objects.visible_to(user)
        return self.filter(kept | ~Exists(newer), format__in=seen)


class FormatFile(Upload):
    """The file of a format. The newest one is handed out; earlier ones are kept."""

    format = models.ForeignKey(DocumentFormat, on_delete=models.PROTECT, related_name="files")
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    objects = FormatFileQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]

    def get_absolute_url(self):
        return reverse("format_file", args=[self.pk])
