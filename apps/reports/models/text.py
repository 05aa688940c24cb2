"""*Principles* and *purpose*: what a group writes of itself, and two of different sides sign."""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.html import format_html

from apps.core import clock
from apps.core.exceptions import Already, NotYet
from apps.core.models import Revised, Stateful, States, record
from apps.core.moves import Act, Missing, Move, effect, requirement
from apps.core.says import says_something
from apps.groups.models import NOTHING_MORE, WorkingGroup, in_programme
from apps.insight.figures import Standard
from apps.insight.roles import sees_programme

from .. import events
from ..kept import Kept, KeptQuerySet

MOST = 20_000  # characters


class SharedTextQuerySet(models.QuerySet):
    """Signed words neither change nor go. PostgreSQL has a trigger that says so as well."""

    def update(self, **kwargs):
        touched = {*SharedText.SIGNED} & kwargs.keys()
        if touched and self.filter(signed_at__isnull=False).exists():
            raise TypeError("The words of a signed text do not change.")
        return super().update(**kwargs)

    def delete(self):
        if self.filter(signed_at__isnull=False).exists():
            raise TypeError("A signed text is kept.")
        return super().delete()

    def visible_to(self, user):
        """What was signed: its group, and whoever sees the programme's figures; the steering
        group's: everybody in the programme, for it speaks for all. Drafts: the co-leads.
        """
        if not user.is_authenticated:
            return self.none()
        writing = Q(group__in=WorkingGroup.objects.where(user, "lead_workinggroup"))
        signed = Q(signed_at__isnull=False)
        if sees_programme(user):
            return self.filter(writing | signed)
        mine = Q(group__in=WorkingGroup.objects.where(user, "view_workinggroup"))
        shared = Q(group__kind=WorkingGroup.Kind.STEERING) & Q(in_programme(user))
        return self.filter(writing | (signed & (mine | shared)))

    def in_force(self):
        return self.filter(state=SharedText.State.IN_FORCE)

    def drafts(self):
        return self.filter(state=SharedText.State.DRAFT)


@requirement
def says_what_it_is(text, by):
    if not says_something(text.body):
        yield Missing("Write the text: it is empty.", text.edit_url)


@requirement
def its_group_works(text, by):
    if text.group.state == WorkingGroup.State.CLOSED:
        yield Missing(NOTHING_MORE)


@requirement
def a_co_lead_signs_it(text, by):
    yield from text.group.why_not_led_by(by, "The two co-leads of the group sign.", "the co-leads")


@effect
def is_signed(text, entry):
    text.signed_at = entry.at
    text.save(update_fields=["signed_at"])


@effect
def takes_the_place_of_the_one_before(text, entry):
    for older in text.others().in_force():
        older.follow("replace", by=entry.by)


