"""The sender: each message leaves once, to whom it still concerns, when it suits them."""

import logging
from datetime import datetime, timedelta
from email import message_from_bytes, policy

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar, Event

from apps.core.clock import LONDON
from apps.notifications import planning, sending
from apps.notifications.kinds import Part, notify, told, void
from apps.notifications.models import Channel, Delivery, Frequency, Preference, ReminderRule, Status
from apps.notifications.outlets import Mailer
from apps.notifications.sending import BACK_OFF, claim, send, start, sweep

from ..factories import UserFactory, WorkingGroupFactory
from .conftest import NOW
from .things import Faulty, Note, Reminder, recipients, registered

MINUTE = timedelta(minutes=1)


def emails(status):
    """Whose e-mail stands at a status."""
    found = Delivery.objects.filter(channel=Channel.EMAIL, status=status).order_by("recipient")
    return [delivery.recipient for delivery in found.select_related("recipient")]


# --- once ----------------------------------------------------------------------------------------
def test_given_a_notification_each_person_gets_one_mail_and_one_message(group, people, mailoutbox):
    notify("test.note", group, people)
    notify("test.note", group, people)
    send()
    send()
    assert recipients(mailoutbox) == [person.email for person in people]
    for person in people:
        assert Delivery.objects.visible_to(person).get().title == f"A note on {group}"


def test_given_another_version_people_are_told_again(group, people, mailoutbox):
    notify("test.note", group, people, version=1)
    notify("test.note", group, people, version=2)
    send()
    assert len(mailoutbox) == 2 * len(people)


def test_given_one_more_person_under_the_same_key_only_they_are_told(group, people, mailoutbox):
    notify("test.note", group, people)
    send()
    mailoutbox.clear()
    late = UserFactory()
    notify("test.note", group, [*people, late])
    send()
    assert recipients(mailoutbox) == [late.email]


