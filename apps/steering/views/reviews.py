"""Reviews: the queue, one page each, reviewers and what they recommend."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, Q, prefetch_related_objects
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.decorators.http import require_POST
from django.views.generic import DetailView, ListView

from apps.core import clock
from apps.core.exports import csv_response
from apps.core.late import takes_away
from apps.core.permissions import granted
from apps.core.views import PageFormView, PermissionMixin, VisibleMixin
from apps.groups.models import WorkingGroup
from apps.taskgroups.models.output import Output

from ..forms import AskReviewForm, BeginReviewForm, CommentForm, RecommendForm, StandDownForm
from ..models.review import PassageComment, Recommendation, Review, ReviewAssignment
from ..models.written import WrittenRound
from ..roles import in_steering, leads_steering

PAGE = 25
SHOW = {"open": "To do", "decided": "Decided", "withdrawn": "Withdrawn"}


# --- pieces -------------------------------------------------------------------------------------
class ReviewMixin(PermissionMixin):
    """A page about one review that the person may see; permission is asked of the output."""

    perm = "taskgroups.review_output"

    @cached_property
    def review(self):
        reviews = Review.objects.visible_to(self.request.user)
        return get_object_or_404(
            reviews.select_related("output__group", "version", "group"), pk=self.kwargs["pk"]
        )

    def get_scope(self):
        return self.review.output

    def get_success_url(self):
        return self.review.get_absolute_url()

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            review=self.review, caption=self.review.output.title, **kwargs
        )


class AssignmentMixin(PermissionMixin):
    """A page about one's own part in a review, or one that a co-lead may end."""

    perm = "steering.recommend"

    @cached_property
    def assignment(self):
        assignments = ReviewAssignment.objects.visible_to(self.request.user)
        return get_object_or_404(
            assignments.select_related("review__output__group", "reviewer"), pk=self.kwargs["pk"]
        )

    def get_scope(self):
        return self.assignment

    def get_success_url(self):
        return self.assignment.get_absolute_url()

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            assignment=self.assignment, caption=self.assignment.review.output.title, **kwargs
        )


# --- the queue ----------------------------------------------------------------------------------
def listed(user, state):
    """The reviews in one state that the person may see, with how many recommendations are in."""
    active = ~Q(assignments__state=ReviewAssignment.State.STOOD_DOWN)
    order = ("due", "pk") if state == Review.State.OPEN else ("-decided_at", "-pk")
    return (
        Review.objects.visible_to(user)
        .filter(state=state)
        .select_related("output__group", "version")
        .annotate(
            asked=Count("assignments", filter=active),
            sent=Count("assignments", filter=Q(assignments__state=ReviewAssignment.State.SENT)),
        )
        .order_by(*order)
    )


class Queue(ListView):
    """What the steering group has before it: submitted, under review, decided."""

    template_name = "steering/queue.html"
    paginate_by = PAGE

    @cached_property
    def show(self):
        asked = self.request.GET.get("show", "open")
        return asked if asked in SHOW else "open"

    def get_queryset(self):
        return listed(self.request.user, self.show)

    def get_context_data(self, **kwargs):
        user = self.request.user
        waiting = Output.objects.none()
        if self.show == "open":
            waiting = Output.objects.visible_to(user).filter(state=Output.State.SUBMITTED)
        mine = ReviewAssignment.objects.filter(
            reviewer=user, state__in=ReviewAssignment.PENDING
        ).values_list("review", flat=True)
        return super().get_context_data(
            show=self.show,
            tabs=SHOW.items(),
            waiting=waiting.select_related("group").order_by("submitted_at", "pk")[:PAGE],
            mine=set(mine),
            may_begin=leads_steering(user),
            is_member=in_steering(user),
            **kwargs,
        )


