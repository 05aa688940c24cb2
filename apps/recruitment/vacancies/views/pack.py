"""A vacancy on paper."""

from django.urls import reverse
from django.views.generic import TemplateView

from apps.core import clock
from apps.core.pdf import pdf_response
from apps.core.views import PermissionMixin

from ..promises import Promises
from .vacancies import VacancyMixin


class VacancyPaper(VacancyMixin, PermissionMixin, TemplateView):
    """Everything about how a vacancy was prepared and run; nothing about a candidate."""

    perm = "recruitment.prepare_vacancy"
    template_name = "recruitment/vacancies/paper.html"

    def get_context_data(self, **kwargs):
        vacancy = self.vacancy
        return super().get_context_data(
            criteria=list(vacancy.criteria.all()),
            panel=list(vacancy.panel.select_related("user")),
            approvals=list(vacancy.approvals.select_related("authoriser", "answered_by")),
            readiness=list(vacancy.readiness.select_related("manager", "peer_lead")),
            advice=list(vacancy.advice.all()),
            edits=list(vacancy.edits.select_related("by")),
            promises=Promises.of(vacancy),
            now=clock.now(),
            **kwargs,
        )


class Pack(VacancyPaper):
    """The same as an accessible PDF."""

    def render_to_response(self, context, **kwargs):
        return pdf_response(
            self.request,
            "recruitment/vacancies/pack_pdf.html",
            context,
            filename=f"vacancy-{self.vacancy.reference}.pdf",
            instead=reverse("vacancy_paper", args=[self.vacancy.reference]),
        )