def test_given_the_callers_transaction_fails_nobody_is_told(
    group, people, mailoutbox, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        try:
            with transaction.atomic():
                notify("test.note", group, people)
                raise RuntimeError
        except RuntimeError:
            pass
    send()
    assert mailoutbox == []


def test_given_the_transaction_commits_the_message_leaves_without_waiting_for_the_scheduler(
    group, people, mailoutbox, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        notify("test.note", group, people)
    assert len(mailoutbox) == len(people)


def test_given_the_rule_is_off_an_event_tells_nobody(group, people):
    ReminderRule.objects.filter(kind="test.note").update(enabled=False)
    assert notify("test.note", group, people) is None
    assert not Delivery.objects.exists()


def test_given_a_rule_for_the_messages_page_only_no_mail_is_made(group, people, mailoutbox):
    ReminderRule.objects.filter(kind="test.note").update(channel=ReminderRule.Reach.IN_APP)
    notify("test.note", group, people)
    send()
    assert mailoutbox == []
    assert Delivery.objects.filter(status=Status.SENT).count() == len(people)


# --- two senders ---------------------------------------------------------------------------------
def test_given_two_senders_one_after_the_other_their_batches_share_nothing(group, people):
    notify("test.note", group, people)
    first, second = claim(Channel.EMAIL, size=2), claim(Channel.EMAIL, size=2)
    assert (len(first), len(second)) == (2, 1)
    assert {d.pk for d in first}.isdisjoint(d.pk for d in second)


def test_given_another_sender_claims_between_choosing_and_taking_only_one_has_the_batch(
    group, people
):
    """What skip_locked prevents on PostgreSQL, the conditional update prevents everywhere."""
    notify("test.note", group, people)
    others = []

    def overtake(execute, sql, params, many, context):
        if sql.startswith("UPDATE") and not others:
            others.append(None)
            others[:] = claim(Channel.EMAIL)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(overtake):
        mine = claim(Channel.EMAIL)
    assert mine == []
    assert len(others) == len(people)


def test_given_a_sender_so_slow_that_it_was_swept_the_other_sends_and_it_does_not(
    clock, group, people, mailoutbox
):
    notify("test.note", group, people)
    slow = claim(Channel.EMAIL)
    clock.shift(3600)
    sweep()
    send()
    mailoutbox.clear()
    with Mailer() as mailer:
        for delivery in slow:
            sending.dispatch(delivery, Preference(), mailer)
    assert mailoutbox == []


def test_given_the_message_is_taken_back_while_claimed_it_does_not_leave(group, people, mailoutbox):
    notify("test.note", group, people)
    batch = claim(Channel.EMAIL)
    void(group)
    assert [start(delivery) for delivery in batch] == [False, False, False]


def test_given_a_batch_one_connection_serves_it(group, people, server, mailoutbox):
    notify("test.note", group, people)
    send()
    assert (len(mailoutbox), server.opened) == (3, 1)


@pytest.mark.django_db(transaction=True)
def test_given_a_message_on_its_way_no_transaction_is_open(people, group, server, mailoutbox):
    states = []
    server.during = lambda: states.append(connection.in_atomic_block)
    notify("test.note", group, people)  # commits, and so sends
    assert states == [False, False, False]


# --- faults --------------------------------------------------------------------------------------
def test_given_the_worker_dies_after_the_server_took_the_message_it_repeats_with_its_message_id(
    clock, group, people, server, mailoutbox, monkeypatch
):
    class Killed(BaseException):
        pass

    def die(*args, **kwargs):
        raise Killed

    notify("test.note", group, people)
    with monkeypatch.context() as patch:
        patch.setattr(sending, "done", die)
        with pytest.raises(Killed):
            sending._send_batch(Channel.EMAIL, False, float("inf"))
    assert len(mailoutbox) == 1
    clock.shift(301)
    sweep()
    send()
    ids = [message.extra_headers["Message-ID"] for message in mailoutbox]
    assert (len(ids), len(set(ids))) == (4, 3)
    assert ids[0] in ids[1:]


def test_given_a_message_kills_every_worker_it_is_given_up_in_the_end(clock, group, people):
    notify("test.note", group, people[:1])
    for _ in range(len(BACK_OFF) + 1):
        assert [start(delivery) for delivery in claim(Channel.EMAIL)] == [True]
        clock.shift(3600)
        sweep()
    assert emails(Status.FAILED) == people[:1]


def test_given_the_mail_server_is_down_nothing_is_counted_and_all_leaves_once_it_is_back(
    clock, group, people, server, mailoutbox, caplog
):
    notify("test.note", group, people)
    server.down = True
    for _ in range(20):
        send()
        clock.shift(300)
    assert set(Delivery.objects.filter(channel="email").values_list("attempts", "claim")) == {
        (0, None)
    }
    assert Delivery.objects.filter(channel="in_app", status=Status.SENT).count() == len(people)
    assert "The mail server does not answer (ConnectionRefusedError)" in caplog.text
    server.down = False
    send()
    assert recipients(mailoutbox) == [person.email for person in people]


def test_given_one_address_is_refused_the_others_still_get_theirs(
    group, people, server, mailoutbox
):
    server.refuses = (people[0].email,)
    notify("test.note", group, people)
    send()
    assert recipients(mailoutbox) == [person.email for person in people[1:]]
    assert emails(Status.WAITING) == people[:1]


def test_given_a_refused_message_it_is_tried_again_ever_later_then_given_up_loudly(
    clock, group, people, server, caplog
):
    server.refuses = (people[0].email,)
    notify("test.note", group, people[:1])
    Preference.objects.create(user=people[0], quiet=False)
    for attempt, pause in enumerate([*BACK_OFF, 0], start=1):
        send()
        clock.shift(pause * MINUTE - timedelta(seconds=1))
        send()  # too soon
        assert Delivery.objects.get(channel="email").attempts == attempt
        clock.shift(timedelta(seconds=1))
    failed = Delivery.objects.get(channel="email")
    assert (failed.status, failed.error) == (Status.FAILED, "SMTPRecipientsRefused")
    assert f"Gave up on message {failed.pk}" in caplog.text
    assert people[0].email not in caplog.text


def test_given_a_failed_message_retrying_gives_it_a_new_start(group, people, mailoutbox):
    notify("test.note", group, people[:1])
    failed = Delivery.objects.filter(channel="email")
    failed.update(status=Status.FAILED, attempts=8)
    assert sending.retry(Delivery.objects.all()) == 1
    send()
    assert recipients(mailoutbox) == [people[0].email]
    assert failed.get().error == ""


def test_given_a_message_that_cannot_be_written_the_others_leave(group, people, mailoutbox, caplog):
    with registered(Faulty):
        notify("test.faulty", group, people[:1])
        notify("test.note", group, people)
        send()
    assert len(mailoutbox) == len(people)
    assert Delivery.objects.filter(error="KeyError", status=Status.WAITING).count() == 2
    assert "personal" not in caplog.text


def test_given_a_kind_that_this_worker_does_not_know_its_message_waits(group, people):
    with registered(Faulty):
        notify("test.faulty", group, people[:1])
    send()
    assert set(Delivery.objects.values_list("status", "error")) == {(Status.WAITING, "KeyError")}


def test_given_time_runs_out_the_rest_is_free_for_the_next_slice(group, people, mailoutbox):
    notify("test.note", group, people)
    assert send(seconds=0) is False
    assert mailoutbox == []
    assert not Delivery.objects.exclude(claim=None).exists()
    assert send() is True


# --- still wanted? -------------------------------------------------------------------------------
def test_given_somebody_answered_after_planning_they_are_not_nudged(
    clock, group, people, mailoutbox
):
    Reminder.moments[group.pk] = (NOW + timedelta(days=3), 0)
    planning.plan()
    Reminder.answered.add(people[0].pk)
    send()
    assert recipients(mailoutbox) == [person.email for person in people[1:]]


def test_given_the_account_was_closed_nothing_goes(group, people, mailoutbox):
    notify("test.note", group, people)
    people[0].is_active = False
    people[0].save()
    send()
    assert recipients(mailoutbox) == [person.email for person in people[1:]]
    assert emails(Status.VOID) == people[:1]


def test_given_the_thing_is_gone_nothing_goes(kinds, people, mailoutbox):
    passing = WorkingGroupFactory()
    notify("test.note", passing, people)
    passing.delete()
    send()
    assert mailoutbox == []
    assert set(Delivery.objects.values_list("status", flat=True)) == {Status.VOID}


def test_given_the_rule_is_switched_off_what_waits_does_not_go(group, people, mailoutbox):
    notify("test.note", group, people)
    ReminderRule.objects.filter(kind="test.note").update(enabled=False)
    send()
    assert mailoutbox == []


# --- taken back, and who was told ----------------------------------------------------------------
def test_given_some_were_told_and_some_not_a_cancellation_goes_to_exactly_those_told(
    group, people, server, mailoutbox
):
    server.refuses = (people[0].email,)
    notify("test.note", group, people)
    send()
    mailoutbox.clear()
    server.refuses = ()
    assert void(group) == 1
    assert set(told(group, channel=Channel.EMAIL)) == set(people[1:])
    notify("test.off", group, told(group))
    send()
    assert recipients(mailoutbox) == [person.email for person in people[1:]]


def test_given_nobody_was_told_yet_nobody_is_told_that_it_is_off(group, people, mailoutbox):
    notify("test.note", group, people)
    void(group)
    assert not told(group)
    notify("test.off", group, people)
    send()
    assert mailoutbox == []
    assert not Delivery.objects.filter(status=Status.SENT).exists()


def test_given_told_on_the_page_but_not_yet_by_mail_only_the_page_says_that_it_is_off(
    clock, group, people, mailoutbox
):
    clock.move_to(NOW.replace(hour=23))
    notify("test.note", group, people)
    send()
    void(group)
    notify("test.off", group, people)
    send()
    assert mailoutbox == []
    titles = Delivery.objects.visible_to(people[0]).values_list("occurrence__rule__kind", flat=True)
    assert sorted(titles) == ["test.note", "test.off"]


def test_given_it_moved_in_quiet_hours_mail_invites_and_the_page_says_that_it_moved(
    clock, group, people, mailoutbox
):
    clock.move_to(NOW.replace(hour=23))
    notify("test.invited", group, people, version=1)
    send()
    void(group)
    notify("test.off", group, people, version=2)  # stands for "it moved"
    notify("test.invited", group, people, version=2)
    clock.move_to(NOW + timedelta(days=1))
    send()
    assert len(mailoutbox) == len(people)
    by = {
        (d.channel, d.occurrence.rule.kind, d.occurrence.schedule_version)
        for d in Delivery.objects.told().select_related("occurrence__rule")
    }
    assert by == {
        ("in_app", "test.invited", 1),
        ("in_app", "test.off", 2),
        ("email", "test.invited", 2),
    }


def test_given_a_message_is_on_its_way_its_reader_counts_as_told(group, people):
    notify("test.note", group, people)
    start(claim(Channel.EMAIL)[0])
    void(group)
    assert list(told(group)) == people[:1]


def test_void_can_name_the_kinds_to_take_back(group, people):
    notify("test.note", group, people)
    notify("test.called", group, people)
    assert void(group, kinds=["test.note"]) == 2 * len(people)


# --- when it suits -------------------------------------------------------------------------------
def at(hour, minute=0, day=23):
    return datetime(2026, 11, day, hour, minute, tzinfo=LONDON)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (at(20, 59), None),
        (at(21, 0), at(8, day=24)),
        (at(23, 59), at(8, day=24)),
        (at(0, 0, day=24), at(8, day=24)),
        (at(7, 59, day=24), at(8, day=24)),
        (at(8, 0, day=24), None),
        # The night in which the clocks go forward, and the one in which they go back.
        (datetime(2027, 3, 27, 23, tzinfo=LONDON), datetime(2027, 3, 28, 8, tzinfo=LONDON)),
        (datetime(2026, 10, 24, 23, tzinfo=LONDON), datetime(2026, 10, 25, 8, tzinfo=LONDON)),
    ],
)
def test_quiet_hours_end_at_eight_by_the_clock_on_the_wall(now, expected):
    assert Preference().quiet_until(now) == expected


