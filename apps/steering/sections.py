"""What is late in the programme, on the home page of those who look after it."""

from datetime import date

from apps.core import clock
from apps.core.needs import BESIDE
from apps.core.places import is_known
from apps.core.plain import Plain
from apps.core.sections import Section, section
from apps.groups.models import WorkingGroup
from apps.groups.programme import sees_every_group
from apps.taskgroups.models.output import Output

from .board import UNFINISHED

SHOWN = 5
on_steering = is_known("on_steering")


def _overdue(user):
    overdue = Output.objects.filter(state__in=UNFINISHED, due__lt=clock.today())
    return overdue.order_by("due", "pk")


LATE = BESIDE.add(
    Plain(
        "late_outputs",
        _overdue,
        {"due": date.fromisoformat, "pk": int, "title": str, "state": str, "group__name": str},
        may=lambda user: on_steering(user) or sees_every_group(user),
        at_most=SHOWN + 1,
    )
)


@section("home", order=30)
def late(user, waiting):
    """Outputs whose day has passed, the longest first, for the steering group and the office."""
    rows = waiting.rows(LATE)
    if rows is None:
        return None
    found = [
        Output(pk=pk, title=title, state=state, due=due, group=WorkingGroup(name=group))
        for due, pk, title, state, group in sorted(rows)
    ]
    content = {"outputs": found[:SHOWN], "more": len(found) > SHOWN}
    return Section("steering/home_section.html", content)
