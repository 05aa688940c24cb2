"""Recording what was decided: at a quorate meeting, or in writing."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import cached_property
from django.views.decorators.http import require_POST

from apps.core import clock
from apps.core.exceptions import NotYet
from apps.core.views import PageFormView

from ..forms import DecideForm, RoundAnswerForm, RoundForm
from ..models.review import Recommendation
from ..models.written import WrittenRound
from .reviews import ReviewMixin


class DecideReview(ReviewMixin, PageFormView):
    """Record what a steering meeting decided about the output."""

    form_class = DecideForm
    template_name = "steering/decide.html"
    page_title = "Record what was decided"
    button = "Record it and tell the task group"
    done_message = "Recorded. The task group is told."

    @cached_property
    def decisions(self):
        return self.review.decisions()

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"decisions": self.decisions}

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            has_decisions=self.decisions.exists(),
            missing=list(self.review.way_to_a_meeting(self.request.user)),
            **kwargs,
        )

    def save(self, form):
        data = form.cleaned_data
        self.review.decide(
            data["decision"].outcome,
            by=self.request.user,
            reasons=data["reasons"],
            changes=form.change_list,
            decision=data["decision"],
        )


class RoundBegin(ReviewMixin, PageFormView):
    """Ask the members of the steering group in writing."""

    form_class = RoundForm
    page_title = "Ask the members in writing"
    intro = (
        "For a decision between meetings. It carries if the quorum of your terms of reference "
        "answers, on both sides, and more agree than do not."
    )
    button = "Ask them"
    done_message = "The members are asked, and will get a message."

    def save(self, form):
        data = form.cleaned_data
        WrittenRound.begin(
            self.review,
            by=self.request.user,
            outcome=data["outcome"],
            reasons=data["reasons"],
            changes="\n".join(form.change_list),
            closes_at=data["closes"],
        )


class RoundDetail(PageFormView):
    """A proposal, what was recommended, and one's own answer."""

    form_class = RoundAnswerForm
    template_name = "steering/round.html"
    button = "Send my answer"
    done_message = "Your answer is saved. You can change it until the round closes."

    @cached_property
    def round(self):
        rounds = WrittenRound.objects.visible_to(self.request.user).select_related(
            "review__output__group", "review__version", "review__group"
        )
        return get_object_or_404(rounds, pk=self.kwargs["pk"])

    @cached_property
    def votes(self):
        return list(self.round.votes.select_related("user"))

    @cached_property
    def mine(self):
        return next((one for one in self.votes if one.user_id == self.request.user.pk), None)

    def dispatch(self, request, *args, **kwargs):
        is_member = self.round.electorate().filter(pk=request.user.pk).exists()
        if request.method == "POST" and not is_member:
            raise PermissionDenied
        self.is_member = is_member
        return super().dispatch(request, *args, **kwargs)

    def get_page_title(self):
        return "Decide in writing"

    def get_initial(self):
        return {"value": self.mine.value, "comment": self.mine.comment} if self.mine else {}

    def get_success_url(self):
        return self.round.get_absolute_url()

    def get_context_data(self, **kwargs):
        user, round_ = self.request.user, self.round
        is_over = round_.is_over
        shown = self.mine is not None or is_over or not round_.open_to("answer")
        recommendations = Recommendation.objects.visible_to(user).filter(
            assignment__review=round_.review
        )
        return super().get_context_data(
            round=round_,
            caption=round_.review.output.title,
            waits=is_over and round_.open_to("carry"),
            may_answer=self.is_member and round_.may(user, "answer"),
            mine=self.mine,
            tally=round_.tally() if shown else None,
            votes=[one for one in self.votes if one.comment] if shown else [],
            presence=round_.presence(),
            quorum=round_.review.group.terms_at(clock.date_of(round_.opened_at)),
            read=recommendations.select_related("assignment__reviewer").prefetch_related(
                "comments"
            ),
            may_conclude=round_.may_conclude(user),
            **kwargs,
        )

    def save(self, form):
        self.round.answer(by=self.request.user, **form.cleaned_data)


@require_POST
def conclude(request, pk):
    """Record the result of a written round that is over."""
    rounds = WrittenRound.objects.visible_to(request.user).select_related("review__output__group")
    round_ = get_object_or_404(rounds, pk=pk)
    if not request.user.has_perm("taskgroups.review_output", round_.scope):
        raise PermissionDenied
    try:
        round_.conclude(by=request.user)
    except NotYet as refusal:
        messages.error(request, str(refusal))
        return redirect(round_)
    messages.success(request, f"Recorded: {round_.get_state_display().lower()}.")
    return redirect(round_.review)
