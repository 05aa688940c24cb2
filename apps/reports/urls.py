"""Addresses of signed texts, reports and public figures."""

from django.urls import path, register_converter

from apps.core.views import MoveView

from .models import AnnualReport, PublicFigures, SharedText
from .views import public, reports, texts


class Year:
    """A financial year: *2025-26*."""

    regex = r"20\d\d-\d\d"

    def to_python(self, value):
        year, after = int(value[:4]), int(value[5:])
        if after != (year + 1) % 100:
            raise ValueError
        return year

    def to_url(self, year):
        return f"{year}-{(year + 1) % 100:02}"


register_converter(Year, "year")

text = "groups/<slug:slug>/texts/<slug:kind>/"
one = "reports/<year:year>/<int:number>"

urlpatterns = [
    path(f"{text}begin/", texts.begin_text, name="shared_text_begin"),
    path(f"{text}<int:number>/", texts.TextDetail.as_view(), name="shared_text"),
    path(f"{text}<int:number>/edit/", texts.WriteText.as_view(), name="shared_text_edit"),
    path(
        f"{text}<int:number>/versions/", texts.TextVersions.as_view(), name="shared_text_versions"
    ),
    path(
        "groups/<slug:group__slug>/texts/<slug:kind>/<int:number>/move/<slug:name>/",
        MoveView.as_view(model=SharedText),
        name="shared_text_move",
    ),
    path("reports/", reports.Reports.as_view(), name="reports"),
    path("reports/begin/", reports.BeginReport.as_view(), name="report_begin"),
    path("reports/figures/", public.Lists.as_view(), name="public_figures_lists"),
    path("reports/figures/propose/", public.Propose.as_view(), name="public_figures_propose"),
    path("reports/figures/<int:number>/", public.ListDetail.as_view(), name="public_figures_list"),
    path(
        "reports/figures/<int:number>/off/<slug:key>/",
        public.TakeOff.as_view(),
        name="public_figures_off",
    ),
    path(
        "reports/figures/<int:number>/move/<slug:name>/",
        MoveView.as_view(model=PublicFigures),
        name="public_figures_move",
    ),
    path("reports/<year:year>/", reports.ReportOfYear.as_view(), name="report_of_year"),
    path(f"{one}/", reports.ReportDetail.as_view(), name="report"),
    path(f"{one}.pdf", reports.ReportPdf.as_view(), name="report_pdf"),
    path(f"{one}/edit/", reports.WriteReport.as_view(), name="report_edit"),
    path(f"{one}/versions/", reports.ReportVersions.as_view(), name="report_versions"),
    path(
        f"{one}/move/<slug:name>/", MoveView.as_view(model=AnnualReport), name="annual_report_move"
    ),
    path(f"{one}/<slug:figure>.<table:kind>", reports.ReportFile.as_view(), name="report_file"),
    path("about/figures/", public.PublicPage.as_view(), name="public_figures"),
    path(
        "about/figures/<slug:figure>.<table:kind>",
        public.PublicFile.as_view(),
        name="public_figures_file",
    ),
]
