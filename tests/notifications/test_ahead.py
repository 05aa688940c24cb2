"""Who should know of what is to come does, whatever brought that about: what is not a meeting."""

import itertools
import time
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from apps.accounts.models.people import User
from apps.accounts.roles import OFFICE
from apps.conversations.models.booking import Booking
from apps.conversations.models.booking import amend as amend_conversation
from apps.governance.consultations.models.consultation import Consultation
from apps.meetings.events import TELLS
from apps.meetings.finding.models import Finding
from apps.meetings.models.meeting import Meeting
from apps.meetings.models.people import Attendance
from apps.notifications import ahead, planning
from apps.notifications.ahead import AHEAD
from apps.notifications.kinds import KINDS
from apps.notifications.models import Preference
from apps.recruitment.roles import PanelRole, sync_grants
from apps.recruitment.selection.models.interview import PanelMeeting
from apps.recruitment.selection.models.sheet import Recusal
from apps.recruitment.vacancies.models.panel import PanelMember
from apps.recruitment.vacancies.models.vacancy import Vacancy
from tests import factories as make

from ..announced import Tick, entries
from ..factories import StaffFactory, UserFactory, appoint, programme_user
from ..recruitment import making
from ..recruitment.selection import choosing
from .test_at_once import in_threads

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _a_monday_morning():
    with time_machine.travel("2026-11-23T11:00:00Z"):
        yield


@pytest.fixture
def tick(mailoutbox):
    return Tick(mailoutbox)


def entry(mail):
    """(method, UID) of what a mail puts into a calendar, or takes out."""
    (method, event), *_ = entries(mail)
    return method, str(event["uid"])


def seen(user):
    """Titles on somebody's Messages page, oldest first."""
    return list(user.deliveries.visible_to(user).order_by("pk").values_list("title", flat=True))


# --- the rule -------------------------------------------------------------------------------------
def test_whatever_tells_of_things_ahead_says_so():
    """Else the demonstration would forget that its people know."""
    for one in AHEAD:
        for name in (*one.tells, *one.ends):
            assert KINDS[name].announces, name
        for name in one.ends:
            kind = KINDS[name]
            assert kind.stays_on, name
            assert kind.parting or name == "recruitment.interview_panel_off", name


def everybody(group):
    """Members of both sides, one whose account is closed, one who leaves and one who comes soon."""
    today = timezone.localdate()
    for user, terms in (
        (UserFactory(), {}),
        (StaffFactory(), {}),
        (closed := UserFactory(), {}),
        (UserFactory(), {"ends": today + timedelta(days=1)}),
        (UserFactory(), {"starts": today + timedelta(days=2)}),
    ):
        appoint(group, user, **terms)
    User.objects.filter(pk=closed.pk).update(is_active=False)
    return group


def a_finding(group):
    days = (timezone.now() + timedelta(days=20 + number) for number in range(3))
    times = [(at, at + timedelta(hours=1)) for at in days]
    until = timezone.now() + timedelta(days=3)
    by = make.leads(group)[0]
    return Finding.propose(group, times, by=by, title="Away day", closes_at=until, place="The Hub")


@pytest.mark.differs("both")
def test_who_should_know_is_who_is_asked():
    """What is compared in a query, and what pages ask of one thing, is the same."""
    group, network = everybody(make.working_group()), everybody(make.network())
    parent, deputy = make.published(group), UserFactory()
    Attendance.objects.create(meeting=parent, user=deputy, extra=True)
    debrief = make.published(group, parent=parent, kind=Meeting.Kind.DEBRIEF)
    audience = Consultation.Audience
    asked = [
        make.consultation(group, questions=["text"], **fields)
        for fields in (
            {},
            {"audience": audience.NETWORK},
            {"audience": audience.GROUPS, "groups": [group]},
            {"audience": audience.PEOPLE, "people": [deputy]},
        )
    ]
    programme_user(OFFICE)
    meetings = [parent, make.published(network), debrief]
    for things, who in ((meetings, "invited"), (asked, "asked"), ([a_finding(group)], "asked")):
        [one] = [one for one in AHEAD if one.things().model is type(things[0])]
        pairs = set(one.should([thing.pk for thing in things]))
        wanted = {(thing.pk, user.pk) for thing in things for user in getattr(thing, who)()}
        assert pairs == wanted
        assert len({user for _, user in wanted}) > 4