class SharedText(Revised, Stateful):
    """One version of what a group says of itself, under one of the questions of 4Pi.

    A changed word is another revision, so that a first signature under the old ones holds no more.
    """

    class Kind(models.TextChoices):
        PRINCIPLES = Standard.PRINCIPLES.value, "Principles"
        PURPOSE = Standard.PURPOSE.value, "Purpose"

    class State(States):
        DRAFT = "draft", "grey", "Draft"
        IN_FORCE = "in_force", "green", "In force"
        REPLACED = "replaced", "grey", "Replaced"
        DROPPED = "dropped", "grey", "Given up"

    SIGNED = ("body", "kind", "group", "group_id", "number", "signed_at", "revision")

    moves = {
        "sign": Move(
            (State.DRAFT,),
            State.IN_FORCE,
            "groups.lead_workinggroup",
            needs=(its_group_works, says_what_it_is, a_co_lead_signs_it),
            then=(is_signed, takes_the_place_of_the_one_before, events.text_signed),
            label="Sign the text",
            main=True,
            done="Both co-leads have signed. The text is in force.",
            explain="Both co-leads sign. It is then in force, in place of the version before.",
            both="the other co-lead",
            half=(events.text_to_sign,),
        ),
        "drop": Move(
            (State.DRAFT,),
            State.DROPPED,
            "groups.lead_workinggroup",
            then=(events.text_dropped,),
            label="Give the draft up",
            reason=True,
            done="The draft is given up.",
            explain="The text in force stays as it is.",
        ),
        "replace": Move(
            (State.IN_FORCE,),
            State.REPLACED,
            "groups.lead_workinggroup",
            label="Replaced",
            internal=True,  # a newer version was signed
        ),
        "write": Act(
            (State.DRAFT,),
            "groups.lead_workinggroup",
            needs=(its_group_works,),
            then=(events.first_signature_falls,),
            closed="This text is {state}: its words no longer change. Begin a new version.",
        ),
    }

    group = models.ForeignKey(WorkingGroup, on_delete=models.PROTECT, related_name="shared_texts")
    kind = models.CharField(max_length=10, choices=Kind)
    number = models.PositiveIntegerField(editable=False)
    body = models.TextField("text", blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT, editable=False)
    begun_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        editable=False,
        on_delete=models.PROTECT,
        related_name="shared_texts_begun",
    )
    begun_at = models.DateTimeField(default=clock.now, editable=False)
    signed_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = SharedTextQuerySet.as_manager()

    class Meta:
        ordering = ["group", "kind", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["group", "kind", "number"], name="reports_text_number_once"
            ),
            models.UniqueConstraint(
                fields=["group", "kind"], condition=Q(state="draft"), name="reports_text_one_draft"
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} of {self.group}, version {self.number}"

    def get_absolute_url(self):
        return reverse("shared_text", args=[self.group.slug, self.kind, self.number])

    @property
    def edit_url(self):
        return reverse("shared_text_edit", args=[self.group.slug, self.kind, self.number])

    def save(self, *args, update_fields=None, **kwargs):
        touched = update_fields is None or set(update_fields) & {*self.SIGNED}
        stored = SharedText.objects.filter(pk=self.pk, signed_at__isnull=False)
        if self.pk and touched and stored.exists():
            raise TypeError("The words of a signed text do not change.")
        super().save(*args, update_fields=update_fields, **kwargs)

    def delete(self, *args, **kwargs):
        if self.signed_at:
            raise TypeError("A signed text is kept.")
        return super().delete(*args, **kwargs)

    @property
    def scope(self):
        return self.group

    @property
    def holds(self):
        return self.state == self.State.IN_FORCE

    @property
    def is_draft(self):
        return self.state == self.State.DRAFT

    @classmethod
    def may_begin(cls, user, group, kind):
        """Whether this person can begin the next version now."""
        if not user.has_perm("groups.lead_workinggroup", group):
            return False
        if group.state == WorkingGroup.State.CLOSED:
            return False
        return not cls.objects.drafts().filter(group=group, kind=kind).exists()

    @property
    def facts(self):
        read = format_html('<a href="{}">its page</a>', self.get_absolute_url())
        yield "The text", format_html("As it stands on {}. Read it first.", read)

    @property
    def question(self):
        """Which question of 4Pi it answers."""
        return Standard(self.kind).label

    def others(self):
        """The other versions of the same text."""
        same = SharedText.objects.filter(group=self.group_id, kind=self.kind)
        return same.exclude(pk=self.pk).order_by("-number")

    @classmethod
    @transaction.atomic
    def begin(cls, group, kind, *, by):
        """The next version, a draft that begins with the words in force.

        Raises PermissionDenied, NotYet (the group is closed) or Conflict (there is a draft).
        """
        if not by.has_perm("groups.lead_workinggroup", group):
            raise PermissionDenied
        if group.state == WorkingGroup.State.CLOSED:
            raise NotYet(NOTHING_MORE)
        same = cls.objects.filter(group=group, kind=kind)
        last = same.aggregate(last=models.Max("number"))["last"] or 0
        held = same.in_force().first()
        try:
            with transaction.atomic():
                text = cls.objects.create(
                    group=group,
                    kind=kind,
                    number=last + 1,
                    body=held.body if held else "",
                    begun_by=by,
                )
        except IntegrityError:  # two at once, or a draft that is open
            there = same.drafts().first()
            raise Already("A new version has been begun already.", there, "begin") from None
        text.saves.create(number=text.revision, by=by, body=text.body)
        record("begin", text, by=by)
        return text

    @transaction.atomic
    def write(self, *, by, seen, body):
        """Save the words of the draft, written from revision ``seen``.

        Raises PermissionDenied, IllegalMove (no longer a draft), NotYet or StaleEdit.
        """
        self.permit("write", by=by)
        if body == self.body:
            return
        self.save_revision(seen, body=body)
        self.saves.create(number=self.revision, by=by, body=body)
        self.followed("write", record("write", self, by=by, note=f"revision {self.revision}"))


class TextSaveQuerySet(KeptQuerySet):
    def visible_to(self, user):
        """The co-leads, who write: what was signed stands in the text."""
        return self.filter(text__group__in=WorkingGroup.objects.where(user, "lead_workinggroup"))


class TextSave(Kept):
    """The words of a text as somebody saved them: what the other wrote over is not lost."""

    TEXTS = ("body",)

    text = models.ForeignKey(SharedText, on_delete=models.PROTECT, related_name="saves")
    number = models.PositiveIntegerField()
    body = models.TextField("text", blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="text_saves"
    )
    at = models.DateTimeField(default=clock.now)

    objects = TextSaveQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["text", "number"], name="reports_text_save_once")
        ]

    def __str__(self):
        return f"Save {self.number} of the text"
