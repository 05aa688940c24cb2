"""A time is found together: who is asked, what their answers say, what one press makes of it."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models.people import User
from apps.accounts.roles import OFFICE
from apps.core.exceptions import IllegalMove, NotYet
from apps.core.needs import needs_of
from apps.core.personal import HELD, RULES
from apps.groups import counting
from apps.groups.models import Membership, Presence, TermsOfReference
from apps.groups.roles import Role
from apps.meetings.finding.forms import ProposeForm
from apps.meetings.finding.links import LIFE, times_token
from apps.meetings.finding.models import Finding, ProposedTime, TimeAnswer
from apps.meetings.models.meeting import Meeting
from apps.notifications import planning
from apps.recruitment.employment.models.appointment import Appointment
from tests import factories as make

from ...factories import UserFactory, appoint
from ...pages import source
from .steps import (
    CLOSES,
    DAY,
    FIRST,
    HOURS,
    NOW,
    all_say,
    choose,
    client_of,
    keys,
    lead_of,
    link,
    look,
    member,
    proposed,
    say,
    sent_answers,
    times,
    told,
)

pytestmark = [pytest.mark.django_db, pytest.mark.differs]


# --- proposing ------------------------------------------------------------------------------------
def test_given_three_times_then_everybody_who_would_be_invited_is_asked(group):
    outsider = UserFactory()
    page = client_of(lead_of(group)).post(reverse("finding_propose", args=["pay"]), proposed())
    finding = Finding.objects.get()
    assert page.url == finding.get_absolute_url()
    assert [one.starts_at for one in finding.times.all()] == [starts for starts, _ in times()]
    assert {one.ends_at - one.starts_at for one in finding.times.all()} == {timedelta(minutes=90)}
    assert (finding.closes_at, finding.last_day.day) == (CLOSES, 27)
    asked = told("times_asked")
    assert asked == keys(finding.asked()) == keys(one.user for one in group.people())
    assert outsider.pk not in asked


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"start_3": ""}, "start_3", ""),
        ({"day_3_day": "31", "day_3_month": "2"}, "day_3", "real date"),
        ({"day_2_day": "8"}, "start_2", "same as time 1"),
        ({"day_1_day": "7"}, "day_1", "8 December 2026 or later"),
        ({"day_1_year": "2025"}, "day_1", "8 December 2026 or later"),
        ({"closes_day": "22"}, "closes", "today or later"),
        ({"start_4": "2pm"}, "day_4", "Give the day of time 4"),
        ({"day_5_day": "9", "day_5_month": "1", "day_5_year": "2027"}, "start_5", "time 5 starts"),
        ({"link": "nothing at all"}, "link", "whole link"),
    ],
)
def test_what_is_amiss_is_said_beside_its_field_and_words_are_kept(group, changes, field, words):
    page = client_of(lead_of(group)).post(
        reverse("finding_propose", args=["pay"]), proposed(**changes)
    )
    assert page.status_code == 422
    assert list(page.context["form"].errors) == [field]
    assert words in page.context["form"].errors[field][0]
    assert 'value="Next"' in source(page)
    assert not Finding.objects.exists()


def test_a_time_that_the_clock_skips_is_none(group):
    """On 28 March 2027 it goes from one to two."""
    sent = proposed(day_3_day="28", day_3_month="3", day_3_year="2027", start_3="1:30am")
    form = ProposeForm(sent, group=group)
    assert "does not exist" in form.errors["start_3"][0]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (times(2), "3 to 10"),
        (times(11), "3 to 10"),
        ([*times(), times()[0]], "the same"),
        ([*times(), (FIRST - timedelta(hours=15), FIRST)], "8 December"),
        ([*times(), (FIRST + HOURS, FIRST)], "end after"),
    ],
)
def test_nobody_proposes_them_past_the_page(group, given, words):
    with pytest.raises(NotYet, match=words):
        Finding.propose(group, given, by=lead_of(group), title="Next", closes_at=CLOSES)


def test_only_who_plans_meetings_proposes_and_only_in_a_group_at_work(group):
    with pytest.raises(PermissionDenied):
        Finding.propose(
            group, times(), by=member(group, "Peer One"), title="Next", closes_at=CLOSES
        )
    group.state = "closing"
    group.save()
    with pytest.raises(NotYet, match="closing"):
        look(group)


# --- answering ------------------------------------------------------------------------------------
def test_opening_the_link_answers_nothing_and_one_press_does(client, group, finding):
    peer = member(group, "Peer One")
    assert client.get(link(finding, peer)).status_code == 200
    assert not TimeAnswer.objects.exists()
    page = client.post(link(finding, peer), sent_answers(finding, "maybe"))
    assert "Your answers are saved" in source(page)
    assert set(TimeAnswer.objects.values_list("user", "suits")) == {(peer.pk, "maybe")}
    assert TimeAnswer.objects.count() == 3


def test_the_link_tells_whoever_it_was_passed_on_to_nothing_of_others(client, group, finding):
    peer = member(group, "Peer One")
    all_say(finding, "no")
    said = source(client.get(link(finding, peer)))
    assert "passed on to you" in said
    assert "checked" not in said  # what was answered before
    assert not any(one.full_name in said for one in finding.asked())


def test_an_answer_is_changed_until_the_end_of_the_last_day(client, clock, group, finding):
    peer = member(group, "Peer One")
    say(finding, peer, "no")
    clock.move_to(CLOSES - timedelta(minutes=1))
    client.post(link(finding, peer), sent_answers(finding))
    assert set(TimeAnswer.objects.values_list("suits", flat=True)) == {"yes"}
    clock.move_to(CLOSES)
    page = client.post(link(finding, peer), sent_answers(finding, "no"))
    assert page.status_code == 422
    assert "The last day to answer is over" in source(client.get(link(finding, peer)))
    assert set(TimeAnswer.objects.values_list("suits", flat=True)) == {"yes"}


@pytest.mark.parametrize("sent", [{}, {"time_0": "yes"}, {"suits": "yes"}])
def test_each_time_is_answered_or_none(client, group, finding, sent):
    page = client.post(link(finding, member(group, "Peer One")), sent)
    assert page.status_code == 422
    assert "Say whether Tuesday 8 December 2026, 2pm to 4pm suits you" in source(page)
    assert not TimeAnswer.objects.exists()


def test_an_answer_is_for_these_times_and_in_these_words_alone(group, finding):
    other = look(group, title="Another")
    peer = member(group, "Peer One")
    with pytest.raises(NotYet):
        finding.answer(peer, {time.pk: "yes" for time in other.times.all()})
    with pytest.raises(NotYet):
        say(finding, peer, "perhaps")
    assert not TimeAnswer.objects.exists()


def test_a_link_is_for_one_finding_and_ends_of_itself(client, clock, group, finding):
    peer, path = member(group, "Peer One"), link(finding, member(group, "Peer One"))
    for forged in (path[:-2] + "x/", reverse("finding_by_link", args=["x"])):
        assert client.get(forged).status_code == 404
    wrong = reverse("reply_by_link", args=[times_token(finding, peer)])
    assert client.get(wrong).status_code == 404
    assert "no-store" in client.get(path)["Cache-Control"]
    clock.move_to(NOW + LIFE + timedelta(hours=2))
    assert client.get(path).status_code == 404


def test_whoever_left_or_closed_their_account_answers_no_more(client, group, finding):
    peer, staff = member(group, "Peer One"), member(group, "Staff One")
    say(finding, peer, "yes")
    assert {one.yes.members for one in finding.tally()} == {1}
    Membership.objects.filter(user=peer).update(ended_at=NOW)
    User.objects.filter(pk=staff.pk).update(is_active=False)
    assert client.get(link(finding, peer)).status_code == 404
    assert client.post(link(finding, staff), sent_answers(finding)).status_code == 404
    with pytest.raises(PermissionDenied):
        say(finding, peer, "no")
    assert {one.yes.members for one in finding.tally()} == {0}


# --- what the answers say -------------------------------------------------------------------------
def test_both_sides_are_counted_apart_and_what_has_a_quorum_comes_first(group, finding):
    """Most people on Wednesday, but no staff among them: Thursday has a quorum with fewer."""
    for _ in range(2):
        appoint(group, UserFactory())
    for user in finding.asked():
        lived = user.constituency == "lived_experience"
        say(finding, user, "maybe", "yes" if lived else "no", "no" if lived else "yes")
    say(finding, member(group, "Peer One"), "maybe", "no", "yes")
    thursday, tuesday, wednesday = finding.tally()
    assert [one.time.starts_at.day for one in (thursday, tuesday, wednesday)] == [10, 8, 9]
    assert (thursday.yes.members, thursday.yes.lived_experience, thursday.yes.staff) == (3, 1, 2)
    assert (thursday.is_quorate, tuesday.could_be, wednesday.could_be) == (True, True, False)
    assert wednesday.lacks == ["1 more staff"]
    assert list(tuesday.counts) == [
        ("Members", 0, 6),
        ("With lived experience", 0, 4),
        ("Staff", 0, 2),
    ]


def test_it_counts_as_the_meeting_then_does(group, finding):
    """Observers do not count, nor whoever's term is over by then, was ended or begins that day."""
    observer, leaving, coming, ended = (UserFactory() for _ in range(4))
    appoint(group, observer, Role.OBSERVER)
    appoint(group, leaving, ends=FIRST.date() - DAY)
    appoint(group, coming, Role.OBSERVER, ends=FIRST.date() - DAY)
    Membership.objects.create(group=group, user=coming, role=Role.MEMBER, starts=FIRST.date())
    appoint(group, ended)
    Membership.objects.filter(user=ended).update(ended_at=NOW - HOURS)
    appoint(group, ended, Role.OBSERVER)
    all_say(finding, "yes")
    assert TimeAnswer.objects.values("user").distinct().count() == 8
    first = next(one for one in finding.tally() if one.time.starts_at == FIRST)
    assert first.yes.members == 4
    assert observer in first.answers["yes"]
    meeting = finding.choose(first.time, by=lead_of(group))
    with time_machine.travel(FIRST + HOURS):
        Meeting.objects.filter(pk=meeting.pk).update(state="published", published_at=NOW)
        meeting.refresh_from_db()
        meeting.record_attendance([one.pk for one in meeting.invited()], by=lead_of(group))
        assert meeting.presence().members == 4


