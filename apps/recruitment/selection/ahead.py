"""Who should know of interviews, and of meetings of the panel: whoever serves on it.

Of an interview the panel is told as it comes near, so nobody is told earlier. Whoever does not
judge one candidate is not at that interview.
"""

from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Exists, F, OuterRef
from django.db.models.functions import Cast

from apps.core import clock
from apps.notifications.ahead import AHEAD, Ahead
from apps.notifications.models import Occurrence

from ..vacancies.models.vacancy import Vacancy
from .events import MEETING_ENDS, MEETS, OF_PANEL, PANEL_ENDS, time_of
from .models.interview import Interview, PanelMeeting
from .models.sheet import Recusal


def _interviews():
    """Booked, to come, and told at the time that they have now."""
    told = Occurrence.objects.filter(
        rule__kind__in=OF_PANEL,
        subject_type=ContentType.objects.get_for_model(Interview),
        subject_id=Cast(OuterRef("pk"), CharField()),
        schedule_version=OuterRef("sequence"),
        due_at__isnull=False,
    )
    booked = Interview.objects.counting().filter(state=Interview.State.BOOKED)
    return booked.filter(Exists(told), slot__starts_at__gt=clock.now())


def _judges(keys):
    recused = Recusal.objects.filter(blind=OuterRef("blind"), member__user=OuterRef("person"))
    yield _serving(Interview, keys).filter(~Exists(recused)).values_list("pk", "person")


def _meetings():
    return PanelMeeting.objects.filter(starts_at__gt=clock.now())


def _members(keys):
    """Nobody, once the vacancy is over."""
    under_way = _serving(PanelMeeting, keys).exclude(vacancy__state__in=Vacancy.OVER)
    yield under_way.values_list("pk", "person")


def _serving(model, keys):
    """What belongs to a vacancy, with each ``person`` who serves on its panel."""
    rows = model.objects.filter(
        pk__in=keys, vacancy__panel__removed_at=None, vacancy__panel__user__is_active=True
    )
    return rows.order_by().annotate(person=F("vacancy__panel__user"))


def _time(interview):
    return time_of(interview, interview.slot)


AHEAD.add(Ahead(things=_interviews, people=_judges, tells=OF_PANEL, ends=PANEL_ENDS, data=_time))
AHEAD.add(Ahead(things=_meetings, people=_members, tells=MEETS, ends=MEETING_ENDS))
