"""Deciding in writing, between meetings: the same quorum, counted from those who answer."""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse

from apps.accounts.models.people import Constituency, User
from apps.accounts.models.sides import sides_at
from apps.core import clock
from apps.core.dates import DAY
from apps.core.exceptions import NotYet
from apps.core.models import Stateful, States, record
from apps.core.moves import Act, Missing, Move, effect, requirement
from apps.groups.counting import notice_begins, sides_by_terms
from apps.groups.models import Presence, WorkingGroup, belongs_to

from .. import events
from .review import Outcome, Review


class WrittenRoundQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The steering group's own."""
        return self.filter(review__group__in=WorkingGroup.objects.where(user, "view_workinggroup"))

    def open_to(self, user):
        """The rounds that this person can answer now."""
        mine = belongs_to(user, observing=False)
        return self.filter(
            state=WrittenRound.State.OPEN, closes_at__gt=clock.now(), review__group__in=mine
        )


@requirement
def is_over(round_, by):
    if not round_.is_over:
        yield Missing("Not everybody has answered and there is time left. Wait until then.")


@requirement
def members_agreed(round_, by):
    if round_.is_over and not round_.carries():
        yield Missing("The quorum was not reached, or the members did not agree.")


@requirement
def members_did_not_agree(round_, by):
    if round_.is_over and round_.carries():
        yield Missing("The quorum was reached and the members agreed.")


@effect
def decides_the_review(round_, entry):
    round_.review.decide(
        round_.outcome,
        by=entry.by,
        reasons=round_.reasons,
        changes=round_.changes.splitlines(),
    )


