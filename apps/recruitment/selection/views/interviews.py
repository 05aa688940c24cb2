"""Interviews: Human Resources plan and release, candidates choose, the organiser arranges."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import ProtectedError, prefetch_related_objects
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView, View

from apps.accounts.confidence import LimitsFirstToReadMixin
from apps.accounts.models.unreachable import is_unreachable
from apps.core.dates import span
from apps.core.exceptions import SAVED_AGAIN, Conflict
from apps.core.late import TakesAway
from apps.core.models import record
from apps.core.views import Confidential, PageFormView, Recorded

from ...vacancies.models.advice import Edit
from ...vacancies.models.vacancy import Criterion
from ..forms import (
    ArrangementForm,
    ChooseForm,
    InterviewPlanForm,
    InterviewQuestionForm,
    MomentForm,
    SlotsForm,
    WishForm,
)
from ..models.interview import Arrangement, Interview, InterviewPlan, Slot, digest_of
from .hr import HandlingMixin

PAGE = 25


# --- Human Resources plan -----------------------------------------------------------------------
class PlanMixin(HandlingMixin):
    """A page about how this vacancy interviews."""

    @cached_property
    def plan(self):
        plan = InterviewPlan.of(self.vacancy, by=self.request.user)
        plan.vacancy = self.vacancy
        return plan

    def get_success_url(self):
        return reverse("interviews", args=[self.vacancy.reference])

    def get_context_data(self, **kwargs):
        return super().get_context_data(plan=self.plan, **kwargs)


class Interviews(PlanMixin, TemplateView):
    """What is planned, what is missing, what was released, who comes when."""

    template_name = "recruitment/selection/interviews.html"

    def get_context_data(self, **kwargs):
        plan = self.plan
        prefetch_related_objects([plan], "questions__criterion")
        rows = self.vacancy.interviews.counting().select_related("slot", "application")
        rows = rows.annotate(unreachable=is_unreachable("application__candidate__email"))
        rows = rows.order_by("slot__starts_at", "label")
        releases = list(plan.releases.select_related("released_by").order_by("-number"))
        return super().get_context_data(
            page=Paginator(rows, PAGE).get_page(self.request.GET.get("page")),
            questions=plan.questions.all(),
            slots=list(plan.slots.filter(interview__isnull=True)),
            missing=self.vacancy.missing("release_interviews", self.request.user),
            releases=releases,
            changed=bool(releases) and releases[0].digest != digest_of(plan.content()),
            arranges=self.request.user.pk == self.vacancy.organiser_id,
            **kwargs,
        )


class PlanEdit(PlanMixin, PageFormView):
    form_class = InterviewPlanForm
    page_title = "How and where"
    done_message = "Saved. Candidates see it once you release it."
    stale_words = f"{SAVED_AGAIN} What you typed is below. Compare before you save again."
    stale_status = 409

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"instance": self.plan}

    def get_initial(self):
        return {"seen": self.plan.revision}

    def save(self, form):
        data = form.cleaned_data
        seen = data.pop("seen")
        fresh = InterviewPlan.objects.get(pk=self.plan.pk)
        fresh.vacancy = self.vacancy
        fresh.change(seen, by=self.request.user, **data)


class QuestionEdit(PlanMixin, PageFormView):
    """Add a question, or change one: candidates see a change once it is released."""

    form_class = InterviewQuestionForm
    done_message = "Saved."

    @cached_property
    def question(self):
        if "pk" not in self.kwargs:
            return None
        return get_object_or_404(self.plan.questions, pk=self.kwargs["pk"])

    def get_page_title(self):
        return "Change the question" if self.question else "Add a question"

    def get_form_kwargs(self):
        criteria = self.vacancy.criteria.filter(stage=Criterion.Stage.INTERVIEW)
        return super().get_form_kwargs() | {"criteria": criteria, "instance": self.question}

    @transaction.atomic
    def save(self, form):
        self.vacancy.permit("plan_interviews", by=self.request.user)
        before = asked(self.plan)
        question = form.save(commit=False)
        question.plan = self.plan
        if self.question is None:
            question.order = self.plan.questions.count() + 1
        question.save()
        record("write_question", self.vacancy, by=self.request.user)
        keep_change(self.plan, before, by=self.request.user)


def asked(plan):
    """The questions as one text, for the co-production record."""
    return "\n".join(plan.questions.values_list("text", flat=True))


def keep_change(plan, before, *, by):
    """Who changed what is asked: the same record as of the description."""
    if (after := asked(plan)) != before:
        Edit.objects.create(
            vacancy=plan.vacancy, field="questions", before=before, after=after, by=by
        )


class QuestionRemove(TakesAway, PlanMixin, View):
    http_method_names = ["post"]

    @transaction.atomic
    def post(self, request, *args, **kwargs):
        self.vacancy.permit("plan_interviews", by=request.user)
        before = asked(self.plan)
        get_object_or_404(self.plan.questions, pk=kwargs["pk"]).delete()
        record("remove_question", self.vacancy, by=request.user)
        keep_change(self.plan, before, by=request.user)
        messages.success(request, "Removed.")
        return redirect(self.get_success_url())


class SlotsAdd(PlanMixin, PageFormView):
    form_class = SlotsForm
    page_title = "Offer times"
    intro = "Candidates choose among them. Give at least 7 days' notice."
    button = "Offer these times"
    done_message = "The times are offered."

    def save(self, form):
        self.plan.add_slots(form.cleaned_data["starts"], by=self.request.user)


class SlotRemove(TakesAway, PlanMixin, View):
    http_method_names = ["post"]

    @transaction.atomic
    def post(self, request, *args, **kwargs):
        self.vacancy.permit("plan_interviews", by=request.user)
        slot = get_object_or_404(self.plan.slots, pk=kwargs["pk"])
        try:
            slot.delete()
        except ProtectedError:
            raise Conflict("A candidate has just chosen this time.", self.vacancy) from None
        record("remove_time", self.vacancy, by=request.user)
        messages.success(request, "This time is no longer offered.")
        return redirect(self.get_success_url())


class InterviewsRelease(PlanMixin, TemplateView):
    """What everybody invited will be shown, before it is; POST shows it to all."""

    template_name = "recruitment/selection/release.html"

    def get_context_data(self, **kwargs):
        prefetch_related_objects([self.plan], "questions")
        invited = self.vacancy.interviews.counting()
        return super().get_context_data(
            content=self.plan.content(),
            missing=self.vacancy.missing("release_interviews", self.request.user),
            invited=invited.count(),
            **kwargs,
        )

    def post(self, request, *args, **kwargs):
        self.plan.release(by=request.user)
        messages.success(request, "Released. Everybody invited can see it now.")
        return redirect(self.get_success_url())


class OneInterviewMixin(PlanMixin):
    @cached_property
    def interview(self):
        rows = self.vacancy.interviews.counting().select_related("application", "slot")
        found = get_object_or_404(rows, label=self.kwargs["label"])
        found.vacancy = found.application.vacancy = self.vacancy
        return found

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            interview=self.interview, caption=self.interview.application.full_name, **kwargs
        )


class InterviewAgree(OneInterviewMixin, PageFormView):
    """A time that was agreed with one person."""

    form_class = MomentForm
    template_name = "recruitment/selection/agree.html"
    page_title = "Agree another time"
    button = "Save this time"
    done_message = "Saved. The candidate is told."

    def save(self, form):
        self.interview.agree(form.cleaned_data["moment"], by=self.request.user)


class InterviewTookPlace(OneInterviewMixin, View):
    http_method_names = ["post"]

    def post(self, request, *args, **kwargs):
        self.interview.record_attendance(request.POST.get("came") == "yes", by=request.user)
        messages.success(request, "Saved.")
        return redirect(self.get_success_url())


# --- the organiser arranges ---------------------------------------------------------------------
class Arrangements(Confidential, LimitsFirstToReadMixin, Recorded, PageFormView):
    """What one candidate asked for, and what the panel is told of it: the organiser's alone."""

    template_name = "recruitment/selection/arrangements.html"
    form_class = ArrangementForm
    page_title = "Arrangements for the interview"
    button = "Add it"
    done_message = "Saved. The panel sees what is arranged, and not why."

    @cached_property
    def interview(self):
        rows = Interview.objects.counting().select_related("application__vacancy")
        found = get_object_or_404(
            rows,
            vacancy__organiser=self.request.user,
            label=self.kwargs["label"],
            vacancy__reference=self.kwargs["reference"],
        )
        if not self.request.user.has_perm("recruitment.arrange_adjustments", found.application):
            raise PermissionDenied
        return found

    def dispatch(self, request, *args, **kwargs):
        self.interview  # noqa: B018 - 404 or 403 first
        return super().dispatch(request, *args, **kwargs)

    def note_reading(self):
        record("read_adjustments", self.interview.application, by=self.request.user)

    def get_success_url(self):
        return reverse("arrangements", kwargs=self.kwargs)

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            interview=self.interview,
            caption=self.interview.coded,
            arrangements=list(self.interview.arrangements.all()),
            **kwargs,
        )

    def save(self, form):
        Arrangement.make(self.interview, form.cleaned_data["text"], by=self.request.user)


