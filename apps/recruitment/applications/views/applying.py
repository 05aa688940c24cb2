"""Applying: beginning, each part of the form, sending, and what comes after.

The same pages serve the candidate and whoever types for somebody (``write_application``).
"""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.views.generic import ListView, TemplateView, View

from apps.accounts.confidence import LimitsFirstMixin
from apps.core.exceptions import IllegalMove, NotYet, StaleEdit
from apps.core.late import TakesAway
from apps.core.models import record
from apps.core.sections import sections_of
from apps.core.views import MoveView, PageFormView, PermissionMixin, Recorded

from ...vacancies.models.panel import has_sat_on
from ...vacancies.models.vacancy import Vacancy
from ...vacancies.promises import Promises
from ..forms import (
    AdjustmentsForm,
    ApplicationAboutForm,
    ApplicationAnswerForm,
    ApplicationSupportForm,
    JobForm,
    MonitoringForm,
    RefereeForm,
    SurveyForm,
)
from ..models.application import Application, Job, Referee
from ..models.monitoring import Ticket
from ..models.survey import SurveyCount
from ..sign_up import APPLYING

KEPT = "kept_words"  # in the session: what somebody typed whose session had ended
PAGE = 25


# --- beginning ----------------------------------------------------------------------------------
@method_decorator(login_not_required, name="dispatch")
class Apply(View):
    """Before one begins: what it takes, and how to get in. One press makes the draft."""

    def dispatch(self, request, reference):
        self.job = get_object_or_404(Vacancy.objects.was_advertised(), reference=reference)
        return super().dispatch(request, reference)

    def get(self, request, reference):
        if request.user.is_authenticated:
            mine = request.user.applications.filter(vacancy=self.job).first()
            if mine is not None:
                return redirect(mine)
        elif self.job.open_to("apply"):
            request.session[APPLYING] = reference
        if not self.job.open_to("apply"):
            return redirect(self.job.get_job_url())
        return render(
            request,
            "recruitment/applications/apply.html",
            {
                "job": self.job,
                "promises": Promises.of(self.job),
                "questions": self.job.criteria.filter(stage="shortlisting").count(),
                "keep": {
                    "draft": settings.APPLICATION_DRAFT_KEEP_DAYS,
                    "sent": settings.APPLICATION_KEEP_DAYS,
                    "appointed": settings.APPOINTED_KEEP_DAYS,
                },
            },
        )

    def post(self, request, reference):
        if not request.user.is_authenticated:
            return redirect("apply", reference)
        application = Application.begin(self.job, request.user)
        request.session.pop(APPLYING, None)
        return redirect(application)


class Mine(ListView):
    """All one's own applications, newest first."""

    template_name = "recruitment/applications/mine.html"
    paginate_by = PAGE

    def get_queryset(self):
        mine = Application.objects.filter(candidate=self.request.user)
        return mine.select_related("vacancy").order_by("-pk")


# --- one application ----------------------------------------------------------------------------
class ApplicationMixin:
    """A page of one application: 404 for whoever may not see it."""

    @cached_property
    def application(self):
        rows = Application.objects.visible_to(self.request.user)
        found = get_object_or_404(
            rows.select_related("vacancy", "candidate"), reference=self.kwargs["reference"]
        )
        another = found.candidate_id != self.request.user.pk
        if (
            another
            and not found.vacancy.is_settled
            and has_sat_on(self.request.user, found.vacancy)
        ):
            raise Http404  # as for whoever serves on the panel
        return found

    def note_reading(self):
        """On record, so that whoever else reads it with its name does not judge it."""
        if self.is_mine:
            return
        entry = record("read_application", self.application, by=self.request.user)
        self.application.followed("read", entry)

    @property
    def is_mine(self):
        return self.application.candidate_id == self.request.user.pk

    @property
    def hides_guarantee(self):
        """Whether this person must not learn who asked for one: who sits on the panel, or did."""
        return not self.is_mine and has_sat_on(self.request.user, self.application.vacancy)

    def get_scope(self):
        return self.application

    def get_success_url(self):
        return self.application.get_absolute_url()

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            application=self.application,
            job=self.application.vacancy,
            is_mine=self.is_mine,
            hides_guarantee=self.hides_guarantee,
            caption=self.application.vacancy.title,
            **kwargs,
        )


