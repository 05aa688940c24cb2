"""Training cohorts: planned, joined, attended, completed."""

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.views.generic import ListView, TemplateView

from apps.core import clock
from apps.core.exceptions import Conflict
from apps.core.sections import sections_of
from apps.core.views import MoveView, PageFormView
from apps.groups.views import FindPersonMixin

from ..vacancies.models.vacancy import Vacancy
from .forms import CohortAttendanceForm, CohortForm
from .models import Enrolment, SessionAttendance, TrainingCohort

PAGE = 25


class Cohorts(ListView):
    template_name = "recruitment/training/cohorts.html"
    paginate_by = PAGE

    def get_queryset(self):
        rows = TrainingCohort.objects.visible_to(self.request.user)
        return rows.annotate(people=Count("enrolments")).order_by("-starts_at", "-pk")

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            runs=self.request.user.has_perm("recruitment.run_training"), **kwargs
        )


class CohortRunMixin:
    """For those who run training."""

    def dispatch(self, request, *args, **kwargs):
        if "pk" in kwargs:
            self.cohort  # noqa: B018 - 404 comes before 403
        if not request.user.has_perm("recruitment.run_training"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


class CohortMixin:
    @cached_property
    def cohort(self):
        rows = TrainingCohort.objects.visible_to(self.request.user)
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    def get_success_url(self):
        return self.cohort.get_absolute_url()

    def get_context_data(self, **kwargs):
        return super().get_context_data(cohort=self.cohort, caption=self.cohort.name, **kwargs)


class PlanCohort(CohortRunMixin, PageFormView):
    form_class = CohortForm
    page_title = "Plan a training cohort"
    intro = "Twelve sessions, one a week at the same time."
    button = "Plan it"
    done_message = "Planned. Now enrol people, and name a mentor for each."

    def get_success_url(self):
        return self.cohort.get_absolute_url()

    def save(self, form):
        self.cohort = TrainingCohort.plan(by=self.request.user, **form.values())


class CohortPage(CohortMixin, TemplateView):
    """Sessions, people and figures; whoever takes part sees the sessions and their own line."""

    template_name = "recruitment/training/cohort.html"

    def get_context_data(self, **kwargs):
        user, cohort = self.request.user, self.cohort
        runs = user.has_perm("recruitment.run_training")
        people = cohort.enrolments.select_related("user", "mentor").annotate(
            came=Count("attendances", filter=Q(attendances__attended=True))
        )
        if not runs:
            people = people.filter(Q(user=user) | Q(mentor=user))
        people = list(people)
        for one in people:
            one.cohort = cohort
            one.shown_moves = one.moves_for(user)
        sessions = list(cohort.sessions.all())
        for session in sessions:
            session.cohort = cohort
        return super().get_context_data(
            sessions=sessions,
            people=people,
            runs=runs,
            now=clock.now(),
            recorded=sum(session.recorded_at is not None for session in sessions),
            moves=cohort.moves_for(user),
            open_posts=Vacancy.objects.advertised().count(),
            sections=sections_of("cohort", user, cohort),
            **kwargs,
        )


class CohortMove(CohortMixin, MoveView):
    model = TrainingCohort


class Enrol(CohortMixin, CohortRunMixin, FindPersonMixin, PageFormView):
    page_title = "Enrol somebody"
    button = "Enrol"

    def save(self, form):
        try:
            made = Enrolment.add(self.cohort, form.cleaned_data["user"], by=self.request.user)
        except Conflict as refusal:  # a choice that does not fit
            form.add_error("user", str(refusal))
            return self.form_invalid(form)
        self.done_message = f"{made.name} is enrolled. Name a mentor for them."
        return None


class EnrolmentMixin:
    @cached_property
    def enrolment(self):
        rows = self.cohort.enrolments.select_related("user", "cohort")
        return get_object_or_404(rows, pk=self.kwargs["enrolment"])


class Mentor(EnrolmentMixin, CohortMixin, CohortRunMixin, FindPersonMixin, PageFormView):
    button = "Name as mentor"

    def get_page_title(self):
        return f"Who is the mentor of {self.enrolment.name}?"

    def save(self, form):
        self.enrolment.name_mentor(form.cleaned_data["user"], by=self.request.user)
        self.done_message = "Named."


class EnrolmentMove(MoveView):
    model = Enrolment


class CohortAttendance(CohortMixin, CohortRunMixin, PageFormView):
    form_class = CohortAttendanceForm
    button = "Save who came"
    done_message = "Saved."

    @cached_property
    def session(self):
        found = get_object_or_404(self.cohort.sessions, number=self.kwargs["number"])
        found.cohort = self.cohort
        return found

    def get_page_title(self):
        return f"Who came to session {self.session.number}?"

    def get_form_kwargs(self):
        people = self.cohort.enrolments.select_related("user").exclude(
            state=Enrolment.State.LEFT, ended_on__lt=clock.date_of(self.session.starts_at)
        )
        return super().get_form_kwargs() | {"enrolments": people}

    def get_initial(self):
        came = SessionAttendance.objects.filter(session=self.session, attended=True)
        return {"present": list(came.values_list("enrolment_id", flat=True))}

    def save(self, form):
        self.session.record_attendance(form.cleaned_data["present"], by=self.request.user)