def test_a_peer_worker_in_post_counts_where_the_terms_and_they_say(group, finding):
    """As a member at any rate once they have said; before that nowhere."""
    worker = member(group, "Peer One")
    with time_machine.travel(NOW - 365 * DAY):
        Appointment.begin(user=worker, started_on=timezone.localdate())
    group.terms_of_reference.update(peer_workers="staff")
    say(finding, worker, "yes")
    assert finding.tally()[0].yes == Presence(0, 0, 0)
    counting.say(group, "staff", by=worker)
    assert finding.tally()[0].yes == Presence(1, 0, 1)


def test_terms_that_hold_on_its_day_decide(group, finding):
    all_say(finding, "yes")
    assert [one.is_quorate for one in finding.tally()] == [True] * 3
    later = (FIRST + timedelta(days=1)).date()
    make.terms(group, quorum_members=9, in_force_from=later)
    assert {one.time.starts_at.day: one.is_quorate for one in finding.tally()} == {
        8: True,
        9: False,
        10: False,
    }
    TermsOfReference.objects.filter(group=group).update(in_force_from=FIRST.date() + 30 * DAY)
    assert {one.is_quorate for one in finding.tally()} == {False}


def test_names_are_for_who_plans_and_numbers_for_the_group(group, finding):
    peer = member(group, "Peer One")
    say(finding, peer, "yes")
    seen = source(client_of(lead_of(group)).get(finding.get_absolute_url()))
    assert "Peer One" in seen.partition("<main")[2]
    other = source(client_of(member(group, "Staff One")).get(finding.get_absolute_url()))
    assert "Peer One" not in other
    assert "With lived experience: 1 yes" in other
    assert "1 of 4 people have answered" in other
    assert client_of(UserFactory()).get(finding.get_absolute_url()).status_code == 404


