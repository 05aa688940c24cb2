"""Whose words changed what: suggestions with their answers, and changes the steering group asks.

An answer that says that the text changed names the words that did: a click alone takes nothing up.
"""

from django.conf import settings
from django.db import models, transaction
from django.db.models import Count, Max, Q
from django.urls import reverse
from django.utils.text import Truncator

from apps.accounts.models.people import Constituency
from apps.core import clock
from apps.core.differences import Piece, same_words
from apps.core.exceptions import Conflict, NotYet
from apps.core.lines import Line
from apps.core.models import Stateful, States, record
from apps.core.moves import Act, Missing, Move, effect, of_the_form, requirement
from apps.core.says import says_something

from .. import events, wording
from . import revision
from .output import Output, OutputVersion, sees_all


class SuggestionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Whoever sees the output reads what was suggested, and what came of it."""
        if sees_all(user):
            return self  # counting them all is then one read of an index
        return self.filter(output__in=Output.objects.visible_to(user))

    def open(self):
        return self.filter(state=Suggestion.State.OPEN)


@requirement
def output_can_change(suggestion, by):
    if not suggestion.output.open_to("write"):
        yield Missing("The output is not a draft now. Answer while it can change.")


@requirement
def is_of_this_draft(suggestion, by):
    """What an earlier version was submitted with stays as it was answered."""
    if suggestion.version_id != suggestion.output.latest.pk:
        yield Missing("It was answered in a version that was submitted. That answer stays.")


@requirement
def is_the_first_objection(suggestion, by):
    if suggestion.objection:
        yield Missing("You have said already that this is not what you meant.")


@of_the_form
def names_words_that_changed(suggestion, by):
    """In a revision of this draft, made after the suggestion was put; and they stand there now."""
    offered = [one.kept for one in suggestion.changes()]
    if not suggestion.words or any(one not in offered for one in suggestion.words):
        yield Missing(
            "Choose the words that changed since it was suggested. If none did, say “agreed, no "
            "change of words needed” or “not taken up”.",
            suggestion.output.edit_url,
        )


@of_the_form
def gives_the_reason(suggestion, by):
    if not says_something(suggestion.answer):
        yield Missing("Give the reason: the person who suggested it reads this.")


@effect
def output_changed(suggestion, entry):
    suggestion.output.touch()


@effect
def signatures_lapse(suggestion, entry):
    """Whoever signed had not read this answer."""
    suggestion.output.answer_changed(entry.by)


@effect
def signatures_lapse_unsaid(suggestion, entry):
    """Whoever signed had not read the objection; they are told with it."""
    suggestion.output.latest.lapse_signatures()


@effect
def counts_by_what_stands(output, entry):
    """What an earlier version took up counts while the version that is submitted says it still."""
    words = output.words(output.latest)
    named = output.suggestions.filter(state__in=Suggestion.CHANGED_IT).exclude(words=[])
    for one in (found := list(named)):
        stands = one.stands_in(words)
        one.revision = max(place["revision"] for place in one.words) if stands else None
    Suggestion.objects.bulk_update(found, ["revision"])


class Suggestion(Stateful):
    """What somebody would change in a draft, in their own words, and what the group made of it.

    One that came on paper has no ``by``: a co-lead typed it for the person, and is named for that.
    """

    class State(States):
        OPEN = "open", "blue", "Waiting for an answer"
        TAKEN_UP = "taken_up", "green", "Taken up"
        ADAPTED = "adapted", "aqua-green", "Adapted"
        AGREED = "agreed", "purple", "Agreed, no change of words needed"
        NOT_TAKEN_UP = "not_taken_up", "orange", "Not taken up"
        WITHDRAWN = "withdrawn", "grey", "Withdrawn"

    CHANGED_IT = (State.TAKEN_UP, State.ADAPTED)
    ANSWERED = (*CHANGED_IT, State.AGREED, State.NOT_TAKEN_UP)

    moves = {
        "take_up": Move(
            (State.OPEN,),
            State.TAKEN_UP,
            "taskgroups.answer_suggestion",
            needs=(output_can_change, gives_the_reason, names_words_that_changed),
            then=(output_changed, signatures_lapse, events.suggestion_answered),
            label="Taken up",
            main=True,
        ),
        "adapt": Move(
            (State.OPEN,),
            State.ADAPTED,
            "taskgroups.answer_suggestion",
            needs=(output_can_change, gives_the_reason, names_words_that_changed),
            then=(output_changed, signatures_lapse, events.suggestion_answered),
            label="Adapted",
        ),
        "agree": Move(
            (State.OPEN,),
            State.AGREED,
            "taskgroups.answer_suggestion",
            needs=(output_can_change, gives_the_reason),
            then=(output_changed, signatures_lapse, events.suggestion_answered),
            label="Agreed, no change of words needed",
        ),
        "turn_down": Move(
            (State.OPEN,),
            State.NOT_TAKEN_UP,
            "taskgroups.answer_suggestion",
            needs=(output_can_change, gives_the_reason),
            then=(output_changed, signatures_lapse, events.suggestion_answered),
            label="Not taken up",
        ),
        "answer_again": Move(
            ANSWERED,
            State.OPEN,
            "taskgroups.answer_suggestion",
            needs=(output_can_change, is_of_this_draft),
            label="Answer it again",
        ),
        "withdraw": Move(
            (State.OPEN,),
            State.WITHDRAWN,
            "taskgroups.edit_suggestion",
            then=(output_changed,),
            label="Withdraw the suggestion",
            explain="It stays on the page as withdrawn.",
        ),
        "edit": Act(
            (State.OPEN,),
            "taskgroups.edit_suggestion",
            closed="This suggestion is {state} already.",
        ),
        "object": Act(
            ANSWERED,
            "taskgroups.object_to_answer",
            needs=(output_can_change, is_of_this_draft, is_the_first_objection),
            then=(signatures_lapse_unsaid, events.suggestion_objected),
            closed="You can say so once it is answered.",
        ),
    }
    UPTAKE = ("take_up", "adapt")
    OUTCOMES = (*UPTAKE, "agree", "turn_down")

    output = models.ForeignKey(Output, on_delete=models.PROTECT, related_name="suggestions")
    version = models.ForeignKey(
        OutputVersion,
        on_delete=models.PROTECT,
        related_name="suggestions",
        help_text="The version that it was made on.",
    )
    passage = models.TextField(
        blank=True, max_length=1000, help_text="The words it is about; empty for the whole."
    )
    text = models.TextField(max_length=3000)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="suggestions",
        help_text="Empty where it came on paper.",
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="suggestions_recorded",
        help_text="The co-lead who typed it from paper.",
    )
    given_name = Line(
        max_length=120, blank=True, help_text="On paper: the name, if the person gave one."
    )
    constituency = models.CharField(max_length=20, choices=Constituency)
    state = models.CharField(max_length=12, choices=State, default=State.OPEN)
    made_at = models.DateTimeField(default=clock.now)
    answer = models.TextField("reason", blank=True, max_length=3000)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="suggestions_answered",
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    changed = models.ForeignKey(
        OutputVersion,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="changed_by",
        help_text="The version that it changed.",
    )
    seen_revision = models.PositiveIntegerField(
        "the last revision of the draft when it was made", default=0, editable=False
    )
    revision = models.PositiveIntegerField(
        "the revision in which the words changed",
        null=True,
        blank=True,
        editable=False,
        help_text="Empty where no words did, or where it was answered before revisions were kept.",
    )
    words = models.JSONField("the words before and after", default=list, blank=True, editable=False)
    objection = models.TextField("why this is not what was meant", blank=True, max_length=2000)
    objected_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = SuggestionQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["output", "state"]),
            models.Index(fields=["state", "made_at"]),
            models.Index(fields=["constituency", "state", "revision"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(by__isnull=False, recorded_by__isnull=True)
                | Q(by__isnull=True, recorded_by__isnull=False),
                name="taskgroups_suggestion_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(revision__isnull=True)
                | Q(state__in=["taken_up", "adapted"], changed__isnull=False),
                name="taskgroups_suggestion_revision_is_uptake",
            ),
        ]

    def __str__(self):
        return f"Suggestion {self.pk}"

    def get_absolute_url(self):
        return reverse("suggestion", args=[self.pk])

    @property
    def who(self):
        """Whose words these are, as the page says it."""
        if self.by_id:
            return self.by.name
        return self.given_name or "Somebody who gave no name"

    @property
    def is_open(self):
        return self.state == self.State.OPEN

    @property
    def on_paper(self):
        return self.by_id is None

    @property
    def answered_before_revisions(self):
        """It says that the text changed, of a time from which no words can be shown."""
        return self.state in self.CHANGED_IT and self.revision is None and not self.words

    @property
    def words_went(self):
        """It changed the text, and a later version that was submitted says so no more."""
        return bool(self.words) and self.revision is None

    @property
    def before_and_after(self):
        """(what the text is called, a name for this place of the page, pieces) for each change that
        the answer names.
        """
        return [
            (
                label_of(one["text"]),
                f"Change {number} of suggestion {self.pk}",
                [Piece(kind, _short(text)) for kind, text in one["pieces"]],
            )
            for number, one in enumerate(self.words, start=1)
        ]

    @property
    def named_too(self):
        """Other suggestions to which the same change of words is the answer, oldest first."""
        return self._naming(self.changed_id, self.words) if self.words else []

    def naming(self, change):
        """Other suggestions whose answer names this one of ``changes()``, oldest first."""
        return self._naming(self.output.latest.pk, [change.kept])

    def _naming(self, version, words):
        """Asks once for all of an output, or not at all: its page shows many suggestions."""
        answered = self.output.read_once("naming", self._all_naming)
        return [
            other
            for other in answered
            if other.pk != self.pk
            and other.changed_id == version
            and any(one in other.words for one in words)
        ]

    def _all_naming(self):
        if "at_hand" in vars(self.output):
            return [one for one in self.output.at_hand if one.words]
        named = Suggestion.objects.filter(output=self.output_id, revision__isnull=False)
        return list(named.only("changed_id", "words"))

    def stands_in(self, words):
        """Whether what the answer names stands in these words ({name: text}) still."""
        return all(wording.stands(one, words[one["text"]]) for one in self.words)

    def changes(self):
        """The changes of this draft since it was suggested, from which an answer chooses."""
        output = self.output
        version = output.latest
        since = self.seen_revision if self.version_id == version.pk else 0
        return revision.changes(version, output.words(version), since)

    def own_perms(self, user):
        """Whoever made or typed it may change it; the co-leads of the group answer.

        What was meant only the person knows: nobody objects for somebody without an account.
        """
        perms = set()
        if user.pk == self.by_id:
            perms.add("taskgroups.object_to_answer")
        if user.pk in (self.by_id, self.recorded_by_id):
            perms.add("taskgroups.edit_suggestion")
        if user.has_perm("taskgroups.lead_output", self.output):
            perms.add("taskgroups.answer_suggestion")
        return perms

    @classmethod
    @transaction.atomic
    def make(cls, output, *, by, text, passage="", paper=None):
        """Suggest a change to a draft.

        ``paper`` is {"constituency", "given_name"} where a co-lead types it for somebody. Raises
        PermissionDenied or IllegalMove (no longer a draft).
        """
        output.permit("suggest" if paper is None else "suggest_on_paper", by=by)
        whose = (
            {"by": by, "constituency": by.constituency}
            if paper is None
            else {"recorded_by": by, **paper}
        )
        made = cls.objects.create(
            output=output,
            version=output.latest,
            text=text,
            passage=passage,
            made_at=clock.now(),
            seen_revision=_last_revision(output.latest),
            **whose,
        )
        record("suggest", output, by=by, note=f"suggestion {made.pk}")
        events.suggestion_made(made, by)
        return made

    @transaction.atomic
    def edit(self, *, by, text, passage):
        """Put it otherwise, until it is answered: what changed before answers other words."""
        self._hold()
        self.permit("edit", by=by)
        if not (same_words(self.text, text) and same_words(self.passage, passage)):
            self.version = self.output.latest
            self.seen_revision = _last_revision(self.version)
        self.text, self.passage = text, passage
        self.save(update_fields=["text", "passage", "version", "seen_revision"])
        record("edit", self, by=by)

    @transaction.atomic
    def reply(self, outcome, reason, *, by, changes=()):
        """Answer it, with the reason, which is for all.

        ``changes`` are the keys of those of ``changes()`` that answer it: taken up and adapted name
        one at least. Raises PermissionDenied, IllegalMove (answered already) or NotYet.
        """
        self._hold()
        self._answer(outcome, reason, by, changes)

    @transaction.atomic
    def answer_again(self, outcome, reason, *, by, changes=(), seen=None):
        """Give another answer while the version is a draft; an objection stays where it is.

        ``seen`` is the time of the answer that the page showed. Raises what ``reply`` raises, and
        Conflict where it has been answered again meanwhile.
        """
        self._hold()
        self.refresh_from_db()
        if seen is not None and seen != self.answered_at:
            raise Conflict("It has been answered again since you opened the page.", self)
        self.move("answer_again", by=by, changed=None, revision=None, words=[])
        self._answer(outcome, reason, by, changes)

    def _lock(self):
        """The output first, as whoever answers does: what follows from a move changes its row."""
        Output.objects.select_for_update(of=("self",)).get(pk=self.output_id)
        super()._lock()

    def _hold(self):
        """Nobody writes in the draft meanwhile."""
        self.output = Output.objects.get(pk=self.output_id)
        self.output.lock()

    def _answer(self, outcome, reason, by, changes):
        named = []
        if outcome in self.UPTAKE:
            offered = {one.key: one for one in self.changes()}
            if any(key not in offered for key in changes):
                raise NotYet(CHANGED_MEANWHILE)
            named = [offered[key].kept for key in dict.fromkeys(changes)]
        self.move(
            outcome,
            by=by,
            answer=reason.strip(),
            answered_by=by,
            answered_at=clock.now(),
            changed=self.output.latest if outcome in self.UPTAKE else None,
            revision=max((one["revision"] for one in named), default=None),
            words=named,
        )

    @transaction.atomic
    def object(self, words, *, by):
        """The person whose words they are says, once, that this is not what they meant."""
        if not says_something(words):
            raise NotYet("Say what you meant.")
        self._hold()
        self.permit("object", by=by)
        self.objection, self.objected_at = words.strip(), clock.now()
        self.save(update_fields=["objection", "objected_at"])
        self.followed("object", record("object", self, by=by))


CHANGED_MEANWHILE = "These words have changed meanwhile. Look at them and choose again."
SHOWN = 1500  # characters of a change on each side; the rest is read in the text


def _short(text):
    return Truncator(text).chars(SHOWN)


def label_of(name):
    """What a text of an output is called."""
    model = Output if name == "title" else OutputVersion
    return model._meta.get_field(name).verbose_name


def _last_revision(version):
    return version.draft_revisions.aggregate(last=Max("number"))["last"] or 0


def tally(suggestions):
    """How many there are by side, state and whether words are named: {(side, state, named): n}."""
    rows = suggestions.order_by().values("constituency", "state")
    counts = {}
    for row in rows.annotate(n=Count("pk"), named=Count("revision")):
        key = row["constituency"], row["state"]
        counts[*key, True] = row["named"]
        counts[*key, False] = row["n"] - row["named"]
    return counts


def uptake(counts):
    """What became of the suggestions of each side, from their ``tally``: a row a Constituency.

    Each row is a dict: label, made, taken_up, adapted, agreed, not_taken_up, open, earlier and
    share. Only what names words that changed, and stand in what was submitted last, counts as
    taken up or adapted; ``earlier`` are those whose words went again, or were not kept yet.
    ``share`` says how many of a hundred that were answered changed the text, as far as it can be
    shown. Withdrawn ones do not count as made.
    """
    State, rows = Suggestion.State, []  # noqa: N806
    for side in Constituency:

        def many(state, *named, side=side):
            return sum(counts.get((side.value, state.value, one), 0) for one in named)

        row = {state.value: many(state, True) for state in Suggestion.CHANGED_IT}
        for state in (State.AGREED, State.NOT_TAKEN_UP, State.OPEN):
            row[state.value] = many(state, True, False)
        row["earlier"] = sum(many(state, False) for state in Suggestion.CHANGED_IT)
        made = sum(row.values())
        answered = made - row["open"]
        share = round(100 * (row["taken_up"] + row["adapted"]) / answered) if answered else None
        rows.append({"label": side.label, "made": made, "share": share, **row})
    return rows


class ChangeAsked(models.Model):
    """One thing that the steering group asked to be changed, and how the group answered it."""

    output = models.ForeignKey(Output, on_delete=models.PROTECT, related_name="changes_asked")
    version = models.ForeignKey(
        OutputVersion,
        on_delete=models.PROTECT,
        related_name="changes_asked",
        help_text="The version that was reviewed.",
    )
    text = models.TextField(max_length=2000)
    answer = models.TextField("where and how it was answered", blank=True, max_length=2000)
    answered_in = models.ForeignKey(
        OutputVersion,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="changes_answered",
    )
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="changes_answered",
    )

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "changes asked"

    def __str__(self):
        return f"Change {self.pk}"

    def get_absolute_url(self):
        return self.output.get_absolute_url()

    @transaction.atomic
    def tick(self, answer, *, by):
        """Say where and how the draft answers it; nothing takes the tick off again.

        Whoever signed another answer signs again.
        """
        output = Output.objects.get(pk=self.output_id)
        output.permit("answer_change", by=by)
        if self.answered_in_id and self.answered_in_id != output.latest.pk:
            raise Conflict("An earlier version has answered this.", output)
        if answer.strip() != self.answer:
            output.answer_changed(by)
        self.answer, self.answered_in, self.answered_by = answer.strip(), output.latest, by
        self.save(update_fields=["answer", "answered_in", "answered_by"])
        record("answer_change", output, by=by, note=f"change {self.pk}")
