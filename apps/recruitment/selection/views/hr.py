"""Human Resources: redacting, and telling everybody at once."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import F
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import TemplateView

from apps.core.forms import MoveForm
from apps.core.models import record
from apps.core.moves import Move, Offer
from apps.core.views import PageFormView

from ...applications.models.application import Application
from ...vacancies.models.vacancy import Criterion, Vacancy
from ..forms import RedactionForm
from ..models.blind import Redaction, check_copying, may_handle, to_copy, was_read
from ..models.outcome import release, tell_by_telephone
from ..tasks import copy_applications, send_outcomes

PAGE = 25


class HandlingMixin:
    """For Human Resources; whoever judges this vacancy reads no name, whatever else they are."""

    @cached_property
    def vacancy(self):
        seen = Vacancy.objects.visible_to(self.request.user)
        return get_object_or_404(seen, reference=self.kwargs["reference"])

    def dispatch(self, request, *args, **kwargs):
        if not may_handle(request.user, self.vacancy):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        return super().get_context_data(vacancy=self.vacancy, **kwargs)


# --- redacting ----------------------------------------------------------------------------------
class Redactions(HandlingMixin, TemplateView):
    """Which copies are made and which are signed; POST makes those that are missing."""

    template_name = "recruitment/selection/redactions.html"

    def get_context_data(self, **kwargs):
        made = Redaction.objects.counting().filter(application__vacancy=self.vacancy)
        rows = made.select_related("blind", "signed_by").order_by(
            F("signed_at").asc(nulls_first=True), "blind__label"
        )
        total = self.vacancy.applications.sent().count()
        return super().get_context_data(
            page=Paginator(rows, PAGE).get_page(self.request.GET.get("page")),
            total=total,
            made=made.count(),
            signed=made.filter(signed_at__isnull=False).count(),
            missing=to_copy(self.vacancy).count(),
            may_copy=self.vacancy.may(self.request.user, "make_copies"),
            **kwargs,
        )

    def post(self, request, *args, **kwargs):
        with transaction.atomic():
            check_copying(self.vacancy, request.user)
            record("make_copies", self.vacancy, by=request.user)
            copy_applications.delay_on_commit(self.vacancy.pk)
        messages.success(request, "The copies are being made. You can leave this page.")
        return redirect("redactions", self.vacancy.reference)


class RedactionPage(HandlingMixin, PageFormView):
    """One application beside what the panel will read of it."""

    template_name = "recruitment/selection/redaction.html"
    form_class = RedactionForm
    stale_words = (
        "Somebody else saved this copy while you worked on it. What you typed is below. Open the "
        "copy in another window to compare before you save again."
    )
    stale_status = 409

    @cached_property
    def redaction(self):
        rows = Redaction.objects.visible_to(self.request.user).select_related(
            "application__vacancy", "blind", "signed_by"
        )
        return get_object_or_404(
            rows, application__vacancy=self.vacancy, blind__label=self.kwargs["label"]
        )

    def get(self, request, *args, **kwargs):
        record("read_to_redact", self.redaction, by=request.user)
        was_read(self.redaction.application, by=request.user)
        return super().get(request, *args, **kwargs)

    def get_page_title(self):
        return f"Redact {self.redaction.blind}"

    @cached_property
    def answers(self):
        return list(self.redaction.blind.answers.select_related("criterion"))

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"answers": self.answers}

    def get_initial(self):
        return {"seen": self.redaction.revision}

    def get_success_url(self):
        return reverse("redactions", args=[self.vacancy.reference])

    def get_context_data(self, **kwargs):
        context = super().get_context_data(redaction=self.redaction, **kwargs)
        original = dict(self.redaction.application.answers.values_list("criterion_id", "text"))
        context["rows"] = [
            (
                answer.criterion,
                original.get(answer.criterion_id, ""),
                context["form"][f"text_{answer.pk}"],
            )
            for answer in self.answers
        ]
        return context

    def save(self, form):
        sign = self.request.POST.get("action") == "sign"
        self.redaction.write(
            form.cleaned_data["seen"], form.texts(), by=self.request.user, sign=sign
        )
        messages.success(
            self.request, f"{self.redaction.blind} is {'signed off' if sign else 'saved'}."
        )
        return redirect(self.following() if sign else self.request.path)

    def following(self):
        """The next copy that nobody has signed, or the list."""
        unsigned = Redaction.objects.counting().filter(
            application__vacancy=self.vacancy, signed_at__isnull=True
        )
        following = unsigned.select_related("blind").order_by("blind__label").first()
        if following is None:
            return self.get_success_url()
        return reverse("redaction", args=[self.vacancy.reference, following.blind.label])


# --- telling ------------------------------------------------------------------------------------
class SelectionStageMixin(HandlingMixin):
    @cached_property
    def round(self):
        if self.kwargs["stage"] not in Criterion.Stage.values:
            raise Http404
        found = get_object_or_404(
            self.vacancy.rounds.filter(closed_at__isnull=False), stage=self.kwargs["stage"]
        )
        found.vacancy = self.vacancy
        return found

    @property
    def undo(self):
        """The move that takes back what was sent."""
        return "undo_decision" if self.round.is_interview else "undo_shortlisting"

    @cached_property
    def outcome(self):
        rows = self.round.outcomes.standing().select_related("blind__redaction__application")
        found = get_object_or_404(rows, blind__label=self.kwargs["label"])
        found.round = self.round
        return found

    def get_success_url(self):
        return reverse("outcomes", args=[self.vacancy.reference, self.round.stage])

    def get_context_data(self, **kwargs):
        return super().get_context_data(round=self.round, **kwargs)


class Outcomes(SelectionStageMixin, TemplateView):
    """Who is to be told what, whom to telephone, and how far it is; POST sends all at once."""

    template_name = "recruitment/selection/outcomes.html"

    def get_context_data(self, **kwargs):
        standing = self.round.outcomes.standing()
        rows = standing.select_related("blind__redaction__application").order_by(
            "rank", "result", "blind__label"
        )
        page = Paginator(rows, PAGE).get_page(self.request.GET.get("page"))
        for outcome in page:
            outcome.round = self.round
        return super().get_context_data(
            page=page,
            missing=self.vacancy.missing(f"send_{self.round.stage}", self.request.user),
            undo=self.undo,
            total=standing.count(),
            told=standing.filter(sent_at__isnull=False).count(),
            held=standing.filter(released_at__isnull=True).count(),
            to_call=standing.filter(
                blind__redaction__application__candidate__isnull=True,
                released_at__isnull=False,
                sent_at__isnull=True,
            )
            .select_related("blind__redaction__application")
            .order_by("blind__label"),
            **kwargs,
        )

    def post(self, request, *args, **kwargs):
        with transaction.atomic():
            number = release(self.round, by=request.user)
            send_outcomes.delay_on_commit()
        on_their_way = "1 outcome is" if number == 1 else f"{number} outcomes are"
        messages.success(request, f"{on_their_way} on the way. You can leave this page.")
        return redirect(self.get_success_url())


class OutcomeTold(SelectionStageMixin, TemplateView):
    """What to say on the telephone to somebody without an account; POST says that it was done."""

    template_name = "recruitment/selection/telephone.html"

    def dispatch(self, request, *args, **kwargs):
        if not may_handle(request.user, self.vacancy):
            raise PermissionDenied
        if self.outcome.released_at is None:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        application = self.outcome.blind.redaction.application
        record("read_outcome", self.outcome, by=self.request.user)
        return super().get_context_data(outcome=self.outcome, application=application, **kwargs)

    def post(self, request, *args, **kwargs):
        tell_by_telephone(self.outcome, by=request.user)
        messages.success(request, "Saved: they have been told.")
        return redirect(self.get_success_url())


class OutcomeUndo(SelectionStageMixin, PageFormView):
    """Take back what was sent, with a reason and an apology."""

    template_name = "recruitment/selection/undo.html"

    @property
    def application(self):
        return self.outcome.blind.redaction.application

    @cached_property
    def move(self):
        move: Move = Application.moves[self.undo]
        return Offer(self.application, self.undo, move, self.request.user)

    def get_page_title(self):
        return "Take back what was sent"

    def get_form(self, form_class=None):
        return MoveForm(self.request.POST or None, offer=self.move)

    def get_context_data(self, **kwargs):
        return super().get_context_data(outcome=self.outcome, move=self.move, **kwargs)

    def save(self, form):
        self.application.move(self.undo, by=self.request.user, note=form.cleaned_data["note"])
        messages.success(
            self.request,
            "Taken back, with an apology. The chair records the right outcome; then send it.",
        )
