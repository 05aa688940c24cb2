"""What the steering group decides on here: rates that the programme office proposes."""

from apps.groups.models import WorkingGroup
from apps.meetings.decided import DECIDABLE, Decidable

from .models import Rate


def rates_for(group):
    """Those that are proposed, for the steering group; for other groups none."""
    is_steering = group.kind == WorkingGroup.Kind.STEERING
    return Rate.objects.proposed() if is_steering else Rate.objects.none()


DECIDABLE.add(
    Decidable(
        Rate,
        rows=rates_for,
        move="set",
        taken=lambda rate, by: rate.become_set(by=by),
        fell=lambda rate, by: rate.lose_decision(by=by),
        again=lambda rate: rate.decision_fell,
        follows="The rate is set, from its day or from tomorrow on. One that is below the legal "
        "minimum for workers waits until a decision on status is recorded.",
    )
)
