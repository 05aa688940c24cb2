"""Raw rows by quarter and by the side that counted at the time: what counts are made with."""

from django.db.models import DateField, F, OuterRef, Subquery
from django.db.models.functions import Coalesce, TruncQuarter

from apps.accounts.models.sides import SideChange
from apps.core import clock
from apps.core.clock import LONDON

from ..periods import begins_at, ends_at, last_day, running


def quarter(field):
    """The first day of the quarter, in London, of a moment."""
    return TruncQuarter(field, output_field=DateField(), tzinfo=LONDON)


def within(period, field):
    """The rows whose moment lies in a period."""
    return {f"{field}__gte": begins_at(period.first), f"{field}__lt": ends_at(period.last)}


def moments(period):
    """(quarter, day, moment) at which what stands is counted: its end, or now while it runs."""
    now, today = clock.now(), clock.today()
    for one in period.quarters:
        if one <= running():
            yield one, min(last_day(one), today), min(ends_at(one), now)


def side_at(path, moment):
    """The side of the person at ``path`` at a moment that is the same for all rows."""
    late = SideChange.objects.confirmed().filter(user=OuterRef(path), answered_at__gt=moment)
    before = Subquery(late.order_by("answered_at").values("before")[:1])
    return Coalesce(before, F(f"{path}__constituency"))
