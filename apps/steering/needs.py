"""What reviews add to *What needs you* and to an output's page."""

from django.db.models import Exists, OuterRef
from django.urls import reverse

from apps.core.dates import day
from apps.core.needs import SHOWN, Need, holding, needs_you
from apps.core.permissions import granted
from apps.core.sections import Section, section
from apps.groups.models import WorkingGroup, belongs_to
from apps.taskgroups.models.output import Output

from .models.review import Review, ReviewAssignment
from .models.written import Vote, WrittenRound
from .roles import leads_steering


def _owed(user):
    return ReviewAssignment.objects.filter(
        reviewer=user, state__in=ReviewAssignment.PENDING, review__state=Review.State.OPEN
    )


@needs_you(when=_owed, alike=True)
def recommendations(user):
    """Reviews that this person was asked for and has not sent."""
    waiting = _owed(user).select_related("review__output__group", "review__version")
    for assignment in waiting.order_by("review__due")[:SHOWN]:
        review = assignment.review
        yield Need(
            f"Say what you recommend: {review.output.title}",
            review.get_absolute_url(),
            review.due,
            f"Review for the steering group, by {day(review.due)}",
            "Overdue" if review.is_overdue else "",
        )


def _submitted(user):
    if not leads_steering(user):
        return Output.objects.none()
    return Output.objects.filter(state=Output.State.SUBMITTED)


@needs_you(when=_submitted, may=leads_steering)
def to_begin(user):
    """Outputs that were submitted, for those who open reviews."""
    for output in _submitted(user).select_related("group").order_by("submitted_at")[:SHOWN]:
        yield Need(
            f"Open the review: {output.title}",
            reverse("review_begin", args=[output.pk]),
            detail=f"From {output.group.name}",
        )


def _all_in(user):
    every = ReviewAssignment.objects.filter(review=OuterRef("pk"))
    return Review.objects.open().filter(
        Exists(every.filter(state=ReviewAssignment.State.SENT)),
        ~Exists(every.filter(state__in=ReviewAssignment.PENDING)),
        group__in=granted(user, WorkingGroup, "lead_workinggroup"),
    )


@needs_you(when=_all_in, may=holding(WorkingGroup, "lead_workinggroup"))
def to_decide(user):
    """Reviews with every recommendation in, for those who record decisions."""
    ready = _all_in(user).select_related("output__group")
    for review in ready[:SHOWN]:
        yield Need(
            f"All recommendations are in: {review.output.title}",
            review.get_absolute_url(),
            review.due,
            "Take it to a meeting, or ask the members in writing",
        )


def _unanswered(user):
    mine = Vote.objects.filter(round=OuterRef("pk"), user=user)
    return WrittenRound.objects.open_to(user).filter(~Exists(mine))


@needs_you(
    when=_unanswered,
    may=lambda user: belongs_to(user, WorkingGroup.Kind.STEERING, observing=False),
)
def answers(user):
    """Written rounds that this person has not answered."""
    waiting = _unanswered(user)
    for round_ in waiting.select_related("review__output")[:SHOWN]:
        yield Need(
            f"Answer in writing: {round_.review.output.title}",
            round_.get_absolute_url(),
            round_.closes_at,
            "The steering group decides between meetings",
        )


@section("output")
def reviews(user, output):
    """The reviews of an output, on its page, for those who may see them."""
    shown = Review.objects.visible_to(user).filter(output=output).select_related("version")
    begin = (
        output.state == Output.State.SUBMITTED
        and user.has_perm("taskgroups.review_output", output)
        and leads_steering(user)
    )
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
