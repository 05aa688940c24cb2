"""How many have responded, and what they chose, for those who run a consultation."""

from django.views.generic import TemplateView

from apps.core.disclosure import LEAST

from .. import figures
from .drafting import ConsultationRunMixin


class Figures(ConsultationRunMixin, TemplateView):
    """Live for who has responded; what they answered as ``Response.objects.readable`` says."""

    template_name = "governance/consultations/figures.html"

    def get_context_data(self, **kwargs):
        consultation = self.consultation
        sides, everybody = figures.taking_part(consultation)
        ways, all_ways = figures.channels(consultation)
        total, charts = figures.charts(consultation, self.outline)
        return super().get_context_data(
            sides=[*sides, everybody],
            ways=[*ways, all_ways],
            total=total,
            charts=charts,
            least=LEAST,
            **kwargs,
        )
