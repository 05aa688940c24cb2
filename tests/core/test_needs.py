"""*What needs you*: in what order, under which heading, how much of it, and in which words."""

from datetime import date, datetime, timedelta

import pytest
import time_machine

from apps.accounts.models.people import User
from apps.core import needs
from apps.core.clock import LONDON
from apps.core.compiled import Kept
from apps.core.dates import due_words, is_past, morning_of
from apps.core.needs import Need

from ..factories import UserFactory

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 23)  # a Monday


def london(*parts, fold=0):
    return datetime(*parts, tzinfo=LONDON, fold=fold)


def waits(monkeypatch, *given):
    """Just these wait for anybody."""
    rows = Kept(lambda user: User.objects.filter(pk=user.pk))
    source = needs.Source(as_given(given), rows)
    monkeypatch.setattr(needs, "NEEDS", [source])


def as_given(given):
    def source(rows, user):
        return given

    return source


def test_what_is_due_first_comes_first_and_a_day_stands_at_its_morning(monkeypatch):
    nine = morning_of(DAY)
    waits(
        monkeypatch,
        Need("whenever", "/"),
        Need("asked today", "/", since=nine),
        Need("half past nine", "/", due=nine + timedelta(minutes=30)),
        Need("the next day", "/", due=DAY + timedelta(days=1)),
        Need("that day", "/", due=DAY),
        Need("asked before", "/", since=DAY - timedelta(days=9)),
        Need("midnight", "/", due=datetime(2026, 11, 23, tzinfo=LONDON)),
    )
    assert [need.title for need in needs.needs_of(UserFactory())] == [
        "midnight",
        "that day",
        "half past nine",
        "the next day",
        "asked before",
        "asked today",
        "whenever",
    ]


@pytest.mark.parametrize(
    ("due", "group"),
    [
        (None, "any"),
        (DAY - timedelta(days=1), "overdue"),
        (DAY, "week"),  # a day is over when it ends
        (london(2026, 11, 23, 13, 59), "overdue"),
        (london(2026, 11, 23, 14, 0), "week"),
        (DAY + timedelta(days=6), "week"),  # Sunday
        (london(2026, 11, 29, 23, 59), "week"),
        (DAY + timedelta(days=7), "later"),
        (london(2026, 11, 30, 0, 0), "later"),
    ],
)
def test_given_when_it_is_due_then_it_stands_under_its_heading(due, group):
    with time_machine.travel(london(2026, 11, 23, 14, 0), tick=False):
        assert needs.group_of(Need("Answer", "/", due=due)) == group


def test_on_a_friday_monday_is_still_this_week():
    with time_machine.travel(london(2026, 11, 27, 14, 0), tick=False):
        assert needs.group_of(Need("Answer", "/", due=date(2026, 11, 30))) == "week"


def test_given_sixteen_then_seven_are_shown_the_late_ones_first_and_all_are_counted(monkeypatch):
    late = [Need(f"late {n}", "/", due=DAY - timedelta(days=n + 1)) for n in range(5)]
    soon = [Need(f"soon {n}", "/", due=DAY + timedelta(days=n)) for n in range(4)]
    waits(monkeypatch, *soon, *late, *[Need(f"free {n}", "/") for n in range(7)])
    with time_machine.travel(london(2026, 11, 23, 8, 0), tick=False):
        waiting = needs.waiting_for(UserFactory())
        every = needs.waiting_for(UserFactory(), first=None)
    assert [(one.name, len(one.needs), len(one.shown)) for one in waiting.groups] == [
        ("overdue", 5, 5),
        ("week", 4, 2),
        ("any", 7, 0),
    ]
    assert waiting.counts == "5 overdue, 4 this week, 7 when you can"
    assert (waiting.how_many, waiting.total, waiting.shown) == ("16 things", 16, 7)
    assert every.shown == 16


def test_given_more_than_a_source_shows_then_the_page_says_more_than(monkeypatch):
    UserFactory.create_batch(4)
    rows = Kept(lambda user: User.objects.order_by("pk"), 4)
    monkeypatch.setattr(
        needs, "NEEDS", [needs.Source(lambda rows, user: map(of, rows), rows, None, 3, "Person")]
    )
    waiting = needs.waiting_for(UserFactory())
    assert waiting.how_many == "More than 3 things"
    assert {need.kind for group in waiting.groups for need in group.needs} == {"Person"}


def of(person):
    return Need("Answer", f"/people/{person.pk}/", thing=person.pk)


@pytest.mark.parametrize(
    ("due", "words"),
    [
        (date(2026, 11, 22), "1 day late"),
        (date(2026, 11, 10), "13 days late"),
        (date(2026, 11, 9), "2 weeks late"),
        (london(2026, 11, 20, 9, 0), "3 days late"),
        (london(2026, 11, 23, 9, 30), "late since 9:30am"),
        (date(2026, 11, 23), "today"),
        (london(2026, 11, 23, 23, 59), "today, 11:59pm"),
        (london(2026, 11, 24, 0, 0), "tomorrow, midnight"),
        (date(2026, 11, 24), "tomorrow"),
        (date(2026, 11, 25), "Wednesday"),
        (london(2026, 11, 29, 14, 0), "Sunday, 2pm"),
        (date(2026, 11, 30), "in 7 days"),
        (date(2026, 12, 6), "in 13 days"),
        (date(2026, 12, 7), "in 2 weeks"),
        (date(2027, 1, 18), "in 8 weeks"),
        (date(2027, 1, 19), "19 January 2027"),
    ],
)
def test_given_a_due_day_or_hour_then_it_is_said_in_words(due, words):
    with time_machine.travel(london(2026, 11, 23, 14, 0), tick=False):
        assert due_words(due) == words


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (london(2026, 10, 24, 23, 59), "tomorrow"),
        (london(2026, 10, 25, 0, 30), "today"),
        (london(2026, 10, 25, 1, 30, fold=1), "today"),  # an hour that comes twice
        (london(2026, 10, 25, 23, 59), "today"),
        (london(2026, 10, 26, 0, 0), "1 day late"),
    ],
)
def test_given_the_night_of_a_changed_clock_then_it_is_one_day(now, words):
    with time_machine.travel(now, tick=False):
        assert due_words(date(2026, 10, 25)) == words


def test_given_midnight_in_summer_then_the_day_is_londons():
    with time_machine.travel(london(2026, 7, 1, 0, 30), tick=False):  # in UTC the day before
        assert due_words(london(2026, 7, 1, 2, 0)) == "today, 2am"
        assert due_words(london(2026, 6, 30, 23, 0)) == "1 day late"
        assert not is_past(date(2026, 7, 1))
        assert is_past(date(2026, 6, 30))
