"""*What needs you*: in what order."""

from datetime import date, datetime, timedelta

import pytest

from apps.accounts.models.people import User
from apps.core import needs
from apps.core.clock import LONDON
from apps.core.compiled import Kept
from apps.core.dates import morning_of
from apps.core.needs import Need

from ..factories import UserFactory

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 23)


def test_what_is_due_first_comes_first_and_a_day_stands_at_its_morning(monkeypatch):
    nine = morning_of(DAY)
    given = [
        Need("whenever", "/"),
        Need("half past nine", "/", nine + timedelta(minutes=30)),
        Need("the next day", "/", DAY + timedelta(days=1)),
        Need("that day", "/", DAY),
        Need("midnight", "/", datetime(2026, 11, 23, tzinfo=LONDON)),
    ]
    rows = Kept(lambda user: User.objects.filter(pk=user.pk))
    monkeypatch.setattr(needs, "NEEDS", [needs.Source(lambda rows, user: given, rows)])
    assert [need.title for need in needs.needs_of(UserFactory())] == [
        "midnight",
        "that day",
        "half past nine",
        "the next day",
        "whenever",
    ]
