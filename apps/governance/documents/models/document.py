"""Documents: policies, procedures, terms of reference and guides, version by version.

A document is an entry in the register: what it is called, whose it is, who may read it, when it is
looked at again. Its life is in its versions, so that the version in force is read while the next
is written.
"""

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.urls import reverse

from apps.core import clock
from apps.core.compiled import asked
from apps.core.dates import moment
from apps.core.differences import texts_of
from apps.core.exceptions import Already, IllegalMove, NotYet
from apps.core.lines import Line
from apps.core.markdown import reads_the_same
from apps.core.models import Revised, Stateful, States, record
from apps.core.moves import Act, Missing, Move, effect, of_the_form, requirement
from apps.core.permissions import grants_by_kind
from apps.core.readability import word_count
from apps.groups.models import WorkingGroup, in_programme
from apps.meetings.models.about import (
    COUNTS,
    OPEN,
    about,
    decisions_on,
    items_on,
    the_way_to_a_decision,
    why_it_does_not_serve,
)
from apps.meetings.models.outcome import Decision

from ...consultations.models.consultation import Consultation
from .. import events

SUMMARY_WORDS = 200  # as for outputs: read in a minute and a half


UNDER_THIS_TITLE = (
    "A meeting approved it under this title, for these readers. Begin another document with the "
    "new title or for more readers, and say that it takes the place of this one."
)


# --- documents ----------------------------------------------------------------------------------
@asked
def reads_all(user):
    """The programme office, administrators, and the steering group, which approves."""
    if user.has_perm("groups.view_workinggroup"):
        return True
    return "view_workinggroup" in grants_by_kind(user, WorkingGroup)[WorkingGroup.Kind.STEERING]


class DocumentQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Documents of which the person may read some version; anybody may read public ones."""
        return self.filter(
            Exists(DocumentVersion.objects.visible_to(user).filter(document=OuterRef("pk")))
        )

    def kept_by(self, user):
        """The documents that the person may write and approve."""
        return self.filter(owner__in=WorkingGroup.objects.where(user, "keep_documents"))

    def to_review(self, by):
        """Documents in force that were to be looked at again on that day or before."""
        in_force = DocumentVersion.objects.standing().filter(
            document=OuterRef("pk"), phase=Phase.IN_FORCE
        )
        return self.filter(Exists(in_force), review_on__lte=by)


class Document(models.Model):
    """An entry in the register of documents."""

    class Kind(models.TextChoices):
        POLICY = "policy", "Policy"
        PROCEDURE = "procedure", "Procedure"
        TERMS = "terms", "Terms of reference"
        GUIDE = "guide", "Guide"

    class Visibility(models.TextChoices):
        # From the most readers to the fewest.
        PUBLIC = "public", "Everybody, without signing in"
        PROGRAMME = "programme", "Everybody in the programme"
        GROUP = "group", "The group that owns it, and the steering group"

    title = Line(max_length=150)
    kind = models.CharField("type", max_length=10, choices=Kind)
    owner = models.ForeignKey(WorkingGroup, on_delete=models.PROTECT, related_name="documents")
    visibility = models.CharField(
        "who may read it",
        max_length=10,
        choices=Visibility,
        default=Visibility.PROGRAMME,
        help_text="Once it is approved. Until then the group and the steering group read it.",
    )
    review_on = models.DateField(
        "to be reviewed by",
        null=True,
        blank=True,
        db_index=True,
        help_text="Set when a version is approved, and when somebody has reviewed it.",
    )
    replaced_by = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="replaces",
        help_text="Holds from the day on which that document is in force.",
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="documents_begun"
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)

    # Groups in these states begin documents.
    BEGUN_BY = (WorkingGroup.State.ACTIVE, WorkingGroup.State.CLOSING)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        ordering = ["title", "pk"]
        indexes = [models.Index(fields=["owner", "kind"]), models.Index(fields=["title"])]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("document", args=[self.pk])

    @property
    def edit_url(self):
        return reverse("document_edit", args=[self.pk])

    @property
    def schedule_version(self):
        """Reminders of an earlier review date are void (apps.notifications)."""
        return self.review_on.toordinal() if self.review_on else 0

    @property
    def latest(self):
        return self.versions.order_by("-number").first()

    @property
    def is_review_overdue(self):
        return bool(self.review_on and self.review_on < clock.today())

    # --- writing --------------------------------------------------------------------------------
    @classmethod
    @transaction.atomic
    def begin(cls, owner, *, by, **fields):
        """A new document of a group, with an empty first version to write."""
        if not by.has_perm("groups.keep_documents", owner):
            raise PermissionDenied
        if owner.state not in cls.BEGUN_BY:
            raise NotYet("The group has not started yet, or is closed.")
        document = cls.objects.create(owner=owner, created_by=by, **fields)
        document.versions.create(number=1)
        record("begin", document, by=by)
        return document

    def lock(self, by):
        """Take the row for this transaction, for somebody who keeps it."""
        if not by.has_perm("groups.keep_documents", self.owner):
            raise PermissionDenied
        self.refresh_from_db(from_queryset=Document.objects.select_for_update(of=("self",)))

    @transaction.atomic
    def change(self, *, by, **fields):
        """Change title, type or who may read it; every change is in the history.

        A meeting decides under a title, and for some readers: another title, or more readers, is as
        other words are. Raises NotYet once a version was approved.
        """
        self.lock(by)
        changed = [name for name, value in fields.items() if getattr(self, name) != value]
        if self._is_for_a_meeting({name: fields[name] for name in changed}):
            if self.was_approved:
                raise NotYet(UNDER_THIS_TITLE)
            self._is_for_the_next_meeting()
        for name in changed:
            setattr(self, name, fields[name])
        if changed:
            self.save(update_fields=changed)
            was = self.get_visibility_display() if "visibility" in changed else ""
            record("change", self, by=by, note="; ".join(filter(None, [*sorted(changed), was])))

    def _is_for_a_meeting(self, new):
        wider = list(self.Visibility).index(new.get("visibility", self.visibility))
        return "title" in new or wider < list(self.Visibility).index(self.visibility)

    @property
    def was_approved(self):
        """People read a version of it as approved, or as withdrawn after that."""
        return self.versions.filter(approved_at__isnull=False).exists()

    @transaction.atomic
    def next_version(self, *, by):
        """Begin the version after the newest, with its words. One is written at a time."""
        self.lock(by)
        latest = self.latest
        if latest.open_to("revise"):
            latest.move("revise", by=by)
            return self.latest
        begun = latest.number > 1 and not latest.open_to("begin_next")
        if begun and latest.permits(by, "begin_next"):
            raise Already("The next version has been begun already.", latest, "begin")
        latest.permit("begin_next", by=by)
        return latest.continued(by)

    # --- after approval -------------------------------------------------------------------------
    @transaction.atomic
    def reviewed(self, *, by, review_on, note):
        """Somebody looked at it again and it stays as it is until the next review."""
        self.lock(by)
        if not Document.objects.to_review(review_on).filter(pk=self.pk).exists():
            raise NotYet("Only a document in force is reviewed, and the next date must be later.")
        if review_on <= max(clock.today(), self.review_on):
            raise NotYet("The next review must be later than today and than the last date.")
        self.review_on = review_on
        self.save(update_fields=["review_on"])
        events.review_settled(self)
        record("review", self, by=by, note=note)

    @transaction.atomic
    def replace(self, older, *, by):
        """Say that this document takes the place of an older one, once it is in force.

        The meeting that approves it decides that too: it is as other words are, and only before.
        """
        self.lock(by)
        self._is_still_to_be_decided()
        if older.pk == self.pk:
            raise NotYet("A document cannot take its own place.")
        older.lock(by)  # whoever keeps both
        if older.replaced_by_id == self.pk:
            return
        if older.replaced_by_id:
            raise IllegalMove(f"{older} is replaced by {older.replaced_by} already.", older)
        later = self
        while later := later.replaced_by:
            if later.pk == older.pk:
                raise NotYet(f"{older} takes the place of this document.")
        older.replaced_by = self
        older.save(update_fields=["replaced_by"])
        record("replaced", older, by=by, note=f"document {self.pk}")
        self._is_for_the_next_meeting()

    @transaction.atomic
    def no_longer_replace(self, older, *, by):
        """It was said in error. Only until a version was approved: a meeting decided it then."""
        self.lock(by)
        older.lock(by)
        if older.replaced_by_id != self.pk:
            raise Already("This was taken back already.", older)
        self._is_still_to_be_decided()
        older.replaced_by = None
        older.save(update_fields=["replaced_by"])
        record("replaced_taken_back", older, by=by, note=f"document {self.pk}")
        self._is_for_the_next_meeting()

    def _is_still_to_be_decided(self):
        if self.was_approved:
            raise NotYet(
                "A meeting approved this document as it is. The co-leads who keep the older one "
                "can withdraw it together."
            )

    def _is_for_the_next_meeting(self):
        DocumentVersion.objects.filter(pk=self.latest.pk).update(written_at=clock.now())


# --- versions -----------------------------------------------------------------------------------
class Phase(models.TextChoices):
    """Where a version stands on a day: its state, and what the calendar and its decision say."""

    DRAFT = "draft", "Draft"
    CONSULTATION = "consultation", "In consultation"
    REVISED = "revised", "Revised after consultation"
    APPROVED = "approved", "Approved"
    IN_FORCE = "in_force", "In force"
    SUPERSEDED = "superseded", "Superseded"
    WITHDRAWN = "withdrawn", "Withdrawn"


HOLDS = Q(decision__state__in=COUNTS)  # it has not lost its quorum since


class DocumentVersionQuerySet(models.QuerySet):
    """Frozen words neither change nor go. PostgreSQL has a trigger that says so as well."""

    def update(self, **kwargs):
        touched = {*DocumentVersion.TEXTS, "number", "document", "frozen_at"} & kwargs.keys()
        if touched and self.filter(frozen_at__isnull=False).exists():
            raise TypeError("The words of this version no longer change.")
        return super().update(**kwargs)

    def delete(self):
        if self.filter(frozen_at__isnull=False).exists():
            raise TypeError("This version is kept.")
        return super().delete()

    def effective(self, on=None):
        """Versions that came into force on a day or before, whatever became of them since."""
        on = on or clock.today()
        State = DocumentVersion.State  # noqa: N806
        return self.filter(
            Q(state=State.APPROVED)
            | Q(state=State.WITHDRAWN, withdrawn_on__gte=F("in_force_from")),
            HOLDS,
            in_force_from__lte=on,
        )

    def standing(self, on=None):
        """With ``phase``: the one place that says what is in force. No job has to run for it."""
        on = on or clock.today()
        State = DocumentVersion.State  # noqa: N806
        effective = DocumentVersion.objects.effective(on)
        later = effective.filter(document=OuterRef("document"), number__gt=OuterRef("number"))
        instead = effective.filter(document=OuterRef("document__replaced_by"))
        began = Q(in_force_from__lte=on) & HOLDS
        return self.annotate(
            phase=Case(
                When(state=State.WITHDRAWN, then=Value(Phase.WITHDRAWN)),
                When(~Q(state=State.APPROVED), then=F("state")),
                When(began & (Exists(later) | Exists(instead)), then=Value(Phase.SUPERSEDED)),
                When(began, then=Value(Phase.IN_FORCE)),
                default=Value(Phase.APPROVED),
                output_field=models.CharField(),
            )
        )

    def visible_to(self, user):
        """What was approved: whom the document is for. Earlier: its group, the steering group,
        the programme office and administrators, and those who are asked about it.
        """
        if not user.is_authenticated:
            public = Q(approved_at__isnull=False, document__visibility="public")
            return self.filter(public | self._asked_about(user))
        if reads_all(user):
            return self
        mine = Q(document__owner__in=WorkingGroup.objects.where(user, "view_workinggroup"))
        shared = Q(document__visibility="public") | (
            Q(document__visibility="programme") & Q(in_programme(user))
        )
        return self.filter(mine | (Q(approved_at__isnull=False) & shared) | self._asked_about(user))

    def _asked_about(self, user):
        """Whoever may see a consultation reads the words that it is about."""
        kind = ContentType.objects.get_for_model(DocumentVersion)
        seen = Consultation.objects.visible_to(user).filter(about_type=kind, opens_at__isnull=False)
        seen = seen.exclude(state=Consultation.State.WITHDRAWN)
        return Q(frozen_at__isnull=False, pk__in=seen.order_by().values("about_id"))


def consultations_about(versions):
    """The consultations about some of these versions that were opened and not withdrawn."""
    kind = ContentType.objects.get_for_model(DocumentVersion)
    return Consultation.objects.filter(
        about_type=kind, about_id__in=versions.values("pk"), opens_at__isnull=False
    ).exclude(state=Consultation.State.WITHDRAWN)


def running_consultation(version):
    """The consultation in which people are being asked about these words now, or None."""
    these = DocumentVersion.objects.filter(pk=version.pk)
    return consultations_about(these).running().select_related("group").first()


def _to(consultation, by):
    """Its address, for those who run it."""
    runs = by.has_perm("groups.run_consultation", consultation.group)
    return consultation.get_absolute_url() if runs else ""


@requirement
def can_be_followed(version, by):
    """Nobody is asked, and nothing is approved, without words that everybody can follow."""
    url = version.document.edit_url if version.open_to("write") else ""
    if not version.summary.strip():
        yield Missing("Write the summary in plain language first.", url)
    elif word_count(version.summary) > SUMMARY_WORDS:
        yield Missing(f"Shorten the summary to {SUMMARY_WORDS} words.", url)
    if not version.body.strip():
        yield Missing("Write the text: it is empty.", url)


@requirement
def everybody_was_asked(version, by):
    if consultation := running_consultation(version):
        yield Missing(
            "People are being asked about it. Wait until the consultation is over.",
            _to(consultation, by),
        )


@requirement
def everybody_was_answered(version, by):
    """What people said of any draft since the last version that was approved."""
    before = version.document.versions.filter(approved_at__isnull=False, number__lt=version.number)
    since = max((one.number for one in before), default=0)
    drafts = version.document.versions.filter(number__gt=since)
    over = consultations_about(drafts).over().exclude(state=Consultation.State.PUBLISHED)
    if unanswered := over.select_related("group").first():
        yield Missing(
            f"People were asked about it in “{unanswered}”. Publish first what you answer them.",
            _to(unanswered, by),
        )


def _approving(version):
    """The groups that can approve it: the one that owns it first, then the steering group."""
    owner = version.document.owner
    steering = WorkingGroup.objects.filter(kind=WorkingGroup.Kind.STEERING)
    return [owner, *steering.exclude(pk=owner.pk)]


def _why_it_does_not_approve(version, decision, by):
    """It is not about these very words, does not count, or nobody but one person says so."""
    return why_it_does_not_serve(
        decision,
        version,
        by,
        since=version.worded_at,
        early=f"The words were changed on {moment(version.worded_at)} (or its title, or who may "
        f"read it), after the meeting of {decision} had begun. That meeting did not decide on "
        "them.",
        settles="approves",
    )


@requirement
def a_meeting_decided(version, by):
    """Beforehand, while none is chosen: the way to a decision that approves it."""
    if version.decision is not None:
        return
    groups = _approving(version)
    owner, *steering = groups
    yield from the_way_to_a_decision(
        version,
        groups,
        by,
        lambda decision: _why_it_does_not_approve(version, decision, by),
        since=version.worded_at,
        words=f"{owner}, or of the steering group" if steering else str(owner),
    )


@of_the_form
def decision_counts(version, by):
    """About this very version, quorate, confirmed; of the steering group, or of the owner."""
    decision, owner = version.decision, version.document.owner
    if decision is None:
        yield Missing("Choose the decision that approved it.")
        return
    group = decision.meeting.group
    if group.pk != owner.pk and group.kind != WorkingGroup.Kind.STEERING:
        yield Missing(f"Choose a decision of the steering group or of {owner}.")
    else:
        yield from _why_it_does_not_approve(version, decision, by)


@of_the_form
def begins_in_order(version, by):
    """In force from a day not before its approval, and later than the version before it."""
    begins, decision = version.in_force_from, version.decision
    if begins is None:
        yield Missing("Say from when it is in force.")
        return
    if decision is not None and begins < decision.meeting.on:
        yield Missing("It cannot be in force before the meeting that approved it.")
    approved = version.document.versions.filter(
        number__lt=version.number, state=DocumentVersion.State.APPROVED
    )
    earlier = approved.order_by("-in_force_from").first()
    if earlier and begins <= earlier.in_force_from:
        yield Missing("It must be in force later than the version before it.")


@requirement
def nobody_is_asked(version, by):
    if consultation := running_consultation(version):
        yield Missing(
            "People are being asked about it. Wait until the consultation is over, or "
            "withdraw the consultation.",
            _to(consultation, by),
        )


@effect
def words_freeze(version, entry):
    if version.frozen_at is None:
        version.frozen_at = clock.now()
        version.save(update_fields=["frozen_at"])


@effect
def is_approved(version, entry):
    version.approved_at = clock.now()
    version.save(update_fields=["approved_at"])


@effect
def next_one_begins(version, entry):
    version.continued(entry.by)


@requirement
def no_meeting_decided_on_it(version, by):
    """What a meeting decided on is not taken away by one person, be the words changed since."""
    if decision := version.decided_by.select_related("meeting__group").first():
        yield Missing(
            f"A meeting of {decision.meeting.group} has decided on it. The co-leads of "
            f"{version.document.owner.answers_for_it()} can withdraw it together.",
            turn="the co-leads",
        )


@requirement
def a_co_lead_ends_it(version, by):
    """Two stood by the decision that approved it: a programme-wide role is no seat."""
    owner = version.document.owner.answers_for_it()
    words = "The two co-leads withdraw together what a meeting approved."
    yield from owner.why_not_led_by(by, words, f"the co-leads of {owner}")


@effect
def ends_today(version, entry):
    version.withdrawn_on = clock.today()
    version.save(update_fields=["withdrawn_on"])


class DocumentVersion(Revised, Stateful):
    """The words of a document, once. They freeze when people are asked, or when approved."""

    class State(States):
        """What was done with it. Whether it is in force the calendar says: ``Phase``."""

        DRAFT = "draft", "grey", "Draft"
        CONSULTATION = "consultation", "grey", "In consultation"
        REVISED = "revised", "grey", "Revised after consultation"
        APPROVED = "approved", "green", "Approved"
        WITHDRAWN = "withdrawn", "grey", "Withdrawn"

    moves = {
        "consult": Move(
            (State.DRAFT,),
            State.CONSULTATION,
            "groups.keep_documents",
            needs=(can_be_followed,),
            then=(words_freeze,),
            label="Ask people about it",
            internal=True,  # a consultation opened
        ),
        "revise": Move(
            (State.CONSULTATION,),
            State.REVISED,
            "groups.keep_documents",
            needs=(nobody_is_asked,),
            then=(next_one_begins,),
            label="Start the next draft",
            main=True,
            explain="It begins with the same words. What people were asked about stays as it is, "
            "so that everybody can see what changed.",
        ),
        "approve": Move(
            (State.DRAFT, State.CONSULTATION),
            State.APPROVED,
            "groups.keep_documents",
            needs=(
                can_be_followed,
                everybody_was_asked,
                everybody_was_answered,
                "apps.governance.analysis.models.does_what_was_answered",
                a_meeting_decided,
                decision_counts,
                begins_in_order,
            ),
            then=(is_approved, words_freeze, events.version_approved),
            closed="This version is {state} already.",
            label="Record that it was approved",
            internal=True,  # has its own form
        ),
        "withdraw": Move(
            (State.DRAFT, State.CONSULTATION),
            State.WITHDRAWN,
            "groups.keep_documents",
            needs=(nobody_is_asked, no_meeting_decided_on_it),
            then=(ends_today, events.version_withdrawn),
            label="Withdraw this version",
            reason=True,
            warn=True,
            explain="It is not put to a meeting. Those who could read it still can, marked as "
            "withdrawn.",
        ),
        "end": Move(
            (State.DRAFT, State.CONSULTATION, State.APPROVED),
            State.WITHDRAWN,
            "groups.keep_documents",
            needs=(nobody_is_asked, a_co_lead_ends_it),
            then=(ends_today, events.version_withdrawn),
            label="Withdraw what a meeting decided on",
            done="It is withdrawn.",
            reason=True,
            warn=True,
            both="the other co-lead",
            half=(events.version_to_end,),
            explain="It no longer holds, from today. The version before does not come back by "
            "itself. Those who could read it still can, marked as withdrawn.",
        ),
        "write": Act(
            (State.DRAFT,),
            "groups.keep_documents",
            closed="This version is {state}: its words no longer change. Start the next version.",
        ),
        "begin_next": Act(
            (State.REVISED, State.APPROVED, State.WITHDRAWN),
            "groups.keep_documents",
            label="Start the next version",
            closed="The next version has been begun already.",
        ),
    }

    TEXTS = ("summary", "body", "easy_read")

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(editable=False)
    summary = models.TextField(
        "summary in plain language", blank=True, help_text="For everybody: what it is."
    )
    body = models.TextField("text", blank=True)
    easy_read = models.TextField("easy-read version", blank=True)
    state = models.CharField(max_length=12, choices=State, default=State.DRAFT, db_index=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    written_at = models.DateTimeField(null=True, blank=True, editable=False)
    reworded_at = models.DateTimeField(
        "when a reader last found other words in it", null=True, blank=True, editable=False
    )
    frozen_at = models.DateTimeField(null=True, blank=True, editable=False)
    approved_at = models.DateTimeField(null=True, blank=True, editable=False)
    decision = models.ForeignKey(
        Decision,
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="approved_versions",
        help_text="The decision that approved it.",
    )
    in_force_from = models.DateField(null=True, blank=True, db_index=True)
    withdrawn_on = models.DateField(null=True, blank=True, editable=False)

    objects = DocumentVersionQuerySet.as_manager()

    class Meta:
        ordering = ["-number", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["document", "number"], name="governance_version_number_once"
            ),
            models.UniqueConstraint(
                fields=["document"], condition=Q(state="draft"), name="governance_one_draft"
            ),
        ]

    def __str__(self):
        return f"{self.document}, version {self.number}"

    def get_absolute_url(self):
        return reverse("document_version", args=[self.document_id, self.number])

    def page_of(self, name):
        return self.document.get_absolute_url()

    def save(self, *args, update_fields=None, **kwargs):
        touches = update_fields is None or set(update_fields) & {*self.TEXTS, "number"}
        stored = DocumentVersion.objects.filter(pk=self.pk, frozen_at__isnull=False)
        if self.pk and touches and stored.exists():
            raise TypeError("The words of this version no longer change.")
        super().save(*args, update_fields=update_fields, **kwargs)

    def delete(self, *args, **kwargs):
        if self.frozen_at:
            raise TypeError("This version is kept.")
        return super().delete(*args, **kwargs)

    @property
    def scope(self):
        return self.document.owner

    def permits(self, user, name):
        """What a closed group left is ended by whoever answers for it."""
        if name == "end" and (group := self.document.owner.answers_for_it()) != self.document.owner:
            return user.has_perm(self.moves[name].perm, group)
        return super().permits(user, name)

    def open_to(self, name):
        """Two end what a meeting decided on, whether or not its approval is recorded yet."""
        if not super().open_to(name):
            return False
        return name != "end" or self.state == self.State.APPROVED or self.decided_by.exists()

    @property
    def decided_by(self):
        """What meetings decided about it that counts, or may yet: under other words as well."""
        return about(Decision.objects, self).filter(OPEN)

    @property
    def worded_at(self):
        """When its words became what they are: a version begins with those of the one before."""
        return self.written_at or self.created_at

    def decisions(self):
        """The decisions of meetings about this version, newest first."""
        return decisions_on(self, _approving(self))

    def before_a_meeting(self, user):
        """(the decision on these words that still can approve them, the item that asks for one)."""
        taken = self.decisions().filter(OPEN, meeting__starts_at__gt=self.worded_at)
        return taken.first(), items_on(self, _approving(self), user).first()

    @property
    def has_easy_read(self):
        return (
            bool(self.easy_read.strip())
            or self.formats.available().filter(kind="easy_read").exists()
        )

    @property
    def decision_fell(self):
        """It was approved by a decision that lost its quorum afterwards."""
        if self.state != self.State.APPROVED:
            return False
        return self.decision.state not in COUNTS

    @transaction.atomic
    def write(self, *, by, seen, **texts):
        """Save the words of the draft, written from revision ``seen``.

        Raises PermissionDenied, IllegalMove (no longer a draft) or StaleEdit (somebody else saved).
        """
        self.permit("write", by=by)
        if all(getattr(self, name) == value for name, value in texts.items()):
            return
        now = clock.now()
        same = all(reads_the_same(name, getattr(self, name), new) for name, new in texts.items())
        reworded_at = self.reworded_at if same else now
        self.save_revision(seen, written_at=now, reworded_at=reworded_at, **texts)
        record("write", self, by=by, note=f"revision {self.revision}")

    @transaction.atomic
    def approve(self, decision, *, by, in_force_from, review_on):
        """Record that a quorate meeting approved it. Raises PermissionDenied, IllegalMove, NotYet.

        The decision's number is kept with it; should that decision lose its quorum after all, the
        version is not in force until it is ratified (``standing``).
        """
        if review_on <= max(in_force_from, clock.today()):
            raise NotYet("The review must be later than today, and than the day it is in force.")
        self.document.lock(by)
        Decision.objects.select_for_update(of=("self",)).filter(pk=decision.pk).first()
        decision.refresh_from_db()
        self.move(
            "approve",
            by=by,
            note=decision.reference,
            decision=decision,
            in_force_from=in_force_from,
        )
        self.document.review_on = review_on
        self.document.save(update_fields=["review_on"])
        events.review_settled(self.document)

    def consultation_opened(self, *, by):
        """A consultation about these words opened: from now on they stay as they are."""
        self.refresh_from_db()
        approved = self.approved_at is not None
        if not approved and not by.has_perm("groups.keep_documents", self.document.owner):
            raise NotYet(
                "It is about a draft of another group. Only those who keep that group's documents "
                "can ask people about it."
            )
        if self.state == self.State.DRAFT:
            self.follow("consult", by=by)
        elif self.state in (self.State.REVISED, self.State.WITHDRAWN):
            raise NotYet("The version that it is about is no longer worked on. Choose a later one.")

    def continued(self, by):
        """The next version, a draft that begins with these words."""
        texts = texts_of(self)
        new = DocumentVersion.objects.create(
            document=self.document, number=self.number + 1, **texts
        )
        record("begin", new, by=by)
        return new