def test_the_page_costs_the_same_however_many_times_and_answers(group):
    def cost(finding):
        client = client_of(lead_of(group))
        client.get(finding.get_absolute_url())
        with CaptureQueriesContext(connection) as queries:
            client.get(finding.get_absolute_url())
        return len(queries)

    few, many = look(group), look(group, 10, title="Another")
    say(few, member(group, "Peer One"), "yes")
    all_say(many, "yes")
    assert cost(few) == cost(many) <= 17


# --- choosing -------------------------------------------------------------------------------------
def test_one_press_makes_it_the_meeting_and_announces_it_where_the_place_is_known(group):
    finding = look(group, place="Room 1", purpose="To plan.")
    all_say(finding, "yes")
    told("times_asked")
    choose(finding, finding.times.all()[1])
    finding.refresh_from_db()
    meeting = finding.meeting
    assert (meeting.title, meeting.purpose, meeting.place) == (finding.title, "To plan.", "Room 1")
    assert (meeting.starts_at, meeting.ends_at) == times()[1]
    assert (meeting.state, finding.state) == ("published", "chosen")
    assert told("published") == keys(finding.asked())
    assert told("time_chosen") == set()  # one event, one message


def test_without_a_place_it_is_a_draft_and_people_know_the_time(group, finding):
    all_say(finding, "yes")
    choose(finding, finding.times.first())
    finding.refresh_from_db()
    assert finding.meeting.state == "draft"
    assert told("time_chosen") == keys(finding.asked())
    assert told("published") == set()
    page = source(client_of(member(group, "Peer One")).get(finding.get_absolute_url()))
    assert "The meeting is on Tuesday 8 December 2026, 2pm to 4pm" in page
    assert finding.meeting.get_absolute_url() not in page  # nobody opens a draft but who plans