class ApplicationWriteMixin(ApplicationMixin, PermissionMixin, Recorded):
    """For the candidate, or for who types for them."""

    perm = "recruitment.write_application"

    def lock_draft(self):
        """Take the row for this transaction; refuses what was sent.

        After closing, words are still kept: they can be copied, and no longer be sent.
        """
        self.application.permit("write", by=self.request.user)

    def audit(self):
        """What somebody types for another is on record; a candidate's own keystrokes are not."""
        if not self.is_mine:
            record("type_in", self.application, by=self.request.user)


def tasks(application):
    """The parts of the form, each with its address and whether it is done: for the task list."""
    answers = list(application.answers.select_related("criterion"))
    reference = application.reference

    def task(title, name, done, needed=True, args=()):
        return {
            "title": title,
            "url": reverse(name, args=[reference, *args]),
            "done": done,
            "needed": needed,
        }

    reachable = bool(application.full_name and (application.email or application.phone))
    yield (
        "About you",
        [
            task(
                "Your name and how to reach you",
                "application_about",
                reachable and application.right_to_work is not None,
            ),
        ],
    )
    yield (
        "Your answers",
        [
            task(
                answer.criterion.text,
                "application_answer",
                bool(answer.text.strip()),
                answer.criterion.is_essential,
                [answer.pk],
            )
            for answer in answers
        ],
    )
    yield (
        "What you have done",
        [
            task("Work, paid or not", "application_jobs", application.jobs.exists(), needed=False),
            task(
                "People we can ask about you",
                "application_referees",
                application.referees.exists(),
                needed=False,
            ),
        ],
    )
    yield (
        "What helps you",
        [
            task(
                "A guaranteed interview, and somebody who supports you",
                "application_support",
                bool(application.guaranteed_interview or application.supporter_name),
                needed=False,
            ),
            task(
                "Adjustments",
                "application_adjustments",
                bool(application.adjustments),
                needed=False,
            ),
        ],
    )


class ApplicationPage(ApplicationMixin, Recorded, TemplateView):
    """The candidate's page: what to do next, or where it stands. For HR: what was sent."""

    def get_template_names(self):
        if not self.is_mine and not self.types_it():
            return ["recruitment/applications/file.html"]
        name = "tasks" if self.application.is_draft else "status"
        return [f"recruitment/applications/{name}.html"]

    def types_it(self):
        return self.application.may(self.request.user, "write")

    def get(self, request, *args, **kwargs):
        if not self.is_mine and not self.application.permits(request.user, "read"):
            raise PermissionDenied
        return super().get(request, *args, **kwargs)

    def where_it_stands(self):
        """What the later parts of recruitment say of it, once it is sent."""
        if not self.is_mine or self.application.is_draft:
            return None
        [where] = sections_of("progress", self.request.user, self.application)
        return where

    def get_context_data(self, **kwargs):
        application, user = self.application, self.request.user
        shows_tasks = application.is_draft and not self.hides_guarantee  # they tell of a tick
        return super().get_context_data(
            groups=list(tasks(application)) if shows_tasks else [],
            where=self.where_it_stands(),
            moves=application.moves_for(user),
            answers=list(application.answers.select_related("criterion")),
            jobs=list(application.jobs.all()),
            referees=list(application.referees.all()),
            sections=sections_of("application", user, application),
            may_monitor=self.is_mine and application.may(user, "answer_monitoring"),
            may_survey=self.is_mine
            and not application.surveyed
            and application.may(user, "answer_survey"),
            may_pause=application.may(user, "pause"),
            **kwargs,
        )


class ApplicationMove(ApplicationMixin, MoveView):
    model = Application

    def get(self, request, *args, **kwargs):
        if kwargs["name"] == "submit":
            return redirect("application_check", kwargs["reference"])
        return super().get(request, *args, **kwargs)


# --- the parts of the form ------------------------------------------------------------------------
class AboutPage(ApplicationWriteMixin, PageFormView):
    form_class = ApplicationAboutForm
    page_title = "About you"
    done_message = "Saved."

    def get_form_kwargs(self):
        stored = Application.objects.get(pk=self.application.pk)
        return super().get_form_kwargs() | {"instance": stored}

    @transaction.atomic
    def save(self, form):
        self.lock_draft()
        form.save()
        self.audit()


