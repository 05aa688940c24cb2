"""What experience brings to *What needs you*."""

from apps.core import clock
from apps.core.dates import day
from apps.core.needs import DISCREET, Need, holding, needs_you
from apps.core.plain import known
from apps.groups.models import WorkingGroup

from .models.batch import Batch
from .models.round import Asked


def _open(user):
    mine = Asked.objects.filter(user=user, answered=False, round__closes_at__gt=clock.now())
    rows = mine.filter(round__answered=None).order_by("round__closes_at", "pk")
    return rows.select_related("round__group", "round__meeting")


@needs_you(
    _open, may=known("in_groups", "is_deputy"), kind="Question", put_off=True, deadline=DISCREET
)
def questions(asked, user):
    """Rounds that ask this person. What is over is not there, so nothing is ever late."""
    for one in asked:
        yield Need(
            "Say how it was to work together",
            one.round.get_absolute_url(),
            thing=one.round.group.name,
            due=one.round.closes_at,
            detail=one.round.what,
        )


def _heard(user):
    return Batch.objects.to_tell_back(user).order_by("heard_on", "pk").select_related("group")


@needs_you(_heard, may=holding(WorkingGroup, "lead_workinggroup"), kind="Answers")
def to_tell_back(batches, user):
    """What a group said, for its co-leads."""
    for one in batches:
        yield Need(
            "Tell the group what you heard and what you change",
            one.get_absolute_url(),
            thing=one.group.name,
            since=one.heard_on,
            detail=f"Answers of {day(one.heard_on)}",
        )
