"""What decisions add to *What needs you*."""

from apps.accounts.models.sides import side_then
from apps.core.needs import Need, holding, needs_you
from apps.groups.models import WorkingGroup

from .models import RegisterChange


def _waiting(user):
    leading = WorkingGroup.objects.answered_for(user)
    waiting = RegisterChange.objects.waiting().filter(decision__meeting__group__in=leading)
    rows = waiting.exclude(by=user).alias(then=side_then("by", "at"))
    return rows.exclude(then=user.constituency).select_related("decision__meeting__group")


@needs_you(_waiting, may=holding(WorkingGroup, "lead_workinggroup"), kind="Decision")
def changes(waiting, user):
    """What another asked to have said of a decision."""
    for change in waiting:
        if not change.permits(user, "confirm"):
            continue  # a closed group that has its own co-leads still
        yield Need(
            "Say whether the register is right",
            change.get_absolute_url(),
            thing=change.decision.reference,
            since=change.at,
            detail=change.decision.meeting.group.name,
        )
