"""Who is asked, of what, when: once, and of nothing that was before the site began to ask."""

from datetime import date, datetime, timedelta

import pytest
import time_machine

from apps.core.clock import LONDON
from apps.experience.messages import Asked as AskedMail
from apps.experience.messages import Reminder
from apps.experience.models.round import OPEN_FOR, Round, Since
from apps.experience.tasks import ask_and_settle
from apps.meetings.models.meeting import Meeting
from apps.notifications.models import Delivery, Occurrence, ReminderRule
from apps.notifications.planning import plan
from tests import factories as make

from .making import LIVED, STAFF, YES, people

pytestmark = pytest.mark.django_db
BEFORE = datetime(2020, 1, 1, tzinfo=LONDON)


@pytest.fixture
def began():
    """The site has been asking for years."""
    Since.objects.all().delete()
    Since.objects.create(at=BEFORE)


@pytest.fixture
def group(began):
    group = make.working_group()
    for person in people(lived=4, staff=1):
        make.appoint(group, person)
    return group


def test_those_who_were_there_are_asked_once_it_is_held(group):
    begun = make.begun(group)
    ask_and_settle()
    assert not Round.objects.exists()
    there = list(begun.invited())[:6]
    make.attended(begun, there)
    ask_and_settle()
    one = Round.objects.get()
    assert one.meeting == begun
    assert set(one.asked.values_list("user", flat=True)) == {person.pk for person in there}
    assert one.closes_at - one.opened_at == pytest.approx(OPEN_FOR, abs=timedelta(seconds=5))
    assert Delivery.objects.filter(occurrence__rule__kind="experience.asked").exists()
    ask_and_settle()
    assert Round.objects.count() == 1


def test_nobody_is_asked_of_what_was_held_before(group):
    make.held(group)
    Since.objects.update(at="2100-01-01T00:00Z")
    ask_and_settle()
    assert not Round.objects.exists()


def test_nor_of_what_nobody_remembers(group):
    make.held(group, days_ago=40)
    ask_and_settle()
    assert not Round.objects.exists()


def test_nor_where_fewer_than_five_were_there(group):
    begun = make.begun(group)
    make.attended(begun, list(begun.invited())[:4])
    ask_and_settle()
    assert not Round.objects.exists()


def test_nor_of_a_pre_meet_or_a_debrief(group):
    meeting = make.begun(group)
    make.attended(meeting)
    Meeting.objects.filter(pk=meeting.pk).update(kind=Meeting.Kind.DEBRIEF)
    ask_and_settle()
    assert not Round.objects.exists()


def test_a_quarter_is_asked_of_its_members_and_not_of_observers(group):
    observer = make.UserFactory()
    make.appoint(group, observer, "observer")
    left = people(lived=1)[0]
    make.appoint(group, left, ends=date(2026, 9, 1))
    with time_machine.travel(datetime(2026, 9, 20, 12, tzinfo=LONDON), tick=False):
        make.held(group)
    other = make.working_group()  # which did not meet
    for person in people(lived=6):
        make.appoint(other, person)
    with time_machine.travel(datetime(2026, 10, 2, 12, tzinfo=LONDON), tick=False):
        Since.objects.update(at=datetime(2026, 9, 30, 23, tzinfo=LONDON))
        ask_and_settle()
        ask_and_settle()
        one = Round.objects.get(quarter__isnull=False)
    assert (one.group, one.quarter) == (group, date(2026, 7, 1))
    assert one.what == "July to September 2026"
    asked = set(one.asked.values_list("user", flat=True))
    assert observer.pk not in asked
    assert left.pk not in asked
    assert len(asked) == 7


def test_a_quarter_that_ended_before_the_site_began_is_asked_of_nobody(group):
    with time_machine.travel(datetime(2026, 9, 20, 12, tzinfo=LONDON), tick=False):
        make.held(group)
    with time_machine.travel(datetime(2026, 10, 2, 12, tzinfo=LONDON), tick=False):
        Since.objects.update(at=datetime(2026, 10, 1, 0, 1, tzinfo=LONDON))
        ask_and_settle()
    assert not Round.objects.exists()


def test_the_side_is_the_one_on_which_they_count_in_the_group(group, monkeypatch):
    held = make.held(group)
    lived = held.attendances.filter(user__constituency=LIVED).first().user
    monkeypatch.setattr(Meeting, "sides", lambda meeting, keys: {lived.pk: STAFF})
    Round.ask_of(held)
    # Four are left with lived experience, three of staff: neither is told apart.
    assert set(Round.objects.get().asked.values_list("side", flat=True)) == {""}


def test_what_is_over_is_settled_by_the_clock(group):
    held = make.held(group)
    ask_and_settle()
    one = Round.objects.get()
    for row in one.asked.select_related("user"):
        one.answer(row.user, **YES)
    with time_machine.travel(one.closes_at + timedelta(seconds=1), tick=False):
        ask_and_settle()
    one.refresh_from_db()
    assert one.answered == 7
    assert one.batch.state == "heard"
    assert not one.asked.exists()
    told = Occurrence.objects.about(one.batch).get()
    assert set(told.deliveries.values_list("recipient", flat=True)) == {
        lead.pk for lead in group.leads()
    }
    assert held.round == one


def test_a_task_that_fails_half_way_goes_on_the_next_time(group, monkeypatch):
    make.held(group)

    def fails(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr("apps.experience.models.round.notify", fails)
    with pytest.raises(RuntimeError):
        ask_and_settle()
    assert not Round.objects.exists()
    monkeypatch.undo()
    ask_and_settle()
    assert Round.objects.get().asked.count() == 7


def test_one_reminder_goes_to_all_who_were_asked(group):
    make.held(group)
    ask_and_settle()
    one = Round.objects.get()
    rule = ReminderRule.objects.get(kind=Reminder.name)
    with time_machine.travel(one.closes_at - timedelta(days=5), tick=False):
        assert list(Reminder().due(rule, datetime.now(LONDON))) == []
    first = one.asked.first().user
    one.answer(first, **YES)
    with time_machine.travel(one.closes_at - timedelta(days=3), tick=False):
        plan()
        plan()
    sent = Delivery.objects.filter(occurrence__rule__kind=Reminder.name, channel="email")
    assert sent.count() == 7
    assert sent.filter(recipient=first).exists()
    with time_machine.travel(one.closes_at + timedelta(days=1), tick=False):
        assert not AskedMail().wanted(None, one, first)


def test_since_is_set_once():
    before = Since.moment()
    Since.begin()
    assert Since.moment() == before
    Since.objects.all().delete()
    Since.begin()
    assert Since.objects.count() == 1
