"""What the planner finds about groups, and that it asks the same however many there are."""

import pytest
import time_machine
from django.utils import timezone

from apps.accounts.models.people import Constituency
from apps.groups.messages import SeatEmpty
from apps.groups.models import WorkingGroup
from apps.groups.roles import Role
from apps.notifications.kinds import rule_of

from ..factories import StaffFactory, UserFactory, appoint, working_group

pytestmark = pytest.mark.django_db


def due(within):
    rule = rule_of(SeatEmpty.name)
    with within(1):
        return {one.subject for one in SeatEmpty().due(rule, timezone.now())}


def test_groups_without_a_co_lead_are_found_in_one_query(django_assert_num_queries):
    with time_machine.travel(timezone.now() - timezone.timedelta(days=30)):
        working_group()
        first = working_group(leads=False)
    assert due(django_assert_num_queries) == {first}
    with time_machine.travel(timezone.now() - timezone.timedelta(days=30)):
        others = {working_group(leads=False), working_group(leads=False)}
    appoint(first, UserFactory(), Role.CO_LEAD)
    appoint(first, StaffFactory(), Role.MEMBER)
    assert due(django_assert_num_queries) == {first, *others}
    appoint(first, StaffFactory(), Role.CO_LEAD)
    assert due(django_assert_num_queries) == others


def test_groups_that_lack_a_co_lead_are_those_with_an_empty_seat():
    led, half, ended = working_group(), working_group(leads=False), working_group()
    appoint(half, UserFactory(), Role.CO_LEAD)
    lead = ended.people().filter(role=Role.CO_LEAD, user__constituency=Constituency.STAFF).get()
    lead.finish(by=None)
    closing = working_group(leads=False)
    WorkingGroup.objects.filter(pk=closing.pk).update(state=WorkingGroup.State.CLOSING)
    running = [led, half, ended, working_group(leads=False)]
    lacking = {group for group in running if group.empty_seats()}
    assert set(WorkingGroup.objects.half_led()) == lacking == set(running) - {led}
