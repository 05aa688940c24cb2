"""Whose words changed what: suggestions with their answers, and changes the steering group asks."""

from django.conf import settings
from django.db import models, transaction
from django.db.models import Count, Q
from django.urls import reverse

from apps.accounts.models.people import Constituency
from apps.core import clock
from apps.core.exceptions import Conflict
from apps.core.models import Stateful, States, record
from apps.core.moves import Act, Missing, Move, effect, of_the_form, requirement

from .. import events
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


@of_the_form
def gives_the_reason(suggestion, by):
    if not suggestion.answer.strip():
        yield Missing("Give the reason: the person who suggested it reads this.")


@effect
def output_changed(suggestion, entry):
    suggestion.output.touch()


class Suggestion(Stateful):
    """What somebody would change in a draft, in their own words, and what the group made of it.

    One that came on paper has no ``by``: a co-lead typed it for the person, and is named for that.
    """

    class State(States):
        OPEN = "open", "blue", "Waiting for an answer"
        TAKEN_UP = "taken_up", "green", "Taken up"
        ADAPTED = "adapted", "aqua-green", "Adapted"
        NOT_TAKEN_UP = "not_taken_up", "orange", "Not taken up"
        WITHDRAWN = "withdrawn", "grey", "Withdrawn"

    CHANGED_IT = (State.TAKEN_UP, State.ADAPTED)
    ANSWERED = (*CHANGED_IT, State.NOT_TAKEN_UP)

    moves = {
        "take_up": Move(
            (State.OPEN,),
            State.TAKEN_UP,
            "taskgroups.answer_suggestion",
            needs=(output_can_change, gives_the_reason),
            then=(output_changed, events.suggestion_answered),
            label="Taken up",
            main=True,
        ),
        "adapt": Move(
            (State.OPEN,),
            State.ADAPTED,
            "taskgroups.answer_suggestion",
            needs=(output_can_change, gives_the_reason),
            then=(output_changed, events.suggestion_answered),
            label="Adapted",
        ),
        "turn_down": Move(
            (State.OPEN,),
            State.NOT_TAKEN_UP,
            "taskgroups.answer_suggestion",
            needs=(output_can_change, gives_the_reason),
            then=(output_changed, events.suggestion_answered),
            label="Not taken up",
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
    }
    OUTCOMES = ("take_up", "adapt", "turn_down")

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
    given_name = models.CharField(
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

    objects = SuggestionQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["output", "state"]),
            models.Index(fields=["state", "made_at"]),
            models.Index(fields=["constituency", "state"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(by__isnull=False, recorded_by__isnull=True)
                | Q(by__isnull=True, recorded_by__isnull=False),
                name="taskgroups_suggestion_by_somebody",
            )
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
    def on_paper(self):
        return self.by_id is None

    def own_perms(self, user):
        """Whoever made or typed it may change it; the co-leads of the group answer."""
        perms = set()
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
            **whose,
        )
        record("suggest", output, by=by, note=f"suggestion {made.pk}")
        events.suggestion_made(made, by)
        return made

    @transaction.atomic
    def edit(self, *, by, text, passage):
        """Put it otherwise, until it is answered."""
        self.permit("edit", by=by)
        self.text, self.passage = text, passage
        self.save(update_fields=["text", "passage"])
        record("edit", self, by=by)

    @transaction.atomic
    def reply(self, outcome, reason, *, by):
        """Answer it: taken up or adapted changes the version at hand; the reason is for all."""
        output = Output.objects.get(pk=self.output_id)
        output.lock()
        changed = output.latest if outcome != "turn_down" else None
        self.move(
            outcome,
            by=by,
            answer=reason.strip(),
            answered_by=by,
            answered_at=clock.now(),
            changed=changed,
        )


def tally(suggestions):
    """How many suggestions there are by side and state: {(constituency, state): number}."""
    rows = suggestions.order_by().values("constituency", "state").annotate(n=Count("pk"))
    return {(row["constituency"], row["state"]): row["n"] for row in rows}


def uptake(counts):
    """What became of the suggestions of each side, from their ``tally``: a row a Constituency.

    Each row is a dict: label, made, taken_up, adapted, not_taken_up, open, and share: how many of
    a hundred that were answered changed the text. Withdrawn ones do not count as made.
    """
    rows = []
    for side in Constituency:
        row = {
            state.value: counts.get((side.value, state.value), 0)
            for state in (*Suggestion.ANSWERED, Suggestion.State.OPEN)
        }
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
        """Say where and how the draft answers it; nothing takes the tick off again."""
        output = Output.objects.get(pk=self.output_id)
        output.permit("answer_change", by=by)
        if self.answered_in_id and self.answered_in_id != output.latest.pk:
            raise Conflict("An earlier version has answered this.", output)
        self.answer, self.answered_in, self.answered_by = answer.strip(), output.latest, by
        self.save(update_fields=["answer", "answered_in", "answered_by"])
        record("answer_change", output, by=by, note=f"change {self.pk}")