class WrittenRound(Stateful):
    """A proposal that the members of the steering group answer in writing.

    Whoever answers is present for the quorum of the terms of reference, which asks for members,
    members with lived experience and staff. It carries where more agree than disagree. The clock
    closes it: an answer after ``closes_at`` is refused, whether or not anybody has looked.
    """

    class State(States):
        OPEN = "open", "blue", "Open"
        CARRIED = "carried", "green", "Carried"
        FALLEN = "fallen", "grey", "Not carried"

    moves = {
        "carry": Move(
            (State.OPEN,),
            State.CARRIED,
            "taskgroups.review_output",
            needs=(is_over, members_agreed),
            then=(decides_the_review,),
            internal=True,
            label="Record the result",
        ),
        "fall": Move(
            (State.OPEN,),
            State.FALLEN,
            "taskgroups.review_output",
            needs=(is_over, members_did_not_agree),
            internal=True,
            label="Record the result",
        ),
        "end": Move(
            (State.OPEN,),
            State.FALLEN,
            "taskgroups.review_output",
            internal=True,  # the review is over
            label="End the round",
        ),
        # Who may: a deciding member of the steering group, which ``answer`` asks.
        "answer": Act((State.OPEN,), closed="This round is closed, so answers no longer count."),
    }

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="rounds")
    outcome = models.CharField("proposal", max_length=15, choices=Outcome)
    reasons = models.TextField(max_length=5000)
    changes = models.TextField(
        "what to change", blank=True, max_length=5000, help_text="One thing on each line."
    )
    closes_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="rounds_opened"
    )
    opened_at = models.DateTimeField(default=clock.now, editable=False)

    objects = WrittenRoundQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["state", "closes_at"])]
        constraints = [
            models.UniqueConstraint(
                fields=["review"], condition=Q(state="open"), name="steering_round_open_once"
            )
        ]

    def __str__(self):
        return f"Written round {self.pk}"

    def get_absolute_url(self):
        return reverse("round", args=[self.pk])

    @property
    def scope(self):
        return self.review.output

    @classmethod
    @transaction.atomic
    def begin(cls, review, *, by, outcome, reasons, closes_at, changes=""):
        """Ask the members in writing. Raises PermissionDenied, IllegalMove or NotYet."""
        review.permit("ask_in_writing", by=by)
        if outcome == Outcome.REQUEST_CHANGES and not changes.strip():
            raise NotYet("List at least one thing to change.")
        if closes_at <= clock.now():
            raise NotYet("The round must close later than now.")
        made = cls.objects.create(
            review=review,
            outcome=outcome,
            reasons=reasons.strip(),
            changes=changes.strip(),
            closes_at=closes_at,
            opened_by=by,
            opened_at=clock.now(),
        )
        record("ask_in_writing", review, by=by, note=f"round {made.pk}")
        events.round_opened(made)
        return made

    # --- who answers ----------------------------------------------------------------------------
    def electorate(self):
        """The deciding members of the steering group today who were that before it was opened.

        As on the day of a meeting: whoever was appointed since would carry what is asked already.
        """
        deciding = self.review.group.memberships.deciding()
        before = deciding.current(clock.date_of(self.opened_at) - DAY).values("user")
        people = User.objects.active().filter(pk__in=before)
        return people.filter(pk__in=deciding.current().values("user"))

    def silent(self):
        """Members who have not answered yet."""
        return self.electorate().exclude(pk__in=self.votes.values("user"))

    @property
    def closed_by_clock(self):
        return clock.now() >= self.closes_at

    @property
    def is_over(self):
        return self.closed_by_clock or not self.silent().exists()

    def open_to(self, name):
        """To answers until its time; what came of it is recorded after that."""
        return super().open_to(name) and not (name == "answer" and self.closed_by_clock)

    @transaction.atomic
    def answer(self, value, *, by, comment=""):
        """Answer, or change one's answer, while the round is open."""
        if not self.electorate().filter(pk=by.pk).exists():
            raise PermissionDenied
        self.permit("answer", by=by)
        before = self.votes.filter(user=by).first()
        Vote.objects.update_or_create(
            round=self,
            user=by,
            defaults={
                "value": value,
                "comment": comment.strip(),
                "counted_as": before.counted_as if before else self._side_of(by),
                "at": clock.now(),
            },
        )

    def _side_of(self, user):
        """As at a meeting: what changed, or was said, once the notice had begun does not count.

        Empty for a peer worker who had not said on which side they count.
        """
        group = self.review.group
        terms = group.terms_at(clock.date_of(self.opened_at))
        begins = notice_begins(terms, self.opened_at)
        sides = sides_at([user], begins) | sides_by_terms(group, terms, [user], begins)
        return sides.get(user.pk, user.constituency)

    # --- the result -----------------------------------------------------------------------------
    def counting(self):
        """The answers that count."""
        return self.votes.exclude(counted_as="")

    def presence(self):
        """How many answered, by side (a Presence)."""
        sides = list(self.counting().values_list("counted_as", flat=True))
        return Presence(
            len(sides), sides.count(Constituency.LIVED_EXPERIENCE), sides.count(Constituency.STAFF)
        )

    def tally(self):
        """[(label, number)] in the order of Vote.Value."""
        values = list(self.counting().values_list("value", flat=True))
        return [(value.label, values.count(value)) for value in Vote.Value]

    def is_quorate(self):
        terms = self.review.group.terms_at(clock.date_of(self.opened_at))
        return bool(terms and terms.is_quorate(self.presence()))

    def carries(self):
        """Whether the quorum answered and more agree than disagree."""
        values = list(self.counting().values_list("value", flat=True))
        return self.is_quorate() and values.count(Vote.Value.AGREE) > values.count(
            Vote.Value.DISAGREE
        )

    @transaction.atomic
    def conclude(self, *, by):
        """Record the result once it is over; where it carried, the review is decided by it."""
        self.move("carry" if self.carries() else "fall", by=by)

    def may_conclude(self, user):
        """Whether this person could record the result now, whichever it is."""
        return self.may(user, "carry") or self.may(user, "fall")


class Vote(models.Model):
    """One member's answer in a written round, with the side they counted for."""

    class Value(models.TextChoices):
        AGREE = "agree", "I agree"
        DISAGREE = "disagree", "I do not agree"
        ABSTAIN = "abstain", "I would rather not say either"

    round = models.ForeignKey(WrittenRound, on_delete=models.PROTECT, related_name="votes")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="written_votes"
    )
    value = models.CharField("answer", max_length=10, choices=Value)
    comment = models.TextField(blank=True, max_length=2000)
    counted_as = models.CharField("side", max_length=20, choices=Constituency)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["round", "user"], name="steering_vote_once")]

    def __str__(self):
        return f"Answer {self.pk}"
