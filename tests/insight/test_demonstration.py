"""Every count of the demonstration is what an independent one says: none is left out."""

import pytest

from apps.insight.figures import COUNTS
from apps.insight.models import Counted, Tally
from apps.insight.periods import Period, quarter_of
from apps.insight.tallies import since

from . import independent, independent_more

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demonstration")]


def expected(key, quarters, now):
    if key == "members":
        return {
            (group, first, side, ""): number
            for first in quarters
            for (group, side), number in independent.members(first, now).items()
        }
    if hasattr(independent, key):
        found = getattr(independent, key)()
    else:
        found = getattr(independent_more, key)(quarters, now)
    if all(group is None for group, *_ in found):
        return {one: number for one, number in found.items() if number}
    return independent.with_programme(found)


@pytest.mark.parametrize("key", [one.key for one in COUNTS])
def test_each_count_is_what_the_rows_of_the_demonstration_say(key):
    now = Counted.objects.get(count=key).as_of
    quarters = Period(since(), quarter_of(now.astimezone(independent.LONDON).date())).quarters
    kept = {
        (one.group_id, one.quarter, one.side, one.part): one.number
        for one in Tally.objects.filter(count=key)
    }
    true = expected(key, quarters, now)
    assert kept == {one: number for one, number in true.items() if one[1] in quarters}
