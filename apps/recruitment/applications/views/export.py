"""A file of a vacancy's applications, for the trust's own systems."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404

from apps.core.clock import LONDON
from apps.core.exports import csv_response
from apps.core.models import record
from apps.core.views import asks_again

from ...vacancies.models.vacancy import Vacancy
from ..models.application import Application, deals_with_all

CHUNK = 200


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


@asks_again
def applications_csv(request, reference):
    """Everybody who applied, for the trust's systems: Human Resources alone, and audited.

    Neither adjustments nor the guarantee are in it.
    """
    vacancy = get_object_or_404(Vacancy.objects.visible_to(request.user), reference=reference)
    rows = Application.objects.visible_to(request.user).filter(
        vacancy=vacancy, submitted_at__isnull=False
    )
    if not deals_with_all(request.user, vacancy):
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
