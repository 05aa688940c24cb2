"""Applications as Human Resources sees them, and what is reported of all of them together."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.views.generic import ListView, TemplateView

from apps.accounts.confidence import LimitsFirstToReadMixin
from apps.core.disclosure import suppressed, total
from apps.core.exceptions import NotYet
from apps.core.exports import csv_response
from apps.core.models import record
from apps.core.views import Confidential, PageFormView, Recorded

from ...vacancies.views.vacancies import VacancyMixin
from ..forms import ApplicationFilterForm, TypeInForm
from ..models.application import Application, deals_with_all
from ..models.monitoring import BANDS, QUESTIONS, Count, Stage, choices
from ..models.survey import ANSWERS, STATEMENTS, SurveyCount

PAGE = 25


class HandleMixin(VacancyMixin):
    """For those who deal with the applications of a vacancy: never for who judges it, or did."""

    def dispatch(self, request, *args, **kwargs):
        if not deals_with_all(request.user, self.vacancy):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


class Applications(HandleMixin, ListView):
    """Everybody who applied for one vacancy."""

    template_name = "recruitment/applications/applications.html"
    paginate_by = PAGE

    @cached_property
    def form(self):
        return ApplicationFilterForm(self.request.GET)

    def get_queryset(self):
        rows = Application.objects.visible_to(self.request.user).filter(vacancy=self.vacancy)
        if state := self.form.wanted():
            rows = rows.filter(state=state)
        return rows.order_by("full_name", "pk")

    def get(self, request, *args, **kwargs):
        record("list_applications", self.vacancy, by=request.user)
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        return super().get_context_data(page_title="Applications", filters=self.form, **kwargs)


class TypeIn(HandleMixin, PageFormView):
    """Begin an application for somebody who tells it another way."""

    form_class = TypeInForm
    page_title = "Type in an application for somebody"
    intro = (
        "For people who apply by telephone, on paper, as a recording, or with somebody who types. "
        "Use their own words. The application says that it was typed in."
    )
    button = "Begin"

    def get_success_url(self):
        if hasattr(self, "made"):
            return self.made.get_absolute_url()
        return self.vacancy.get_absolute_url()

    def save(self, form):
        try:
            self.made = Application.type_in(self.vacancy, by=self.request.user, **form.cleaned_data)
        except NotYet as refusal:
            form.add_error("email", str(refusal))
            return self.form_invalid(form)
        return None


class AdjustmentsAsked(Confidential, LimitsFirstToReadMixin, Recorded, TemplateView):
    """What one candidate needs, for the one person who arranges it. Each look is recorded."""

    template_name = "recruitment/applications/adjustments_asked.html"

    def is_of_others(self):
        return Application.objects.to_arrange(self.request.user).filter(**self.kwargs).exists()

    @cached_property
    def application(self):
        rows = Application.objects.to_arrange(self.request.user).select_related("vacancy")
        found = get_object_or_404(rows, reference=self.kwargs["reference"])
        if not self.request.user.has_perm("recruitment.arrange_adjustments", found):
            raise PermissionDenied
        return found

    def note_reading(self):
        record("read_adjustments", self.application, by=self.request.user)

    def get_context_data(self, **kwargs):
        return super().get_context_data(application=self.application, **kwargs)


class ToArrange(LimitsFirstToReadMixin, ListView):
    """Everybody whose adjustments this person arranges."""

    template_name = "recruitment/applications/to_arrange.html"
    paginate_by = PAGE

    def get_queryset(self):
        rows = Application.objects.to_arrange(self.request.user).in_play()
        return rows.select_related("vacancy").order_by("vacancy__closes_at", "pk")


# --- reports --------------------------------------------------------------------------------------
class ReportMixin:
    """For Equality and Human Rights and for Human Resources."""

    def dispatch(self, request, *args, **kwargs):
        if not request.user.has_perm("recruitment.read_monitoring"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


def report(year, bands):
    """[(question, [(stage, [number or None, …], sum)], answers)], one characteristic at a time."""
    rows = Count.objects.filter(year=year)
    if bands:
        rows = rows.filter(bands=bands)
    counts = {}
    for row in rows:
        place = (row.characteristic, row.stage, row.value)
        counts[place] = counts.get(place, 0) + row.number
    tables = []
    for key, (question, _) in QUESTIONS.items():
        answers = choices(key)
        lines = []
        for stage in Stage:
            numbers = [counts.get((key, stage, value), 0) for value, _ in answers]
            lines.append((stage.label, suppressed(numbers), total(numbers)))
        tables.append((question, [label for _, label in answers], lines))
    return tables


class Equality(ReportMixin, TemplateView):
    """Who applied, was shortlisted and was appointed, by year: small numbers hidden."""

    template_name = "recruitment/applications/equality.html"

    def get_context_data(self, **kwargs):
        years = list(Count.objects.order_by("-year").values_list("year", flat=True).distinct())
        given = self.request.GET.get("year", "")
        year = next((one for one in years if str(one) == given), (years or [None])[0])
        bands = self.request.GET.get("bands", "")
        groups = list(dict.fromkeys(BANDS.values()))
        bands = bands if bands in groups else ""
        return super().get_context_data(
            years=years,
            year=year,
            bands=bands,
            groups=groups,
            tables=report(year, bands) if year else [],
            **kwargs,
        )


def equality_csv(request):
    """The same figures as a spreadsheet; what is hidden on the page is hidden here."""
    if not request.user.has_perm("recruitment.read_monitoring"):
        raise PermissionDenied

    def lines():
        years = Count.objects.order_by("year").values_list("year", flat=True).distinct()
        for year in years:
            for question, answers, stages in report(year, ""):
                for stage, numbers, _ in stages:
                    for answer, number in zip(answers, numbers, strict=True):
                        yield [
                            year,
                            question,
                            stage,
                            answer,
                            "hidden" if number is None else number,
                        ]

    return csv_response("equality.csv", ["Year", "Question", "Stage", "Answer", "People"], lines())


class Experience(ReportMixin, TemplateView):
    """What candidates said of applying here, by year: small numbers hidden."""

    template_name = "recruitment/applications/experience.html"

    def get_context_data(self, **kwargs):
        years = SurveyCount.objects.values_list("year", flat=True).order_by("-year").distinct()
        counts = {
            (row.year, row.statement, row.answer): row.number for row in SurveyCount.objects.all()
        }
        tables = [
            (
                year,
                [
                    (
                        statement,
                        suppressed([counts.get((year, key, answer), 0) for answer, _ in ANSWERS]),
                    )
                    for key, statement in STATEMENTS.items()
                ],
            )
            for year in years
        ]
        return super().get_context_data(
            tables=tables, answers=[label for _, label in ANSWERS], **kwargs
        )