def reviews_csv(request):
    """Every review that the person may see: what, when and with which outcome; no recommendation.

    Names of reviewers are not in it, and outcomes only once they are decided.
    """
    if not in_steering(request.user):
        raise Http404
    header = [
        "Output",
        "Version",
        "Task group",
        "State",
        "Due",
        "Reviewers",
        "Sent",
        "Outcome",
        "Decided",
        "Decision",
    ]
    reviews = (
        Review.objects.visible_to(request.user)
        .select_related("output__group", "version", "decision")
        .annotate(
            asked=Count(
                "assignments", filter=~Q(assignments__state=ReviewAssignment.State.STOOD_DOWN)
            ),
            sent=Count("assignments", filter=Q(assignments__state=ReviewAssignment.State.SENT)),
        )
        .order_by("pk")
    )
    return csv_response(
        "reviews.csv",
        header,
        (
            [
                one.output.title,
                one.version.number,
                one.output.group.name,
                one.get_state_display(),
                one.due,
                one.asked,
                one.sent,
                one.get_outcome_display(),
                clock.date_of(one.decided_at) if one.decided_at else "",
                one.decision.reference if one.decision else "",
            ]
            for one in reviews.iterator(chunk_size=500)
        ),
    )


# --- one review ---------------------------------------------------------------------------------
class ReviewDetail(VisibleMixin, DetailView):
    """What is reviewed, by when, and what this person may know and do about it."""

    queryset = Review.objects.select_related(
        "output__group", "version", "group", "decision__meeting"
    )
    template_name = "steering/review.html"
    context_object_name = "review"

    def get_context_data(self, **kwargs):
        user, review = self.request.user, self.object
        member = in_steering(user)
        prefetch_related_objects([review], "assignments__reviewer")
        assignments = list(review.assignments.all()) if member else []
        mine = next((one for one in assignments if one.reviewer_id == user.pk), None)
        leads = review.permits(user, "decide")
        may_decide = leads and review.open_to("decide")
        not_yet = review.missing("decide", user, beforehand=True) if may_decide else []
        asks_a_meeting = may_decide and not not_yet
        recommendations = (
            Recommendation.objects.visible_to(user)
            .filter(assignment__review=review)
            .select_related("assignment__reviewer")
            .prefetch_related("comments")
            .order_by("assignment")
        )
        read = [one for one in recommendations if one.assignment.reviewer_id != user.pk]
        own = next((one for one in recommendations if one.assignment.reviewer_id == user.pk), None)
        active = [one for one in assignments if not one.is_stood_down]
        rounds = WrittenRound.objects.visible_to(user).filter(review=review)
        return super().get_context_data(
            version=review.version,
            is_member=member,
            is_open=review.open_to("decide"),
            assignments=assignments,
            active=active,
            sent=[one for one in active if one.is_sent],
            mine=mine,
            my_moves=mine.moves_for(user) if mine else {},
            own=own,
            read=read,
            moves=review.moves_for(user),
            may_decide=may_decide,
            not_yet=not_yet,
            to_a_meeting=list(review.way_to_a_meeting(user)) if asks_a_meeting else [],
            may_ask=leads and review.may(user, "ask_reviewers"),
            reads_why=leads,
            missing=[] if not member else review.missing_sides(),
            rounds=list(rounds),
            changes=list(review.version.changes_asked.all()),
            **kwargs,
        )


class BeginReview(PermissionMixin, PageFormView):
    """Open the review of a submitted output, and ask the first reviewers."""

    perm = "taskgroups.review_output"
    form_class = BeginReviewForm
    page_title = "Open the review"
    button = "Open the review"

    @cached_property
    def output(self):
        outputs = Output.objects.visible_to(self.request.user).select_related("group")
        return get_object_or_404(outputs, pk=self.kwargs["pk"])

    def get_scope(self):
        return self.output

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"candidates": self.candidates()}

    def candidates(self):
        groups = granted(self.request.user, WorkingGroup, "lead_workinggroup")
        steering_groups = WorkingGroup.objects.filter(
            kind=WorkingGroup.Kind.STEERING, pk__in=groups
        )
        return Review.may_review(steering_groups.first(), self.output)

    def get_context_data(self, **kwargs):
        return super().get_context_data(caption=self.output.title, **kwargs)

    def get_success_url(self):
        return self.object.get_absolute_url()

    @transaction.atomic
    def save(self, form):
        data = form.cleaned_data
        self.object = Review.begin(self.output, by=self.request.user, due=data["due"])
        if data["reviewers"]:
            self.object.ask(data["reviewers"], by=self.request.user)
        self.done_message = "The review is open."


