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
from django.views.generic import TemplateView, View

from apps.core.exceptions import SAVED_AGAIN
from apps.core.forms import MoveForm
from apps.core.models import record
from apps.core.moves import Move, Offer
from apps.core.views import PageFormView, Recorded

from ...applications.models.application import Application
from ...vacancies.models.vacancy import Criterion, Vacancy
from ..forms import RedactionForm, ShortlistAnswerForm
from ..models.blind import (
    Redaction,
    check_copying,
    counts,
    may_handle,
    may_join,
    to_copy,
    was_read,
)
from ..models.outcome import (
    Outcome,
    Telling,
    keep_guarantee,
    may_tell,
    release,
    round_of,
    tell_by_telephone,
)
from ..redaction import NEUTRAL
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
class JoiningMixin(HandlingMixin):
    """A page that says whose a code is, or who asked for a guarantee.

    Not for whoever serves or served on the panel, also once it is decided.
    """

    def dispatch(self, request, *args, **kwargs):
        if not may_join(request.user, self.vacancy):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


class Redactions(JoiningMixin, TemplateView):
    """Which copies are made and which are signed; POST makes those that are missing."""

    template_name = "recruitment/selection/redactions.html"

    def get_context_data(self, **kwargs):
        made = Redaction.objects.counting().filter(application__vacancy=self.vacancy)
        rows = made.select_related("blind", "signed_by").order_by(
            F("signed_at").asc(nulls_first=True), "blind__label"
        )
        found = counts(self.vacancy)
        return super().get_context_data(
            page=Paginator(rows, PAGE).get_page(self.request.GET.get("page")),
            total=found["sent"],
            made=found["made"],
            signed=found["signed"],
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


class RedactionPage(JoiningMixin, Recorded, PageFormView):
    """One application beside what the panel will read of it."""

    template_name = "recruitment/selection/redaction.html"
    form_class = RedactionForm
    stale_words = (
        f"{SAVED_AGAIN} What you typed is below. Open the copy in another window to compare before "
        "you save again."
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

    def note_reading(self):
        record("read_to_redact", self.redaction, by=self.request.user)
        was_read(self.redaction.application, by=self.request.user)

    def get_page_title(self):
        return f"Redact {self.redaction.blind}"

    @cached_property
    def answers(self):
        return list(self.redaction.blind.answers.select_related("criterion"))

    @cached_property
    def originals(self):
        return self.redaction.originals()

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {
            "redaction": self.redaction,
            "answers": self.answers,
            "originals": self.originals,
        }

    def get_initial(self):
        return {"seen": self.redaction.revision}

    def get_success_url(self):
        return reverse("redactions", args=[self.vacancy.reference])

    def get_context_data(self, **kwargs):
        context = super().get_context_data(redaction=self.redaction, **kwargs)
        context["marks"] = ", ".join(sorted(NEUTRAL))
        context["rows"] = [
            (
                answer.criterion,
                self.originals.get(answer.criterion_id, ""),
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
        found = round_of(self.vacancy, self.kwargs["stage"])
        if found is None or not found.is_closed:
            raise Http404
        return found

    def dispatch(self, request, *args, **kwargs):
        if not may_handle(request.user, self.vacancy) or not may_tell(request.user, self.round):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @property
    def undo(self):
        """The move that takes back what was sent."""
        return "undo_decision" if self.round.is_interview else "undo_shortlisting"

    def of_label(self, rows):
        """The one of these outcomes whose code stands in the address."""
        rows = rows.coded(self.round).select_related("blind__redaction__application")
        found = get_object_or_404(rows, code=self.kwargs["label"])
        found.round = self.round
        return found

    @cached_property
    def outcome(self):
        return self.of_label(self.round.outcomes.standing())

    def get_success_url(self):
        return reverse("outcomes", args=[self.vacancy.reference, self.round.stage])

    def get_context_data(self, **kwargs):
        return super().get_context_data(round=self.round, **kwargs)


class Outcomes(SelectionStageMixin, Recorded, TemplateView):
    """Who is to be told what, whom to telephone, and how far it is; POST sends all at once.

    Of the shortlist it says first who is invited: by the panel, by the published rule, and besides.
    """

    template_name = "recruitment/selection/outcomes.html"

    def note_reading(self):
        record("read_outcomes", self.vacancy, by=self.request.user)

    def get_context_data(self, **kwargs):
        stage, user = self.round.stage, self.request.user
        missing = self.vacancy.missing(f"send_{stage}", user)
        telling = Telling.of(self.vacancy, stage)  # which it has just read
        rows = self.round.outcomes.standing().coded(self.round).with_recommended()
        rows = rows.select_related("blind__redaction__application")
        page = Paginator(rows.order_by("rank", "result", "code"), PAGE)
        page = page.get_page(self.request.GET.get("page"))
        answers = not self.round.is_interview and self.vacancy.may(user, "answer_shortlist")
        for outcome in page:
            outcome.round = self.round
            outcome.is_named = outcome.blind_id in telling.named
            invites = outcome.recommended != "yes" and outcome.may_be_answered
            outcome.is_answerable = answers and invites
        waiting = [one for one in telling.outcomes.values() if one.waits_for_a_call]
        calls = rows.filter(pk__in=[one.pk for one in waiting]).order_by("code") if waiting else []
        return super().get_context_data(
            page=page,
            missing=missing,
            undo=self.undo,
            total=len(telling.outcomes),
            told=len(telling.told),
            held=len(telling.held),
            invited=telling.invited,
            invitations=[] if self.round.is_interview else telling.invitations,
            owed=telling.owed if answers else {},
            without=telling.without if answers else [],
            to_call=list(calls),
            **kwargs,
        )

    def post(self, request, *args, **kwargs):
        with transaction.atomic():
            number = release(self.round, by=request.user)
            send_outcomes.delay_on_commit()
        on_their_way = "1 outcome is" if number == 1 else f"{number} outcomes are"
        messages.success(request, f"{on_their_way} on the way. You can leave this page.")
        return redirect(self.get_success_url())


class ShortlistMixin(JoiningMixin):
    """About the locked shortlist, which Human Resources answer."""

    @cached_property
    def round(self):
        found = round_of(self.vacancy, Criterion.Stage.SHORTLISTING)
        if found is None or not found.is_closed:
            raise Http404
        return found

    def get_success_url(self):
        return reverse("outcomes", args=[self.vacancy.reference, self.round.stage])


class GuaranteeKept(ShortlistMixin, View):
    """Invite everybody whom the published rule names."""

    http_method_names = ["post"]

    def post(self, request, *args, **kwargs):
        number = keep_guarantee(self.round, by=request.user)
        people = "1 person is" if number == 1 else f"{number} people are"
        messages.success(request, f"{people} invited under the guarantee. Nobody is told yet.")
        return redirect(self.get_success_url())


class OutcomeAnswer(ShortlistMixin, Recorded, PageFormView):
    """What one candidate is told of the shortlist: invite them, or what the panel recommended."""

    template_name = "recruitment/selection/answer.html"
    form_class = ShortlistAnswerForm
    page_title = "Answer a candidate"
    free_writing = True
    done_message = "Saved. The candidate is told nothing yet."

    @cached_property
    def blind(self):
        rows = self.vacancy.blind_applications.filter(gone=False)
        rows = rows.select_related("redaction__application")
        return get_object_or_404(rows, label=self.kwargs["label"])

    @cached_property
    def recommended(self):
        """What the panel said, the first of what was recorded."""
        found = self.round.outcomes.filter(blind=self.blind).order_by("pk").first()
        if found is not None:
            found.round = self.round
        return found

    def dispatch(self, request, *args, **kwargs):
        if may_join(request.user, self.vacancy):
            self.vacancy.check_open("answer_shortlist")
            Outcome.check_answerable(self.round, self.blind.pk)
        return super().dispatch(request, *args, **kwargs)

    def note_reading(self):
        was_read(self.blind.redaction.application, by=self.request.user)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"results": Outcome.answers(self.round, self.blind.pk)}

    def get_initial(self):
        return {"feedback": self.recommended.feedback} if self.recommended else {}

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            caption=f"{self.blind.redaction.application.full_name}, {self.blind}",
            recommended=self.recommended,
            **kwargs,
        )

    def save(self, form):
        Outcome.answer(self.round, self.blind, by=self.request.user, **form.cleaned_data)


class OutcomeTold(SelectionStageMixin, Recorded, TemplateView):
    """What to say on the telephone to somebody without an account; POST says that it was done."""

    template_name = "recruitment/selection/telephone.html"

    def dispatch(self, request, *args, **kwargs):
        if not may_handle(request.user, self.vacancy):
            raise PermissionDenied
        if self.outcome.released_at is None:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def note_reading(self):
        record("read_outcome", self.outcome, by=self.request.user)
        was_read(self.outcome.blind.redaction.application, by=self.request.user)

    def get_context_data(self, **kwargs):
        application = self.outcome.blind.redaction.application
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
            f"Taken back, with an apology. {self.next}",
        )

    @property
    def next(self):
        if self.round.is_interview:
            return "The chair records the right outcome; then send it."
        return "Record the right answer; then send it."
