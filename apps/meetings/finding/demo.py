"""A time that is looked for, in the demonstration: half of the group has answered."""

from datetime import time, timedelta

from apps.core.dates import midnight_of, wall_clock
from apps.notifications.silence import silence

from .models import Finding

WHEN = ((24, time(10)), (25, time(14)), (27, time(14)), (31, time(9, 30)))  # days from today
CLOSES = 8
ANSWERS = (
    ("yes", "yes", "no", "maybe"),
    ("yes", "no", "yes", "no"),
    ("maybe", "yes", "no", "no"),
    ("yes", "no", "no", "yes"),
    ("yes", "maybe", "yes", "no"),
)


def load(world):
    group, by = world.groups["role-design"], world.person["peercolead"]
    starts = [wall_clock(world.today + timedelta(days=days), at) for days, at in WHEN]
    with silence():
        finding = Finding.propose(
            group,
            [(at, at + timedelta(hours=2)) for at in starts],
            by=by,
            title="A day to plan the year",
            purpose="What do we want to have made by next summer, and who takes part in what?",
            closes_at=midnight_of(world.today + timedelta(days=CLOSES)),
        )
        keys = [one.pk for one in finding.times.all()]
        people = finding.asked().exclude(email__in=[one.email for one in _waiting(world)])
        for person, said in zip(people.order_by("pk"), ANSWERS, strict=False):
            finding.answer(person, dict(zip(keys, said, strict=True)))


def _waiting(world):
    """Who has it among what needs them."""
    return [world.person["peer"], world.person["peercolead"]]
