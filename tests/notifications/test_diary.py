"""The calendar page: what concerns one by its day, as a list and by month; nothing of others."""

import inspect
from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from icalendar import Calendar

from apps.conversations import calendar as conversations
from apps.conversations.models.booking import Booking
from apps.conversations.models.conversation import Conversation
from apps.core.clock import LONDON
from apps.core.needs import NEEDS, SHOWN
from apps.groups.models import Membership
from apps.network.pairs.models import Pair
from apps.notifications.calendar import CALENDAR, Asked, feed
from apps.notifications.diary import PAGE
from apps.recruitment.roles import PanelRole
from apps.recruitment.selection import calendar as selection
from apps.recruitment.selection.models.interview import PanelMeeting, Slot
from tests import factories as make
from tests.recruitment import making

from ..calendars import faults, outlook
from ..factories import UserFactory, appoint
from ..pages import source
from ..recruitment.employment.test_employment import started
from ..recruitment.selection import choosing

NOW = datetime(2026, 11, 23, 11, 0, tzinfo=LONDON)  # a Monday


@pytest.fixture(autouse=True)
def _a_monday_morning(db):
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def group():
    return make.working_group(name="Pay", slug="pay")


@pytest.fixture
def member(group):
    person = UserFactory()
    appoint(group, person)
    return person


def client_of(person):
    client = Client()
    client.force_login(person, "apps.accounts.backends.SignIn")
    return client


def page_of(person, **asked):
    """The calendar page as somebody sees it, signed in anew."""
    page = client_of(person).get(reverse("calendar"), asked)
    assert page.status_code == 200
    return page


def listed(page):
    return [(day.date, one.words) for day in page.context["days"] for one in day.entries]


def in_month(page):
    days = [day for week in page.context["weeks"] for day in week.days]
    return {day.date: [one.words for one in day.entries] for day in days if day.entries}


def at(day, hour=14, month=12):
    return datetime(2026, month, day, hour, tzinfo=LONDON)


def meet(group, starts_at, title="Monthly meeting", publish=True, **fields):
    fields |= {"title": title, "starts_at": starts_at, "ends_at": starts_at + timedelta(hours=2)}
    return (make.published if publish else make.meeting)(group, **fields)


@pytest.fixture
def everything(group, member):
    """A meeting, a Conversation, an action, a consultation: of the member."""
    held = make.held(group, days_ago=40)
    meet(group, at(7))
    event = make.conversation(make.network(), starts_at=at(9, 10), ends_at=at(9, 12))
    Booking.book(event, member)
    make.action(held, member, text="Book the room", due=date(2026, 12, 7))
    make.consultation(group, title="Opening hours", closes_at=at(8, 17))


# --- what is there --------------------------------------------------------------------------------
def test_it_lists_from_today_on_what_concerns_somebody_by_its_day(member, everything):
    page = page_of(member)
    assert listed(page) == [
        (date(2026, 12, 7), "Do what you took on: Book the room"),
        (date(2026, 12, 7), "Monthly meeting"),
        (date(2026, 12, 8), "Say what you think: Opening hours"),
        (date(2026, 12, 9), "Peer Support Conversation"),
    ]
    said = source(page)
    for words in ("2pm to 4pm", "By 5pm", "By the end of the day", "week 50", "Deadline", "Pay"):
        assert words in said
    by_month = in_month(page_of(member, month="2026-12"))
    assert sorted(by_month) == [date(2026, 12, 7), date(2026, 12, 8), date(2026, 12, 9)]


def test_page_and_feed_hold_the_same(member, everything):
    shown = [one.title for day in page_of(member).context["days"] for one in day.entries]
    read = [title for title, begins, _ in outlook(feed(member).decode()) if _is_to_come(begins)]
    assert sorted(shown) == sorted(read)
    assert len(read) == 4


def _is_to_come(begins):
    return begins >= NOW if isinstance(begins, datetime) else begins >= NOW.date()


def test_whoever_has_no_part_in_it_sees_nothing(group, everything):
    """Consultations of everybody apart: these are asked of them too."""
    meet(group, at(10), "Not announced yet", publish=False)
    assert [words for _, words in listed(page_of(UserFactory()))] == [
        "Say what you think: Opening hours"
    ]
    assert "Not announced yet" not in source(page_of(make.lead_of(group)))


def test_whoever_left_sees_it_no_more(group, member, everything):
    Membership.objects.filter(user=member).update(ends=date(2026, 11, 22))
    assert "Monthly meeting" not in source(page_of(member))