def test_a_time_without_a_quorum_is_chosen_knowingly_and_people_hear_of_it(group, mailoutbox):
    finding = look(group, place="Room 1")
    all_say(finding, "maybe")
    page = choose(finding, finding.times.first())
    assert page.status_code == 422
    assert "Tick that you know" in source(page)
    with pytest.raises(NotYet, match="quorum is not met"):
        finding.choose(finding.times.first(), by=lead_of(group))
    assert not Meeting.objects.exists()
    assert choose(finding, finding.times.first(), knowingly="on").status_code == 302
    assert told("time_chosen") == told("published") == keys(finding.asked())
    assert any("may not be met" in mail.body for mail in mailoutbox)


def test_answers_that_changed_since_the_page_was_opened_count(group, finding):
    """What had a quorum has none any more: the press says so, and asks."""
    all_say(finding, "yes")
    all_say(finding, "no")
    page = choose(finding, finding.times.first())
    assert page.status_code == 422
    assert "The quorum is not met" in source(page)


def test_only_who_plans_chooses_and_once(group, finding):
    all_say(finding, "yes")
    time = finding.times.first()
    assert choose(finding, time, by=member(group, "Peer One")).status_code == 403
    assert choose(finding, time, by=UserFactory()).status_code == 404
    choose(finding, time)
    assert choose(finding, time).status_code == 409
    stale = Finding.objects.get()
    with pytest.raises(IllegalMove):
        stale.choose(stale.times.last(), by=lead_of(group))
    assert Meeting.objects.count() == 1


def test_neither_a_past_time_nor_that_of_another_is_chosen(clock, group, finding):
    all_say(finding, "yes")
    other = look(group, 10, title="Another")
    assert choose(finding, other.times.first()).status_code == 404
    all_say(other, "yes")
    clock.move_to(FIRST + timedelta(minutes=1))
    page = choose(other, other.times.first())
    assert page.status_code == 422
    assert "This time is past" in source(page)
    assert 'name="knowingly"' not in source(page)
    assert other.tally()[-1].time == other.times.first()
    assert choose(other, other.times.last()).status_code == 302


def test_in_a_group_that_closes_no_time_is_chosen(group, finding):
    all_say(finding, "yes")
    group.state = "closing"
    group.save()
    assert choose(finding, finding.times.first()).status_code == 422
    assert not Meeting.objects.exists()
    office = make.programme_user(OFFICE)
    with pytest.raises(NotYet, match="looks for a time"):
        group.move("close", by=office, note="Done.")
    finding.move("drop", by=lead_of(group), note="We close.")
    group.move("close", by=office, note="Done.")