def test_one_sort_or_thing_that_fails_keeps_no_other_waiting(tick, monkeypatch, caplog):
    group = make.working_group()
    first, second = make.published(group), make.published(group)
    tick()
    broken = ahead.Ahead(things=Meeting.objects.ahead, people=lambda keys: 1 / 0, tells=TELLS)
    notify = ahead.notify

    def fails(kind, thing, *args, **more):
        return 1 / 0 if thing.pk == first.pk else notify(kind, thing, *args, **more)

    monkeypatch.setattr(ahead, "notify", fails)
    monkeypatch.setattr(ahead, "AHEAD", [broken, *AHEAD])
    appoint(group, user := UserFactory())

    assert tick() == [("New meeting", user.email)], second
    assert caplog.text.count("Who should know of meetings.published could not be told") == 2


# --- a time that is looked for --------------------------------------------------------------------
def test_whoever_joins_is_asked_which_times_suit(tick):
    group = make.working_group()
    a_finding(group)
    tick()
    appoint(group, user := UserFactory())

    [(subject, address)] = tick()
    assert (subject[:22], address) == ("Which times suit you? ", user.email)
    assert tick() == []


# --- Conversations --------------------------------------------------------------------------------
def test_whoever_joins_the_network_hears_of_conversations_to_come(tick):
    network = make.network()
    make.conversation(network)
    tick()
    appoint(network, user := UserFactory())

    assert tick() == [("A Conversation", user.email)]
    network.memberships.get(user=user).finish(by=user, reason="Moved.")
    assert tick() == []  # nothing of it was in their calendar


def test_who_arranges_support_at_a_conversation_has_its_entry_until_another_does(tick):
    event = make.conversation(make.network())
    first, then = event.organiser, StaffFactory()
    assert ("You arrange support", first.email) in tick()
    assert ("PUBLISH", f"{event.uid}@127.0.0.1") in [
        entry(mail) for mail in tick.mails if mail.to == [first.email] and entries(mail)
    ]

    amend_conversation(event, by=first, seen=event.sequence, organiser=then)

    assert set(tick()) == {
        ("Somebody else arranges support", first.email),
        ("You arrange support", then.email),
    }
    methods = {mail.to[0]: entry(mail)[0] for mail in tick.mails}
    assert methods == {first.email: "CANCEL", then.email: "PUBLISH"}
    assert tick() == []


def test_who_arranges_support_hears_that_a_conversation_moves_or_is_off(tick):
    event = make.conversation(make.network())
    tick()
    later = event.starts_at + timedelta(days=1)
    times = {"starts_at": later, "ends_at": later + timedelta(hours=2)}
    amend_conversation(event, by=event.created_by, seen=event.sequence, reason="Snow.", **times)
    assert tick() == [("Conversation moved or changed", event.organiser.email)]
    assert entry(tick.mails[0])[0] == "PUBLISH"
    event.refresh_from_db()
    event.move("cancel", by=event.created_by, note="Snow.")
    assert tick() == [("Conversation cancelled", event.organiser.email)]
    assert entry(tick.mails[0])[0] == "CANCEL"


def test_who_books_and_closes_the_account_has_the_entry_cancelled(tick):
    """By a letter that leads nowhere: they have no page any more."""
    event, user = make.conversation(make.network()), UserFactory()
    Booking.book(event, user)
    tick()

    user.close(by=programme_user(OFFICE), reason="Asked us to.")

    assert tick() == [("Your booking is given up", user.email)]
    assert entry(tick.mails[0]) == ("CANCEL", f"{event.uid}@127.0.0.1")
    assert "/book" not in tick.mails[0].body


# --- consultations --------------------------------------------------------------------------------
@pytest.mark.parametrize("audience", ["network", "groups", "public"])
def test_whoever_comes_to_be_asked_is(tick, audience):
    network = make.network()
    made = make.consultation(network, questions=["text"], audience=audience, groups=[network])
    tick()
    appoint(network, user := UserFactory())

    assert tick() == [("You are asked what you think", user.email)]
    assert made.get_absolute_url() in tick.mails[0].body
    assert tick() == []


def test_whoever_joins_much_at_once_has_one_email_of_it(tick):
    """And one for each entry of a calendar; those who chose otherwise have what they chose."""
    network = make.network()
    for _ in range(2):
        make.consultation(network, questions=["text"], audience="network")
    make.conversation(network)
    meeting = make.published(network)
    tick()
    user, daily, none = (UserFactory() for _ in range(3))
    Preference.objects.create(user=daily, overall="daily")
    Preference.of(none).choose(consultations="none", network="none", meetings="none")
    for one in (user, daily, none):
        appoint(network, one)

    subjects = [subject for subject, to in tick() if to == user.email]

    assert subjects == ["New meeting", "Your messages for Monday 23 November 2026"]
    [digest] = [mail for mail in tick.mails if mail.subject.startswith("Your messages")]
    assert digest.body.count("You are asked what you think") == 2
    assert digest.body.count("A Conversation: ") == 1
    assert {mail.to[0] for mail in tick.mails} == {user.email}
    assert len(seen(none)) == len(seen(daily)) == len(seen(user)) == 4
    assert meeting.title in " ".join(seen(none))
    assert tick() == []


