"""What can be chosen, and what is said of it after: that it moved, or is off."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.accounts.roles import OFFICE
from apps.core.exceptions import NotYet
from apps.core.needs import needs_of
from apps.groups.models import Membership
from apps.groups.roles import Role
from apps.meetings.finding.forms import ChooseForm
from apps.meetings.finding.models import Finding
from apps.meetings.models.meeting import Meeting
from apps.notifications import planning, sending
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
    lead_of,
    link,
    look,
    member,
    proposed,
    say,
    sent_answers,
    told,
)

pytestmark = [pytest.mark.django_db, pytest.mark.differs]


def page_of(finding, name="Peer One"):
    user = member(finding.group, name) if isinstance(name, str) else name
    return source(client_of(user).get(finding.get_absolute_url()))


def made(finding, time=None):
    """The meeting that a press made of it."""
    choose(finding, time or finding.times.first())
    finding.refresh_from_db()
    return finding.meeting


def move(meeting, by, **more):
    """A week later."""
    at = {name: getattr(meeting, name) + 7 * DAY for name in ("starts_at", "ends_at")}
    meeting.amend(by=by, seen=meeting.sequence, **at, **more)


# --- notice ---------------------------------------------------------------------------------------
def test_a_time_whose_notice_has_begun_is_last_and_not_chosen(clock, group):
    """On the third day of December the notice of the tenth begins."""
    finding = look(group, place="Room 1")
    all_say(finding, "yes")
    clock.move_to(FIRST + DAY - 7 * DAY + timedelta(minutes=1))
    thursday, *late = finding.tally()
    assert [one.time.starts_at.day for one in (thursday, *late)] == [10, 8, 9]
    assert [one.words for one in late] == ["Too late to announce"] * 2
    page = source(client_of(lead_of(group)).get(finding.get_absolute_url()))
    assert "ask for 7 days' notice" in page.replace("&#x27;", "'")
    assert page.count("/choose/") == 1
    url = reverse("finding_choose", args=[finding.pk, late[0].time.pk])
    before = source(client_of(lead_of(group)).get(url)).replace("&#x27;", "'")
    assert "ask for 7 days' notice" in before
    assert "<button" not in before.partition("<main")[2].partition("</main")[0]
    assert choose(finding, late[0].time).status_code == 422
    with pytest.raises(NotYet, match="notice"):
        finding.choose(late[0].time, by=lead_of(group))
    assert made(finding, thursday.time).is_published


def test_a_time_is_chosen_until_its_notice_begins_and_then_published(clock, group):
    finding = look(group, place="Room 1")
    all_say(finding, "yes")
    clock.move_to(FIRST - 7 * DAY)
    assert made(finding).is_published


def test_where_none_is_left_whoever_plans_reads_what_to_do(clock, group, finding):
    clock.move_to(FIRST)
    words = "None of these times can be chosen any more"
    assert words in page_of(finding, lead_of(group))
    assert words not in page_of(finding)


def test_room_is_left_for_the_notice_of_terms_that_hold_by_then(group):
    make.terms(group, notice_days=20, in_force_from=NOW.date() + 6 * DAY)
    with pytest.raises(NotYet, match="20 days more"):
        look(group)
    client = client_of(lead_of(group))
    page = client.post(reverse("finding_propose", args=["pay"]), proposed())
    assert "20 days more" in page.context["form"].errors["day_1"][0]
    assert "20 days" in page.context["form"].fields["closes"].help_text


def test_there_are_three_days_to_choose_in(group):
    with pytest.raises(NotYet, match="9 December 2026 or later"):
        look(group, closes_at=CLOSES + DAY)


def test_whoever_plans_is_asked_to_choose_once_everybody_has_answered(group, finding):
    def asked():
        lead = type(lead_of(group)).objects.get(pk=lead_of(group).pk)
        return [one.do for one in needs_of(lead, "apps.meetings.finding")]

    *people, last = finding.asked().order_by("-pk")
    for one in people:
        say(finding, one, "no")
    assert "Choose a time for the meeting" not in asked()
    say(finding, last, "no")
    assert asked() == ["Choose a time for the meeting"]
    group.state = "closing"
    group.save()
    assert asked() == []


def test_whose_term_is_renewed_on_its_day_counts_as_the_meeting_counts_them(group, finding):
    peer = UserFactory()
    appoint(group, peer, ends=FIRST.date() - DAY)
    Membership.objects.create(group=group, user=peer, role=Role.MEMBER, starts=FIRST.date())
    say(finding, peer, "yes")
    first = next(one for one in finding.tally() if one.time.starts_at == FIRST)
    meeting = finding.choose(first.time, by=lead_of(group), knowingly=True)
    with time_machine.travel(FIRST + HOURS):
        Meeting.objects.filter(pk=meeting.pk).update(state="published", published_at=NOW)
        meeting.refresh_from_db()
        meeting.record_attendance([peer.pk], by=lead_of(group))
        assert meeting.presence().members == first.yes.members == 1


def test_the_page_costs_the_same_once_the_notice_has_begun(clock, group):
    group.terms_of_reference.update(peer_workers="staff")
    few, many = look(group), look(group, 10, title="Another")
    clock.move_to(FIRST - DAY)

    def cost(finding):
        client = client_of(lead_of(group))
        client.get(finding.get_absolute_url())
        with CaptureQueriesContext(connection) as queries:
            client.get(finding.get_absolute_url())
        return len(queries)

    assert cost(few) == cost(many)


# --- what its meeting says now --------------------------------------------------------------------
def test_whoever_was_told_of_the_chosen_time_hears_that_its_draft_is_off(group, mailoutbox):
    finding = look(group)
    all_say(finding, "yes")
    meeting = made(finding)
    knew = told("time_chosen")
    assert knew
    meeting.move("cancel", by=lead_of(group), note="No room.")
    assert told("times_dropped") == knew
    assert told("cancelled") == set()
    last = mailoutbox[-1]
    assert last.subject.startswith("No meeting after all: ")
    assert "It will not take place. You do not need to do anything." in last.body
    assert "Why: No room." in last.body


def test_nobody_hears_of_a_chosen_time_that_is_off_or_another_by_then(group):
    for number in range(2):
        finding = look(group, title=f"Number {number}")
        all_say(finding, "yes")
        meeting = made(finding)
        if number:
            meeting.move("cancel", by=lead_of(group), note="No room.")
        else:
            move(meeting, lead_of(group))
    assert told("time_chosen") | told("times_dropped") == set()


def test_a_meeting_that_was_announced_is_off_by_one_message(group):
    finding = look(group)
    all_say(finding, "maybe")
    choose(finding, finding.times.first(), knowingly="on")
    told("time_chosen")
    finding.refresh_from_db()
    meeting = finding.meeting
    meeting.amend(by=lead_of(group), seen=meeting.sequence, place="Room 1")
    meeting.move("publish", by=lead_of(group))
    knew = told("published")
    meeting.move("cancel", by=lead_of(group), note="Flood.")
    assert (told("cancelled"), told("times_dropped")) == (knew, set())


def test_one_event_one_message_where_the_draft_is_published_at_once(group, finding):
    all_say(finding, "yes")
    meeting = made(finding)
    meeting.amend(by=lead_of(group), seen=meeting.sequence, place="Room 1")
    meeting.move("publish", by=lead_of(group))
    assert told("published")
    assert told("time_chosen") == set()


@pytest.mark.parametrize("place", ["", "Room 1"], ids=["draft", "published"])
def test_pages_say_what_the_meeting_says_now(client, group, place):
    finding = look(group, place=place)
    peer = member(group, "Peer One")
    all_say(finding, "yes")
    meeting = made(finding)
    move(meeting, lead_of(group), reason="A clash.")
    for page in (page_of(finding), source(client.get(link(finding, peer)))):
        assert "The meeting is on Tuesday 15 December 2026" in page
        assert "is on Tuesday 8 December" not in page
    meeting.move("cancel", by=lead_of(group), note="Flood.")
    for page in (page_of(finding), source(client.get(link(finding, peer)))):
        assert "The meeting was cancelled." in page
        assert "The meeting is on" not in page


def test_the_office_learns_no_time_of_a_draft(group, finding):
    all_say(finding, "yes")
    meeting = made(finding)
    office = make.programme_user(OFFICE)
    assert "A time is chosen." in page_of(finding, office)
    assert "The meeting is on" not in page_of(finding, office)
    assert "The meeting is on" in page_of(finding)
    meeting.amend(by=lead_of(group), seen=meeting.sequence, place="Room 1")
    meeting.move("publish", by=lead_of(group))
    assert "The meeting is on" in page_of(finding, office)


def test_whoever_was_asked_and_goes_before_it_hears_which_time_is_chosen(group, mailoutbox):
    finding = look(group, place="Room 1")
    peer = UserFactory()
    appoint(group, peer, ends=FIRST.date() - 3 * DAY)
    all_say(finding, "yes")
    made(finding)
    assert told("time_chosen") == {peer.pk}
    assert peer.pk not in told("published")
    [mail] = [one for one in mailoutbox if "A time is chosen" in one.subject]
    assert "you are not invited" in mail.body


# --- presses --------------------------------------------------------------------------------------
def test_times_that_are_sent_twice_are_asked_once(clock, group):
    client = client_of(lead_of(group))

    def press(**changes):
        return client.post(reverse("finding_propose", args=["pay"]), proposed(**changes))

    press()
    again = press()
    assert again.status_code == 409
    assert Finding.objects.get().get_absolute_url() in source(again)
    press(title="Other")
    press(start_1="3pm")
    assert Finding.objects.count() == 3
    clock.shift(timedelta(hours=1))
    press()
    assert Finding.objects.count() == 4


def test_where_the_quorum_went_at_the_press_there_is_a_tick(group, finding, monkeypatch):
    """An answer comes between the two counts of one press."""
    all_say(finding, "yes")
    clean = ChooseForm.clean

    def answered(form):
        all_say(finding, "no")
        return clean(form)

    monkeypatch.setattr(ChooseForm, "clean", answered)
    page = choose(finding, finding.times.first())
    assert page.status_code == 422
    assert "Quorum can be met" not in source(page)
    assert 'name="knowingly"' in source(page)


def test_in_a_group_that_closes_nobody_answers_or_is_reminded(client, clock, group, finding):
    peer = member(group, "Peer One")
    clock.move_to(CLOSES - DAY + timedelta(hours=11))
    planning.plan()  # a reminder waits while the group begins to close
    group.state = "closing"
    group.save()
    planning.plan()
    sending.send()
    assert told("times_reminder") == told("times_asked") == set()
    page = client.get(link(finding, peer))
    assert "The group is closing" in source(page)
    assert client.post(link(finding, peer), sent_answers(finding)).status_code == 422
    assert "The group is closing" in page_of(finding)
    assert needs_of(peer, "apps.meetings.finding") == []


def test_the_groups_page_leads_to_each_that_is_open(group):
    found = [look(group, title=f"Number {one}") for one in range(6)]
    page = source(client_of(member(group, "Peer One")).get(group.get_absolute_url()))
    assert [one for one in found if one.get_absolute_url() not in page] == []


def test_two_hours_are_two_hours_in_the_night_when_clocks_go_back(group):
    last = {"day_3_day": "31", "day_3_month": "10", "day_3_year": "2027", "start_3": "12:30am"}
    sent = proposed(length=120, **last)
    client_of(lead_of(group)).post(reverse("finding_propose", args=["pay"]), sent)
    time = Finding.objects.get().times.last()
    assert time.ends_at - time.starts_at == HOURS
