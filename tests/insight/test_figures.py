"""Every figure is what an independent count of the raw rows says, whatever happened."""

from datetime import date

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, example, given, settings

from apps.core import clock
from apps.core.disclosure import banded, exact
from apps.insight import tallies
from apps.insight.figures import COUNTS, DEFINITIONS, Rule
from apps.insight.periods import Period
from apps.insight.shown import Figure

from . import independent
from .histories import EVERYTHING, NOW, fill, histories

pytestmark = pytest.mark.django_db

ALL_2026 = Period(date(2026, 1, 1), date(2026, 10, 1))
SUMS = ("meetings", "attendance", "agenda", "decisions", "suggestions")
by_day = settings(
    max_examples=8,
    phases=[Phase.explicit, Phase.generate],  # nothing is made smaller: it takes minutes
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
by_night = settings(by_day, max_examples=400)


def agrees(plan):
    """Fill the database, count, compare, and leave it as it was."""
    with transaction.atomic(), clock.at(lambda: NOW):
        fill(plan)
        tallies.refresh()
        for name in SUMS:
            expected = independent.with_programme(getattr(independent, name)())
            assert kept(name) == expected, name
        members = {
            (group, quarter, side, ""): number
            for quarter in ALL_2026.quarters
            for (group, side), number in independent.members(quarter, NOW).items()
        }
        assert kept("members") == members
        shown_as_counted(members)
        transaction.set_rollback(True)


def kept(count):
    rows = tallies.Tally.objects.filter(count=count)
    return {(one.group_id, one.quarter, one.side, one.part): one.number for one in rows}


def shown_as_counted(members):
    """What the tables of a page say, for each group and the programme, over two periods."""
    raw = {name: independent.with_programme(getattr(independent, name)()) for name in SUMS}
    raw["members"] = members
    shown = [one for one in DEFINITIONS if one.count.key in raw]
    for period in (Period(date(2026, 7, 1), date(2026, 10, 1)), ALL_2026):
        places = {None, *independent.groups()}
        numbers = tallies.read(list(COUNTS), period, places)
        for place in places:
            for one in shown:
                figure = Figure(one, period, numbers[place], since=date(2026, 1, 1))
                for row, line in zip(one.rows, figure.lines, strict=True):
                    quarters = period.quarters[-1:] if one.count.stock else period.quarters
                    true = sum(
                        number
                        for (group, quarter, side, part), number in raw[one.count.key].items()
                        if group == place
                        and quarter in quarters
                        and part in row.parts
                        and row.side in (None, side)
                    )
                    step = numbers[place].step(one.count, row.parts, row.side)
                    safe = banded(true, step) if one.rule == Rule.PEOPLE else exact(true)
                    assert line.now.number == safe, (one.key, row.label)


@pytest.mark.differs
@pytest.mark.both
@by_day
@example(EVERYTHING)
@given(histories())
def test_figures_are_what_the_rows_say(plan):
    agrees(plan)


@pytest.mark.nightly
@by_night
@given(histories())
def test_figures_are_what_the_rows_say_of_many_histories(plan):
    agrees(plan)
