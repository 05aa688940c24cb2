"""How long people stay in post: a Kaplan-Meier curve over everybody who ever started.

Who is in post today counts for as long as they have been so far, and then in neither number.
"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from math import isnan
from warnings import catch_warnings

from django.db import transaction

from apps.core import clock
from apps.core.disclosure import LEAST, Shown, banded
from apps.recruitment.employment.models.appointment import Appointment

from .models import StayedUntil

MONTHS = (0, 3, 6, 9, 12, 18, 24, 30, 36, 48, 60)
DAYS = 365.25 / 12  # of a month


def spans():
    """[(days in post, whether they left)] of everybody who ever started."""
    today = clock.today()
    rows = Appointment.objects.order_by().values_list("started_on", "left_on", "state")
    return [
        (((left if gone else today) - started).days, gone)
        for started, left, state in rows
        for gone in [state == Appointment.State.LEFT and left is not None]
        if started <= today
    ]


def curve(spans):
    """The points of the curve, to the last month for which somebody was in post so long.

    It comes from SciPy, which takes a second and a hundred megabytes to load: a task asks for it.
    """
    from scipy.stats import CensoredData, ecdf

    if not spans:
        return []
    left = sorted(days for days, gone in spans if gone)
    stayed = [days for days, gone in spans if not gone]
    lasting = sorted(days for days, _ in spans)
    if left:
        function = ecdf(CensoredData(uncensored=left, right=stayed)).sf
        with catch_warnings(action="ignore", category=RuntimeWarning):
            # Where nobody is left there is no interval: it is none wide.
            interval = function.confidence_interval(method="log-log")
    points = []
    for months in MONTHS:
        day = months * DAYS
        at_risk = len(lasting) - bisect_left(lasting, day)
        if not at_risk:
            break
        gone = bisect_right(left, day)
        shares = [1.0] * 3
        if gone:
            shares = [float(one.evaluate(day)) for one in (function, interval.low, interval.high)]
            shares = [shares[0] if isnan(one) else one for one in shares]
        points.append(
            StayedUntil(
                months=months,
                at_risk=at_risk,
                left=gone,
                share=shares[0],
                low=shares[1],
                high=shares[2],
            )
        )
    return points


@transaction.atomic
def refresh():
    """Draw the curve anew."""
    StayedUntil.objects.all().delete()
    StayedUntil.objects.bulk_create(curve(spans()))


# --- as it may be read ----------------------------------------------------------------------------
@dataclass(frozen=True)
class Point:
    """After so many months: in post for as long, and the share that stayed, in steps of 5 %.

    ``share`` is None where fewer than five have left since the last one that is shown.
    """

    months: int
    at_risk: Shown
    share: int | None
    low: int | None = None
    high: int | None = None

    @property
    def words(self):
        if not self.months:
            return "On the first day"
        years, months = divmod(self.months, 12)
        return (
            f"After {years} year{'s' * (years > 1)}"
            if not months
            else f"After {self.months} months"
        )


def points():
    """The curve as it may be read: as far as five people or more were in post so long. No step of
    it tells of fewer than five who left.
    """
    told, found = 0, []
    for one in StayedUntil.objects.all():
        if one.at_risk < LEAST:
            break
        since, shares = one.left - told, (None, None, None)
        if since == 0 or since >= LEAST:
            told, shares = one.left, map(in_steps, (one.share, one.low, one.high))
        found.append(Point(one.months, banded(one.at_risk), *shares))
    return found


def in_steps(share):
    return 5 * round(20 * share)
