"""Who is told what, and how often: announced, moved, cancelled, reminded."""

from collections import Counter
from datetime import datetime, timedelta
from email import message_from_bytes

import icalendar
import pytest
import time_machine
from django.utils import timezone

from apps.core.clock import LONDON
from apps.core.exceptions import Conflict, NotYet
from apps.groups.roles import Role
from apps.meetings.models.meeting import Meeting
from apps.meetings.models.people import Attendance
from apps.notifications import planning, sending
from tests import factories as make

from ..factories import UserFactory, appoint, working_group

pytestmark = pytest.mark.django_db


@pytest.fixture
def group():
    group = working_group()
    for _ in range(3):
        appoint(group, UserFactory())
    return group


@pytest.fixture
def sent(mailoutbox):
    """Plan and send as the scheduler does; returns (kind of message, address) of what went out."""

    def run():
        before = len(mailoutbox)
        planning.plan()
        sending.send()
        return sorted((mail.subject.split(":")[0], mail.to[0]) for mail in mailoutbox[before:])

    return run


def people(meeting):
    return sorted(user.email for user in meeting.invited())


def each(subject, addresses):
    return sorted((subject, address) for address in addresses)


def ical(mail):
    """The calendar part of a message, as a calendar program reads it."""
    parts = [
        part
        for part in message_from_bytes(mail.message().as_bytes()).walk()
        if part.get_content_type() == "text/calendar"
    ]
    return parts[0].get_param("method"), icalendar.Calendar.from_ical(
        parts[0].get_payload(decode=True)
    )


# --- announced, moved, cancelled ------------------------------------------------------------------
def test_given_a_meeting_when_published_then_everyone_invited_is_told_once(group, sent):
    meeting = make.published(group)
    assert sent() == each("New meeting", people(meeting))
    assert sent() == []


def test_given_a_draft_when_time_passes_then_nobody_hears_of_it(group, sent):
    make.meeting(group)
    with time_machine.travel("2026-12-06T11:00:00Z"):
        assert sent() == []


def test_given_nothing_sent_yet_when_cancelled_then_nobody_is_told(group, sent):
    meeting = make.published(group)
    meeting.move("cancel", by=meeting.created_by, note="Changed plans.")
    assert sent() == []


def test_given_everyone_told_when_cancelled_then_exactly_they_are_told(group, sent, mailoutbox):
    meeting = make.published(group)
    sent()
    told = people(meeting)
    late = UserFactory()
    appoint(group, late)  # joined after the announcement, and was not told
    meeting.move("cancel", by=meeting.created_by, note="The room flooded.")
    assert sent() == each("Meeting cancelled", told)
    method, calendar = ical(mailoutbox[-1])
    event = calendar.walk("VEVENT")[0]
    assert (method, event["status"], event["sequence"]) == ("CANCEL", "CANCELLED", 1)
    assert "The room flooded." in mailoutbox[-1].body


def test_given_somebody_who_left_when_cancelled_then_still_told(group, sent):
    meeting = make.published(group)
    sent()
    told = people(meeting)
    office = make.programme_user("Programme office")
    group.memberships.filter(role=Role.MEMBER).first().end(by=office)
    meeting.move("cancel", by=meeting.created_by, note="The room flooded.")
    assert sent() == each("Meeting cancelled", told)


def test_given_a_meeting_when_moved_then_told_once_and_asked_again(group, sent, mailoutbox):
    meeting = make.published(group)
    sent()
    member = group.memberships.filter(role=Role.MEMBER).first().user
    Attendance.answer(meeting, member, "yes")
    later = (meeting.starts_at + timedelta(days=1)).replace(microsecond=0)
    meeting.amend(
        by=meeting.created_by,
        seen=0,
        reason="The room was taken.",
        starts_at=later,
        ends_at=later + timedelta(hours=2),
    )
    assert sent() == each("Meeting moved or changed", people(meeting))
    assert Attendance.objects.get(meeting=meeting, user=member).reply == ""
    method, calendar = ical(mailoutbox[-1])
    event = calendar.walk("VEVENT")[0]
    assert (method, event["sequence"], event["dtstart"].dt) == ("REQUEST", 1, later)


def test_given_a_meeting_moved_after_a_reminder_when_time_comes_then_the_new_time_is_reminded(
    group, sent
):
    meeting = make.published(group, starts_at=datetime(2026, 12, 7, 14, tzinfo=LONDON))
    sent()
    with time_machine.travel("2026-12-01T11:00Z"):
        assert Counter(kind for kind, _ in sent())["Meeting reminder"] == len(people(meeting))
        later = datetime(2026, 12, 14, 14, tzinfo=LONDON)
        meeting.amend(
            by=meeting.created_by,
            seen=0,
            reason="Strike.",
            starts_at=later,
            ends_at=later + timedelta(hours=1),
        )
        assert sent() == each("Meeting moved or changed", people(meeting))
    with time_machine.travel("2026-12-06T15:00Z"):  # a day before the old time
        assert [kind for kind, _ in sent() if kind == "Meeting reminder"] == []
    with time_machine.travel("2026-12-13T15:00Z"):  # a day before the new one
        assert [k for k, _ in sent()].count("Meeting reminder") == len(people(meeting))


@pytest.mark.parametrize("changed", [{"title": "Other"}, {"purpose": "Other"}])
def test_given_a_detail_when_changed_then_nobody_is_bothered(group, sent, changed):
    meeting = make.published(group)
    sent()
    meeting.amend(by=meeting.created_by, seen=0, **changed)
    assert sent() == []