def test_whoever_answered_before_they_were_asked_is_asked_no_more(tick, client):
    network = make.network()
    make.consultation(network, questions=["text"], audience="network")
    tick()
    appoint(network, user := UserFactory())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Consultation, "silent", lambda self: User.objects.none())
        assert tick() == []
        assert tick() == []
    assert user.deliveries.filter(channel="in_app").count() == 1  # found unwanted once, and kept


# --- panels ---------------------------------------------------------------------------------------
@pytest.fixture
def vacancy():
    """With a booked interview, of which the panel was told a week before, and a meeting of it."""
    vacancy, _ = choosing.planned("yes")
    choosing.book_all(vacancy)
    starts_at = timezone.now() + timedelta(days=20)
    times = {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=1)}
    PanelMeeting.plan(vacancy, by=choosing.chair(vacancy), kind="debrief", **times)
    return vacancy


@pytest.mark.parametrize("part", ["panel", "manager"])
def test_who_is_given_a_part_in_an_open_vacancy_hears_of_it(part, tick):
    vacancy = making.ready_to_open()
    vacancy.move("open", by=choosing.anew(vacancy.created_by))
    tick()
    user = StaffFactory()
    if part == "panel":
        by = choosing.anew(vacancy.created_by)
        PanelMember.add(vacancy, user, PanelRole.TEAM, by=by)
    else:
        Vacancy.objects.filter(pk=vacancy.pk).update(manager=user)
        sync_grants(user, Vacancy.objects.get(pk=vacancy.pk))

    tick()

    assert seen(user) == [f"A vacancy has opened: {vacancy.title}"]
    tick()
    assert len(seen(user)) == 1


def a_week_before(vacancy):
    [interview] = choosing.own_interviews(vacancy)
    return time_machine.travel(interview.slot.starts_at - timedelta(days=6, hours=22))


def test_who_joins_a_panel_hears_of_what_is_near_and_who_leaves_has_it_cancelled(vacancy, tick):
    tick()
    officer = choosing.anew(vacancy.created_by)
    new = PanelMember.add(vacancy, StaffFactory(), PanelRole.TEAM, by=officer)
    tick()
    assert seen(new.user) == [f"The panel meets: {vacancy.title}"]  # the interview is not near
    with a_week_before(vacancy):
        tick()
        late = PanelMember.add(vacancy, StaffFactory(), PanelRole.TEAM, by=officer)
        tick()
        assert sorted(seen(late.user)) == [
            f"The panel holds an interview: {vacancy.title}",
            f"The panel meets: {vacancy.title}",
        ]
        had = {entry(mail)[1] for mail in tick.mails if mail.to == [late.user.email]}

        late.remove(by=officer, reason="Ill.")

        tick()
        gone = [entry(mail) for mail in tick.mails if mail.to == [late.user.email]]
        assert sorted(gone) == sorted(("CANCEL", uid) for uid in had)
        assert len(had) == 2
        assert all(vacancy.title not in mail.body for mail in tick.mails)
        assert tick() == []


def test_who_does_not_judge_a_candidate_has_that_interview_cancelled(vacancy, tick):
    with a_week_before(vacancy):
        tick()
        [interview] = choosing.own_interviews(vacancy)
        member = choosing.seats(vacancy)[0]
        Recusal.objects.create(member=member, blind=interview.blind)

        tick()

        [mail] = tick.mails
        assert (mail.to, entry(mail)[0]) == ([member.user.email], "CANCEL")
        assert interview.application.full_name not in mail.body


# --- at once --------------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
@pytest.mark.differs
def test_two_who_compare_at_once_tell_once(monkeypatch):
    """Each takes another while between what it saw and what it does of that."""
    if connection.vendor == "sqlite":
        pytest.skip("one writer at a time")
    turns, compare = itertools.count(), ahead._difference

    def slowly(one, keys):
        seen = compare(one, keys)
        time.sleep(next(turns) * 0.1)
        return seen

    group = make.working_group()
    make.published(group)
    planning.plan()
    appoint(group, user := UserFactory())

    monkeypatch.setattr(ahead, "_difference", slowly)
    assert in_threads(*[ahead.catch_up] * 3) == []

    assert user.deliveries.filter(channel="in_app").count() == 1