class ArrangementDrop(TakesAway, View):
    http_method_names = ["post"]

    def post(self, request, reference, label, pk):
        rows = Arrangement.objects.select_related("interview__application__vacancy")
        found = get_object_or_404(
            rows,
            pk=pk,
            interview__label=label,
            interview__vacancy__reference=reference,
            interview__vacancy__organiser=request.user,
        )
        found.drop(by=request.user)
        messages.success(request, "Removed.")
        return redirect("arrangements", reference, label)


# --- candidates ---------------------------------------------------------------------------------
class InterviewCandidateMixin:
    """The candidate's own interview: nobody else's exists for them."""

    @cached_property
    def interview(self):
        rows = Interview.objects.counting().select_related(
            "application__vacancy", "application__candidate", "slot"
        )
        return get_object_or_404(
            rows,
            application__reference=self.kwargs["reference"],
            application__candidate=self.request.user,
        )

    def dispatch(self, request, *args, **kwargs):
        if not request.user.has_perm("recruitment.write_application", self.interview.application):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_success_url(self):
        return reverse("interview", args=[self.kwargs["reference"]])


@method_decorator(never_cache, name="dispatch")
class InterviewPage(InterviewCandidateMixin, PageFormView):
    """What was released, the time that is booked, and the times that one can choose."""

    template_name = "recruitment/selection/interview.html"
    form_class = ChooseForm
    page_title = "Your interview"
    button = "Choose this time"
    done_message = "Your time is booked. We have sent you a message with it."

    @cached_property
    def release(self):
        """The newest of those that this candidate is among the recipients of."""
        found = self.interview.releases.select_related("release").order_by("release__number").last()
        return found.release if found else None

    def get_form_kwargs(self):
        slots = []
        if self.release is not None and self.interview.may_change:
            free = Slot.objects.free().filter(plan__vacancy=self.interview.vacancy_id)
            slots = [(slot.pk, span(slot.starts_at, slot.ends_at)) for slot in free]
        return super().get_form_kwargs() | {"slots": slots}

    def get_context_data(self, **kwargs):
        context = super().get_context_data(
            interview=self.interview,
            release=self.release,
            arrangements=list(self.interview.arrangements.all()),
            **kwargs,
        )
        context["slots"] = context["form"].fields["slot"].choices
        return context

    def post(self, request, *args, **kwargs):
        """Whoever presses twice has their time: nobody took it."""
        mine = self.interview.slot_id
        if mine and request.POST.get("slot") == str(mine):
            messages.success(request, self.done_message)
            return redirect(self.get_success_url())
        return super().post(request, *args, **kwargs)

    def form_invalid(self, form):
        response = super().form_invalid(form)
        if any("taken" in error for error in form.errors.get("slot", [])):
            response.status_code = 409
        return response

    def save(self, form):
        self.interview.choose(form.cleaned_data["slot"], by=self.request.user)


class InterviewWish(InterviewCandidateMixin, PageFormView):
    form_class = WishForm
    page_title = "Ask for another time"
    button = "Send"
    done_message = "Thank you. We will call or write to you about another time."

    def get_initial(self):
        return {"wish": self.interview.wish}

    def save(self, form):
        self.interview.ask_for_another(form.cleaned_data["wish"], by=self.request.user)
