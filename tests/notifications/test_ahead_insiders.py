"""Who arranges support, or sits on a panel, leaves while it changes."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from apps.conversations.models.booking import Booking
from apps.conversations.models.booking import amend as amend_conversation
from apps.notifications import planning
from apps.notifications.models import Preference
from apps.recruitment.roles import PanelRole
from apps.recruitment.selection.models.interview import PanelMeeting
from apps.recruitment.vacancies.models.panel import PanelMember
from tests import factories as make

from ..announced import Tick, entries
from ..factories import StaffFactory, UserFactory, appoint
from ..recruitment.selection import choosing

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _a_monday_morning():
    with time_machine.travel("2026-11-23T11:00:00Z"):
        yield


@pytest.fixture
def tick(mailoutbox):
    return Tick(mailoutbox)


def methods(mailoutbox, address):
    return [entries(mail)[0][0] for mail in mailoutbox if mail.to == [address] and entries(mail)]


@pytest.mark.parametrize("how", ["moved", "off"])
def test_who_arranged_and_it_changes_before_their_end_left(tick, mailoutbox, how):
    event = make.conversation(make.network())
    first, then = event.organiser, StaffFactory()
    tick()
    amend_conversation(event, by=first, seen=event.sequence, organiser=then)
    planning.plan()
    if how == "moved":
        later = event.starts_at + timedelta(days=1)
        times = {"starts_at": later, "ends_at": later + timedelta(hours=2)}
        amend_conversation(event, by=event.created_by, seen=event.sequence, reason="Snow.", **times)
    else:
        event.move("cancel", by=event.created_by, note="Snow.")
    tick()
    tick()
    assert methods(mailoutbox, first.email)[-1] == "CANCEL"


def test_who_arranged_and_it_is_off_at_once(tick, mailoutbox):
    """Another is named and it is called off within the half minute."""
    event = make.conversation(make.network())
    first, then = event.organiser, StaffFactory()
    tick()
    amend_conversation(event, by=first, seen=event.sequence, organiser=then)
    event.move("cancel", by=event.created_by, note="Snow.")
    tick()
    tick()
    assert methods(mailoutbox, first.email)[-1] == "CANCEL"


def test_arranger_whose_account_closes_and_it_is_off_at_once(tick, mailoutbox):
    event = make.conversation(make.network())
    first = event.organiser
    tick()
    lead = next(user for user in event.network.leads() if user.pk != first.pk)
    first.shut(by=first, reason="Asked.")
    event.move("cancel", by=lead, note="Snow.")
    tick()
    assert methods(mailoutbox, first.email)[-1] == "CANCEL"


# --- panels ---------------------------------------------------------------------------------------
@pytest.fixture
def vacancy():
    vacancy, _ = choosing.planned("yes")
    choosing.book_all(vacancy)
    return vacancy


def meets(vacancy):
    starts_at = timezone.now() + timedelta(days=20)
    times = {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=1)}
    return PanelMeeting.plan(vacancy, by=choosing.chair(vacancy), kind="debrief", **times)


@pytest.mark.parametrize("planned", [False, True])
@pytest.mark.parametrize("way", ["removed", "closed"])
def test_who_leaves_a_panel_and_the_interview_is_moved(tick, mailoutbox, vacancy, way, planned):
    [interview] = choosing.own_interviews(vacancy)
    with time_machine.travel(interview.slot.starts_at - timedelta(days=6, hours=22)):
        tick()
        officer = choosing.anew(vacancy.created_by)
        late = PanelMember.add(vacancy, StaffFactory(), PanelRole.TEAM, by=officer)
        tick()
        assert methods(mailoutbox, late.user.email) == ["PUBLISH"]
        if way == "removed":
            late.remove(by=officer, reason="Ill.")
        else:
            late.user.shut(by=late.user, reason="Asked.")
        if planned:
            planning.plan()
        interview.refresh_from_db()
        interview.agree(interview.slot.starts_at + timedelta(days=1), by=officer)
        tick()
        tick()
        assert methods(mailoutbox, late.user.email)[-1] == "CANCEL"


def test_interviews_of_a_vacancy_that_is_withdrawn(tick, mailoutbox, vacancy):
    [interview] = choosing.own_interviews(vacancy)
    with time_machine.travel(interview.slot.starts_at - timedelta(days=6, hours=22)):
        tick()
        member = choosing.seats(vacancy)[0].user
        assert methods(mailoutbox, member.email) == ["PUBLISH"]
        vacancy.refresh_from_db()
        vacancy.move("withdraw", by=choosing.anew(vacancy.created_by), note="No money.")
        tick()
        tick()
        assert methods(mailoutbox, member.email)[-1] == "CANCEL"


def test_a_vacancy_that_is_withdrawn_takes_the_panels_meeting_out(tick, mailoutbox, vacancy):
    meets(vacancy)
    tick()
    member = choosing.seats(vacancy)[0].user
    assert methods(mailoutbox, member.email) == ["PUBLISH"]
    vacancy.refresh_from_db()
    vacancy.move("withdraw", by=choosing.anew(vacancy.created_by), note="No money.")
    tick()
    tick()
    assert methods(mailoutbox, member.email)[-1] == "CANCEL"


def test_who_gives_up_their_place_and_arranges_still_keeps_the_entry(tick, mailoutbox):
    event = make.conversation(make.network())
    who = event.organiser
    tick()
    Booking.book(event, who)
    tick()
    booking = Booking.objects.get(conversation=event, user=who)
    booking.move("cancel", by=who)
    tick()
    tick()
    assert "CANCEL" not in methods(mailoutbox, who.email)


# --- consultations --------------------------------------------------------------------------------
def test_who_left_the_audience_hears_of_no_extension(tick, mailoutbox):
    """They may not read it any more; their weekly letter does not tell it either."""
    group = make.working_group()
    appoint(group, user := UserFactory())
    made = make.consultation(group, questions=["text"], audience="groups", groups=[group])
    tick()
    Preference.of(user).choose(consultations="weekly")
    made.extend(made.closes_at + timedelta(days=7), reason="Ward 4 is late.", by=made.created_by)
    tick()
    group.memberships.get(user=user).finish(by=made.created_by, reason="Moved.")
    with time_machine.travel("2026-11-30T11:00:00Z"):
        tick()
    assert not any("Ward 4" in mail.body for mail in mailoutbox if mail.to == [user.email])