class AskReview(ReviewMixin, PageFormView):
    """Ask further members of the steering group to review."""

    form_class = AskReviewForm
    page_title = "Ask reviewers"
    button = "Ask them"
    done_message = "They are asked, and will get a message."

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"candidates": self.review.candidates()}

    def save(self, form):
        self.review.ask(form.cleaned_data["reviewers"], by=self.request.user)


# --- one reviewer -------------------------------------------------------------------------------
class ReviewOwnMixin(AssignmentMixin):
    """A page of the reviewer alone: whatever role others hold, it is not theirs."""

    def get_scope(self):
        if self.assignment.reviewer_id != self.request.user.pk:
            raise PermissionDenied
        return self.assignment


class Recommend(ReviewOwnMixin, PageFormView):
    """Write what one recommends; saved as often as one likes, sent once."""

    form_class = RecommendForm
    template_name = "steering/recommend.html"
    page_title = "What do you recommend?"
    button = "Save"
    done_message = "Saved. Nobody else sees it until you send it."

    def get_success_url(self):
        return reverse("recommend", args=[self.assignment.pk])

    @cached_property
    def mine(self):
        return self.assignment.recommendation_or_none

    def get_initial(self):
        return {"verdict": self.mine.verdict, "text": self.mine.text} if self.mine else {}

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            version=self.assignment.review.version,
            comments=list(self.mine.comments.all()) if self.mine else [],
            is_writing=self.assignment.may(self.request.user, "write"),
            send=self.assignment.moves_for(self.request.user).get("send"),
            **kwargs,
        )

    def save(self, form):
        self.assignment.write(by=self.request.user, **form.cleaned_data)


class Comment(ReviewOwnMixin, PageFormView):
    """Comment on some words."""

    form_class = CommentForm
    page_title = "Comment on some words"
    button = "Add the comment"
    done_message = "The comment is added."

    def get_success_url(self):
        return reverse("recommend", args=[self.assignment.pk])

    @transaction.atomic
    def save(self, form):
        mine = self.assignment.recommendation_or_none or self.assignment.write(
            by=self.request.user, verdict="", text=""
        )
        mine.comment(by=self.request.user, **form.cleaned_data)


@require_POST
@takes_away
def comment_remove(request, pk):
    """Take one's own comment off again."""
    comments = PassageComment.objects.filter(
        recommendation__assignment__reviewer=request.user
    ).select_related("recommendation__assignment__review")
    comment = get_object_or_404(comments, pk=pk)
    comment.remove(by=request.user)
    messages.success(request, "The comment is gone.")
    return redirect("recommend", comment.recommendation.assignment_id)


class StandDown(AssignmentMixin, PageFormView):
    """Step back from a review, or release a reviewer who cannot do it."""

    perm = "steering.stand_down"
    form_class = StandDownForm
    button = "Stand down"

    @property
    def is_mine(self):
        return self.assignment.reviewer_id == self.request.user.pk

    def get_page_title(self):
        return "Stand down" if self.is_mine else f"Release {self.assignment.reviewer.name}"

    def get_context_data(self, **kwargs):
        button = "Stand down" if self.is_mine else "Release them"
        return super().get_context_data(**kwargs) | {"button": button}

    def save(self, form):
        self.assignment.stand_down(form.cleaned_data["why"], by=self.request.user)
        self.done_message = (
            "You no longer review this. Thank you for saying so."
            if self.is_mine
            else "They no longer review this."
        )
