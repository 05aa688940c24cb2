"""Meetings that somebody came to are time to be paid for."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.accounts.payable_time import ATTENDED
from apps.meetings.models.meeting import Meeting
from apps.meetings.payable_time import meetings
from tests import factories as make

from ..factories import UserFactory, appoint, working_group

pytestmark = pytest.mark.django_db


@pytest.fixture
def peer():
    return UserFactory()


@pytest.fixture
def group(peer):
    group = working_group()
    appoint(group, peer)
    return group


def since(days=100):
    return timezone.localdate() - timedelta(days=days)


def test_given_a_meeting_one_came_to_then_it_is_told_with_its_length(peer, group):
    held = make.held(group, days_ago=9)
    [one] = meetings(peer, since())
    assert (one.what, one.minutes, one.kind, one.on) == (held.title, 120, "meeting", held.on)
    assert one.key == f"meetings.attendance:{held.attendances.get(user=peer).pk}"
    assert meetings in ATTENDED


def test_given_a_pre_meet_then_it_counts_as_preparation(peer, group):
    parent = make.held(group, days_ago=9)
    make.held(group, days_ago=9, kind=Meeting.Kind.PRE_MEET, parent=parent)
    make.held(group, days_ago=9, kind=Meeting.Kind.DEBRIEF, parent=parent)
    assert sorted(one.kind for one in meetings(peer, since())) == [
        "meeting",
        "preparation",
        "preparation",
    ]


def test_given_absence_or_long_ago_then_there_is_nothing(peer, group):
    others = [row.user for row in group.people() if row.user != peer]
    make.held(group, others, days_ago=9)
    make.held(group, days_ago=120)
    make.published(group)
    assert list(meetings(peer, since())) == []


@pytest.mark.parametrize("count", [1, 3])
def test_it_takes_one_query(peer, group, count):
    for number in range(count):
        make.held(group, days_ago=9 + number)
    with CaptureQueriesContext(connection) as queries:
        assert len(list(meetings(peer, since()))) == count
    assert len(queries) == 1