class SupportPage(AboutPage):
    form_class = ApplicationSupportForm
    page_title = "A guaranteed interview, and support"

    def dispatch(self, request, *args, **kwargs):
        if self.hides_guarantee:
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


@method_decorator(login_not_required, name="dispatch")
class AnswerPage(ApplicationWriteMixin, PageFormView):
    """One answer, saved as typed. Whose session ended signs in again and finds their words."""

    form_class = ApplicationAnswerForm
    template_name = "recruitment/applications/answer.html"
    done_message = "Saved."
    button = "Save and go back"
    stale_words = (
        "This answer was saved in another window. Yours is still here: compare the two, and save "
        "again."
    )

    def dispatch(self, request, *args, **kwargs):
        if not request.user.is_authenticated:
            if request.method == "POST" and "text" in request.POST:
                kept = {"at": request.path, "text": request.POST["text"][:10000]}
                request.session[KEPT] = kept
            return redirect(f"{reverse('account_login')}?next={request.path}")
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def answer(self):
        rows = self.application.answers.select_related("criterion")
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    def get_page_title(self):
        return self.answer.criterion.text

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"answer": self.answer}

    def get_initial(self):
        text = self.answer.text
        kept = self.request.session.get(KEPT)
        if kept and kept["at"] == self.request.path:
            text = kept["text"]
        return {"text": text, "seen": self.answer.revision}

    def get_context_data(self, **kwargs):
        kept = self.request.session.get(KEPT)
        return super().get_context_data(
            answer=self.answer,
            was_kept=bool(kept and kept["at"] == self.request.path),
            may_write=self.application.open_to("write"),
            **kwargs,
        )

    def keep(self, form):
        self.lock_draft()
        seen, text = form.cleaned_data["seen"], form.cleaned_data["text"]
        return self.answer.save_revision(seen, whole=True, text=text)

    @transaction.atomic
    def save(self, form):
        if self.keep(form):
            self.application.save(update_fields=["saved_at"])
            self.audit()
        self.request.session.pop(KEPT, None)
        if self.answer.words > self.answer.criterion.max_words:
            messages.warning(
                self.request,
                f"Saved. It has {self.answer.words} words; bring it to "
                f"{self.answer.criterion.max_words} before you send it.",
            )
            self.done_message = ""
        return


class Autosave(AnswerPage):
    """The same without a page: what was typed is kept while somebody goes on typing."""

    def get(self, request, *args, **kwargs):
        return redirect("application_answer", self.application.reference, self.answer.pk)

    def form_valid(self, form):
        try:
            with transaction.atomic():
                self.keep(form)
        except (StaleEdit, IllegalMove) as refusal:
            return JsonResponse({"why": f"Not saved: {refusal}"}, status=409)
        return JsonResponse({"revision": self.answer.revision})

    def form_invalid(self, form):
        return JsonResponse({"why": "Not saved by itself. Press Save."}, status=422)


class PartsMixin(ApplicationWriteMixin):
    """Several things of one kind: posts held, or referees."""

    model = None
    related = ""

    @cached_property
    def part(self):
        if "pk" not in self.kwargs:
            return self.model(application=self.application)
        return get_object_or_404(getattr(self.application, self.related), pk=self.kwargs["pk"])

    def get_success_url(self):
        return reverse(f"application_{self.related}", args=[self.application.reference])


class Parts(PartsMixin, TemplateView):
    template_name = "recruitment/applications/parts.html"
    page_title = intro = add = ""

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            page_title=self.page_title,
            intro=self.intro,
            add=self.add,
            related=self.related,
            parts=list(getattr(self.application, self.related).all()),
            **kwargs,
        )


class ApplicationPart(PartsMixin, PageFormView):
    done_message = "Saved."

    def get_page_title(self):
        return self.changes if self.part.pk else self.adds

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"instance": self.part}

    @transaction.atomic
    def save(self, form):
        self.lock_draft()
        form.save()
        self.audit()


class PartDelete(TakesAway, PartsMixin, View):
    @transaction.atomic
    def post(self, request, *args, **kwargs):
        self.lock_draft()
        self.part.delete()
        self.audit()
        messages.success(request, "Deleted.")
        return redirect(self.get_success_url())


