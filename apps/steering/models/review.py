"""A review: reviewers from both sides recommend, a quorate meeting or written round decides."""

from datetime import timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from apps.accounts.models.people import Constituency, User
from apps.core import clock
from apps.core.exceptions import Already, NotYet
from apps.core.models import Stateful, States, record
from apps.core.moves import Act, Missing, Move, effect, of_the_form, requirement
from apps.core.permissions import granted
from apps.core.says import says_something
from apps.groups.counting import SIDES, sides_by_terms
from apps.groups.models import PeerWorkers, WorkingGroup
from apps.groups.roles import CO_LEAD
from apps.meetings.models.about import (
    COUNTS,
    decisions_on,
    no_decision_is_on_its_way,
    the_way_to_a_decision,
    why_it_does_not_serve,
)
from apps.meetings.models.outcome import Decision
from apps.taskgroups.models.output import Output, OutputVersion

from .. import events

REVIEW_DAYS = 14  # how long reviewers have, unless whoever opens the review says otherwise


class Outcome(models.TextChoices):
    """What can come of a review; the value is the output's move."""

    ACCEPT = "accept", "Accept it"
    REQUEST_CHANGES = "request_changes", "Ask for changes"
    DECLINE = "decline", "Decline it"


def in_its_group(output):
    """Keys of whoever was in the task group on the day on which the output was begun, or since."""
    before = clock.date_of(output.created_at) - timedelta(days=1)
    return output.group.memberships.overlapping(before, None).values("user")


# --- review -------------------------------------------------------------------------------------
class ReviewQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The steering group, the task group whose work it is, and the programme office."""
        if not user.is_authenticated:
            return self.none()
        if user.has_perm("steering.view_review"):
            return self
        mine = WorkingGroup.objects.where(user, "view_workinggroup")
        return self.filter(Q(group__in=mine) | Q(output__group__in=mine))

    def open(self):
        return self.filter(state=Review.State.OPEN)


@requirement
def both_sides_heard(review, by):
    sides = review.sides_heard()
    if missing := [side.label.lower() for side in CO_LEAD if side not in sides]:
        yield Missing(
            f"There is no recommendation yet from a reviewer for {' or '.join(missing)}. "
            "Both sides must be heard before anything is decided.",
            reverse("review_ask", args=[review.pk]) if review.missing_sides() else "",
        )


@requirement
def everybody_is_heard(review, by):
    if not review.all_in() or review.missing_sides():
        yield Missing(
            "You can decide once every reviewer has sent a recommendation, from both sides. If "
            "somebody cannot, release them and ask somebody else.",
            turn="the reviewers",
        )


@of_the_form
def gives_reasons(review, by):
    if not says_something(review.reasons):
        yield Missing("Give the reasons: the task group reads them.")


@of_the_form
def settled_by_quorum(review, by):
    """By a meeting's decision about it, or a written round that carried: for this very outcome."""
    decision = review.decision
    if decision is not None:
        if decision.meeting.group_id != review.group_id:
            yield Missing("Choose a decision of the steering group.")
            return
        missing = list(review.why_it_settles_nothing(decision, by))
        yield from missing
        if not missing and decision.outcome != review.outcome:
            yield Missing(f"That meeting decided something else: {decision.outcome_label.lower()}.")
    elif not review.rounds.filter(state="carried", outcome=review.outcome).exists():
        yield Missing("Choose the decision of the steering meeting that settled this.")


@requirement
def members_have_not_read(review, by):
    if review.rounds.exists():
        yield Missing("The members were asked in writing and have read what was recommended.")


@requirement
def no_round_runs(review, by):
    if review.rounds.filter(state="open").exists():
        yield Missing("The members are being asked in writing already.")


@requirement
def members_can_read(review, by):
    """What everybody recommends, before they answer."""
    if not review.all_in() or review.missing_sides():
        yield Missing(
            "First every reviewer sends a recommendation, from both sides: the members read "
            "them before they answer.",
            turn="the reviewers",
        )


@effect
def output_is_withdrawn(review, entry):
    review.output.move("withdraw_from_review", by=entry.by, note=entry.note)


@effect
def rounds_end(review, entry):
    """Nobody is asked in writing about what is over."""
    for round_ in review.rounds.filter(state="open"):
        round_.follow("end", by=entry.by)


@effect
def output_is_reviewed_again(review, entry):
    review.output.follow("review_again", by=entry.by)


OVER = "This review is {state} already."


