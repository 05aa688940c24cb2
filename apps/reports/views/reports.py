"""The report of a year: the list, its page and files, writing it, its versions."""

from functools import lru_cache

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.views.generic import ListView, TemplateView

from apps.core.differences import texts_of
from apps.core.models import AuditEntry
from apps.core.pdf import pdf_response
from apps.core.views import PAGE, PageFormView
from apps.insight.figures import Standard
from apps.insight.shown import Same
from apps.insight.views import table_file
from apps.meetings.models.about import COUNTS

from .. import taking
from ..forms import SentencesForm, YearForm
from ..models.report import AnnualReport, digest_of, read_by
from ..roles import may_begin, prepares_reports, the_steering_group_for
from .writing import VersionsView, WriteView

RELATED = ("group", "signed__words")


@method_decorator(login_not_required, name="dispatch")
class Reports(ListView):
    """Reports that are public; and for those who prepare or decide them, the others."""

    template_name = "reports/list.html"
    paginate_by = PAGE

    def get_queryset(self):
        return AnnualReport.objects.visible_to(self.request.user)

    def get_context_data(self, **kwargs):
        user = self.request.user
        may = user.is_authenticated and may_begin(user)
        return super().get_context_data(may_begin=may, prepares=prepares_reports(user), **kwargs)


class ReportMixin:
    """One report, found by its address."""

    @cached_property
    def seen(self):
        """Those that this person sees: of which one is shown, and whether a later one is."""
        return read_by(self.request.user)

    @cached_property
    def found(self):
        asked = self.kwargs["year"], self.kwargs["number"]
        key = next((key for key, *names, _ in self.seen if tuple(names) == asked), None)
        return key and AnnualReport.objects.select_related(*RELATED).get(pk=key)

    @property
    def report(self):
        if self.found is None:
            raise Http404
        return self.found

    def get_context_data(self, **kwargs):
        return super().get_context_data(report=self.report, **kwargs)


HEADINGS = (
    ("introduction", "Introduction"),
    *((standard.value, standard.label) for standard in Standard),
    ("next_year", "What we change next year"),
)
LINKS = (
    *((f"{name}-heading", heading) for name, heading in HEADINGS),
    ("made-heading", "How this report was made"),
)


def parts(report):
    """[(name, heading, words, signed text, tables)] in the order in which a report is read."""
    words, content = texts_of(report.words), report.content
    tables = [taking.as_table(one) for one in content["tables"]]
    texts = {one["kind"]: one for one in content["texts"]}
    return [
        (
            name,
            heading,
            words[name],
            texts.get(name),
            [one for one in tables if one.standard == name],
        )
        for name, heading in HEADINGS
    ]


@lru_cache(maxsize=32)
def _drawn(digest, here, same):
    """The sections as HTML, once for the same words and figures."""
    report, same.thing = same.thing, None  # what is kept is the page, not what it is made of
    return render_to_string(
        "reports/body.html", {"parts": parts(report), "here": here, "query": ""}
    )


class ReportPage(ReportMixin, TemplateView):
    """The report, for whoever may read it as it stands."""

    template_name = "reports/report.html"

    def get_context_data(self, **kwargs):
        report, user = self.report, self.request.user
        signed_in = user.is_authenticated
        if signed_in:
            report.read_once("scope", lambda: the_steering_group_for(user))
        taken = report.decisions().filter(state__in=COUNTS)
        decision = taken.select_related("meeting__group").first()
        later = (
            AnnualReport(year=year, number=number, state=state)
            for _, year, number, state in self.seen
            if year == report.year and number > report.number
        )
        digest = digest_of(texts_of(report.words), report.content)
        return super().get_context_data(
            digest=digest,
            links=LINKS,
            as_of=taking.as_of(report.content),
            whole=report.signed is None or report.signed.fits(digest),
            decided_on=decision and decision.meeting.starts_at,
            newer=next(later, None),
            moves=report.moves_for(user) if signed_in else {},
            way=report.way_to_a_decision(user) if signed_in else [],
            may_write=signed_in and report.may(user, "write"),
            reads_saves=prepares_reports(user),
            refusals=report.refusals_for(user) if signed_in else [],
            **kwargs,
        )


