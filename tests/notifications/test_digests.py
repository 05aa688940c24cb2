"""The digest: by item, newest first, never empty, with the text, once."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.core.clock import LONDON
from apps.notifications import planning, sending
from apps.notifications.digests import Digest, digest_slot
from apps.notifications.kinds import notify, told, void
from apps.notifications.models import (
    Channel,
    Delivery,
    Frequency,
    Occurrence,
    Preference,
    Status,
)

from ..factories import UserFactory, working_group
from .conftest import NOW
from .things import Faulty, Note, recipients, registered

TUESDAY_8 = datetime(2026, 11, 24, 8, tzinfo=LONDON)
MONDAY_8 = datetime(2026, 11, 30, 8, tzinfo=LONDON)


@pytest.fixture
def reader(group):
    """Wants one e-mail a day about groups."""
    reader = UserFactory()
    Preference.of(reader).choose(groups=Frequency.DAILY)
    return reader


def tick(clock, moment=None):
    if moment:
        clock.move_to(moment)
    planning.plan()
    sending.send()


def emails(user):
    return Delivery.objects.filter(channel=Channel.EMAIL, recipient=user).order_by("pk")


def fates(user):
    return [
        (delivery.occurrence.rule.kind, delivery.status)
        for delivery in emails(user).select_related("occurrence__rule")
    ]


@pytest.mark.parametrize(
    ("frequency", "now", "slot"),
    [
        (Frequency.DAILY, NOW, TUESDAY_8),
        (Frequency.DAILY, TUESDAY_8 - timedelta(seconds=1), TUESDAY_8),
        (Frequency.DAILY, TUESDAY_8, TUESDAY_8 + timedelta(days=1)),
        (Frequency.WEEKLY, NOW, MONDAY_8),
        (Frequency.WEEKLY, MONDAY_8 - timedelta(seconds=1), MONDAY_8),
        (Frequency.WEEKLY, MONDAY_8, MONDAY_8 + timedelta(days=7)),
        (Frequency.WEEKLY, MONDAY_8 + timedelta(days=6), MONDAY_8 + timedelta(days=7)),
        (
            Frequency.WEEKLY,
            datetime(2027, 3, 26, 12, tzinfo=LONDON),
            datetime(2027, 3, 29, 8, tzinfo=LONDON),
        ),
    ],
)
def test_a_digest_leaves_at_eight_by_the_clock_on_the_wall(frequency, now, slot):
    assert digest_slot(frequency, now) == slot


def test_given_a_daily_reader_what_happened_comes_next_morning_in_one_mail(
    clock, group, reader, mailoutbox
):
    other = working_group(leads=False)
    notify("test.note", group, [reader], version=1)
    tick(clock)
    notify("test.note", other, [reader])
    tick(clock, NOW + timedelta(hours=1))
    notify("test.note", group, [reader], version=2)
    tick(clock, NOW + timedelta(hours=2))
    assert mailoutbox == []
    tick(clock, TUESDAY_8)
    tick(clock, TUESDAY_8 + timedelta(minutes=1))
    [digest] = mailoutbox
    assert digest.subject == "Your messages for Tuesday 24 November 2026"
    # By item, the one with the newest message first, each with its text and its link.
    said = [line[2:] for line in digest.body.splitlines() if line.startswith("* ")]
    assert said == [f"A note on {group}"] * 2 + [f"A note on {other}"]
    assert digest.body.count("Please read it.") == 3
    assert f"http://127.0.0.1:8000/groups/{other.slug}/" in digest.body
    assert digest.alternatives[0][0].count("Please read it.") == 3
    assert {status for _, status in fates(reader)} == {Status.SENT}


def test_given_nothing_happened_no_digest_is_made(clock, reader, mailoutbox):
    tick(clock, TUESDAY_8)
    assert mailoutbox == []
    assert not Occurrence.objects.filter(rule__kind=Digest.name).exists()


def test_given_all_was_taken_back_before_the_digest_none_is_sent(clock, group, reader, mailoutbox):
    notify("test.note", group, [reader])
    tick(clock)
    void(group)
    tick(clock, TUESDAY_8)
    assert mailoutbox == []


def test_given_all_lost_its_meaning_between_plan_and_send_the_digest_is_void(
    clock, group, reader, mailoutbox, monkeypatch
):
    notify("test.note", group, [reader])
    tick(clock)
    clock.move_to(TUESDAY_8)
    planning.plan()
    monkeypatch.setattr(Note, "wanted", lambda self, rule, subject, user: False)
    sending.send()
    assert mailoutbox == []
    assert fates(reader) == [("test.note", Status.VOID), (Digest.name, Status.VOID)]


def test_given_a_weekly_reader_it_comes_on_monday(clock, group, reader, mailoutbox):
    Preference.of(reader).choose(groups=Frequency.WEEKLY)
    notify("test.note", group, [reader])
    tick(clock)
    tick(clock, MONDAY_8 - timedelta(seconds=1))
    assert mailoutbox == []
    tick(clock, MONDAY_8)
    assert len(mailoutbox) == 1


def test_given_what_is_urgent_it_does_not_wait_for_the_digest(clock, group, reader, mailoutbox):
    notify("test.called", group, [reader])
    tick(clock)
    assert recipients(mailoutbox) == [reader.email]


def test_given_quiet_hours_over_the_digests_hour_it_waits_for_their_end(
    clock, group, reader, mailoutbox
):
    preference = Preference.of(reader)
    preference.quiet_to = preference.quiet_to.replace(hour=10)
    preference.save()
    notify("test.note", group, [reader])
    tick(clock)
    tick(clock, TUESDAY_8)
    assert mailoutbox == []
    tick(clock, TUESDAY_8.replace(hour=10))
    assert len(mailoutbox) == 1


def test_given_it_is_in_the_digest_its_reader_is_told_only_when_that_leaves(
    clock, group, reader, mailoutbox
):
    notify("test.note", group, [reader])
    tick(clock)
    assert not told(group, channel=Channel.EMAIL)
    tick(clock, TUESDAY_8)
    assert list(told(group, channel=Channel.EMAIL)) == [reader]


def test_given_days_without_a_scheduler_one_digest_holds_it_all(clock, group, reader, mailoutbox):
    notify("test.note", group, [reader])
    tick(clock)
    tick(clock, TUESDAY_8 + timedelta(days=5))
    assert len(mailoutbox) == 1


def test_given_a_digest_that_failed_the_next_takes_its_items_along(
    clock, group, reader, mailoutbox, server
):
    notify("test.note", group, [reader], version=1)
    tick(clock)
    server.refuses = (reader.email,)
    tick(clock, TUESDAY_8)
    assert fates(reader) == [("test.note", Status.HELD), (Digest.name, Status.WAITING)]
    notify("test.note", group, [reader], version=2)
    Delivery.objects.filter(occurrence__rule__kind=Digest.name).update(
        next_attempt_at=TUESDAY_8 + timedelta(days=3)
    )
    sending.send()
    server.refuses = ()
    tick(clock, TUESDAY_8 + timedelta(days=1))
    [digest] = mailoutbox
    assert digest.body.count("Please read it.") == 2
    assert fates(reader) == [
        ("test.note", Status.SENT),
        (Digest.name, Status.SUPERSEDED),
        ("test.note", Status.SENT),
        (Digest.name, Status.SENT),
    ]


def test_given_the_worker_dies_with_a_digest_it_and_its_items_go_once_more_together(
    clock, group, reader, mailoutbox
):
    notify("test.note", group, [reader])
    tick(clock)
    clock.move_to(TUESDAY_8)
    planning.plan()
    [digest] = sending.claim(Channel.EMAIL)
    sending.start(digest)
    assert fates(reader) == [("test.note", Status.SENDING), (Digest.name, Status.SENDING)]
    tick(clock, TUESDAY_8 + timedelta(minutes=6))
    sending.sweep()
    assert fates(reader) == [("test.note", Status.HELD), (Digest.name, Status.WAITING)]
    sending.send()
    assert len(mailoutbox) == 1
    assert {status for _, status in fates(reader)} == {Status.SENT}


def test_given_a_digest_came_back_and_goes_once_more_it_says_what_it_said(
    clock, group, reader, mailoutbox
):
    notify("test.note", group, [reader])
    tick(clock)
    tick(clock, TUESDAY_8)
    sending.came_back(emails(reader).get(occurrence__rule__kind=Digest.name))
    assert fates(reader) == [("test.note", Status.HELD), (Digest.name, Status.FAILED)]
    sending.retry(emails(reader))
    sending.send()
    assert [letter.body.count("Please read it.") for letter in mailoutbox] == [1, 1]
    assert {status for _, status in fates(reader)} == {Status.SENT}


def test_given_a_digest_came_back_what_it_said_goes_with_the_next_and_not_twice(
    clock, group, reader, mailoutbox
):
    notify("test.note", group, [reader], version=1)
    tick(clock)
    tick(clock, TUESDAY_8)
    sending.came_back(emails(reader).get(occurrence__rule__kind=Digest.name))
    notify("test.note", group, [reader], version=2)
    tick(clock)
    tick(clock, TUESDAY_8 + timedelta(days=1))
    sending.retry(emails(reader))
    sending.send()
    assert [letter.body.count("Please read it.") for letter in mailoutbox] == [1, 2]
    assert emails(reader).get(status=Status.VOID).occurrence.due_at == TUESDAY_8


def test_given_something_is_kept_just_after_its_digest_left_it_goes_with_the_next(
    clock, group, reader, mailoutbox
):
    notify("test.note", group, [reader], version=1)
    tick(clock)
    tick(clock, TUESDAY_8)
    notify("test.note", group, [reader], version=2)
    sending.send()
    # As if it had been judged a moment before eight, and saved a moment after.
    emails(reader).filter(status=Status.HELD).update(next_attempt_at=TUESDAY_8)
    tick(clock, TUESDAY_8 + timedelta(seconds=1))
    assert len(mailoutbox) == 1
    tick(clock, TUESDAY_8 + timedelta(days=1))
    assert len(mailoutbox) == 2


def test_given_one_item_that_cannot_be_written_the_others_come(clock, group, reader, mailoutbox):
    with registered(Faulty):
        notify("test.faulty", group, [reader])
        notify("test.note", group, [reader])
        tick(clock)
        tick(clock, TUESDAY_8)
    assert mailoutbox[0].body.count("Please read it.") == 1
    assert dict(fates(reader))["test.faulty"] == Status.FAILED


def test_given_the_reader_wants_mail_straight_away_again_what_was_kept_comes_now(
    clock, group, reader, mailoutbox
):
    notify("test.note", group, [reader])
    tick(clock)
    Preference.of(reader).choose(groups=Frequency.NOW)
    tick(clock)
    assert recipients(mailoutbox) == [reader.email]
    tick(clock, TUESDAY_8)
    assert len(mailoutbox) == 1


def test_given_the_reader_wants_no_mail_any_more_what_was_kept_does_not_come(
    clock, group, reader, mailoutbox
):
    notify("test.note", group, [reader])
    tick(clock)
    Preference.of(reader).choose(groups=Frequency.NONE)
    tick(clock, TUESDAY_8)
    assert mailoutbox == []
    assert fates(reader) == [("test.note", Status.DECLINED)]


def test_a_digest_can_be_stopped_for_the_topics_in_it(clock, group, reader, mailoutbox, client):
    notify("test.note", group, [reader])
    tick(clock)
    tick(clock, TUESDAY_8)
    link = mailoutbox[0].extra_headers["List-Unsubscribe"].strip("<>")
    client.post(link.removeprefix("http://127.0.0.1:8000"), {"List-Unsubscribe": "One-Click"})
    assert Preference.of(reader).email == {"groups": Frequency.NONE}


def test_planning_digests_costs_nothing_while_none_is_due(clock, group, reader):
    notify("test.note", group, [reader])
    tick(clock)
    with CaptureQueriesContext(connection) as queries:
        planning.plan_digests(NOW)
    assert len(queries) == 1
