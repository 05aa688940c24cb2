"""What the steering group is told: at once (called from events.py) and by the clock (due)."""

from apps.core import clock, dates
from apps.core.dates import DAY, day, moment, morning_of, weekday_near
from apps.groups.models import WorkingGroup
from apps.notifications.kinds import Default, Due, Kind, Topic, register
from apps.notifications.wording import A_GROUP, BY_DAY, BY_MOMENT, ON_DAY, Case, Placeholder
from apps.taskgroups.messages import AN_OUTPUT
from apps.taskgroups.models.output import Output

from .models.review import Review, ReviewAssignment
from .models.written import WrittenRound


# --- reviewers ----------------------------------------------------------------------------------
class AssignmentKind(Kind):
    """Something that one reviewer should know."""

    topic = Topic.OUTPUTS
    preview = "Please read it, and say what you recommend."
    title = "{label}: {output}"
    text = (
        "Please read it, and say what you recommend. Nobody sees what you recommend until you "
        "send it, and you see nobody else's until then."
    )
    action = "Go to the review"
    facts = (("From", "{group}"), ("By", "{date}"))
    placeholders = {
        "output": AN_OUTPUT,
        "group": A_GROUP,
        "by": BY_DAY,
        "date": Placeholder("the same day with its year", "10 December 2026"),
    }

    def wanted(self, rule, assignment, user):
        return (
            assignment.state in ReviewAssignment.PENDING
            and assignment.review.state == Review.State.OPEN
        )

    def values(self, occurrence, reader):
        review = occurrence.subject.review
        return {
            "output": review.output.title,
            "group": review.output.group.name,
            "by": weekday_near(review.due),
            "date": day(review.due),
        }

    def url(self, occurrence, reader):
        return occurrence.subject.review.get_absolute_url()


@register
class Asked(AssignmentKind):
    name = "steering.asked"
    label = "You are asked to review"
    to_whom = "the reviewer, when they are asked to review an output"
    subject_line = "{label} by {by}"


@register
class ReviewDue(AssignmentKind):
    """Before a recommendation is due and after: to the reviewer alone."""

    name = "steering.review_due"
    label = "A review waits for you"
    to_whom = "the reviewer, while their recommendation is missing"
    subject_line = "{label}: due {by}"
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
    preview = "Open it to see which one it is."
    title = "{label}: {output}"
    action = "See the review"
    facts = (("From", "{group}"),)
    placeholders = {"output": AN_OUTPUT, "group": A_GROUP}

    def values(self, occurrence, reader):
        output = occurrence.subject.output
        return {"output": output.title, "group": output.group.name}

    def url(self, occurrence, reader):
        return occurrence.subject.get_absolute_url()


@register
class AllIn(ReviewKind):
    name = "steering.all_in"
    label = "All recommendations are in"
    to_whom = "the co-leads of the steering group, when every recommendation about an output is in"
    preview = "You can read them now, and take the next step."
    text = (
        "You can read them now. Put the output on the agenda of your next meeting, or ask the "
        "members in writing."
    )

    def wanted(self, rule, review, user):
        return review.state == Review.State.OPEN and review.all_in()


@register
class ReviewDecided(ReviewKind):
    name = "steering.decided"
    label = "A review that you took part in is decided"
    to_whom = "the reviewers of an output, when it is decided"
    news = True
    preview = "Thank you. You can read what was decided, and why."
    text = "Thank you for your recommendation. The reasons are on the page of the review."

    def wanted(self, rule, review, user):
        return review.state == Review.State.DECIDED


@register
class ReviewWithdrawn(ReviewKind):
    name = "steering.withdrawn"
    label = "A review has stopped"
    to_whom = (
        "the reviewers and the steering group's co-leads, when an output in review is withdrawn"
    )
    news = True
    preview = "You do not need to do anything."
    text = "The task group has withdrawn the output. You do not need to do anything."


