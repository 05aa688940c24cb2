"""Outputs: drafted version by version, signed by both co-leads, reviewed, put to use."""

import hashlib
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse

from apps.accounts.models.people import Constituency, User
from apps.core import clock
from apps.core.dates import moment
from apps.core.differences import texts_of
from apps.core.exceptions import Already, Conflict, IllegalMove, NotYet
from apps.core.lines import Line
from apps.core.markdown import as_read, reads_the_same
from apps.core.models import AuditEntry, Revised, Stateful, States, record
from apps.core.moves import Act, Missing, Move, effect, of_the_form, requirement
from apps.core.readability import word_count
from apps.core.uploads import Upload
from apps.groups.models import WorkingGroup, in_programme
from apps.groups.roles import CO_LEAD

from .. import events
from ..roles import perms_on, reads_all
from .revision import DraftRevision
from .stage import Stage

AT_WORK = (WorkingGroup.State.ACTIVE, WorkingGroup.State.CLOSING)  # groups that make outputs
SUMMARY_WORDS = 200  # a plain-language summary is read in a minute and a half


# --- outputs ------------------------------------------------------------------------------------
def sees_all(user):
    """The programme office, administrators and the steering group see every output."""
    return user.has_perm("groups.view_workinggroup") or reads_all(user)


class OutputQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Drafts: the group, the steering group, the programme office and administrators.

        What was opened to the programme, and whatever was accepted: everybody in the programme.
        It stays open while it is under review, so that people see what became of their words.
        """
        if not user.is_authenticated:
            return self.none()
        if sees_all(user):
            return self
        mine = WorkingGroup.objects.where(user, "view_workinggroup")
        public = Q(state__in=Output.PUBLIC) | Q(shared_with=Output.SharedWith.PROGRAMME)
        return self.filter(Q(group__in=mine) | (public & Q(in_programme(user))))

    def undecided(self):
        return self.exclude(state__in=Output.DECIDED)


# Suggestions without an answer; and on the draft, those whose answer names words that changed or
# of which somebody says that it is not what they meant.
BEARS_ON_SIGNING = Q(state="open") | (
    Q(version__frozen_at=None) & (Q(revision__isnull=False) | ~Q(objection=""))
)
# What the page of an output has at hand of them (``at_hand``): with those that name words.
AT_HAND = BEARS_ON_SIGNING | Q(revision__isnull=False)


# --- what a signature asks for ------------------------------------------------------------------
@requirement
def is_written(output, by):
    version = output.latest
    if not version.summary.strip():
        yield Missing("Write the plain-language summary.", output.edit_url)
    elif word_count(version.summary) > SUMMARY_WORDS:
        yield Missing(f"Shorten the summary to {SUMMARY_WORDS} words.", output.edit_url)
    if not version.body.strip():
        yield Missing("Write the text: it is empty.", output.edit_url)


@requirement
def is_in_easy_read(output, by):
    """Where the steering group asks for it."""
    if output.easy_read_required and not output.latest.has_easy_read:
        words = "Add the easy-read version: the steering group asks for one."
        yield Missing(words, output.edit_url)


@requirement
def suggestions_are_answered(output, by):
    if waiting := sum(one.open_to("take_up") for one in output.before_signing()):
        many = "1 suggestion" if waiting == 1 else f"{waiting} suggestions"
        yield Missing(f"Answer {many} first.", f"{output.get_absolute_url()}#suggestions")


@requirement
def words_taken_up_still_stand(output, by):
    """Nothing is signed that says of a suggestion that it changed the text, and it does not."""
    named = [one for one in output.before_signing() if one.words]
    words = output.words(output.latest) if named else {}
    for suggestion in named:
        if not suggestion.stands_in(words):
            yield Missing(
                f"Suggestion {suggestion.pk} says “{suggestion.get_state_display().lower()}”, but "
                "the words that it named have changed since. Answer it again.",
                reverse("suggestion_answer", args=[suggestion.pk]),
                turn="a co-lead of the group",
            )


@requirement
def changes_are_answered(output, by):
    """Asks nothing where the output's page has the changes at hand."""
    if asked := sum(not one.answer for one in output.changes_asked.all()):
        many = "the change" if asked == 1 else f"{asked} changes"
        words = f"Say how you answered {many} that the steering group asked for."
        yield Missing(words, f"{output.get_absolute_url()}#changes")


