"""By the clock: figures change though nobody wrote."""

from celery import shared_task
from django.db.models import Exists

from apps.core.models import FirstPress

from .models import AnnualReport


@shared_task
def follow_figures():
    """After all was counted in the night: who signed a draft of other figures hears so."""
    pressed = FirstPress.objects.of(AnnualReport, "sign").waiting()
    drafts = AnnualReport.objects.filter(Exists(pressed), state=AnnualReport.State.DRAFTING)
    for report in drafts:
        report.follow_figures()