@register
class ReviewOpenAgain(ReviewKind):
    name = "steering.open_again"
    label = "A review is open again"
    to_whom = (
        "the reviewers and the co-leads of both groups, when a decision about an output "
        "lost its quorum"
    )
    preview = "Nothing is decided yet. You can read why."
    text = (
        "The meeting that decided it did not have its co-production quorum after all, so nothing "
        "is decided. The steering group decides again."
    )

    def wanted(self, rule, review, user):
        return review.state == Review.State.OPEN


@register
class ReviewOverdue(ReviewKind):
    """The day after a review was due, to the co-leads: somebody may need time, or releasing."""

    name = "steering.overdue"
    label = "A review is overdue"
    to_whom = "the co-leads of the steering group, when the day for a review has passed"
    subject_line = "{label}: it was due on {by}"
    preview = "Please see who has not sent a recommendation."
    text = (
        "Not every reviewer has sent a recommendation. You can ask them, or release them and ask "
        "somebody else."
    )
    cases = {
        "all in": Case(
            when="every recommendation is in",
            preview="Every recommendation is in. It waits for a decision.",
            text=(
                "Every recommendation is in. It waits for a decision: put the output on the "
                "agenda of your next meeting, or ask the members in writing."
            ),
        )
    }
    placeholders = ReviewKind.placeholders | {"by": BY_DAY}
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

    def case(self, occurrence, reader):
        return "all in" if occurrence.subject.all_in() else ""

    def values(self, occurrence, reader):
        return super().values(occurrence, reader) | {"by": weekday_near(occurrence.subject.due)}


# --- outputs that wait ----------------------------------------------------------------------------
@register
class NotBegun(Kind):
    """Three days after an output was submitted and nobody has opened its review."""

    name = "steering.not_begun"
    label = "An output waits for its review"
    to_whom = "the co-leads of the steering group, while nobody has opened the review of an output"
    topic = Topic.OUTPUTS
    subject_line = "{label} since {day}"
    preview = "Please open its review, and ask reviewers from both sides."
    title = "{label}: {output}"
    text = "Open its review and ask reviewers from both sides."
    action = "See the output"
    facts = (("From", "{group}"), ("Submitted", "{date}"))
    placeholders = {
        "output": AN_OUTPUT,
        "group": A_GROUP,
        "day": Placeholder("when it was submitted", ON_DAY.example, discreet=True),
        "date": Placeholder("the same day with its year", "10 December 2026"),
    }
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

    def values(self, occurrence, reader):
        output = occurrence.subject
        return {
            "output": output.title,
            "group": output.group.name,
            "day": weekday_near(output.submitted_at),
            "date": day(output.submitted_at),
        }

    def url(self, occurrence, reader):
        return occurrence.subject.get_absolute_url()


# --- written rounds -------------------------------------------------------------------------------
class RoundKind(Kind):
    """Something about a written round, to members who have not answered."""

    topic = Topic.OUTPUTS
    preview = "Please read what is proposed, and answer."
    title = "{label}: {output}"
    text = (
        "Please read what is proposed, and answer. It counts only if enough members answer, from "
        "both sides."
    )
    action = "Read the proposal and answer"
    facts = (("Answer by", "{date}"),)
    placeholders = {
        "output": AN_OUTPUT,
        "by": BY_MOMENT,
        "date": Placeholder("the same with its year", "Thursday 10 December 2026, 10am"),
    }

    def wanted(self, rule, round_, user):
        return round_.open_to("answer") and round_.silent().filter(pk=user.pk).exists()

    def values(self, occurrence, reader):
        round_ = occurrence.subject
        return {
            "output": round_.review.output.title,
            "by": f"{dates.clock(round_.closes_at)} on {weekday_near(round_.closes_at)}",
            "date": moment(round_.closes_at),
        }

    def url(self, occurrence, reader):
        return occurrence.subject.get_absolute_url()


@register
class RoundOpened(RoundKind):
    name = "steering.round_opened"
    label = "You are asked to decide in writing"
    to_whom = "the deciding members of the steering group, when they are asked to decide in writing"
    subject_line = "Please decide in writing by {by}"


@register
class RoundClosing(RoundKind):
    name = "steering.round_closing"
    label = "Your answer in writing is still missing"
    to_whom = "deciding members of the steering group who have not answered in writing"
    subject_line = "Please still answer in writing by {by}"
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