@requirement
def has_both_co_leads(output, by):
    leads = output.read_once("co-leads", output.co_leads)
    for side in CO_LEAD:
        if side not in leads:
            yield Missing(
                f"The {side.label.lower()} co-lead's seat is empty. Ask the programme office to "
                "appoint somebody: both co-leads sign.",
                turn="the programme office",
            )


@requirement
def both_have_signed(output, by):
    signed = {one.constituency for one in output.signatures()}
    for side in CO_LEAD:
        if side not in signed:
            lead = f"the {side.label.lower()} co-lead"
            yield Missing(f"{lead.capitalize()} has not signed yet.", turn=lead)


READY = (
    is_written,
    is_in_easy_read,
    suggestions_are_answered,
    words_taken_up_still_stand,
    changes_are_answered,
    "apps.governance.analysis.models.does_what_was_answered",
    has_both_co_leads,
)


@of_the_form
def shows_its_use(output, by):
    shown = output.files.filter(use=Attachment.Use.EVIDENCE).exists()
    if not output.evidence.strip() and not shown:
        yield Missing("Say how it is in use, or add a file that shows it.")


# --- what follows -------------------------------------------------------------------------------
@effect
def changed(output, entry):
    output.touch()


@effect
def frozen(output, entry):
    """The words that both co-leads signed no longer change."""
    output.submitted_at, output.decided_at = clock.now(), None
    output.save(update_fields=["submitted_at", "decided_at"])
    output.latest.freeze()


@effect
def decided(output, entry):
    output.decided_at = clock.now()
    output.save(update_fields=["decided_at"])


@effect
def undecided(output, entry):
    """Nothing was decided after all, so nothing is asked of the group."""
    output.decided_at = None
    output.save(update_fields=["decided_at"])
    output.changes_asked.filter(version=output.latest).delete()


@effect
def continued(output, entry):
    """The work goes on, in another version where the last one was submitted."""
    if output.latest.is_frozen:
        output.latest.continued()


WORDS_STAY = "This output is {state}: its words no longer change."
NO_DRAFT = "It is not a draft now, so its words cannot change."


