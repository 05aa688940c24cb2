"""What the demonstration lacks: groups that close, support that comes late, few who are paid."""

from datetime import timedelta

import pytest

from apps.core import clock
from apps.core.models import record
from apps.groups.models import WorkingGroup
from apps.insight import tallies
from apps.insight.figures import COUNTS
from apps.insight.models import Counted, Tally
from apps.insight.periods import Period, later, running
from apps.meetings.models.people import SupportRequest
from apps.payments.models import InvolvementClaim
from tests import factories as make

from . import independent, independent_more

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def group():
    made = make.working_group()
    WorkingGroup.objects.update(created_at=clock.now() - 300 * DAY)
    return made


def counted(key):
    """{(quarter, part): number} of the programme, once it is what an independent count says."""
    tallies.refresh()
    now = Counted.objects.get(count=key).as_of
    quarters = Period(tallies.since(), running()).quarters
    found = getattr(independent_more, key)(quarters, now)
    if COUNTS.get(key).stock or any(group is not None for group, *_ in found):
        found = independent.with_programme(found)
    rows = Tally.objects.filter(count=key)
    kept = {(one.group_id, one.quarter, one.side, one.part): one.number for one in rows}
    assert kept == {one: number for one, number in found.items() if number}
    return {
        (quarter, part): number for (where, quarter, _, part), number in kept.items() if not where
    }


def test_the_seats_of_a_group_that_closed_count_until_then(group):
    record("close", group, by=make.leads(group)[0])
    found = counted("seats")
    assert (later(running(), -1), "seats") in found
    assert (running(), "seats") not in found


def test_support_that_is_arranged_once_the_meeting_began_is_late(group):
    met = make.held(group)
    lead, other = make.leads(group)
    third = make.UserFactory()
    for user, hours in ((lead, -24), (third, -1), (other, 1)):
        when = met.starts_at + timedelta(hours=hours)
        asked = SupportRequest.objects.create(
            meeting=met,
            user=user,
            organiser=lead,
            text="A lift.",
            state="arranged",
            asked_at=met.starts_at - 2 * DAY,
        )
        with clock.at(lambda when=when: when):
            record("arrange", asked, by=lead)
    found = counted("support")
    assert {part: number for (_, part), number in found.items()} == {"in_time": 2, "late": 1}


@pytest.mark.parametrize(("people", "shown"), [(4, None), (5, 150)])
def test_a_sum_is_shown_where_five_were_paid_and_the_quarter_is_over(group, people, shown):
    last = later(running(), -1)
    some = [make.UserFactory() for _ in range(people)]
    for user in [*some, some[0]]:
        for paid_on in (last + DAY, running()):
            InvolvementClaim.objects.create(
                user=user, state="paid", paid_on=paid_on, work_total="27.50"
            )
    found = counted("payments")
    assert found == ({(last, "work"): shown} if shown else {})
