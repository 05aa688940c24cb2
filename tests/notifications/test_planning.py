"""The planner: nothing missed, nothing twice, nothing that no longer holds."""

from datetime import time, timedelta

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from apps.groups.roles import Role
from apps.notifications import planning, sending
from apps.notifications.kinds import seed_rules, void
from apps.notifications.models import Delivery, Occurrence, Preference, ReminderRule, Status

from ..factories import UserFactory, appoint, working_group
from .conftest import NOW
from .things import Note, Reminder, registered

DAY = timedelta(days=1)


@pytest.fixture
def meeting(group, people):
    """The group meets at 2pm in ten days, three people are to be reminded."""
    Reminder.moments[group.pk] = (NOW + 10 * DAY, 0)
    return group


def tick(clock, moment):
    """The scheduler's beat at a moment."""
    clock.move_to(moment)
    planning.plan()
    sending.send()


def reminded(mailoutbox, person):
    return [message for message in mailoutbox if message.to == [person.email]]


def offsets(**filters):
    """The rules whose reminders have this fate, as days before."""
    occurrences = Occurrence.objects.filter(rule__kind=Reminder.name, **filters)
    return [occurrence.rule.offset / DAY for occurrence in occurrences.order_by("due_at")]


# --- once, and at the right moment --------------------------------------------------------------
def test_given_nothing_due_the_planner_makes_nothing(clock, meeting, mailoutbox):
    tick(clock, NOW + 3 * DAY - timedelta(seconds=1))
    assert Occurrence.objects.count() == 0
    assert mailoutbox == []


def test_given_a_beat_every_hour_each_reminder_reaches_each_person_once(
    clock, meeting, people, mailoutbox
):
    for hour in range(0, 10 * 24 + 5):
        tick(clock, NOW + timedelta(hours=hour))
    assert offsets() == [7, 1, 1 / 12]
    assert [len(reminded(mailoutbox, person)) for person in people] == [3, 3, 3]


def test_given_the_planner_runs_twice_at_once_nothing_is_made_twice(clock, meeting, people):
    clock.move_to(NOW + 3 * DAY)
    planning.plan()
    planning.plan()
    assert Occurrence.objects.count() == 1
    assert Delivery.objects.count() == 2 * len(people)


# --- downtime -----------------------------------------------------------------------------------
def test_given_days_without_a_scheduler_only_the_latest_missed_reminder_goes(
    clock, meeting, people, mailoutbox
):
    tick(clock, NOW + 9 * DAY + timedelta(hours=4))
    assert [len(reminded(mailoutbox, person)) for person in people] == [1, 1, 1]
    assert offsets(superseded_by=None) == [1]
    assert offsets(superseded_by__isnull=False) == [7]


def test_given_downtime_until_after_the_moment_nobody_is_reminded_of_the_past(
    clock, meeting, mailoutbox
):
    tick(clock, NOW + 10 * DAY)
    assert mailoutbox == []


def test_given_a_late_beat_a_reminder_still_goes_however_late(clock, meeting, people, mailoutbox):
    tick(clock, NOW + 3 * DAY + timedelta(hours=5, minutes=59))
    assert len(mailoutbox) == len(people)


def test_given_a_rule_added_later_for_an_earlier_moment_it_does_not_go_after_a_later_one(
    clock, meeting, people, mailoutbox
):
    tick(clock, NOW + 3 * DAY)
    ReminderRule.objects.create(kind=Reminder.name, offset=9 * DAY)
    tick(clock, NOW + 3 * DAY + timedelta(minutes=1))
    assert len(mailoutbox) == len(people)
    assert offsets(superseded_by__isnull=False) == [9]


def test_given_an_earlier_reminder_still_unsent_the_later_one_replaces_it(
    clock, meeting, people, mailoutbox, monkeypatch
):
    tick(clock, NOW + 8 * DAY)
    mailoutbox.clear()
    # The 1-day reminder waits out a long quiet time, in which the urgent last one comes due.
    for person in people:
        Preference.objects.create(user=person, quiet_from=time(9), quiet_to=time(8, 59))
    tick(clock, NOW + 9 * DAY)
    assert mailoutbox == []
    monkeypatch.setattr(Reminder, "urgent", True)
    tick(clock, NOW + 10 * DAY - timedelta(hours=1))
    assert [len(reminded(mailoutbox, person)) for person in people] == [1, 1, 1]
    by_email = Delivery.objects.filter(channel="email", occurrence__rule__offset=DAY)
    assert set(by_email.values_list("status", flat=True)) == {Status.SUPERSEDED}


