"""What the steering group is told: at once (called from events.py) and by the clock (due)."""

from apps.core import clock
from apps.core.dates import DAY, day, moment, morning_of
from apps.groups.models import WorkingGroup
from apps.notifications.kinds import Default, Due, Kind, Topic, register
from apps.taskgroups.models.output import Output

from .models.review import Review, ReviewAssignment
from .models.written import WrittenRound


# --- reviewers ----------------------------------------------------------------------------------
class AssignmentKind(Kind):
    """Something that one reviewer should know."""

    topic = Topic.OUTPUTS

    def wanted(self, rule, assignment, user):
        return (
            assignment.state in ReviewAssignment.PENDING
            and assignment.review.state == Review.State.OPEN
        )

    def context(self, occurrence, user):
        review = occurrence.subject.review
        return {
            "title": f"{self.label}: {review.output.title}",
            "facts": [("From", review.output.group.name), ("By", day(review.due))],
            "lines": [
                "Nobody sees what you recommend until you send it, and you see nobody "
                "else's until then."
            ],
            "url": review.get_absolute_url(),
            "action": "Go to the review",
        }


@register
class Asked(AssignmentKind):
    name = "steering.asked"
    label = "You are asked to review"


@register
class ReviewDue(AssignmentKind):
    """Before a recommendation is due and after: to the reviewer alone."""

    name = "steering.review_due"
    label = "A review waits for you"
    audiences = {"reviewer": "The reviewer"}
    defaults = (
        Default(3 * DAY, "reviewer"),
        Default(1 * DAY, "reviewer"),
        Default(-1 * DAY, "reviewer"),
    )

    def due(self, rule, now):
        today = clock.date_of(now)
        waiting = ReviewAssignment.objects.filter(
            state__in=ReviewAssignment.PENDING,
            review__state=Review.State.OPEN,
            review__due__lte=today + rule.offset,
        ).select_related("review", "reviewer")
        for assignment in waiting:
            due_at = rule.due_at(morning_of(assignment.review.due))
            if assignment.asked_at < due_at <= now:
                yield Due(assignment, due_at)

    def audience(self, rule, assignment):
        return [assignment.reviewer]


# --- reviews ------------------------------------------------------------------------------------
class ReviewKind(Kind):
    """Something about a review."""

    topic = Topic.OUTPUTS
    lines = ()

    def context(self, occurrence, user):
        review = occurrence.subject
        return {
            "title": f"{self.label}: {review.output.title}",
            "facts": [("From", review.output.group.name)],
            "lines": list(self.lines),
            "url": review.get_absolute_url(),
            "action": "See the review",
        }


@register
class AllIn(ReviewKind):
    name = "steering.all_in"
    label = "All recommendations are in"
    lines = (
        "You can read them now. Put the output on the agenda of your next meeting, or ask the "
        "members in writing.",
    )

    def wanted(self, rule, review, user):
        return review.state == Review.State.OPEN and review.all_in()


@register
class ReviewDecided(ReviewKind):
    name = "steering.decided"
    label = "A review that you took part in is decided"
    news = True
    lines = ("Thank you for your recommendation. The reasons are on the page of the review.",)

    def wanted(self, rule, review, user):
        return review.state == Review.State.DECIDED


@register
class ReviewWithdrawn(ReviewKind):
    name = "steering.withdrawn"
    label = "A review has stopped"
    news = True
    lines = ("The task group has withdrawn the output. You need not do anything.",)


@register
class ReviewOpenAgain(ReviewKind):
    name = "steering.open_again"
    label = "A review is open again"
    lines = (
        "The meeting that decided it did not have its co-production quorum after all, so nothing "
        "is decided. The steering group decides again.",
    )

    def wanted(self, rule, review, user):
        return review.state == Review.State.OPEN


@register
class ReviewOverdue(ReviewKind):
    """The day after a review was due, to the co-leads: somebody may need time, or releasing."""

    name = "steering.overdue"
    label = "A review is overdue"
    audiences = {"leads": "Co-leads of the steering group"}
    defaults = (Default(-1 * DAY, "leads"), Default(-7 * DAY, "leads"))

    def due(self, rule, now):
        today = clock.date_of(now)
        late = Review.objects.open().filter(due__lte=today + rule.offset)
        for review in late.select_related("output", "group"):
            due_at = rule.due_at(morning_of(review.due))
            if review.opened_at < due_at <= now:
                yield Due(review, due_at)

    def audience(self, rule, review):
        return review.group.leads()

    def wanted(self, rule, review, user):
        return review.state == Review.State.OPEN

    def context(self, occurrence, user):
        review = occurrence.subject
        lines = (
            ["Every recommendation is in. It waits for a decision."]
            if review.all_in()
            else [
                "Not every reviewer has sent a recommendation. You can ask them, or release "
                "them and ask somebody else."
            ]
        )
        return super().context(occurrence, user) | {"lines": lines}


# --- outputs that wait ----------------------------------------------------------------------------
@register
class NotBegun(Kind):
    """Three days after an output was submitted and nobody has opened its review."""

    name = "steering.not_begun"
    label = "An output waits for its review"
    topic = Topic.OUTPUTS
    audiences = {"leads": "Co-leads of the steering group"}
    defaults = (Default(-3 * DAY, "leads"),)

    def version(self, output):
        return int(output.submitted_at.timestamp()) if output.submitted_at else 0

    def due(self, rule, now):
        waiting = Output.objects.filter(
            state=Output.State.SUBMITTED, submitted_at__lte=now + rule.offset
        )
        for output in waiting:
            yield Due(output, rule.due_at(output.submitted_at))

    def audience(self, rule, output):
        steering = WorkingGroup.objects.filter(
            kind=WorkingGroup.Kind.STEERING, state=WorkingGroup.State.ACTIVE
        )
        return [lead for group in steering for lead in group.leads()]

    def wanted(self, rule, output, user):
        return output.state == Output.State.SUBMITTED

    def context(self, occurrence, user):
        output = occurrence.subject
        return {
            "title": f"{self.label}: {output.title}",
            "facts": [("From", output.group.name), ("Submitted", day(output.submitted_at))],
            "lines": ["Open its review and ask reviewers from both sides."],
            "url": output.get_absolute_url(),
            "action": "See the output",
        }


# --- written rounds -------------------------------------------------------------------------------
class RoundKind(Kind):
    """Something about a written round, to members who have not answered."""

    topic = Topic.OUTPUTS

    def wanted(self, rule, round_, user):
        return round_.open_to("answer") and round_.silent().filter(pk=user.pk).exists()

    def context(self, occurrence, user):
        round_ = occurrence.subject
        return {
            "title": f"{self.label}: {round_.review.output.title}",
            "facts": [("Answer by", moment(round_.closes_at))],
            "lines": ["It counts only if enough members answer, from both sides."],
            "url": round_.get_absolute_url(),
            "action": "Read the proposal and answer",
        }


@register
class RoundOpened(RoundKind):
    name = "steering.round_opened"
    label = "You are asked to decide in writing"


@register
class RoundClosing(RoundKind):
    name = "steering.round_closing"
    label = "Your answer in writing is still missing"
    audiences = {"silent": "Members who have not answered"}
    defaults = (Default(1 * DAY, "silent"),)

    def due(self, rule, now):
        closing = WrittenRound.objects.filter(
            state=WrittenRound.State.OPEN, closes_at__gt=now, closes_at__lte=now + rule.offset
        )
        for round_ in closing:
            due_at = rule.due_at(round_.closes_at)
            if due_at > round_.opened_at:
                yield Due(round_, due_at)

    def audience(self, rule, round_):
        return round_.silent()