class Output(Stateful):
    """Something that a task group makes: a job description, a course, a policy.

    Its words are in its versions. A version freezes when both co-leads have signed it; what comes
    after is another version. Reopening what was declined or withdrawn begins a version too, and
    that goes through signatures and review like any other.
    """

    class Kind(models.TextChoices):
        JOB_DESCRIPTION = "job_description", "Job description"
        PERSON_SPECIFICATION = "person_specification", "Person specification"
        PROCESS = "process", "Process"
        TRAINING = "training", "Training"
        GUIDE = "guide", "Guide"
        AGREEMENT = "agreement", "Agreement"
        PATHWAY = "pathway", "Career pathway"
        POLICY = "policy", "Policy"
        PLAN = "plan", "Plan"
        OTHER = "other", "Something else"

    class SharedWith(models.TextChoices):
        GROUP = "group", "The group"
        PROGRAMME = "programme", "Everybody in the programme"

    class State(States):
        DRAFT = "draft", "grey", "Draft"
        SUBMITTED = "submitted", "blue", "Submitted"
        IN_REVIEW = "in_review", "purple", "In review"
        CHANGES_REQUESTED = "changes_requested", "yellow", "Changes requested"
        ACCEPTED = "accepted", "green", "Accepted"
        IMPLEMENTED = "implemented", "green", "Implemented"
        DECLINED = "declined", "orange", "Declined"
        WITHDRAWN = "withdrawn", "grey", "Withdrawn"

    PUBLIC = (State.ACCEPTED, State.IMPLEMENTED)
    OPEN = (State.DRAFT, State.CHANGES_REQUESTED)  # the group is at work on it
    UNDECIDED = (*OPEN, State.SUBMITTED, State.IN_REVIEW)
    DECIDED = (State.ACCEPTED, State.IMPLEMENTED, State.DECLINED, State.WITHDRAWN)

    moves = {
        "submit": Move(
            (State.DRAFT,),
            State.SUBMITTED,
            "taskgroups.lead_output",
            needs=(*READY, both_have_signed),
            then=(
                changed,
                frozen,
                "apps.taskgroups.models.suggestion.counts_by_what_stands",
                events.submitted,
            ),
            label="Submit",
            internal=True,  # the second signature carries it
        ),
        "begin_review": Move(
            (State.SUBMITTED,),
            State.IN_REVIEW,
            "taskgroups.review_output",
            then=(changed,),
            label="Begin the review",
            internal=True,
        ),
        "accept": Move(
            (State.IN_REVIEW,),
            State.ACCEPTED,
            "taskgroups.review_output",
            then=(changed, decided, events.accepted),
            label="Accept",
            internal=True,
        ),
        "request_changes": Move(
            (State.IN_REVIEW,),
            State.CHANGES_REQUESTED,
            "taskgroups.review_output",
            then=(changed, decided, events.changes_asked),
            label="Ask for changes",
            internal=True,
        ),
        "decline": Move(
            (State.IN_REVIEW,),
            State.DECLINED,
            "taskgroups.review_output",
            then=(changed, decided, events.declined),
            label="Decline",
            internal=True,
        ),
        "review_again": Move(
            (State.ACCEPTED, State.CHANGES_REQUESTED, State.DECLINED),
            State.IN_REVIEW,
            "taskgroups.review_output",
            then=(changed, undecided),
            label="Go on with the review",
            internal=True,  # what decided it had no quorum after all
        ),
        "withdraw_from_review": Move(
            (State.IN_REVIEW,),
            State.WITHDRAWN,
            "taskgroups.lead_output",
            then=(changed,),
            label="Withdraw it from review",
            internal=True,  # the review stops with it
        ),
        "next_version": Move(
            (State.CHANGES_REQUESTED,),
            State.DRAFT,
            "taskgroups.draft_output",
            then=(changed, continued),
            label="Start the next version",
            main=True,
            explain="It begins with the words of the last version. The list of what to change "
            "stays beside you while you write.",
        ),
        "implement": Move(
            (State.ACCEPTED,),
            State.IMPLEMENTED,
            "taskgroups.implement_output",
            needs=(shows_its_use,),
            then=(changed,),
            main=True,
            label="Mark as implemented",
        ),
        "withdraw": Move(
            (State.DRAFT, State.CHANGES_REQUESTED, State.SUBMITTED),
            State.WITHDRAWN,
            "taskgroups.lead_output",
            then=(changed,),
            label="Withdraw it",
            reason=True,
            warn=True,
            explain="Work on it stops. The group can open it again.",
        ),
        "reopen": Move(
            (State.WITHDRAWN, State.DECLINED),
            State.DRAFT,
            "taskgroups.lead_output",
            then=(changed, continued),
            label="Open it again",
            reason=True,
            explain="It becomes a draft. Both co-leads sign it and the steering group reviews it, "
            "as the first time.",
        ),
        "write": Act((State.DRAFT,), "taskgroups.draft_output", closed=WORDS_STAY),
        "relabel": Act((State.DRAFT,), "taskgroups.draft_output", closed=WORDS_STAY),
        "add_file": Act((State.DRAFT,), "taskgroups.draft_output", closed=WORDS_STAY),
        "remove_file": Act((State.DRAFT,), "taskgroups.draft_output", closed=WORDS_STAY),
        "answer_change": Act((State.DRAFT,), "taskgroups.draft_output", closed=WORDS_STAY),
        "suggest": Act((State.DRAFT,), "taskgroups.suggest_output", closed=NO_DRAFT),
        "suggest_on_paper": Act((State.DRAFT,), "taskgroups.lead_output", closed=NO_DRAFT),
        "share": Act(UNDECIDED, "taskgroups.lead_output", closed="This output has been decided."),
        "sign": Act((State.DRAFT,), "taskgroups.lead_output", needs=READY, closed=WORDS_STAY),
        "take_back_signature": Act((State.DRAFT,), "taskgroups.lead_output", closed=WORDS_STAY),
        "ask_for": Act(UNDECIDED, "taskgroups.ask_output", closed="This output has been decided."),
    }

    group = models.ForeignKey(WorkingGroup, on_delete=models.PROTECT, related_name="outputs")
    stage = models.ForeignKey(
        Stage, null=True, blank=True, on_delete=models.PROTECT, related_name="outputs"
    )
    kind = models.CharField("type", max_length=22, choices=Kind, default=Kind.OTHER)
    title = Line(max_length=150)
    shared_with = models.CharField(max_length=10, choices=SharedWith, default=SharedWith.GROUP)
    due = models.DateField(null=True, blank=True, help_text="When the steering group asks for it.")
    easy_read_required = models.BooleanField("an easy-read version is required", default=False)
    evidence = models.TextField(
        blank=True, max_length=5000, help_text="How it is in use, and since when."
    )
    state = models.CharField(max_length=18, choices=State, default=State.DRAFT)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="outputs_begun"
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)
    changed_at = models.DateTimeField(default=clock.now, db_index=True, editable=False)
    submitted_at = models.DateTimeField(null=True, blank=True, editable=False)
    decided_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = OutputQuerySet.as_manager()

    class Meta:
        ordering = ["-changed_at", "-pk"]
        permissions = [("ask_output", "Can say by when outputs are asked for, and in easy read")]
        indexes = [
            models.Index(fields=["group", "state"]),
            models.Index(fields=["state", "changed_at"]),
            models.Index(fields=["title"]),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("output", args=[self.pk])

    @property
    def edit_url(self):
        return reverse("output_edit", args=[self.pk])

    def own_perms(self, user):
        return perms_on(self, user)

    @property
    def latest(self):
        """The newest version: the one being written, or the one under review."""
        return self.versions.all()[0]  # newest first; asks nothing where they were prefetched

    @property
    def is_late(self):
        return bool(self.due and self.state in self.OPEN and self.due < clock.today())

    @property
    def is_open_to_all(self):
        """Everybody in the programme may suggest changes now."""
        return self.open_to("suggest") and self.shared_with == self.SharedWith.PROGRAMME

    # --- people -------------------------------------------------------------------------------
    def shows_names_to(self, user):
        """Whether somebody sees who wrote, suggested and signed, beside the side of each.

        The side tells that a person has used mental health services, so names go with it only
        within the group, the steering group, and to those who see every group.
        """
        return user.has_perm("groups.view_workinggroup", self.group) or reads_all(user)

    def co_leads(self):
        """The current co-leads of the group by side: {constituency: user}."""
        return {user.constituency: user for user in self.group.leads()}

    def authors(self):
        """Whoever began, wrote or signed any version: nobody reviews their own work."""
        return User.objects.filter(
            Q(pk=self.created_by_id)
            | Q(pk__in=Contribution.objects.filter(version__output=self).values("user"))
            | Q(pk__in=Signature.objects.filter(version__output=self).values("user"))
        )

    # --- writing ------------------------------------------------------------------------------
    @classmethod
    @transaction.atomic
    def begin(cls, group, *, by, **fields):
        """A new output of a task group at work, with an empty first version."""
        if not by.has_perm("groups.draft_output", group):
            raise PermissionDenied
        if group.kind != WorkingGroup.Kind.TASK:
            raise NotYet("Outputs are made by task groups.")
        if group.state not in AT_WORK:
            raise NotYet("The group has not started yet, or is closed.")
        output = cls.objects.create(group=group, created_by=by, **fields)
        output.versions.create(number=1)
        record("begin", output, by=by)
        return output

    def lock(self):
        """Take the row for this transaction, as it stands now."""
        self.refresh_from_db(from_queryset=Output.objects.select_for_update(of=("self",)))

    def touch(self):
        self.changed_at = clock.now()
        self.save(update_fields=["changed_at"])

    @transaction.atomic
    def write(self, *, by, seen, going_on=False, **texts):
        """Save the words of the draft, written from revision ``seen``; returns the version.

        ``going_on``: the page saved them by itself. Signatures were given to other words, so they
        lapse. Raises PermissionDenied, IllegalMove (no longer a draft) or StaleEdit (somebody else
        saved meanwhile).
        """
        self.permit("write", by=by)
        version = self.latest
        if all(getattr(version, name) == value for name, value in texts.items()):
            return version
        before = {name: getattr(version, name) for name in texts}
        version.save_revision(seen, **texts)
        self._keep_what_was(version, before, texts, by, going_on)
        lapsed = self.words_changed(version, by)
        note = f"version {version.number}, revision {version.revision}"
        if lapsed or not self._just_wrote(by):
            record("write", self, by=by, note=note)
        return version

    def words(self, version):
        """Everything in which words can be changed, by name, as it is read: title and texts."""
        texts = {name: as_read(name, text) for name, text in texts_of(version).items()}
        return {"title": self.title} | texts

    def _keep_what_was(self, version, before, now, by, going_on=False):
        changed = {
            name: text for name, text in before.items() if not reads_the_same(name, text, now[name])
        }
        if changed:
            DraftRevision.keep(version, changed, by=by, going_on=going_on)

    def _just_wrote(self, by):
        """Saves that follow one another within minutes are one act in the audit trail."""
        last = AuditEntry.objects.about(self).first()
        since = clock.now() - timedelta(minutes=10)
        return bool(last and last.action == "write" and last.by_id == by.pk and last.at > since)

    def words_changed(self, version, by):
        """Whatever signatures there were lapse, and who gave them is told; returns those people."""
        self.contributed(version, by)
        lapsed = self.signatures_lapse(by, "taskgroups.lapsed")
        self.touch()
        return lapsed

    def answer_changed(self, by):
        """Somebody reads another answer than those who signed had before them: as other words."""
        self.signatures_lapse(by, "taskgroups.answer_changed")

    def signatures_lapse(self, by, kind):
        """Who gave them is told, by this kind of message; returns those people."""
        lapsed = self.latest.lapse_signatures()
        if lapsed:
            events.signatures_lapsed(self, lapsed, by, kind)
        return [one.user for one in lapsed]

    def contributed(self, version, user):
        Contribution.objects.update_or_create(
            version=version,
            user=user,
            defaults={"last_at": clock.now()},
            create_defaults={"last_at": clock.now(), "constituency": user.constituency},
        )

    # --- submitting ---------------------------------------------------------------------------
    def signatures(self, leads=None):
        """Those on the newest version that count: of those who still lead for that side."""
        leading = {user.pk for user in (leads or self.co_leads()).values()}
        signed = self.latest.signatures.select_related("user")
        return [
            one
            for one in signed
            if one.user_id in leading and one.user.constituency == one.constituency
        ]

    def before_signing(self):
        """The suggestions that bear on signing (``BEARS_ON_SIGNING``), oldest first.

        Asks nothing where the output's page has them at hand.
        """
        if "at_hand" not in vars(self):
            return list(self.suggestions.filter(BEARS_ON_SIGNING))
        draft = None if self.latest.is_frozen else self.latest.pk
        return [one for one in self.at_hand if one.is_open or one.version_id == draft]

    @property
    def signed_for(self):
        """A mark of all that a signature is given to, so that a page from before signs nothing.

        The words and files, what is answered to whom, and what those say against it.
        """
        version = self.latest
        what = [
            (version.number, version.revision, self.title, str(self.kind), self.stage_id),
            list(version.files.order_by("pk").values_list("pk")),
            list(
                self.suggestions.order_by("pk").values_list(
                    "pk", "state", "text", "passage", "answer", "answered_at", "objection"
                )
            ),
            list(self.changes_asked.order_by("pk").values_list("pk", "answer")),
        ]
        return hashlib.sha256(repr(what).encode()).hexdigest()

    @transaction.atomic
    def sign(self, *, by, seen=None):
        """A co-lead signs the words as they are; the second signature submits the output.

        ``seen`` is the ``signed_for`` that they read, where a page showed it. Raises
        PermissionDenied, Already, IllegalMove (no longer a draft), Conflict (it says something else
        by now) or NotYet (what is missing).
        """
        self.lock()
        given = self.latest.signatures.filter(user=by, constituency=by.constituency).first()
        if given and not self.open_to("sign"):
            raise Already(f"You signed this on {moment(given.at)}.", self, mine=True)
        self.permit("sign", by=by)
        if seen is not None and seen != self.signed_for:
            raise Conflict("The words, or what is answered, changed while you were reading.", self)
        if by not in self.co_leads().values():
            raise PermissionDenied
        version, signature = self.latest, given
        if not given:  # one that was given holds: it lapses where the words change
            signature, _ = Signature.objects.update_or_create(
                version=version,
                constituency=by.constituency,
                defaults={"user": by},
                create_defaults={"user": by, "at": clock.now()},
            )
            record("sign", self, by=by, note=f"version {version.number}")
        if not any(both_have_signed(self, by)):
            self.move("submit", by=by)
        elif not given:
            events.signed(self, by)
        return signature

    @transaction.atomic
    def take_back_signature(self, *, by):
        """While it is a draft a co-lead may think again."""
        self.permit("take_back_signature", by=by)
        taken, _ = self.latest.signatures.filter(user=by).delete()
        if taken:
            record("take_back_signature", self, by=by, note=f"version {self.latest.number}")

    # --- after submitting -----------------------------------------------------------------------
    @transaction.atomic
    def request_changes(self, items, *, by, note=""):
        """The steering group sends it back with a list of what to change (texts)."""
        items = [text.strip() for text in items if text.strip()]
        if not items:
            raise NotYet("List at least one thing to change.")
        self.move("request_changes", by=by, note=note)
        version = self.latest
        for text in items:
            self.changes_asked.create(version=version, text=text)

    @transaction.atomic
    def relabel(self, *, by, **labels):
        """Change title, type or stage of a draft."""
        self.permit("relabel", by=by)
        new = [name for name, value in labels.items() if getattr(self, name) != value]
        was = {"title": self.title} if "title" in new else {}
        for name in new:
            setattr(self, name, labels[name])
        self.save(update_fields=new)
        if new:
            self._keep_what_was(self.latest, was, labels, by)
            self.words_changed(self.latest, by)
            record("relabel", self, by=by, note=", ".join(sorted(new)))

    @transaction.atomic
    def share(self, shared_with, *, by):
        """Co-leads open a draft for suggestions from the whole programme, or close it again."""
        self.permit("share", by=by)
        self.shared_with = shared_with
        self.save(update_fields=["shared_with"])
        record("share", self, by=by, note=self.get_shared_with_display())

    @transaction.atomic
    def ask_for(self, *, due, easy_read_required, by):
        """By when the output is asked for, and whether in easy read too."""
        self.permit("ask_for", by=by)
        self.due, self.easy_read_required = due, easy_read_required
        self.save(update_fields=["due", "easy_read_required"])
        record("ask_for", self, by=by)

    @transaction.atomic
    def put_to_use(self, *, by, evidence, file=None):
        """Mark it as implemented, with words or a file that show it is in use."""
        if file is not None:
            if not self.permits(by, "implement"):
                raise PermissionDenied
            Attachment.objects.create(
                output=self,
                version=self.latest,
                use=Attachment.Use.EVIDENCE,
                uploaded_by=by,
                title="Evidence that it is in use",
                **Attachment.describe(file),
            )
        self.move("implement", by=by, evidence=evidence)


# --- versions -----------------------------------------------------------------------------------
class OutputVersionQuerySet(models.QuerySet):
    """Frozen versions neither change nor go. PostgreSQL has a trigger that says so as well."""

    def update(self, **kwargs):
        if self.filter(frozen_at__isnull=False).exists():
            raise TypeError("A submitted version no longer changes.")
        return super().update(**kwargs)

    def delete(self):
        if self.filter(frozen_at__isnull=False).exists():
            raise TypeError("A submitted version is kept.")
        return super().delete()

    def visible_to(self, user):
        """The versions of the outputs that one may see, from the first on."""
        return self.filter(output__in=Output.objects.visible_to(user))


class OutputVersion(Revised):
    """The words of an output, once. Frozen at the moment it is submitted."""

    output = models.ForeignKey(Output, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(editable=False)
    summary = models.TextField(
        "plain-language summary", blank=True, help_text="For everybody: what it is, what changes."
    )
    body = models.TextField("text", blank=True)
    easy_read = models.TextField("easy-read version", blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    frozen_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = OutputVersionQuerySet.as_manager()

    TEXTS = ("summary", "body", "easy_read")

    class Meta:
        ordering = ["-number", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["output", "number"], name="taskgroups_version_number_once"
            )
        ]

    def __str__(self):
        return f"Version {self.number}"

    def get_absolute_url(self):
        return reverse("output_version", args=[self.output_id, self.number])

    def save(self, *args, **kwargs):
        stored = self.pk and OutputVersion.objects.filter(pk=self.pk, frozen_at__isnull=False)
        if stored and stored.exists():
            raise TypeError("A submitted version no longer changes.")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        if self.is_frozen:
            raise TypeError("A submitted version is kept.")
        return super().delete(*args, **kwargs)

    @property
    def is_frozen(self):
        return self.frozen_at is not None

    @property
    def has_easy_read(self):
        easy = Attachment.Use.EASY_READ
        return bool(self.easy_read.strip()) or any(one.use == easy for one in self.files.all())

    def freeze(self):
        """From now on its words stay; what suggestions named of its past stands with them."""
        self.frozen_at = clock.now()
        self.save(update_fields=["frozen_at"])
        self.draft_revisions.all().delete()

    def lapse_signatures(self):
        """Take the signatures off; returns them."""
        signed = list(self.signatures.select_related("user"))
        self.signatures.all().delete()
        return signed

    def continued(self):
        """The next version, which begins with the words and files of this one."""
        texts = texts_of(self)
        new = OutputVersion.objects.create(output=self.output, number=self.number + 1, **texts)
        for file in self.files.exclude(use=Attachment.Use.EVIDENCE):
            file.pk, file.version = None, new
            file._state.adding = True
            file.save()
        return new


class Contribution(models.Model):
    """Somebody wrote in a version; with the side of co-production they sat on then."""

    version = models.ForeignKey(
        OutputVersion, on_delete=models.PROTECT, related_name="contributions"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="contributions"
    )
    constituency = models.CharField(max_length=20, choices=Constituency)
    last_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["version", "user"], name="taskgroups_contribution_once")
        ]

    def __str__(self):
        return f"{self.user} wrote in version {self.version.number}"


