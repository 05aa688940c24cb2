"""Calendars: each entry that the site makes is valid, and right for a reader that knows little."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
import time_machine
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import settings as how
from hypothesis import strategies as some
from icalendar import Calendar

from apps.conversations.calendar import part as of_conversation
from apps.conversations.models.booking import Booking
from apps.core.clock import LONDON
from apps.groups.roles import Role
from apps.meetings.calendar import feed as of_meetings
from apps.meetings.models.meeting import Meeting
from apps.meetings.models.people import Attendance
from apps.notifications.calendar import CALENDAR, Entry, as_file, feed, part
from apps.notifications.kinds import KINDS, Kind
from apps.notifications.models import Occurrence, Preference
from apps.recruitment.selection.calendar import cancelled, of_candidate, of_panel
from apps.recruitment.selection.models.interview import PanelMeeting
from tests import factories as make

from ..calendars import faults, faults_of_each, outlook, unfolded
from ..factories import UserFactory, appoint
from ..recruitment.selection import choosing

JULY, JANUARY = datetime(2027, 7, 14, 14, tzinfo=LONDON), datetime(2027, 1, 13, 14, tzinfo=LONDON)
NASTY = (
    'A "day"; one, two \\n three \\ four: ^ %',
    "Two\r\nlines\rand\nmore\u2028and\u2029more\x85here",
    "X\r\nATTENDEE:mailto:evil@x.example\r\nEND:VEVENT",
    "\x00\x07\x1b\x7f\x9f",
    "\U0001f469\U0001f3fd\u200d\U0001f91d\u200d\U0001f468 Ünïcödé" * 8,
    "x" * 300,
    "é" * 300,
    " \t ",
)
PERSON = SimpleNamespace(email="kit@test.example", name="Kit")


def entry(**fields):
    fields.setdefault("starts_at", JULY)
    return Entry(
        **{
            "key": "1",
            "sequence": 0,
            "stamp": JULY - timedelta(days=30),
            "ends_at": fields["starts_at"] + timedelta(hours=2),
            "title": "Monthly meeting",
            "page": "/meetings/1/",
        }
        | fields
    )


def parts_of(entry, person=PERSON):
    """In each way in which an entry goes out: (method of its header, text)."""
    off = replace(entry, cancelled=True)
    yield from (part(one, to) for one in (entry, off) for to in (None, person))
    yield from ((None, as_file(one).decode()) for one in (entry, off))


# --- valid ----------------------------------------------------------------------------------------
@pytest.mark.parametrize("nasty", NASTY, ids=range(len(NASTY)))
def test_whatever_words_have_each_line_is_valid(settings, nasty):
    settings.SITE_NAME = f"Peer {nasty[:40]}"
    made = entry(title=nasty, lines=(nasty, nasty), place=nasty, link=f"https://x.example/{nasty}")
    person = SimpleNamespace(email="o'kit+a=b%c@test.example", name=nasty)
    texts = [text for _, text in parts_of(made, person)]
    assert faults(*texts) == []
    assert all(text.count("BEGIN:VEVENT\r\n") == 1 for text in texts)
    assert not any("\r\nATTENDEE:mailto:evil" in text for text in texts)
    # RFC 6868, which few programs know: they show its carets.
    assert not any("^" in line for text in texts for line in unfolded(text) if "mailto:" in line)


@how(max_examples=40)
@given(some.lists(some.text(max_size=120), min_size=5, max_size=5))
def test_what_is_written_is_read_again(words):
    title, line, place, link, name = words
    made = entry(title=title, lines=(line,), place=place, link=f"https://x.example/{link}")
    for _, text in parts_of(made, SimpleNamespace(email="kit@test.example", name=name)):
        assert all(len(row) <= 75 for row in text.encode().split(b"\r\n"))
        [read] = Calendar.from_ical(text).walk("VEVENT")
        seen = "".join(c for c in title if c.isprintable() or c.isspace()).split()
        said = read["summary"].removeprefix("Cancelled: ").removeprefix("Cancelled:")
        assert "".join(c for c in "".join(said.split()) if c.isprintable()) == "".join(seen)


@pytest.fixture
def _a_monday_morning(db):
    with time_machine.travel("2026-11-23T11:00:00Z"):
        yield


@pytest.fixture
def meeting(_a_monday_morning):
    """One with words that a calendar must escape."""
    group = make.working_group()
    appoint(group, UserFactory())
    return make.published(group, purpose='To "talk"; and, so on', link="https://x.example/1")


@pytest.fixture
def member(meeting):
    return meeting.group.people().get(role=Role.MEMBER).user


@pytest.fixture
def event(_a_monday_morning):
    return make.conversation(make.network())


@pytest.fixture
def interview(_a_monday_morning):
    """A booked one; its panel prepares as well."""
    vacancy, _ = choosing.planned("yes")
    choosing.book_all(vacancy)
    starts_at = timezone.now() + timedelta(days=3)
    PanelMeeting.plan(
        vacancy,
        by=choosing.chair(vacancy),
        kind="preparation",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=1),
    )
    [interview] = choosing.own_interviews(vacancy)
    return interview


def called_off(meeting):
    """Another of its group, which people had been told of."""
    off = make.published(meeting.group)
    off.move("cancel", by=off.created_by, note="The room flooded.")
    return off


@pytest.fixture
def things(meeting, member, event, interview):
    """What kinds of message are about, by how their names begin: (subject, user)."""
    deputy = UserFactory()
    Attendance.objects.create(
        meeting=meeting, user=make.lead_of(meeting.group), deputy=deputy, reply="no"
    )
    Attendance.objects.create(meeting=meeting, user=deputy, extra=True)
    event_off = make.conversation(event.network)
    event_off.move("cancel", by=event.created_by, note="Snow.")
    booking = Booking.book(event, member)
    peer = choosing.seats(interview.vacancy)[0].user
    return {
        "meetings.": (meeting, member),
        "meetings.cancelled": (called_off(meeting), member),
        "meetings.deputy_asked": (meeting, deputy),
        "conversations.": (event, member),
        "conversations.conversation_cancelled": (event_off, member),
        "conversations.arranging": (event, event.organiser),
        "conversations.booked": (booking, member),
        "recruitment.": (interview, interview.application.candidate),
        "recruitment.interview_panel": (interview, peer),
        "recruitment.panel_meeting": (interview.vacancy.panel_meetings.get(), peer),
    }


def occurrence_of(subject):
    slot = getattr(subject, "slot", None)
    data = slot and {
        "pk": slot.pk,
        "sequence": subject.sequence + 1,
        "starts_at": slot.starts_at.isoformat(),
        "ends_at": slot.ends_at.isoformat(),
    }
    return Occurrence(subject=subject, data=data or {})


def test_every_entry_that_the_site_makes_is_valid_and_read_by_those_who_know_little(client, things):
    """All kinds of message with an entry, all feeds, all files."""
    texts, kinds = [], set()
    for name, kind in KINDS.items():
        if type(kind).attachments is Kind.attachments:
            continue
        begins = max((key for key in things if name.startswith(key)), key=len)
        subject, user = things[begins]
        for sent in kind.attachments(occurrence_of(subject), user):
            kinds.add(name)
            header = sent.mimetype.split("method=")[1]
            assert len(outlook(sent.content, header)) == 1, name
            texts.append(sent.content)
    assert kinds == {
        "meetings.published",
        "meetings.answer_does_not_count",
        "meetings.changed",
        "meetings.cancelled",
        "meetings.reminder",
        "meetings.deputy_asked",
        "meetings.deputy_released",
        "meetings.left",
        "conversations.arranging",
        "conversations.arranging_ends",
        "conversations.conversation_changed",
        "conversations.conversation_cancelled",
        "conversations.booked",
        "conversations.conversation_reminder",
        "recruitment.panel_meeting",
        "recruitment.panel_meeting_left",
        "recruitment.booked",
        "recruitment.interview",
        "recruitment.interview_off",
        "recruitment.interview_panel",
        "recruitment.interview_panel_left",
        "recruitment.interview_panel_off",
    }
    held = 0
    for user in {user for _, user in things.values()}:
        url = reverse("calendar_feed", args=[Preference.of(user).calendar_token])
        texts.append(client.get(url).content.decode())
        held += len(outlook(texts[-1]))
    assert held == 9
    client.force_login(things["meetings."][1], "apps.accounts.backends.SignIn")
    for name, begins in (
        ("meeting_calendar", "meetings."),
        ("meeting_calendar", "meetings.cancelled"),
        ("conversation_calendar", "conversations."),
    ):
        page = client.get(reverse(name, args=[things[begins][0].pk]))
        assert "method" not in page["Content-Type"]
        texts.append(page.content.decode())
        assert len(outlook(texts[-1])) == 1
    assert faults(*texts) == []


def test_this_reader_finds_what_is_wrong():
    """Each fault is one; a calendar as the site once made it is an hour off in summer."""
    [_, (_, request), *_] = parts_of(entry())
    wrong = (
        ("SEQUENCE:0\r\n", ""),
        ("DTSTAMP:", "X-DTSTAMP:"),
        ("ATTENDEE;", "X-WHO;"),
        ("STATUS:CONFIRMED", "STATUS:CANCELLED"),
        ("SUMMARY:Monthly", "SUMMARY:a;b"),
        ("SUMMARY:", "SUMMARY\r\n"),
        ("CN=Kit", 'CN=K"it'),
        ("VERSION:2.0\r\n", ""),
        ("T130000Z", "T130000"),
        ("\r\nEND:VCALENDAR", "\nEND:VCALENDAR"),
        ("END:VEVENT\r\n", ""),
        ("SUMMARY:", "SUMMARY:" + "x" * 80),
        ("SUMMARY:", "SUMMARY:\x07"),
    )
    assert [was for was, _ in wrong if was not in request] == []
    found = faults_of_each([request, *(request.replace(*change) for change in wrong)])
    assert [len(each) > 0 for each in found] == [False] + [True] * len(wrong)
    zone = "BEGIN:VTIMEZONE\r\nTZID:Europe/London\r\nRDATE:20270328T010000\r\nEND:VTIMEZONE\r\n"
    once = request.replace("DTSTART:20270714T130000Z", "DTSTART;TZID=Europe/London:20270714T140000")
    once = once.replace("BEGIN:VEVENT", f"{zone}BEGIN:VEVENT")
    assert outlook(once)[0][1].hour == 15
    assert outlook(once.replace("RDATE", "RRULE"))[0][1].hour == 14
    assert outlook(request, "PUBLISH") == []


# --- right ----------------------------------------------------------------------------------------
@pytest.mark.parametrize("starts_at", [JULY, JANUARY], ids=["July", "January"])
def test_whoever_knows_little_sees_londons_hour(starts_at):
    for method, text in parts_of(entry(starts_at=starts_at)):
        [(title, begins, ends)] = outlook(text, method)
        assert (begins, ends) == (starts_at, starts_at + timedelta(hours=2))
        assert (begins.hour, ends.hour) == (14, 16)
        assert title.endswith("Monthly meeting")
        assert "TZID" not in text


def test_around_a_clock_change_two_stays_two():
    for day in (datetime(2027, 3, 28, tzinfo=LONDON), datetime(2027, 10, 31, tzinfo=LONDON)):
        series = [day + timedelta(weeks=week, hours=14) for week in range(-2, 3)]
        times = [outlook(as_file(entry(starts_at=at)).decode())[0][1] for at in series]
        assert times == series
        assert {at.hour for at in times} == {14}
        assert len({at.astimezone(UTC).hour for at in times}) == 2


def test_what_is_called_off_says_so_where_nothing_else_would():
    off = entry(cancelled=True, sequence=3)
    assert outlook(as_file(off).decode())[0][0] == "Cancelled: Monthly meeting"
    method, text = part(off, PERSON)
    assert (method, outlook(text, "CANCEL")[0][0]) == ("CANCEL", "Monthly meeting")
    assert "RSVP=FALSE" in text
    assert "SEQUENCE:3\r\n" in text


def test_a_request_asks_for_no_reply_by_calendar_and_says_where_to_answer():
    """Nothing reads such a reply yet: whoever pressed *Accept* would be taken for silent."""
    _, text = part(entry(), PERSON)
    [event] = Calendar.from_ical(text).walk("VEVENT")
    assert event["attendee"].params["rsvp"] == "FALSE"
    assert event["attendee"].params["partstat"] == "NEEDS-ACTION"
    said = str(event["description"])
    assert "We do not see an answer that you give in your calendar." in said
    assert said.index("Say whether you will come") < said.index(settings.SITE_URL)
    assert "in your calendar" not in as_file(entry()).decode()


def test_a_request_says_what_somebody_has_answered(meeting, member):
    """So a later one does not ask anew whoever has answered."""
    for reply, partstat in (("yes", "ACCEPTED"), ("maybe", "TENTATIVE"), ("no", "DECLINED")):
        Attendance.answer(meeting, member, reply)
        [sent, _] = KINDS["meetings.reminder"].attachments(Occurrence(subject=meeting), member)
        [event] = Calendar.from_ical(sent.content).walk("VEVENT")
        assert event["attendee"].params["partstat"] == partstat
        assert event["attendee"].params["rsvp"] == "FALSE"


def test_the_feed_holds_what_was_announced_and_what_became_of_it(meeting, member):
    """A draft that was called off was never anybody's; one that stood says that it is off."""
    off = called_off(meeting)
    draft = make.meeting(meeting.group)
    draft.move("cancel", by=draft.created_by, note="Changed plans.")
    assert {one.key: one.cancelled for one in of_meetings(member)} == {
        meeting.uid: False,
        off.uid: True,
    }
    assert f"Cancelled: {off.title}" in feed(member).decode()


