"""What is late in the programme, on the home page of those who look after it."""

from apps.core import clock
from apps.core.compiled import Kept
from apps.core.places import is_known
from apps.core.sections import Section, section
from apps.groups.programme import sees_every_group
from apps.taskgroups.models.output import Output

from .board import UNFINISHED

SHOWN = 5
on_steering = is_known("on_steering")


def _overdue(user):
    overdue = Output.objects.filter(state__in=UNFINISHED, due__lt=clock.today())
    return overdue.select_related("group").order_by("due", "pk")


_late = Kept(_overdue, SHOWN + 1)


@section("home", order=30)
def late(user, waiting):
    """Outputs whose day has passed, the longest first, for the steering group and the office."""
    if not (on_steering(user) or sees_every_group(user)):
        return None
    found = list(_late.rows(user))
    content = {"outputs": found[:SHOWN], "more": len(found) > SHOWN}
    return Section("steering/home_section.html", content)