def test_given_rules_for_two_audiences_neither_replaces_the_other(
    clock, meeting, people, mailoutbox
):
    lead = UserFactory()
    appoint(meeting, lead, Role.CO_LEAD)
    ReminderRule.objects.create(kind=Reminder.name, offset=2 * DAY, audience="leads")
    tick(clock, NOW + 9 * DAY)
    assert len(reminded(mailoutbox, lead)) == 2
    assert [len(reminded(mailoutbox, person)) for person in people] == [1, 1, 1]


# --- moved --------------------------------------------------------------------------------------
def test_given_the_moment_moves_after_its_reminder_the_new_one_is_reminded_of_again(
    clock, meeting, people, mailoutbox
):
    tick(clock, NOW + 3 * DAY)
    Reminder.moments[meeting.pk] = (NOW + 20 * DAY, 1)
    void(meeting)
    tick(clock, NOW + 13 * DAY)
    assert [len(reminded(mailoutbox, person)) for person in people] == [2, 2, 2]
    assert sorted(Occurrence.objects.values_list("schedule_version", flat=True)) == [0, 1]


def test_given_the_moment_moves_back_to_the_same_time_it_is_reminded_of_under_its_new_version(
    clock, meeting, people
):
    tick(clock, NOW + 3 * DAY)
    Reminder.moments[meeting.pk] = (NOW + 10 * DAY, 2)
    tick(clock, NOW + 3 * DAY + timedelta(minutes=1))
    assert Occurrence.objects.count() == 2


def test_given_the_moment_moves_between_plan_and_send_the_old_reminder_does_not_go(
    clock, meeting, people, mailoutbox
):
    clock.move_to(NOW + 3 * DAY)
    planning.plan()
    Reminder.moments[meeting.pk] = (NOW + 20 * DAY, 1)
    sending.send()
    assert mailoutbox == []
    assert set(Delivery.objects.values_list("status", flat=True)) == {Status.VOID}


# --- rules --------------------------------------------------------------------------------------
def test_given_a_rule_is_off_it_makes_nothing(clock, meeting, mailoutbox):
    ReminderRule.objects.filter(kind=Reminder.name).update(enabled=False)
    tick(clock, NOW + 9 * DAY)
    assert Occurrence.objects.count() == 0


def test_given_rules_that_an_administrator_changed_seeding_again_leaves_them(kinds):
    rule = ReminderRule.objects.get(kind=Reminder.name, offset=7 * DAY)
    rule.offset, rule.enabled = 5 * DAY, False
    rule.save()
    seed_rules()
    kept = ReminderRule.objects.filter(kind=Reminder.name)
    assert sorted((rule.offset / DAY, rule.enabled) for rule in kept) == [
        (1 / 12, True),
        (1, True),
        (5, False),
    ]


def test_given_a_rule_made_by_hand_equals_a_default_seeding_adds_no_second(kinds):
    ReminderRule.objects.filter(kind=Note.name).delete()
    ReminderRule.objects.create(kind=Note.name)
    seed_rules()
    assert ReminderRule.objects.filter(kind=Note.name).count() == 1


@pytest.mark.parametrize(
    ("offset", "words"),
    [
        (timedelta(0), "at once"),
        (timedelta(days=7), "7 days before"),
        (timedelta(days=1), "1 day before"),
        (timedelta(hours=36), "36 hours before"),
        (timedelta(minutes=-90), "90 minutes after"),
    ],
)
def test_a_rule_says_when_in_plain_words(offset, words):
    assert ReminderRule(offset=offset).when == words


# --- faults -------------------------------------------------------------------------------------
class Broken(Reminder):
    name = "test.broken"

    def due(self, rule, now):
        raise RuntimeError("secret: somebody's name")


class Away(Reminder):
    name = "test.away"

    def due(self, rule, now):
        raise OperationalError


def test_given_one_kind_fails_the_others_are_planned_and_it_is_logged(
    clock, group, people, caplog, mailoutbox
):
    with registered(Broken, Reminder):
        Reminder.moments[group.pk] = (NOW + 10 * DAY, 0)
        tick(clock, NOW + 3 * DAY)
        assert len(mailoutbox) == len(people)
        assert "Planning test.broken failed" in caplog.text


def test_given_the_database_is_away_the_planner_stops(kinds):
    with registered(Away), pytest.raises(OperationalError):
        planning.plan()


# --- cost ---------------------------------------------------------------------------------------
def test_given_all_is_on_record_a_beat_costs_the_same_for_one_subject_and_for_three(clock, kinds):
    def beat(groups):
        Reminder.moments = {group.pk: (NOW + 10 * DAY, 0) for group in groups}
        planning.plan()
        with CaptureQueriesContext(connection) as queries:
            planning.plan()
        return len(queries)

    clock.move_to(NOW + 9 * DAY)
    groups = [working_group(leads=False) for _ in range(3)]
    assert beat(groups[:1]) == beat(groups)