def test_given_quiet_hours_mail_waits_till_they_end_and_the_page_does_not(
    clock, group, people, mailoutbox
):
    clock.move_to(at(22))
    notify("test.note", group, people)
    send()
    clock.move_to(at(7, 59, day=24))
    send()
    assert mailoutbox == []
    assert Delivery.objects.filter(channel="in_app", status=Status.SENT).count() == len(people)
    clock.move_to(at(8, day=24))
    send()
    assert len(mailoutbox) == len(people)


def test_given_quiet_hours_what_is_urgent_goes_at_once(clock, group, people, mailoutbox):
    clock.move_to(at(22))
    notify("test.called", group, people)
    send()
    assert len(mailoutbox) == len(people)


def test_given_a_person_without_quiet_hours_mail_comes_at_night(clock, group, people, mailoutbox):
    Preference.objects.create(user=people[0], quiet=False)
    clock.move_to(at(3))
    notify("test.note", group, people)
    send()
    assert recipients(mailoutbox) == [people[0].email]


class Essential(Note):
    name = "test.essential"
    essential = True


def test_given_no_email_about_the_topic_only_the_page_tells(group, people, mailoutbox):
    Preference.of(people[0]).choose(groups=Frequency.NONE)
    notify("test.note", group, people[:1])
    notify("test.called", group, people[:1])
    send()
    assert mailoutbox == []
    assert emails(Status.DECLINED) == [people[0], people[0]]
    assert Delivery.objects.visible_to(people[0]).count() == 2


