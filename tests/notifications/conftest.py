"""What the tests of messages share."""

from datetime import datetime

import pytest
import time_machine

from apps.core.clock import LONDON
from apps.notifications.digests import Digest
from apps.notifications.kinds import seed_rules
from apps.notifications.models import ReminderRule

from ..factories import StaffFactory, UserFactory, appoint, working_group
from .things import Called, Invited, News, Note, Off, Reminder, registered

NOW = datetime(2026, 11, 23, 14, 0, tzinfo=LONDON)  # a Monday afternoon, outside quiet hours


@pytest.fixture
def clock():
    """The time is NOW; ``clock.move_to`` and ``clock.shift`` change it."""
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def kinds(db, clock, monkeypatch):
    """The kinds of the tests; of the site's own all but the digest keep quiet."""
    monkeypatch.setattr(Reminder, "moments", {})
    monkeypatch.setattr(Reminder, "answered", set())
    seed_rules()
    ReminderRule.objects.exclude(kind=Digest.name).update(enabled=False)
    with registered(Note, Called, News, Invited, Off, Reminder):
        yield


@pytest.fixture
def group(kinds):
    """A group without co-leads, to which the tests appoint whom they need."""
    return working_group(leads=False)


@pytest.fixture
def people(group):
    """Three members of the group."""
    people = [UserFactory(), UserFactory(), StaffFactory()]
    for person in people:
        appoint(group, person)
    return people
