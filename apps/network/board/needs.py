"""What the noticeboard bring to *What needs you*."""

from django.urls import reverse

from apps.core.needs import Need, holding, needs_you
from apps.groups.models import WorkingGroup

from .models import PostReport


def _reported(user):
    return PostReport.objects.visible_to(user).filter(state=PostReport.State.OPEN)


@needs_you(_reported, may=holding(WorkingGroup, "lead_workinggroup"), kind="Noticeboard")
def reports(reported, user):
    """Posts that somebody reported, for the co-leads."""
    for report in reported:
        yield Need(
            "Look at a post that somebody reported",
            reverse("post_reports"),
            since=report.created_at,
        )