def test_given_no_email_about_the_topic_what_is_essential_goes_and_has_no_way_to_stop_it(
    group, people, mailoutbox
):
    Preference.of(people[0]).choose(groups=Frequency.NONE)
    with registered(Essential):
        notify("test.essential", group, people[:1])
        send()
    assert len(mailoutbox) == 1
    assert "List-Unsubscribe" not in mailoutbox[0].extra_headers
    assert "/unsubscribe/" not in mailoutbox[0].body


# --- what an e-mail holds ------------------------------------------------------------------------
class Invitation(Note):
    name = "test.invitation"

    subject_line = "Meeting on\nMonday\r\nBcc: everyone@test.example"

    def attachments(self, occurrence, user):
        entry = Calendar()
        entry.add("prodid", "-//Test//EN")
        entry.add("version", "2.0")
        event = Event()
        event.add("uid", "1@test.example")
        event.add("dtstamp", NOW)
        event.add("dtstart", NOW)
        entry.add_component(event)
        invite = entry.to_ical()
        return [
            Part(invite, "text/calendar; method=REQUEST; charset=utf-8"),
            Part(invite.decode(), "text/calendar", "invite.ics"),
        ]


def test_given_a_calendar_part_mail_programs_find_it_beside_the_text_and_as_a_file(
    group, people, mailoutbox
):
    with registered(Invitation):
        notify("test.invitation", group, people[:1])
        send()
    parsed = message_from_bytes(mailoutbox[0].message().as_bytes(), policy=policy.default)
    parts = [part for part in parsed.walk() if not part.is_multipart()]
    assert [
        (part.get_content_type(), part.get_param("method"), part.get_filename()) for part in parts
    ] == [
        ("text/plain", None, None),
        ("text/html", None, None),
        ("text/calendar", "REQUEST", None),
        ("text/calendar", None, "invite.ics"),
    ]
    for part in parts[2:]:
        assert part["Content-Type"].count("charset") == 1
        content = part.get_payload(decode=True)
        assert Calendar.from_ical(content).walk("VEVENT")[0]["UID"] == "1@test.example"