def test_once_it_is_chosen_or_dropped_links_are_dead(client, group, finding):
    dropped = look(group, title="Another")
    peer = member(group, "Peer One")
    told("times_asked")
    all_say(finding, "yes")
    finding.choose(finding.times.first(), by=lead_of(group))
    dropped.move("drop", by=lead_of(group), note="We meet by phone.")
    for one, words in (
        (finding, "A time is chosen"),
        (dropped, "We have stopped looking for a time"),
    ):
        assert words in source(client.get(link(one, peer)))
        answers = client.post(link(one, peer), sent_answers(one, "no"))
        assert answers.status_code == 409
    assert set(TimeAnswer.objects.values_list("suits", flat=True)) == {"yes"}
    assert told("times_dropped") == keys(finding.asked()) - {lead_of(group).pk}


# --- by the clock ---------------------------------------------------------------------------------
def test_a_day_before_it_closes_only_those_hear_who_said_nothing(clock, group, finding):
    say(finding, member(group, "Peer One"), "no")
    assert told("times_reminder") == set()
    clock.move_to(CLOSES - timedelta(days=1) + timedelta(hours=11))
    assert told("times_reminder") == keys(finding.unanswered())
    assert member(group, "Peer One").pk not in told("times_reminder")


def test_whoever_answers_while_a_reminder_waits_gets_none(clock, group, finding):
    peer = member(group, "Peer One")
    clock.move_to(CLOSES - DAY + timedelta(hours=11))
    planning.plan()
    say(finding, peer, "yes")
    assert told("times_reminder") == keys(finding.unanswered())


def test_nobody_is_reminded_of_what_was_asked_that_day(clock, group):
    clock.move_to(CLOSES - timedelta(hours=13))
    look(group)
    assert told("times_reminder") == set()


def test_it_is_among_what_needs_you_and_leaves_once_answered(clock, group, finding):
    peer, lead = member(group, "Peer One"), lead_of(group)
    [need] = needs_of(peer, "apps.meetings.finding")
    assert (need.due, need.url) == (finding.last_day, finding.answer_url)
    say(finding, peer, "yes")
    assert needs_of(User.objects.get(pk=peer.pk), "apps.meetings.finding") == []
    assert needs_of(UserFactory(), "apps.meetings.finding") == []
    clock.move_to(CLOSES)
    [need] = needs_of(User.objects.get(pk=lead.pk), "apps.meetings.finding")
    assert need.do == "Choose a time for the meeting"


def test_the_groups_page_leads_there(group, finding):
    page = source(client_of(member(group, "Peer One")).get(group.get_absolute_url()))
    assert finding.get_absolute_url() in page
    assert reverse("finding_propose", args=["pay"]) not in page
    assert reverse("finding_propose", args=["pay"]) in source(
        client_of(lead_of(group)).get(group.get_absolute_url())
    )


def test_the_copy_of_their_data_says_of_which_meeting_and_when(group, finding):
    peer = member(group, "Peer One")
    say(finding, peer, "maybe")
    held = HELD[TimeAnswer]
    with CaptureQueriesContext(connection) as queries:
        first, *_ = (held.told(row, peer) for row in held.rows(peer))
    assert (first["Meeting"], first["When"]) == (finding.title, finding.times.first().when)
    assert first["Suits"] == "If need be"
    assert len(queries) == 1


def test_answers_are_deleted_once_nobody_needs_them(group, finding):
    say(finding, member(group, "Peer One"), "yes")
    rule = RULES["time-answers"]
    last = FIRST + timedelta(days=2)
    assert not rule.rows(last).exists()
    assert rule.rows(last + timedelta(seconds=1)).count() == 3
    assert ProposedTime.objects.count() == 3


def test_the_page_says_what_one_said_and_why_it_was_dropped(client, group, finding):
    peer = member(group, "Peer One")
    finding.answer(peer, {time.pk: "maybe" for time in finding.times.all()})
    client.force_login(peer, "apps.accounts.backends.SignIn")
    page = source(client.get(finding.get_absolute_url()))
    assert page.count("You said: If need be.") == 3
    assert "Not enough answers yet" in page
    finding.move("drop", by=lead_of(group), note="We meet by phone.")
    page = source(client.get(finding.get_absolute_url()))
    assert "We have stopped looking for a time. We meet by phone." in page