class Signature(models.Model):
    """A co-lead's signature on one version: one for each side of co-production."""

    version = models.ForeignKey(OutputVersion, on_delete=models.PROTECT, related_name="signatures")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="signatures"
    )
    constituency = models.CharField(max_length=20, choices=Constituency)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "constituency"], name="taskgroups_signature_one_a_side"
            )
        ]

    def __str__(self):
        return f"{self.user} signed version {self.version.number}"


# --- files --------------------------------------------------------------------------------------
class AttachmentQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(version__in=OutputVersion.objects.visible_to(user))


class Attachment(Upload):
    """A file of a version: beside the text, its easy-read version, or evidence of its use."""

    class Use(models.TextChoices):
        BESIDE = "beside", "A file beside the text"
        EASY_READ = "easy_read", "The easy-read version"
        EVIDENCE = "evidence", "Evidence that it is in use"

    output = models.ForeignKey(Output, on_delete=models.PROTECT, related_name="files")
    version = models.ForeignKey(OutputVersion, on_delete=models.PROTECT, related_name="files")
    use = models.CharField("what it is", max_length=10, choices=Use, default=Use.BESIDE)
    title = Line(max_length=150)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="output_files"
    )

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("output_file", args=[self.pk])

    @classmethod
    @transaction.atomic
    def add(cls, output, file, *, by, title, use):
        """Add a file to the draft. Raises PermissionDenied or IllegalMove."""
        output.permit("add_file", by=by)
        version = output.latest
        made = cls.objects.create(
            output=output,
            version=version,
            use=use,
            title=title,
            uploaded_by=by,
            **cls.describe(file),
        )
        output.words_changed(version, by)
        record("add_file", output, by=by, note=f"file {made.pk}")
        return made

    @transaction.atomic
    def remove(self, *, by):
        """Take a file off the draft; the file itself goes once no version holds it."""
        output = self.output
        output.permit("remove_file", by=by)
        if self.version_id != output.latest.pk:
            raise IllegalMove("This file belongs to a version that was submitted.", output)
        record("remove_file", output, by=by, note=f"file {self.pk}")
        output.words_changed(self.version, by)
        name, storage = str(self.file.name), self.file.storage
        self.delete()
        if not Attachment.objects.filter(file=name).exists():
            transaction.on_commit(lambda: storage.delete(name))
