"""Who should know of meetings to come: ``Meeting.invited`` for all of them in two queries."""

from django.db.models import F, Q
from django.db.models.functions import TruncDate

from apps.accounts.models.people import Constituency
from apps.groups.models import Membership
from apps.notifications.ahead import AHEAD, Ahead

from .events import ENDS, TELLS
from .models.meeting import Meeting
from .models.people import Attendance


def _invited(keys):
    meetings = Meeting.objects.filter(pk__in=keys)
    own = Q(group__meetings__kind=Meeting.Kind.MEETING)
    own |= Q(user__constituency=Constituency.LIVED_EXPERIENCE)
    members = (
        Membership.objects.filter(own, group__meetings__in=meetings, user__is_active=True)
        .annotate(day=TruncDate("group__meetings__starts_at"))
        .current(F("day"))
    )
    yield members.order_by().values_list("group__meetings", "user")
    asked = Attendance.objects.filter(meeting__in=meetings, extra=True, user__is_active=True)
    yield asked.order_by().values_list("meeting", "user")


AHEAD.add(Ahead(things=Meeting.objects.ahead, people=_invited, tells=TELLS, ends=ENDS))