class Review(Stateful):
    """The steering group looks at one submitted version of an output."""

    class State(States):
        OPEN = "open", "blue", "Open"
        DECIDED = "decided", "aqua-green", "Decided"
        WITHDRAWN = "withdrawn", "grey", "Withdrawn"

    moves = {
        "decide": Move(
            (State.OPEN,),
            State.DECIDED,
            "taskgroups.review_output",
            needs=(both_sides_heard, everybody_is_heard, gives_reasons, settled_by_quorum),
            then=(rounds_end, events.review_decided),
            label="Record what was decided",
            internal=True,  # needs its own form, or a round
        ),
        "open_again": Move(
            (State.DECIDED,),
            State.OPEN,
            "taskgroups.review_output",
            then=(output_is_reviewed_again, events.review_open_again),
            label="Open the review again",
            internal=True,  # the meeting that decided it had no quorum after all
        ),
        "withdraw": Move(
            (State.OPEN,),
            State.WITHDRAWN,
            "taskgroups.lead_output",
            needs=(no_decision_is_on_its_way,),
            then=(output_is_withdrawn, rounds_end, events.review_withdrawn),
            label="Withdraw it from review",
            reason=True,
            warn=True,
            explain="The review stops and nothing is decided. Your group can open the output again "
            "as a draft.",
        ),
        "ask_reviewers": Act(
            (State.OPEN,),
            "taskgroups.review_output",
            needs=(members_have_not_read,),
            closed=OVER,
        ),
        "ask_in_writing": Act(
            (State.OPEN,),
            "taskgroups.review_output",
            needs=(no_round_runs, members_can_read),
            label="Ask the members in writing",
            closed=OVER,
        ),
    }

    output = models.ForeignKey(Output, on_delete=models.PROTECT, related_name="reviews")
    version = models.ForeignKey(OutputVersion, on_delete=models.PROTECT, related_name="reviews")
    group = models.ForeignKey(
        WorkingGroup,
        on_delete=models.PROTECT,
        related_name="reviews",
        help_text="The steering group that decides.",
    )
    due = models.DateField(help_text="When recommendations are asked for.")
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="reviews_opened"
    )
    opened_at = models.DateTimeField(default=clock.now, editable=False)
    outcome = models.CharField(max_length=15, choices=Outcome, blank=True)
    reasons = models.TextField(blank=True, max_length=5000)
    decision = models.ForeignKey(
        Decision,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="reviews",
        help_text="What the steering meeting decided; empty where it was decided in writing.",
    )
    decided_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        ordering = ["due", "pk"]
        indexes = [
            models.Index(fields=["state", "due"]),
            models.Index(fields=["group", "state", "due"]),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["output"], condition=Q(state="open"), name="steering_review_open_once"
            )
        ]

    def __str__(self):
        return f"Review of {self.output}, version {self.version.number}"

    def get_absolute_url(self):
        return reverse("review", args=[self.pk])

    @property
    def scope(self):
        return self.output

    @property
    def is_overdue(self):
        return self.state == self.State.OPEN and self.due < clock.today()

    @property
    def is_decided(self):
        return self.state == self.State.DECIDED

    @classmethod
    @transaction.atomic
    def begin(cls, output, *, by, due=None):
        """Open the review of what was submitted. Raises PermissionDenied, IllegalMove or NotYet."""
        group = (
            WorkingGroup.objects.filter(kind=WorkingGroup.Kind.STEERING)
            .filter(pk__in=granted(by, WorkingGroup, "lead_workinggroup"))
            .first()
        )
        if group is None:
            raise PermissionDenied
        output.move("begin_review", by=by)
        now = clock.now()
        review = cls.objects.create(
            output=output,
            version=output.latest,
            group=group,
            opened_by=by,
            opened_at=now,
            due=due or clock.date_of(now) + timedelta(days=REVIEW_DAYS),
        )
        record("open", review, by=by)
        return review

    # --- reviewers ------------------------------------------------------------------------------
    @staticmethod
    def may_review(group, output):
        """Deciding members of a steering group who had no part in the output.

        Whoever was in the task group since it was begun had one, whatever they wrote themselves.
        """
        if group is None:
            return User.objects.none()
        members = group.memberships.current().deciding().values("user")
        return (
            User.objects.active()
            .filter(pk__in=members)
            .exclude(pk__in=output.authors())
            .exclude(pk__in=in_its_group(output))
            .order_by("constituency", "full_name")
        )

    def candidates(self):
        """Members of the steering group who can still be asked: nobody reviews their own work."""
        asked = self.assignments.values("reviewer")
        return self.may_review(self.group, self.output).exclude(pk__in=asked)

    @transaction.atomic
    def ask(self, reviewers, *, by):
        """Ask members of the steering group to review; each is told.

        Raises PermissionDenied, IllegalMove, or NotYet for somebody who may not review this.
        """
        self.permit("ask_reviewers", by=by)
        allowed = {user.pk for user in self.candidates()}
        read, reviewers = self.all_in(), list(reviewers)
        terms = self.group.terms if self.group else None
        sides = sides_by_terms(self.group, terms, reviewers, clock.now())
        made = []
        for reviewer in reviewers:
            if reviewer.pk not in allowed:
                raise NotYet(
                    f"{reviewer} cannot review this: it is their own work or their group's, or "
                    "they were asked already."
                )
            if read and reviewer.has_perm("taskgroups.review_output", self.output):
                raise NotYet(f"{reviewer} could read what the others recommend already.")
            made.append(
                self.assignments.create(
                    reviewer=reviewer,
                    counted_as=sides.get(reviewer.pk, reviewer.constituency) or PeerWorkers.NEITHER,
                    asked_by=by,
                    asked_at=clock.now(),
                )
            )
        for assignment in made:
            record("ask_reviewer", self, by=by, note=f"person {assignment.reviewer_id}")
            events.asked(assignment)
        return made

    def active(self):
        """The assignments that count: those of people who did not stand down."""
        return self.assignments.exclude(state=ReviewAssignment.State.STOOD_DOWN)

    def all_in(self):
        """Whether every reviewer has sent a recommendation, and there is at least one."""
        states = {one.state for one in self.assignments.all()}
        return states - {ReviewAssignment.State.STOOD_DOWN} == {ReviewAssignment.State.SENT}

    def sides_heard(self):
        """The sides of co-production from which a recommendation is in."""
        sent = ReviewAssignment.State.SENT
        return {one.counted_as for one in self.assignments.all() if one.state == sent}

    def missing_sides(self):
        """The sides that have no reviewer now."""
        gone = ReviewAssignment.State.STOOD_DOWN
        asked = {one.counted_as for one in self.assignments.all() if one.state != gone}
        return [side for side in CO_LEAD if side not in asked]

    # --- deciding -------------------------------------------------------------------------------
    def decisions(self):
        """The decisions of meetings about this review, newest first."""
        return decisions_on(self, [self.group])

    def known_at(self):
        """From when a meeting could know what it decides on: the last recommendation was in."""
        sent = [one.sent_at for one in self.assignments.all() if one.sent_at]
        return max([self.opened_at, *sent])

    def why_it_settles_nothing(self, decision, user):
        since = self.known_at()
        early = (
            "That meeting began before the last recommendation was in. Choose a later one."
            if decision.meeting.starts_at > self.opened_at
            else "That meeting was before this review began. Choose a later one."
        )
        missing = list(
            why_it_does_not_serve(decision, self, user, since=since, early=early, settles="settles")
        )
        if not missing and not decision.outcome:
            missing = [
                Missing(
                    f"{decision} does not say what comes of the review. Put it on the agenda of "
                    "another meeting."
                )
            ]
        return missing

    def way_to_a_meeting(self, user):
        """What still stands between the review and a meeting's decision that settles it."""
        return the_way_to_a_decision(
            self,
            [self.group],
            user,
            lambda decision: self.why_it_settles_nothing(decision, user),
            since=self.known_at(),
            words=str(self.group),
        )

    @transaction.atomic
    def decide(self, outcome, *, by, reasons, changes=(), decision=None):
        """Record what a quorate meeting (or a written round that carried) decided.

        ``outcome`` is the decision's, or the round's. ``changes`` are what to change, where that
        is the outcome. Raises PermissionDenied, IllegalMove or NotYet.
        """
        changes = [text.strip() for text in changes if text.strip()]
        if outcome == Outcome.REQUEST_CHANGES and not changes:
            raise NotYet("List at least one thing to change.")
        if decision is not None:
            # As it stands now, and until this is done: nobody takes its confirmation away.
            held = Decision.objects.select_for_update(of=("self",))
            decision = held.select_related("meeting").get(pk=decision.pk)
        self.move(
            "decide",
            by=by,
            outcome=outcome,
            reasons=reasons.strip(),
            decision=decision,
            decided_at=clock.now(),
        )
        if outcome == Outcome.REQUEST_CHANGES:
            self.output.request_changes(changes, by=by, note=self.reasons)
        else:
            self.output.move(outcome, by=by, note=self.reasons)

    @property
    def decision_fell(self):
        """It was decided by a decision that no longer counts."""
        return self.is_decided and self.decision is not None and self.decision.state not in COUNTS

    def lose_decision(self, *, by):
        """Its decision counts no more: it is open again, unless the work has gone on since."""
        gone_on = not self.output.open_to("review_again") or self.output.latest != self.version
        if self.decision_fell and not gone_on:
            self.follow("open_again", by=by, outcome="", reasons="", decision=None, decided_at=None)


