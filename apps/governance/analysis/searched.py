"""What came of a consultation, once it is published."""

from django.urls import reverse

from apps.core.searching import Told, searched, unsearched

from ..consultations.models.consultation import Consultation
from .models import Analysis, Coding, Reading, Theme

PUBLISHED = Consultation.State.PUBLISHED


@searched(
    "outcome",
    "Answers to consultations",
    Analysis,
    texts=("summary",),
    rows=lambda user: Analysis.objects.filter(
        consultation__in=Consultation.objects.visible_to(user).filter(state=PUBLISHED)
    ),
    parts=((Theme, "analysis"),),
    of={"consultation": ("title", "state", "group")},
    read=("consultation",),
    prefetch=("themes",),
)
def outcome(analysis):
    """*You said, we did*; before it is published, only those who write it read it."""
    if analysis.consultation.state != PUBLISHED:
        return None
    said = [f"{theme.title} {theme.because}" for theme in analysis.themes.all()]
    return Told(
        title=f"What came of {analysis.consultation.title}",
        body=[analysis.summary, *said],
        group=analysis.consultation.group_id,
        on=analysis.published_at,
        url=reverse("consultation_outcome", args=[analysis.consultation_id]),
    )


unsearched("Who read which answer as what is the coders' work.", Reading, Coding)