class JobKind:
    model, related, form_class = Job, "jobs", JobForm
    page_title, add = "Work, paid or not", "Add something you have done"
    intro = (
        "What you have done, newest first if you can. Gaps are fine: you need not explain them. "
        "The panel that scores your answers does not see this part."
    )
    adds, changes = "Add something you have done", "Change it"


class RefereeKind:
    model, related, form_class = Referee, "referees", RefereeForm
    page_title, add = "People we can ask about you", "Add somebody"
    intro = "Two people are best. We ask them only after an offer, and tell you before we do."
    adds, changes = "Add somebody", "Change it"


class AdjustmentsPage(ApplicationWriteMixin, LimitsFirstMixin, PageFormView):
    """At every stage, until the end."""

    form_class = AdjustmentsForm
    template_name = "recruitment/applications/adjustments.html"
    page_title = "Adjustments"
    done_message = "Saved."

    def get_initial(self):
        return {"adjustments": self.application.adjustments}

    @transaction.atomic
    def save(self, form):
        self.application.permit("change_adjustments", by=self.request.user)
        changed = form.cleaned_data["adjustments"] != self.application.adjustments
        self.application.adjustments = form.cleaned_data["adjustments"]
        self.application.save(update_fields=["adjustments"])
        if changed:
            entry = record("change_adjustments", self.application, by=self.request.user)
            self.application.followed("change_adjustments", entry)


# --- sending ------------------------------------------------------------------------------------
class ApplicationCheck(ApplicationWriteMixin, TemplateView):
    """Everything on one page; then it is sent, or says what is missing."""

    template_name = "recruitment/applications/check.html"

    def get_context_data(self, **kwargs):
        application = self.application
        return super().get_context_data(
            answers=list(application.answers.select_related("criterion")),
            jobs=list(application.jobs.all()),
            referees=list(application.referees.all()),
            missing=application.missing("submit", self.request.user)
            if application.open_to("submit")
            else [],
            may_send=application.may(self.request.user, "submit"),
            **kwargs,
        )

    def post(self, request, *args, **kwargs):
        try:
            self.application.move("submit", by=request.user)
        except NotYet:
            return self.render_to_response(self.get_context_data(), status=422)
        messages.success(request, "Sent. Thank you.")
        if self.is_mine:
            return redirect("application_monitoring", self.application.reference)
        return redirect(self.application)


class Pause(ApplicationWriteMixin, View):
    def post(self, request, reference, act):
        self.application.pause(by=request.user, on=act == "pause")
        messages.success(
            request,
            "Paused. We ask nothing of you until you go on."
            if act == "pause"
            else "You go on with your application.",
        )
        return redirect(self.application)


# --- equality monitoring, survey ------------------------------------------------------------------
class ApplicationOwnMixin(ApplicationMixin):
    """For the candidate alone: nobody answers these for another."""

    def dispatch(self, request, *args, **kwargs):
        if not self.is_mine:
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


class Monitoring(ApplicationOwnMixin, PageFormView):
    form_class = MonitoringForm
    template_name = "recruitment/applications/monitoring.html"
    page_title = "Equality questions"
    button = "Send these answers"

    def dispatch(self, request, *args, **kwargs):
        asked = settings.MONITORING_PUBLIC_KEY and self.application.open_to("answer_monitoring")
        if self.is_mine and not asked:
            return redirect(self.application)
        return super().dispatch(request, *args, **kwargs)

    def save(self, form):
        if self.application.vacancy.tallied_at or not Ticket.post(
            self.application, form.cleaned_data
        ):
            self.done_message = "We have your answers already."
        else:
            self.done_message = "Thank you."


class Survey(ApplicationOwnMixin, PageFormView):
    form_class = SurveyForm
    page_title = "How was it to apply here?"
    intro = (
        "Your answers are added to counts at once and not kept. They cannot affect you, and we "
        "never show what fewer than eight people said."
    )
    button = "Send my answers"
    done_message = "Thank you. It helps us to do it better."

    def dispatch(self, request, *args, **kwargs):
        if self.is_mine and not self.application.may(request.user, "answer_survey"):
            return redirect(self.application)
        return super().dispatch(request, *args, **kwargs)

    def save(self, form):
        SurveyCount.give(self.application, form.cleaned_data)
