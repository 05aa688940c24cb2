"""What reviews add to *What needs you* and to an output's page."""

from django.db.models import Exists, OuterRef
from django.urls import reverse

from apps.core.dates import day
from apps.core.needs import OPEN, Need, holding, needs_you
from apps.core.permissions import granted
from apps.core.sections import Section, section
from apps.groups.models import WorkingGroup, belongs_to
from apps.taskgroups.models.output import Output

from .models.review import Review, ReviewAssignment
from .models.written import Vote, WrittenRound
from .roles import leads_steering


def _owed(user):
    owed = ReviewAssignment.objects.filter(
        reviewer=user, state__in=ReviewAssignment.PENDING, review__state=Review.State.OPEN
    )
    return owed.select_related("review__output__group", "review__version").order_by("review__due")


@needs_you(_owed, kind="Review", deadline=OPEN)
def recommendations(owed, user):
    """Reviews that this person was asked for and has not sent."""
    for assignment in owed:
        review = assignment.review
        yield Need(
            "Say what you recommend",
            review.get_absolute_url(),
            thing=review.output.title,
            due=review.due,
            detail=f"Review for the steering group, by {day(review.due)}",
        )


def _submitted(user):
    if not leads_steering(user):
        return Output.objects.none()
    submitted = Output.objects.filter(state=Output.State.SUBMITTED)
    return submitted.select_related("group").order_by("submitted_at")


@needs_you(_submitted, may=leads_steering, kind="Output")
def to_begin(submitted, user):
    """Outputs that were submitted, for those who open reviews."""
    for output in submitted:
        yield Need(
            "Open the review",
            reverse("review_begin", args=[output.pk]),
            thing=output.title,
            detail=f"From {output.group.name}",
        )


def _all_in(user):
    every = ReviewAssignment.objects.filter(review=OuterRef("pk"))
    ready = Review.objects.open().filter(
        Exists(every.filter(state=ReviewAssignment.State.SENT)),
        ~Exists(every.filter(state__in=ReviewAssignment.PENDING)),
        group__in=granted(user, WorkingGroup, "lead_workinggroup"),
    )
    return ready.select_related("output__group")


@needs_you(_all_in, may=holding(WorkingGroup, "lead_workinggroup"), kind="Review", deadline=OPEN)
def to_decide(ready, user):
    """Reviews with every recommendation in, for those who record decisions."""
    for review in ready:
        yield Need(
            "Bring it to a decision",
            review.get_absolute_url(),
            thing=review.output.title,
            due=review.due,
            detail="All recommendations are in: now a meeting, or the members in writing",
        )


def _unanswered(user):
    mine = Vote.objects.filter(round=OuterRef("pk"), user=user)
    waiting = WrittenRound.objects.open_to(user).filter(~Exists(mine))
    return waiting.select_related("review__output")


@needs_you(
    _unanswered,
    may=lambda user: belongs_to(user, WorkingGroup.Kind.STEERING, observing=False),
    kind="Written round",
    deadline=OPEN,
)
def answers(rounds, user):
    """Written rounds that this person has not answered."""
    for round_ in rounds:
        yield Need(
            "Answer in writing",
            round_.get_absolute_url(),
            thing=round_.review.output.title,
            due=round_.closes_at,
            detail="The steering group decides between meetings",
        )


@section("output")
def reviews(user, output):
    """The reviews of an output, on its page, for those who may see them."""
    shown = Review.objects.visible_to(user).filter(output=output).select_related("version")
    begin = output.may(user, "begin_review") and leads_steering(user)
    found = list(shown.order_by("-pk"))
    if not found and not begin:
        return None
    content = {"reviews": found, "begin": begin, "output": output}
    return Section("steering/output_section.html", content)


@section("group")
def steering_pages(user, group):
    """Where the steering group's own pages are, on its page."""
    if group.kind != WorkingGroup.Kind.STEERING:
        return None
    return Section("steering/group_section.html", {})


def unfinished(group):
    """What a steering group must finish before it closes."""
    if Review.objects.open().filter(group=group).exists():
        return "It has reviews that are not decided."
    return None