# --- reviewers ----------------------------------------------------------------------------------
class ReviewAssignmentQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The steering group knows who reviews; the task group whose work it is does not."""
        return self.filter(review__group__in=WorkingGroup.objects.where(user, "view_workinggroup"))


@requirement
def review_is_open(assignment, by):
    if assignment.review.state != Review.State.OPEN:
        yield Missing("The review is over.")


@requirement
def had_no_part_in_it(assignment, by):
    """Also whoever came to the group after they were asked."""
    output = assignment.review.output
    if in_its_group(output).filter(user=assignment.reviewer_id).exists():
        yield Missing(
            f"{assignment.reviewer} is in the group whose work this is. Stand down, and somebody "
            "else is asked."
        )


@requirement
def no_conflict_declared(assignment, by):
    if assignment.state == ReviewAssignment.State.ASKED:
        yield Missing(
            "First say whether you have a conflict of interest.",
            reverse("assignment_move", args=[assignment.pk, "declare"]),
        )


@requirement
def says_what_and_why(assignment, by):
    url = reverse("recommend", args=[assignment.pk])
    mine = assignment.recommendation_or_none
    if mine is None or not mine.verdict:
        yield Missing("Say what you recommend.", url)
    if mine is None or not says_something(mine.text):
        yield Missing("Give your reasons: those who decide read them.", url)


@effect
def is_in(assignment, entry):
    assignment.sent_at = clock.now()
    assignment.save(update_fields=["sent_at"])


class ReviewAssignment(Stateful):
    """One reviewer of one review, and on which side they count."""

    class State(States):
        ASKED = "asked", "yellow", "Asked"
        REVIEWING = "reviewing", "grey", "Reviewing"
        SENT = "sent", "green", "Sent"
        STOOD_DOWN = "stood_down", "grey", "Stood down"

    PENDING = (State.ASKED, State.REVIEWING)

    theirs_alone = ("steering.recommend",)
    moves = {
        "declare": Move(
            (State.ASKED,),
            State.REVIEWING,
            "steering.recommend",
            needs=(review_is_open, had_no_part_in_it),
            main=True,
            label="I have no conflict of interest",
            explain="You did not work on it, you gain nothing from it, and nobody close to you "
            "does. If you are not sure, say so to the co-leads first.",
        ),
        "send": Move(
            (State.REVIEWING,),
            State.SENT,
            "steering.recommend",
            needs=(review_is_open, had_no_part_in_it, says_what_and_why),
            then=(is_in, events.reviewer_done),
            label="Send my recommendation",
            warn=True,
            explain="You cannot change it afterwards. Then you can read what the others sent.",
        ),
        "stand_down": Move(
            (State.ASKED, State.REVIEWING),
            State.STOOD_DOWN,
            "steering.stand_down",
            needs=(review_is_open,),
            then=(events.reviewer_done,),
            label="Stand down",
            internal=True,  # the reason has a field of its own
        ),
        "write": Act(
            (State.ASKED, State.REVIEWING),
            "steering.recommend",
            needs=(review_is_open, had_no_part_in_it, no_conflict_declared),
            closed="Your recommendation was sent, so it no longer changes.",
        ),
    }

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="assignments")
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="review_assignments"
    )
    counted_as = models.CharField("side", max_length=20, choices=Constituency)
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="reviewers_asked"
    )
    asked_at = models.DateTimeField(default=clock.now, editable=False)
    sent_at = models.DateTimeField(null=True, blank=True, editable=False)
    why = models.TextField(
        "why they stood down",
        blank=True,
        max_length=1000,
        help_text="A conflict of interest, no time … The steering group's co-leads read it.",
    )

    objects = ReviewAssignmentQuerySet.as_manager()

    @property
    def side(self):
        """The side for which they read it, in words."""
        return SIDES[self.counted_as].lower()

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["reviewer", "state"])]
        constraints = [
            models.UniqueConstraint(fields=["review", "reviewer"], name="steering_assignment_once")
        ]

    def __str__(self):
        return f"{self.reviewer}: {self.review}"

    def get_absolute_url(self):
        return self.review.get_absolute_url()

    @property
    def recommendation_or_none(self):
        return Recommendation.objects.filter(assignment=self).first()

    def own_perms(self, user):
        """The reviewer recommends; the reviewer or a co-lead can have them stand down."""
        if user.pk == self.reviewer_id:
            return {"steering.recommend", "steering.stand_down"}
        if user.has_perm("taskgroups.review_output", self.review.output):
            return {"steering.stand_down"}
        return set()

    def stand_down(self, why, *, by):
        """Step back, or release somebody who cannot review. Raises as every move does."""
        if not says_something(why):
            raise NotYet("Say why. A few words are enough.")
        self.move("stand_down", by=by, why=why.strip())

    @property
    def is_sent(self):
        return self.state == self.State.SENT

    @property
    def is_stood_down(self):
        return self.state == self.State.STOOD_DOWN

    @transaction.atomic
    def write(self, *, by, verdict, text):
        """Save the recommendation as it stands; nobody else sees it until it is sent."""
        self.permit("write", by=by)
        mine, _ = Recommendation.objects.update_or_create(
            assignment=self, defaults={"verdict": verdict, "text": text.strip()}
        )
        return mine


# --- recommendations ----------------------------------------------------------------------------
class RecommendationQuerySet(models.QuerySet):
    def visible_to(self, user):
        """One's own; those sent, to reviewers who have sent theirs; all of it once it is decided.

        Whoever still owes a recommendation sees nobody else's, whatever other role they have. The
        co-leads, who decide, read them once all are in; while the members are asked in writing,
        and afterwards, the whole steering group does. No programme role opens them.
        """
        if not user.is_authenticated:
            return self.none()
        mine = ReviewAssignment.objects.filter(review=OuterRef("assignment__review"), reviewer=user)
        all_sent = ~Exists(
            ReviewAssignment.objects.filter(
                review=OuterRef("assignment__review"), state__in=ReviewAssignment.PENDING
            )
        )
        asked_in_writing = Exists(
            Review.objects.filter(pk=OuterRef("assignment__review"), rounds__isnull=False)
        )
        steering = granted(user, WorkingGroup, "view_workinggroup")
        deciding = granted(user, WorkingGroup, "lead_workinggroup")
        over = ~Q(assignment__review__state=Review.State.OPEN)
        shared = Q(assignment__state=ReviewAssignment.State.SENT) & (
            Q(Exists(mine.filter(state=ReviewAssignment.State.SENT)))
            | Q(assignment__review__group__in=deciding) & Q(all_sent)
            | Q(assignment__review__group__in=steering) & (over | Q(asked_in_writing))
        )
        owes = Exists(mine.filter(state__in=ReviewAssignment.PENDING)) & ~over
        return self.filter(Q(assignment__reviewer=user) | (shared & ~Q(owes)))


class Recommendation(models.Model):
    """What one reviewer recommends. Kept out of the admin, of search and of every export."""

    assignment = models.OneToOneField(
        ReviewAssignment, on_delete=models.PROTECT, related_name="recommendation"
    )
    verdict = models.CharField("recommendation", max_length=15, choices=Outcome, blank=True)
    text = models.TextField("reasons", blank=True, max_length=5000)

    objects = RecommendationQuerySet.as_manager()

    def __str__(self):
        return f"Recommendation {self.pk}"

    @transaction.atomic
    def comment(self, *, by, passage, text):
        """Say something about a passage, until the recommendation is sent."""
        self.assignment.write(by=by, verdict=self.verdict, text=self.text)
        if self.comments.count() >= PassageComment.MOST:
            raise NotYet(f"There can be {PassageComment.MOST} comments. Join some of them.")
        return self.comments.create(passage=passage, text=text)


class PassageComment(models.Model):
    """A reviewer's comment on some words of the output."""

    MOST = 50

    recommendation = models.ForeignKey(
        Recommendation, on_delete=models.CASCADE, related_name="comments"
    )
    passage = models.TextField(max_length=1000)
    text = models.TextField("comment", max_length=2000)

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return f"Comment {self.pk}"

    @transaction.atomic
    def remove(self, *, by):
        """Take it off, until the recommendation is sent."""
        mine = self.recommendation
        mine.assignment.write(by=by, verdict=mine.verdict, text=mine.text)
        if not PassageComment.objects.filter(pk=self.pk).delete()[0]:
            raise Already("This comment is gone already.", mine.assignment.review, mine=True)