class Drawn:
    """For a page: its sections are drawn once."""

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        report = self.report
        here = report.get_absolute_url()
        context["body"] = _drawn(context["digest"], here, Same(report))
        return context


def gone(request, report):
    """What was public says so where it stood, and why it is there no more."""
    year = AnnualReport.objects.filter(year=report.year)
    last = report if not report.was_corrected else year.taken_back().first()
    actions = ("withdraw", "fall_back", "fall")
    since = AuditEntry.objects.about(last).filter(action__in=actions).first()
    context = {
        "year": report.period.words,
        "number": report.number,
        "why": last.why_gone,
        "since": since and since.at,
        "standing": year.public().first(),
    }
    return render(request, "reports/gone.html", context, status=410)


class PublicMixin(ReportMixin):
    """A page of one report that people may have read."""

    def dispatch(self, request, *args, **kwargs):
        if self.found is None:
            were = AnnualReport.objects.filter(published_at__isnull=False)
            was = get_object_or_404(were, year=kwargs["year"], number=kwargs["number"])
            return gone(request, was)
        return super().dispatch(request, *args, **kwargs)


public = method_decorator(login_not_required, name="dispatch")


@public
class ReportDetail(PublicMixin, Drawn, ReportPage):
    pass


@public
class ReportOfYear(Drawn, ReportPage):
    """The public report of a year, at an address that stays; or why there is none any more."""

    @cached_property
    def report(self):
        return AnnualReport.objects.public().select_related(*RELATED).get(year=self.kwargs["year"])

    def get(self, request, *args, **kwargs):
        year = kwargs["year"]
        if AnnualReport.objects.public().filter(year=year).exists():
            return super().get(request, *args, **kwargs)
        return gone(request, get_object_or_404(AnnualReport.objects.taken_back(), year=year))


@public
class ReportPdf(PublicMixin, ReportPage):
    """The report as an accessible PDF."""

    def get(self, request, *args, **kwargs):
        report = self.report
        return pdf_response(
            request,
            "reports/report_pdf.html",
            self.get_context_data(parts=parts(report)),
            filename=f"co-production-{report.year}-{report.year + 1}.pdf",
            instead=report.get_absolute_url(),
        )


@public
class ReportFile(PublicMixin, TemplateView):
    """One table of it as a file."""

    def get(self, request, *args, **kwargs):
        data = (one for one in self.report.content["tables"] if one["key"] == kwargs["figure"])
        found = next(data, None)
        if found is None:
            raise Http404
        made = taking.as_table(found)
        return table_file(made, f"{self.report.year}-{made.key}", kwargs["kind"])


# --- writing --------------------------------------------------------------------------------------
class BeginReport(PageFormView):
    """Begin the report of a year, or the correction of a published one."""

    form_class = YearForm
    page_title = "Begin a report"
    intro = (
        "It begins with what the figures say, section by section. Where the report of that year is "
        "public already, this is its correction: it begins with the same words."
    )
    button = "Begin"

    def dispatch(self, request, *args, **kwargs):
        if not may_begin(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def save(self, form):
        self.object = AnnualReport.begin(form.cleaned_data["year"], by=self.request.user)

    def get_success_url(self):
        return self.object.get_absolute_url()


class WriteReport(ReportMixin, WriteView):
    form_class = SentencesForm
    free_writing = True

    def dispatch(self, request, *args, **kwargs):
        if not self.report.permits(request.user, "write"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @property
    def thing(self):
        return self.report

    @property
    def words(self):
        return self.report.words_now

    def get_context_data(self, **kwargs):
        return super().get_context_data(what="report", **kwargs)


class ReportVersions(ReportMixin, VersionsView):
    def dispatch(self, request, *args, **kwargs):
        if not (self.report and prepares_reports(request.user)):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @property
    def thing(self):
        return self.report