def test_what_is_called_off_says_so(group, member):
    off = meet(group, at(7))
    off.move("cancel", by=off.created_by, note="The room flooded.")
    assert "Cancelled" in source(page_of(member))
    assert "Cancelled" in source(page_of(member, month="2026-12"))


def test_what_was_before_today_stands_in_its_month_alone(group, member):
    make.conversation_over(make.network(), member)
    make.held(group, days_ago=7)
    assert listed(page_of(member)) == []
    assert in_month(page_of(member, month="2026-11")) == {
        date(2026, 11, 16): ["Monthly meeting", "Peer Support Conversation"]
    }


def test_what_each_entry_leads_to_opens(member, everything):
    client = client_of(member)
    entries = [one for day in page_of(member).context["days"] for one in day.entries]
    assert [client.get(one.href).status_code for one in entries] == [200] * 4


def test_a_deadline_leaves_once_it_is_met(member, everything):
    action = member.actions.get()
    action.move("finish", by=member)
    assert "Book the room" not in source(page_of(member))
    assert "Book the room" not in feed(member).decode()


# --- deadlines in feeds ---------------------------------------------------------------------------
def test_a_deadline_is_a_day_on_which_nobody_is_busy(member, everything):
    text = feed(member).decode()
    assert faults(text) == []
    [day] = [one for one in Calendar.from_ical(text).walk("VEVENT") if "took on" in one["summary"]]
    assert (day["dtstart"].dt, day["dtend"].dt) == (date(2026, 12, 7), date(2026, 12, 8))
    assert day["transp"] == "TRANSPARENT"
    assert "DTSTART;VALUE=DATE:20261207" in text


def test_a_day_that_is_wrongly_written_is_found(member, everything):
    text = feed(member).decode()
    for was, wrong in (
        ("TRANSP:TRANSPARENT\r\n", ""),
        ("DTEND;VALUE=DATE:20261208", "DTEND;VALUE=DATE:20261207"),
        ("DTEND;VALUE=DATE:20261208", "DTEND:20261207T150000Z"),
    ):
        assert was in text
        assert faults(text.replace(was, wrong)) != []


def test_who_looks_into_a_calendar_reads_nothing_of_what_is_private():
    network = make.network()
    pair = make.pair(network)
    Pair.objects.filter(pk=pair.pk).update(counted_from=date(2026, 10, 28))  # due on 25 November
    text = feed(pair.peer).decode()
    assert [title for title, *_ in outlook(text)] == ["Something to do (last day)"]
    [mine, theirs] = [
        [str(one["uid"]) for one in Calendar.from_ical(feed(one)).walk("VEVENT")]
        for one in (pair.peer, pair.sponsor)
    ]
    assert len(mine) == len(theirs) == 1 != len({*mine, *theirs})  # nothing ties the two
    for word in (pair.sponsor.full_name, "Check in", pair.get_absolute_url(), "walk"):
        assert word not in text
    assert listed(page_of(pair.peer)) == [
        (date(2026, 11, 25), "Check in with " + pair.sponsor.name)
    ]


# Due when something begins that stands there itself, or is on the way to it.
STANDS_THERE = {
    "meetings.answers",
    "meetings.support",
    "meetings.proposals",
    "conversations.support_to_arrange",
    "recruitment.selection.booked",
}


def test_what_is_due_stands_in_calendars_or_it_is_said_why_not():
    left_out = {
        one.name for one in NEEDS if "due=" in inspect.getsource(one.needs) and not one.deadline
    }
    assert left_out == STANDS_THERE


# --- a month --------------------------------------------------------------------------------------
def test_a_month_has_whole_weeks_with_their_numbers_and_bank_holidays(member):
    page = page_of(member, month="2027-01")
    weeks = page.context["weeks"]
    assert [week.number for week in weeks] == [53, 1, 2, 3, 4]
    assert all([day.date.weekday() for day in week.days] == list(range(7)) for week in weeks)
    assert (weeks[0].days[0].date, weeks[-1].days[-1].date) == (
        date(2026, 12, 28),
        date(2027, 1, 31),
    )
    holidays = {day.date: day.holiday for week in weeks for day in week.days if day.holiday}
    assert holidays == {
        date(2026, 12, 28): "Boxing Day (substitute day)",
        date(2027, 1, 1): "New Year's Day",
    }
    assert "Nothing is in your calendar this month." in source(page)


