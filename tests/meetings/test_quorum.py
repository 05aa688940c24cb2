"""The co-production quorum: computed from who came, and above every role."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from apps.accounts.models.people import Constituency, User
from apps.accounts.roles import ADMIN, HR, OFFICE
from apps.core.exceptions import IllegalMove, NotYet
from apps.core.models import AuditEntry
from apps.groups.models import Presence
from apps.groups.roles import Role
from apps.meetings.models.meeting import Meeting
from apps.meetings.models.outcome import Decision
from apps.meetings.models.people import Attendance
from tests import factories as make

from ..factories import StaffFactory, UserFactory, appoint, programme_user, working_group

pytestmark = [pytest.mark.django_db, pytest.mark.differs]
STATE = Decision.State


@pytest.fixture
def group():
    """Terms: three deciding members, one with lived experience and one of staff."""
    group = working_group()
    for person in (UserFactory(), UserFactory(), StaffFactory(), StaffFactory()):
        appoint(group, person)
    return group


def side(group, constituency, count):
    people = [membership.user for membership in group.people()]
    return [user for user in people if user.constituency == constituency][:count]


def correct(meeting, came):
    """Both co-leads correct who came."""
    first, second = meeting.group.leads()
    meeting.refresh_from_db()
    correction = meeting.record_attendance(came, by=first)
    assert correction.move("make", by=second)
    meeting.refresh_from_db()


@pytest.mark.parametrize(
    ("lived", "staff", "state"),
    [
        (1, 2, STATE.CARRIED),
        (2, 1, STATE.CARRIED),
        (3, 3, STATE.CARRIED),
        (1, 1, STATE.PROVISIONAL),  # both sides, but two people in all
        (0, 3, STATE.PROVISIONAL),  # staff alone
        (3, 0, STATE.PROVISIONAL),  # lived experience alone
    ],
)
def test_given_who_came_when_agreed_then_the_quorum_decides_the_state(group, lived, staff, state):
    people = side(group, Constituency.LIVED_EXPERIENCE, lived)
    people += side(group, Constituency.STAFF, staff)
    meeting = make.held(group, people)
    decision = make.decision(meeting)
    assert decision.state == state
    assert decision.present == Presence(lived + staff, lived, staff)
    assert decision.needed == Presence(3, 1, 1)


def test_given_partners_and_observers_when_counted_then_only_deciding_members_count(group):
    partner = UserFactory(constituency=Constituency.PARTNER)
    observer = UserFactory()
    appoint(group, partner)
    appoint(group, observer, Role.OBSERVER)
    meeting = make.held(group, [partner, observer, *side(group, Constituency.STAFF, 1)])
    assert meeting.presence() == Presence(2, 0, 1)
    assert not meeting.was_quorate


def test_given_a_deputy_when_the_member_stays_away_then_the_deputy_counts_once(group):
    network = working_group(kind="network")
    peer, deputy = UserFactory(), UserFactory()
    appoint(group, peer, Role.REPRESENTATIVE, represents="network")
    appoint(network, peer)
    appoint(network, deputy)
    meeting = make.published(group)
    Attendance.answer(meeting, peer, "no", deputy)
    Meeting.objects.filter(pk=meeting.pk).update(
        starts_at="2026-01-05T10:00Z", ends_at="2026-01-05T12:00Z"
    )
    group.memberships.update(starts="2026-01-01")
    meeting.refresh_from_db()
    meeting.record_attendance([deputy.pk], by=meeting.created_by)
    assert meeting.presence() == Presence(1, 1, 0)
    # If the member comes after all, the deputy is a guest.
    meeting.record_attendance([deputy.pk, peer.pk], by=meeting.created_by)
    assert meeting.presence() == Presence(1, 1, 0)


@pytest.mark.parametrize("days_ago", [0, 3])
def test_nobody_becomes_a_member_for_a_meeting_that_was_held(group, days_ago):
    """By a term that begins in the past, or on the very day: neither makes a quorum."""
    few = side(group, Constituency.STAFF, 2)
    meeting = make.held(group, few, days_ago=days_ago)
    assert not meeting.was_quorate
    office, friend = programme_user(OFFICE), UserFactory()
    for role in (Role.MEMBER, Role.CO_LEAD):
        with pytest.raises(NotYet, match="must be today or later"):
            group.appoint(
                friend, role, by=office, starts=meeting.on - timedelta(days=60 - days_ago)
            )
    group.appoint(friend, Role.MEMBER, by=office)
    lead = group.leads()[0]
    meeting.record_attendance([*(user.pk for user in few), friend.pk], by=lead)
    assert meeting.waiting_correction() is None  # it changed nothing
    meeting.refresh_from_db()
    assert not meeting.was_quorate


def test_who_goes_on_in_another_role_on_the_day_of_a_meeting_counts(group):
    meeting = make.held(group, side(group, Constituency.STAFF, 2), days_ago=0)
    member = next(one for one in group.people() if one.role == Role.MEMBER)
    member.finish(by=None)
    group.appoint(member.user, Role.SECRETARY, by=programme_user(OFFICE))
    came = [user.pk for user in side(group, Constituency.STAFF, 2)]
    assert meeting.record_attendance([*came, member.user_id], by=group.leads()[0]) is not None


def test_given_no_terms_of_reference_when_agreed_then_provisional(group):
    group.terms_of_reference.all().delete()
    meeting = make.published(group)
    Meeting.objects.filter(pk=meeting.pk).update(
        starts_at="2026-09-07T10:00Z", ends_at="2026-09-07T12:00Z"
    )
    meeting.refresh_from_db()
    meeting.record_attendance([u.pk for u in meeting.invited()], by=meeting.created_by)
    assert make.decision(meeting).state == STATE.PROVISIONAL


@pytest.mark.parametrize(
    ("votes", "state"),
    [((3, 1, 0), STATE.CARRIED), ((2, 2, 0), STATE.NOT_CARRIED), ((0, 0, 4), STATE.NOT_CARRIED)],
)
def test_given_a_vote_when_counted_then_more_for_than_against_carries(group, votes, state):
    names = ("votes_for", "votes_against", "abstentions")
    counts = dict(zip(names, votes, strict=True))
    decision = make.decision(make.held(group), method="vote", agreed=False, **counts)
    assert decision.state == state


def test_given_more_votes_than_people_when_recorded_then_refused(group):
    meeting = make.held(group)
    with pytest.raises(NotYet, match="more votes"):
        make.decision(meeting, method="vote", votes_for=6, votes_against=1)
    assert not meeting.decisions.exists()


def test_given_a_provisional_decision_when_a_later_quorate_meeting_ratifies_then_ratified(group):
    few = side(group, Constituency.STAFF, 2)
    decision = make.decision(make.held(group, few, days_ago=40))
    later = make.held(group, days_ago=10)
    make.settled(decision, later)
    assert decision.state == STATE.RATIFIED
    assert decision.settled_at == later


@pytest.mark.parametrize("move", ["ratify", "lapse"])
def test_given_an_unfit_meeting_when_settling_then_not_yet(group, move):
    few = side(group, Constituency.STAFF, 2)
    decision = make.decision(make.held(group, few, days_ago=40))
    lead = decision.recorded_by
    other = working_group()
    unfit = {
        "Choose the meeting": None,
        "later meeting of the same group": make.held(group, days_ago=50),
        "did not reach": make.held(group, few, days_ago=20),
        "not been held": make.published(group),
        "same group": make.held(other, days_ago=10),
    }
    for why, meeting in unfit.items():
        with pytest.raises(NotYet, match=why):
            decision.settle(move, meeting, by=lead, note="Because.")
    decision.refresh_from_db()
    assert (decision.state, decision.settled_at) == (STATE.PROVISIONAL, None)


@pytest.mark.parametrize("role", [OFFICE, HR, ADMIN])
def test_given_any_programme_role_when_ratifying_then_forbidden(group, role):
    decision = make.decision(make.held(group, side(group, Constituency.STAFF, 2), days_ago=40))
    later = make.held(group, days_ago=10)
    with pytest.raises(PermissionDenied):
        decision.settle("ratify", later, by=programme_user(role))
    with pytest.raises(PermissionDenied):
        decision.move("ratify", by=programme_user(role))


def test_given_a_superuser_when_ratifying_without_a_quorum_then_refused(group):
    decision = make.decision(make.held(group, side(group, Constituency.STAFF, 2), days_ago=40))
    inquorate = make.held(group, side(group, Constituency.STAFF, 2), days_ago=10)
    root = User.objects.create_superuser("root@test.example", full_name="Root")
    with pytest.raises(NotYet):
        decision.settle("ratify", inquorate, by=root)
    with pytest.raises(NotYet):
        decision.settle("ratify", make.held(group, days_ago=5), by=root)
    for internal in ("become_recorded", "ratify"):
        with pytest.raises(NotYet):
            decision.move(internal, by=root)


def test_given_attendance_corrected_when_decided_before_then_the_decision_follows(group):
    meeting = make.held(group)
    decision = make.decision(meeting)
    few = [user.pk for user in side(group, Constituency.STAFF, 2)]
    correct(meeting, few)
    decision.refresh_from_db()
    assert (decision.state, decision.present) == (STATE.PROVISIONAL, Presence(2, 0, 2))
    correct(meeting, [u.pk for u in meeting.invited()])
    decision.refresh_from_db()
    assert (decision.state, decision.present.members) == (STATE.RECORDED, 6)
    actions = AuditEntry.objects.about(decision).values_list("action", flat=True)
    assert list(actions) == ["become_recorded", "become_provisional", "confirm", "decide"]


def test_given_a_meeting_not_held_when_deciding_then_refused(group):
    with pytest.raises(IllegalMove, match="published"):
        make.decision(make.published(group))


def test_given_a_pre_meet_when_deciding_then_refused(group):
    parent = make.published(group)
    pre_meet = make.held(group, kind=Meeting.Kind.PRE_MEET, parent=parent)
    with pytest.raises(NotYet, match="takes no decisions"):
        make.decision(pre_meet)


def test_references_count_up_within_group_and_year(group):
    meeting = make.held(group)
    first, second = make.decision(meeting), make.decision(meeting)
    stem = f"{group.slug}/{meeting.on.year}"
    assert [first.reference, second.reference] == [f"{stem}/1", f"{stem}/2"]


def test_a_term_ended_on_the_day_of_a_meeting_takes_no_quorum_away(group):
    """The office alone would end the staff's terms before somebody records that they came."""
    meeting = make.begun(group, days_ago=0)
    came = [user.pk for user in meeting.expected()]
    for membership in group.memberships.filter(user__constituency=Constituency.STAFF):
        membership.end(by=programme_user(OFFICE), reason="Thanks.")
    meeting.record_attendance(came, by=group.leads()[0])
    meeting.refresh_from_db()
    assert meeting.was_quorate
    assert meeting.presence() == Presence(6, 3, 3)
