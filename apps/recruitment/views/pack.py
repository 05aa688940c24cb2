"""A vacancy on paper, and a file of its applications for the trust's own systems."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.generic import TemplateView

from apps.core import clock
from apps.core.dates import LONDON
from apps.core.exports import csv_response
from apps.core.models import record
from apps.core.pdf import pdf_response
from apps.core.views import PermissionMixin

from ..models import Application, Vacancy
from ..promises import Promises
from .vacancies import VacancyMixin

CHUNK = 200


class Paper(VacancyMixin, PermissionMixin, TemplateView):
    """Everything about how a vacancy was prepared and run; nothing about a candidate."""

    perm = "recruitment.prepare_vacancy"
    template_name = "recruitment/preparing/paper.html"

    def get_context_data(self, **kwargs):
        vacancy = self.vacancy
        return super().get_context_data(
            criteria=list(vacancy.criteria.all()),
            panel=list(vacancy.panel.select_related("user")),
            approvals=list(vacancy.approvals.select_related("authoriser")),
            readiness=list(vacancy.readiness.select_related("manager", "peer_lead")),
            advice=list(vacancy.advice.all()),
            edits=list(vacancy.edits.select_related("by")),
            promises=Promises.of(vacancy),
            now=clock.now(),
            **kwargs,
        )


class Pack(Paper):
    """The same as an accessible PDF."""

    def render_to_response(self, context, **kwargs):
        return pdf_response(
            self.request,
            "recruitment/preparing/pack_pdf.html",
            context,
            filename=f"vacancy-{self.vacancy.reference}.pdf",
            instead=reverse("vacancy_paper", args=[self.vacancy.reference]),
        )


HEADER = [
    "Application",
    "Name",
    "E-mail",
    "Telephone",
    "Address",
    "Where it stands",
    "Sent",
    "Right to work declared",
    "Typed in by Human Resources",
]


def applications_csv(request, reference):
    """Everybody who applied, for the trust's systems: Human Resources alone, and audited.

    Neither adjustments nor the guarantee are in it.
    """
    vacancy = get_object_or_404(Vacancy.objects.visible_to(request.user), reference=reference)
    rows = Application.objects.visible_to(request.user).filter(
        vacancy=vacancy, submitted_at__isnull=False
    )
    if not request.user.has_perm("recruitment.handle_application", Application(vacancy=vacancy)):
        raise PermissionDenied
    record("export_applications", vacancy, by=request.user)

    def lines():
        for one in rows.order_by("pk").iterator(chunk_size=CHUNK):
            yield [
                one.reference,
                one.full_name,
                one.email,
                one.phone,
                one.address,
                one.get_state_display(),
                one.submitted_at.astimezone(LONDON).isoformat(),
                "yes" if one.right_to_work else "no",
                "yes" if one.typed_by_id else "no",
            ]

    return csv_response(f"applications-{reference}.csv", HEADER, lines())