def test_months_lead_on_over_the_turn_of_the_year(member):
    said = source(page_of(member, month="2026-12", sort="meeting"))
    for month in ("2026-11", "2027-01"):
        assert f"?month={month}&amp;sort=meeting" in said


def test_a_day_that_is_full_folds(group, member):
    for number in range(5):
        meet(group, at(7, 9 + number), f"Number {number}")
    day = next(
        day
        for week in page_of(member, month="2026-12").context["weeks"]
        for day in week.days
        if day.entries
    )
    assert [one.words for one in day.first] == ["Number 0", "Number 1", "Number 2"]
    assert [one.words for one in day.more] == ["Number 3", "Number 4"]
    assert "2 more" in source(page_of(member, month="2026-12"))


def test_around_midnight_in_summer_it_is_londons_day(group, member):
    """Half past midnight in London is the day before in UTC, and of the month before."""
    starts_at = datetime(2027, 7, 1, 0, 30, tzinfo=LONDON)
    meet(group, starts_at, "Night watch")
    assert in_month(page_of(member, month="2027-07")) == {date(2027, 7, 1): ["Night watch"]}
    june = page_of(member, month="2027-06").context["weeks"]
    [day] = [day for week in june for day in week.days if day.entries]
    assert (day.date, day.is_other) == (date(2027, 7, 1), True)


@pytest.mark.parametrize(
    "asked",
    [
        {"month": "2026-13"},
        {"month": "x"},
        {"month": "9999-01"},
        {"month": "0000-01"},
        {"month": "2026-11\n"},
        {"sort": "x"},
        {"group": "no"},
    ],
)
def test_what_is_not_understood_is_left_out(member, everything, asked):
    assert len(listed(page_of(member, **asked))) == 4


@pytest.mark.parametrize("page", ["0", "-1", "x", "41", "9" * 30])
def test_a_page_that_there_is_not_is_not_found(member, page):
    assert client_of(member).get(reverse("calendar"), {"page": page}).status_code == 404


TOOK_ON, ASKED = "Do what you took on: Book the room", "Say what you think: Opening"


# --- narrowed, paged ------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"sort": "meeting"}, ["Monthly meeting"]),
        ({"sort": "conversation"}, ["Peer Support Conversation"]),
        ({"sort": "appointment"}, []),
        (
            {"sort": "deadline"},
            [TOOK_ON, ASKED],
        ),
        (
            {"group": "pay"},
            [
                "Do what you took on: Book the room",
                "Monthly meeting",
                "Say what you think: Opening",
            ],
        ),
        ({"group": "pay", "sort": "meeting"}, ["Monthly meeting"]),
    ],
)
def test_it_is_narrowed_by_what_and_by_group(member, everything, asked, words):
    found = [said.removesuffix(" hours") for _, said in listed(page_of(member, **asked))]
    assert found == words
    by_month = in_month(page_of(member, month="2026-12", **asked))
    assert sum(map(len, by_month.values())) == len(words)


def test_pages_lose_nothing_and_repeat_nothing(group, member):
    """Of two sources, so that neither gives a page alone."""
    held = make.held(group, days_ago=40)
    for number in range(PAGE):
        meet(group, NOW + timedelta(days=8 + number), f"Meeting {number}")
    for number in range(3):
        make.action(held, member, text=f"Action {number}", due=date(2026, 12, 2 + 7 * number))
    first, second = page_of(member), page_of(member, page=2)
    both = [*listed(first), *listed(second)]
    assert (len(listed(first)), len(both), len(set(both))) == (PAGE, PAGE + 3, PAGE + 3)
    assert both == sorted(both, key=lambda one: one[0])
    assert (first.context["later"], second.context["later"]) == (2, 0)
    assert "page=2" in source(first)


def test_pages_lose_nothing_where_things_begin_together(group, member):
    titles = [*(f"Early {number:02}" for number in range(PAGE - 1)), "C", "B", "A"]
    for number, title in enumerate(titles):
        meet(group, at(9, 1) + timedelta(hours=min(number, PAGE - 1)), title)
    seen = [words for page in (1, 2) for _, words in listed(page_of(member, page=page))]
    assert sorted(seen) == sorted(titles)


@pytest.mark.parametrize("month", [None, "2026-12"], ids=["list", "month"])
def test_narrowed_to_a_group_no_deadline_of_others_hides_its_own(group, member, month):
    other = make.working_group(name="Other", slug="other")
    appoint(other, member)
    held = make.held(group, days_ago=40)
    for number in range(SHOWN + 1):
        make.action(held, member, text=f"Number {number}", due=date(2026, 12, 1))
    make.action(make.held(other, days_ago=40), member, text="The one", due=date(2026, 12, 7))
    narrowed = {"group": "other"} | ({"month": month} if month else {})
    assert "The one" in source(page_of(member, **narrowed))
    assert "The one" in feed(member).decode()


