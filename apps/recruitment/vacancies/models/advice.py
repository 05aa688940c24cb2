"""The co-production record: who changed what, and which advice was taken or declined, and why."""

from django.conf import settings
from django.db import models, transaction

from apps.accounts.models.people import Constituency
from apps.core import clock
from apps.core.differences import Piece
from apps.core.exceptions import Already, NotYet
from apps.core.lines import Line
from apps.core.markdown import as_read
from apps.core.models import record
from apps.taskgroups.wording import places

from .vacancy import Vacancy

# What is kept of every change: the words that a candidate will read, and the reason behind them.
TEXTS = ("title", "summary", "easy_read", "description", "hours", "legal_rationale")

OFFERED = 30  # changes among which an answer chooses


class Edit(models.Model):
    """One text of a vacancy as it was before and after somebody changed it."""

    LISTS = {"criteria": "Criteria", "questions": "Interview questions"}

    vacancy = models.ForeignKey(Vacancy, on_delete=models.CASCADE, related_name="edits")
    field = models.CharField(max_length=30)
    before = models.TextField(blank=True)
    after = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["-pk"]

    def __str__(self):
        return f"Change of {self.label.lower()}"

    @property
    def label(self):
        if self.field in self.LISTS:
            return self.LISTS[self.field]
        label = str(Vacancy._meta.get_field(self.field).verbose_name)
        return label[:1].upper() + label[1:]

    @property
    def places(self):
        """Each place at which its words changed (apps.taskgroups.wording)."""
        return places(as_read(self.field, self.before), as_read(self.field, self.after))

    @classmethod
    @transaction.atomic
    def write(cls, vacancy, seen, *, by, **values):
        """Write the texts of a draft, from revision ``seen``, and keep what changed.

        Raises PermissionDenied, IllegalMove (no longer a draft) or StaleEdit.
        """
        vacancy.permit("write", by=by)
        before = {name: getattr(vacancy, name) for name in TEXTS}
        vacancy.save_revision(seen, **values)
        changed = cls.keep(vacancy, before, by=by)
        record("write", vacancy, by=by, note=", ".join(changed))

    @classmethod
    def keep(cls, vacancy, before, *, by):
        """Keep what changed since ``before`` ({field: text}); the fields that did, by name."""
        changed = [name for name in TEXTS if before[name] != getattr(vacancy, name)]
        cls.objects.bulk_create(
            cls(
                vacancy=vacancy,
                field=name,
                before=before[name],
                after=getattr(vacancy, name),
                by=by,
            )
            for name in changed
        )
        return changed


class Advice(models.Model):
    """Something that somebody advised about a vacancy, and what became of it."""

    class About(models.TextChoices):
        DESCRIPTION = "description", "The job description"
        CRITERIA = "criteria", "The criteria"
        ADVERT = "advert", "The advert"
        QUESTIONS = "questions", "The interview questions"
        PROCESS = "process", "How people are recruited"

    class Answer(models.TextChoices):
        TAKEN = "taken", "Taken up"
        ADAPTED = "adapted", "Adapted"
        AGREED = "agreed", "Agreed, no change of words needed"
        DECLINED = "declined", "Not taken up"

    CHANGED = (Answer.TAKEN, Answer.ADAPTED)  # they name the words that did

    vacancy = models.ForeignKey(Vacancy, on_delete=models.CASCADE, related_name="advice")
    about = models.CharField("what it is about", max_length=12, choices=About)
    text = models.TextField("advice", max_length=3000)
    side = models.CharField("whose advice it is", max_length=20, choices=Constituency)
    source = Line(
        "where it was given",
        max_length=150,
        blank=True,
        help_text="A meeting or a group, for example. Leave names out.",
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField(default=clock.now, editable=False)
    answer = models.CharField(max_length=10, choices=Answer, blank=True)
    reason = models.TextField("because", blank=True, max_length=3000)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField(null=True)
    edit = models.ForeignKey(
        Edit,
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="The change of words that answers it.",
    )

    class Meta:
        verbose_name_plural = "advice"
        ordering = ["pk"]
        indexes = [models.Index(fields=["vacancy", "answer"])]

    def __str__(self):
        return f"Advice {self.pk}"

    @classmethod
    @transaction.atomic
    def give(cls, vacancy, *, by, **fields):
        """Record a piece of advice; whoever sees the vacancy may. Raises PermissionDenied."""
        vacancy.permit("advise", by=by)
        made = cls.objects.create(vacancy=vacancy, recorded_by=by, **fields)
        record("advise", vacancy, by=by, note=f"advice {made.pk}")
        return made

    @property
    def names_no_words(self):
        """It says that words changed, of a time in which nobody had to say which."""
        return self.answer in self.CHANGED and self.edit_id is None

    @property
    def before_and_after(self):
        """The pieces of each place of the change that answers it."""
        found = self.edit.places if self.edit else []
        return [[Piece(kind, text) for kind, text in one["pieces"]] for one in found]

    def changes(self):
        """What changed in the vacancy since it was given, newest first: an answer names one."""
        since = self.vacancy.edits.filter(at__gt=self.recorded_at).select_related("by")
        return [one for one in since[:OFFERED] if one.places]

    @transaction.atomic
    def settle(self, answer, reason, *, by, edit=None):
        """Say what became of it and why; once. Raises PermissionDenied, IllegalMove or NotYet.

        ``edit`` is the change of words that answers it: taken up and adapted name one.
        """
        self.vacancy.permit("answer_advice", by=by)
        self.refresh_from_db(fields=["answer", "answered_by"])
        if self.answer:
            mine = self.answered_by_id == by.pk
            raise Already("This advice has been answered already.", self.vacancy, mine=mine)
        named = edit if answer in self.CHANGED else None
        if answer in self.CHANGED and named not in self.changes():
            raise NotYet("Choose the words that changed since the advice was given.")
        self.answer, self.reason, self.edit = answer, reason, named
        self.answered_by, self.answered_at = by, clock.now()
        self.save(update_fields=["answer", "reason", "edit", "answered_by", "answered_at"])
        record("answer_advice", self.vacancy, by=by, note=f"advice {self.pk}: {answer}")