def test_a_sequence_rises_with_each_change_and_when_it_is_off(meeting, member):
    seen = [one.sequence for one in of_meetings(member) if one.key == meeting.uid]
    for place in ("Room 2", "Room 3"):
        Meeting.objects.get(pk=meeting.pk).amend(
            by=meeting.created_by, seen=seen[-1], place=place, reason="Taken."
        )
        seen += [one.sequence for one in of_meetings(member) if one.key == meeting.uid]
    Meeting.objects.get(pk=meeting.pk).move("cancel", by=meeting.created_by, note="Flooded.")
    seen += [one.sequence for one in of_meetings(member) if one.key == meeting.uid]
    assert seen == [0, 1, 2, 3]


def test_whoever_gives_up_their_place_can_have_the_entry_again(event):
    """The same sequence: by the later stamp the last mail counts."""
    calendars = []
    for minutes, off in enumerate((False, True, False)):
        with time_machine.travel(timezone.now() + timedelta(minutes=minutes), tick=False):
            method, text = of_conversation(event, off=off)
        assert method == ("CANCEL" if off else "PUBLISH")
        calendars.append(Calendar.from_ical(text).walk("VEVENT")[0])
        assert faults(text) == []
    assert len({one["sequence"] for one in calendars}) == 1
    stamps = [one["dtstamp"].dt for one in calendars]
    assert stamps == sorted(set(stamps))


def test_an_interview_at_a_time_that_another_gave_up_is_an_entry_of_its_own(interview):
    """Else the panel's calendars held it for older than the end of the first."""
    was = occurrence_of(interview).data
    gone = cancelled(interview, was, of_panel=True)
    assert gone.key == of_panel(interview).key
    assert gone.key not in (interview.uid, of_candidate(interview).key)
    other = type(interview)(slot=interview.slot)
    assert of_panel(other).key != gone.key


def test_every_source_of_feeds_is_here():
    names = {source.__module__ for source in CALENDAR}
    assert names == {
        "apps.notifications.calendar",  # deadlines
        "apps.meetings.calendar",
        "apps.conversations.calendar",
        "apps.recruitment.selection.calendar",
    }