def test_each_entry_of_a_feed_has_a_uid_of_its_own():
    """Two reviews of one person in post are due: both lead to the same page."""
    with time_machine.travel(NOW - timedelta(days=60)):
        vacancy = making.vacancy(state="decided")
        started(vacancy)
    uids = [str(one["uid"]) for one in Calendar.from_ical(feed(vacancy.manager)).walk("VEVENT")]
    assert len(uids) == len(set(uids)) == 2
    again = Calendar.from_ical(feed(vacancy.manager)).walk("VEVENT")
    assert uids == [str(one["uid"]) for one in again]


def test_a_source_reads_no_more_than_is_asked_for(group, member):
    network = make.network()
    for number in range(3):
        meet(group, at(7 + number))
        Booking.book(make.conversation(network, starts_at=at(9, 10), ends_at=at(9, 12)), member)
    found = [list(one(member, Asked(NOW, at_most=2))) for one in CALENDAR]
    assert sorted(map(len, found)) == [0, 0, 2, 2]


LONG_AGO = NOW - timedelta(days=400)


def _in_its_month(source, person):
    span = Asked(LONG_AGO - timedelta(days=1), LONG_AGO + timedelta(days=1), at_most=500)
    return len(list(source.rows(person, span)))


def test_conversations_of_past_years_are_read_for_their_month_alone(member):
    event = make.conversation(make.network(), starts_at=at(9, 10), ends_at=at(9, 12))
    Booking.book(event, member)
    assert len(conversations._MINE.kept.rows(member)) == 1
    times = {"starts_at": LONG_AGO, "ends_at": LONG_AGO + timedelta(hours=2)}
    Conversation.objects.filter(pk=event.pk).update(**times)
    assert len(conversations._MINE.kept.rows(member)) == 0
    assert _in_its_month(conversations._MINE, member) == 1


def test_interviews_and_panels_of_past_years_are_read_for_their_month_alone():
    vacancy, people = choosing.planned("yes")
    choosing.book_all(vacancy)
    times = {"starts_at": at(9, 10), "ends_at": at(9, 12)}
    PanelMeeting.plan(vacancy, by=choosing.chair(vacancy), kind="debrief", **times)
    candidate = vacancy.applications.get().candidate
    judge = choosing.anew(people[PanelRole.PEER])
    theirs = [
        (selection._OWN, choosing.anew(candidate)),
        (selection._INTERVIEWS, judge),
        (selection._MEETINGS, judge),
    ]
    assert [len(source.kept.rows(person)) for source, person in theirs] == [1, 1, 1]
    times = {"starts_at": LONG_AGO, "ends_at": LONG_AGO + timedelta(hours=2)}
    Slot.objects.filter(interview__state="booked").update(**times)
    PanelMeeting.objects.update(**times)
    assert [len(source.kept.rows(person)) for source, person in theirs] == [0, 0, 0]
    assert [_in_its_month(*one) for one in theirs] == [1, 1, 1]
    assert [list(selection.feed(judge, Asked(NOW, at_most=2)))] == [[]]


@pytest.mark.parametrize("asked", [{}, {"month": "2026-12"}], ids=["list", "month"])
def test_it_costs_the_same_for_one_and_for_three(group, member, asked):
    held = make.held(group, days_ago=40)
    network = make.network()

    def cost():
        client = client_of(member)
        client.get(reverse("calendar"), asked)  # the first request of a session is noted
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("calendar"), asked)
        return len(queries)

    def add():
        meet(group, at(7))
        make.action(held, member)
        make.consultation(group)
        Booking.book(make.conversation(network, starts_at=at(9, 10), ends_at=at(9, 12)), member)

    add()
    once = cost()
    add()
    add()
    assert cost() == once <= 12


# --- the way there --------------------------------------------------------------------------------
def test_the_feed_and_its_help_are_at_the_top_and_the_choices_lead_there(member):
    said = source(page_of(member))
    assert said.index("webcal://") < said.index("From today on")
    client = client_of(member)
    for name in ("home", "meetings", "notification_preferences"):
        assert 'href="/calendar/"' in source(client.get(reverse(name)))
    assert client.post(reverse("calendar_reset")).url == reverse("calendar")