def test_given_two_co_leads_when_both_move_it_then_one_wins(group):
    meeting = make.published(group)
    by, place = meeting.created_by, {"reason": "Taken."}
    meeting.amend(by=by, seen=0, place="Room 2", **place)
    with pytest.raises(Conflict, match="while you were writing"):
        Meeting.objects.get(pk=meeting.pk).amend(by=by, seen=0, place="Room 3", **place)
    meeting.refresh_from_db()
    assert meeting.place == "Room 2"


def test_given_a_new_time_without_a_reason_when_saved_then_refused_and_unchanged(group):
    meeting = make.published(group)
    with pytest.raises(NotYet, match="Say why"):
        meeting.amend(by=meeting.created_by, seen=0, place="Room 2")
    assert Meeting.objects.get(pk=meeting.pk).place == "Room 1, Pinewood House"


# --- reminders ------------------------------------------------------------------------------------
def test_given_a_meeting_when_the_days_pass_then_each_reminder_comes_once(group, sent):
    """Announced 24 days ahead: agenda call, 7 days, nudge, 1 day, 2 hours."""
    meeting = make.published(group, starts_at=datetime(2026, 12, 17, 14, tzinfo=LONDON))
    heard = Counter(kind for kind, _ in sent())
    moment = timezone.now()
    while moment < meeting.starts_at:
        moment += timedelta(days=1)
        with time_machine.travel(moment):
            heard.update(kind for kind, _ in sent())
    count = len(people(meeting))
    assert heard == {
        "New meeting": count,
        "Agenda for the meeting": count,
        "Meeting reminder": 2 * count,
        "Will you come to a meeting": count,
    }
    with time_machine.travel("2026-12-17T12:30Z"):
        assert sent() == each("Meeting soon", people(meeting))


def test_given_downtime_over_two_reminders_when_back_then_only_the_latest_goes(group, sent):
    meeting = make.published(group, starts_at=datetime(2026, 12, 17, 14, tzinfo=LONDON))
    sent()
    with time_machine.travel("2026-12-16T16:00Z"):
        kinds = Counter(kind for kind, _ in sent())
    assert kinds["Meeting reminder"] == len(people(meeting))


def test_given_apologies_or_an_answer_when_reminded_then_well_aimed(group, sent):
    meeting = make.published(group, starts_at=datetime(2026, 12, 17, 14, tzinfo=LONDON))
    sent()
    away, coming, silent = [m.user for m in group.memberships.filter(role=Role.MEMBER)]
    Attendance.answer(meeting, away, "no")
    Attendance.answer(meeting, coming, "yes")
    with time_machine.travel("2026-12-13T15:00Z"):
        nudged = [to for kind, to in sent() if kind == "Will you come to a meeting"]
    assert silent.email in nudged
    assert not {away.email, coming.email} & set(nudged)
    with time_machine.travel("2026-12-16T15:00Z"):
        reminded = [to for kind, to in sent() if kind == "Meeting reminder"]
    assert away.email not in reminded
    assert {coming.email, silent.email} <= set(reminded)


def test_given_reminders_off_when_time_comes_then_none(group, sent):
    make.published(group, starts_at=datetime(2026, 12, 17, 14, tzinfo=LONDON), reminders=False)
    sent()
    with time_machine.travel("2026-12-16T15:00Z"):
        assert sent() == []


def test_given_an_answer_between_planning_and_sending_then_not_reminded(group, mailoutbox):
    meeting = make.published(group, starts_at=datetime(2026, 12, 17, 14, tzinfo=LONDON))
    sending.send()
    with time_machine.travel("2026-12-16T15:00Z"):
        planning.plan()
        mailoutbox.clear()
        for user in meeting.invited():
            Attendance.answer(meeting, user, "no")
        sending.send()
    assert mailoutbox == []


def test_given_an_action_when_due_and_overdue_then_its_owner_is_reminded(group, sent):
    owner = group.memberships.filter(role=Role.MEMBER).first().user
    meeting = make.held(group)
    sent()
    make.action(meeting, owner, due=timezone.localdate() + timedelta(days=10))
    heard = []
    for days in range(19):
        with time_machine.travel(timezone.now() + timedelta(days=days)):
            heard += [
                (kind, days)
                for kind, to in sent()
                if to == owner.email and kind in ("Due soon", "Overdue")
            ]
    assert heard == [("Due soon", 8), ("Overdue", 11), ("Overdue", 17)]


def test_subject_lines_tell_nothing_but_the_kind_and_the_day(group, sent, mailoutbox):
    make.published(group, title="How we support people who hear voices")
    sent()
    assert {mail.subject for mail in mailoutbox} == {"New meeting: Monday 7 December, 11am"}


# --- the calendar part --------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("date", "utc"), [((2027, 3, 26), 14), ((2027, 3, 30), 13)], ids=["winter", "summer"]
)
def test_given_a_clock_change_when_invited_then_the_wall_clock_holds(
    group, sent, mailoutbox, date, utc
):
    make.published(group, starts_at=datetime(*date, 14, tzinfo=LONDON))
    sent()
    method, calendar = ical(mailoutbox[0])
    event = calendar.walk("VEVENT")[0]
    start = event["dtstart"].dt
    assert method == "REQUEST"
    assert start.tzname() == "UTC"
    assert (start.astimezone(LONDON).hour, start.hour) == (14, utc)
    assert event["organizer"].startswith("mailto:")
    assert event["uid"].endswith("@127.0.0.1")
    assert event["attendee"].lower() == f"mailto:{mailoutbox[0].to[0]}"