def test_given_a_subject_with_line_breaks_no_header_can_be_smuggled_in(group, people, mailoutbox):
    with registered(Invitation):
        notify("test.invitation", group, people[:1])
        send()
    parsed = message_from_bytes(mailoutbox[0].message().as_bytes(), policy=policy.default)
    assert parsed["Subject"] == "Meeting on Monday Bcc: everyone@test.example"
    assert parsed["Bcc"] is None


def test_given_a_message_its_mail_says_what_when_and_where_in_text_and_html(
    group, people, mailoutbox, settings
):
    settings.SITE_URL = "https://peer.test.example"
    notify("test.note", group, people[:1])
    send()
    text, (html, _) = mailoutbox[0].body, mailoutbox[0].alternatives[0]
    assert f"See the group: https://peer.test.example/groups/{group.slug}/" in text
    assert "Where: Room <1> & online" in text
    assert f'href="https://peer.test.example/groups/{group.slug}/"' in html
    assert "Room &lt;1&gt; &amp; online" in html
    for body in (text, html):
        assert "Monday 23 November 2026, 2pm" in body
        assert "Please read it." in body
        assert f"Hello {people[0].name}" in body


def test_given_a_topic_that_can_be_stopped_the_headers_let_mail_programs_stop_it(
    group, people, mailoutbox
):
    notify("test.note", group, people[:1])
    send()
    headers = mailoutbox[0].extra_headers
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert headers["List-Unsubscribe"].startswith("<http://127.0.0.1:8000/unsubscribe/")


def test_given_a_log_of_a_whole_send_it_names_nobody(group, people, server, caplog):
    caplog.set_level(logging.DEBUG)
    server.refuses = (people[0].email,)
    notify("test.note", group, people)
    send()
    assert not [person for person in people if person.email in caplog.text]
    assert not [person for person in people if person.full_name in caplog.text]


# --- cost ----------------------------------------------------------------------------------------
def test_a_mail_costs_two_updates_however_many_there_are(group, people, django_assert_num_queries):
    def cost(count):

        notify("test.note", group, people[:count], version=count)
        with CaptureQueriesContext(connection) as queries:
            sending._send_batch(Channel.EMAIL, False, float("inf"))
        return len([query for query in queries if "SAVEPOINT" not in query["sql"]])

    one, three = cost(1), cost(3)
    assert three - one == 2 * 2
