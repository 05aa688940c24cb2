"""The quorum of a meeting that was held: no one person changes it, whatever they save again."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models.people import Constituency, User
from apps.core.exceptions import Conflict, IllegalMove, NotYet
from apps.core.models import AuditEntry, FirstPress
from apps.groups.roles import Role, sync_grants
from apps.meetings.forms import MeetingAttendanceForm
from apps.meetings.models.minutes import Minutes
from apps.meetings.models.outcome import Decision
from apps.meetings.models.people import AttendanceCorrection
from apps.notifications.models import Occurrence
from tests import factories as make

from ..at_once import at_once
from ..factories import StaffFactory, UserFactory, appoint, programme_user, working_group
from .test_quorum import side

pytestmark = pytest.mark.django_db
STATE = Decision.State


@pytest.fixture
def group():
    group = working_group()
    for person in (UserFactory(), UserFactory(), StaffFactory(), StaffFactory()):
        appoint(group, person)
    return group


@pytest.fixture
def meeting(group):
    """Held without a quorum: two members of staff came."""
    return make.held(group, side(group, Constituency.STAFF, 2), days_ago=20)


def came(meeting):
    return list(meeting.attendances.filter(attended=True).values_list("user", flat=True))


def everybody(meeting):
    return [user.pk for user in meeting.invited()]


@pytest.mark.parametrize("days", [-60, -20, 0])
def test_easier_terms_and_a_save_again_carry_nothing(group, meeting, days):
    decision = make.decision(meeting)
    make.terms(
        group,
        version=2,
        quorum_members=2,
        quorum_lived_experience=0,
        quorum_staff=1,
        in_force_from=timezone.localdate() + timezone.timedelta(days=days),
    )
    meeting.refresh_from_db()
    meeting.record_attendance(came(meeting), by=meeting.created_by)
    decision.refresh_from_db()
    assert (decision.state, meeting.was_quorate) == (STATE.PROVISIONAL, False)
    assert decision.needed == meeting.terms.quorum


def test_one_co_lead_alone_does_not_correct_the_quorum(group, meeting):
    decision, (first, _) = make.decision(meeting), group.leads()
    correction = meeting.record_attendance(everybody(meeting), by=first)
    assert not correction.move("make", by=first)  # pressed twice: still the first of two
    for one in (decision, meeting, correction):
        one.refresh_from_db()
    assert (decision.state, meeting.was_quorate) == (STATE.PROVISIONAL, False)
    assert (correction.state, len(came(meeting))) == ("waiting", 2)
    with pytest.raises(NotYet, match="waits for the other co-lead already"):
        meeting.record_attendance(everybody(meeting), by=first)


def test_both_co_leads_correct_it_and_the_minutes_say_so(client, group, meeting):
    decision, (first, second) = make.decision(meeting), group.leads()
    correction = meeting.record_attendance(everybody(meeting), by=first)
    told = Occurrence.objects.get(rule__kind="meetings.correction_asked")
    assert {one.recipient for one in told.deliveries.all()} == {second}
    assert correction.move("make", by=second)
    decision.refresh_from_db()
    meeting.refresh_from_db()
    assert (decision.state, meeting.was_quorate) == (STATE.RECORDED, True)
    make.confirm(decision)
    assert decision.state == STATE.CARRIED
    trail = AuditEntry.objects.about(correction).values_list("action", "by")
    assert list(trail) == [("make", second.pk), ("make_first_of_two", first.pk)]
    assert not FirstPress.objects.exists()
    Minutes.draft(meeting, by=first)
    client.force_login(first)
    for page in ("minutes", "minutes_print"):
        words = " ".join(client.get(reverse(page, args=[meeting.pk])).content.decode().split())
        assert f"{first.name} asked for it, {second.name} confirmed it." in words


@pytest.mark.parametrize("role", [Role.SECRETARY, Role.MEMBER])
def test_nobody_else_is_the_second(group, meeting, role):
    correction = meeting.record_attendance(everybody(meeting), by=group.leads()[0])
    other = UserFactory()
    appoint(group, other, role)
    with pytest.raises(PermissionDenied):
        correction.move("make", by=other)
    root = User.objects.create_superuser("root@test.example", full_name="Root")
    with pytest.raises(NotYet, match="two co-leads correct it together"):
        correction.move("make", by=root)


def test_nobody_else_is_the_first(group, meeting):
    secretary = UserFactory()
    appoint(group, secretary, Role.SECRETARY)
    with pytest.raises(NotYet, match="two co-leads correct it together"):
        meeting.record_attendance(everybody(meeting), by=secretary)
    assert not meeting.corrections.exists()


def test_what_leaves_the_quorum_as_it_was_takes_one(group, meeting):
    staff = side(group, Constituency.STAFF, 3)
    assert meeting.record_attendance([user.pk for user in staff], by=meeting.created_by) is None
    assert len(came(meeting)) == 3


def test_a_side_changed_since_counts_nobody_anew(group, meeting):
    person = User.objects.get(pk=came(meeting)[0])
    person.constituency = Constituency.LIVED_EXPERIENCE
    person.save()
    three = [*came(meeting), side(group, Constituency.STAFF, 3)[-1].pk]
    meeting.record_attendance(three, by=meeting.created_by)
    assert meeting.presence().lived_experience == 0
    assert not meeting.was_quorate


def test_either_co_lead_leaves_it_as_it_was(group, meeting):
    first, second = group.leads()
    correction = meeting.record_attendance(everybody(meeting), by=first)
    with pytest.raises(NotYet, match="Say no to it, with the reason"):
        correction.move("drop", by=second)
    correction.say_no("make", by=second, note="They did come.")
    correction.move("drop", by=second)
    with pytest.raises(IllegalMove):
        correction.move("make", by=second)
    assert meeting.record_attendance(everybody(meeting), by=second).state == "waiting"


def test_the_pages_of_a_correction(client, group, meeting):
    """Beforehand: that it takes two. Then: who asked for what, and what the other can do."""
    first, second = group.leads()
    client.force_login(first)
    page = reverse("attendance", args=[meeting.pk])
    assert "takes both co-leads" in client.get(page).content.decode()
    answer = client.post(page, {"present": everybody(meeting)}, follow=True)
    assert "Half done" in answer.content.decode()
    correction = meeting.corrections.get()
    mine = client.get(correction.confirm_url).content.decode()
    assert "Take it back" in mine
    assert "Confirm it" not in mine
    client.force_login(second)
    assert correction.confirm_url in client.get(reverse("home")).content.decode()
    theirs = " ".join(client.get(correction.confirm_url).content.decode().split())
    assert f"{first.name}, " in theirs
    assert "Before: not reached. With this: reached." in theirs
    assert reverse("correction_move", args=[correction.pk, "drop"]) in theirs
    assert "Take it back" not in theirs
    client.post(correction.confirm_url, follow=True)
    meeting.refresh_from_db()
    assert meeting.was_quorate


def test_the_first_takes_it_back(client, group, meeting):
    first, second = group.leads()
    correction = meeting.record_attendance(everybody(meeting), by=first)
    client.force_login(second)
    refused = client.post(correction.confirm_url, {"take_back": "yes"})
    assert refused.status_code == 409  # somebody else's
    client.force_login(first)
    client.post(correction.confirm_url, {"take_back": "yes"})
    assert not FirstPress.objects.exists()
    assert not correction.move("make", by=second)  # now the second is the first of two


def test_a_first_press_goes_with_its_account(group, meeting):
    first, second = group.leads()
    correction = meeting.record_attendance(everybody(meeting), by=first)
    User.objects.filter(pk=first.pk).update(is_active=False)
    assert not correction.move("make", by=second)
    meeting.refresh_from_db()
    assert not meeting.was_quorate


def test_the_office_sees_it_and_does_nothing(client, meeting):
    correction = meeting.record_attendance(everybody(meeting), by=meeting.group.leads()[0])
    client.force_login(programme_user("Programme office"))
    assert client.post(correction.confirm_url).status_code == 403


def replace_lead(group, lead):
    """Their term ends, and another of the same side takes the seat."""
    group.memberships.get(user=lead, role=Role.CO_LEAD).finish(by=None)
    side_of = StaffFactory if lead.constituency == Constituency.STAFF else UserFactory
    successor = side_of()
    group.memberships.create(user=successor, role=Role.CO_LEAD, starts=timezone.localdate())
    sync_grants(successor, group)
    return successor


def test_a_first_press_goes_with_the_seat(group, meeting):
    """Else two people of one side, one after the other, would be both co-leads."""
    first, _ = group.leads()
    correction = meeting.record_attendance(everybody(meeting), by=first)
    successor = replace_lead(group, first)
    assert not correction.move("make", by=User.objects.get(pk=successor.pk))
    meeting.refresh_from_db()
    assert not meeting.was_quorate


def test_a_closed_account_counts_where_it_counted(group):
    meeting = make.held(group, days_ago=20)
    gone = side(group, Constituency.LIVED_EXPERIENCE, 3)[-1]  # no co-lead
    User.objects.filter(pk=gone.pk).update(is_active=False)
    before = meeting.presence()
    shown = MeetingAttendanceForm(meeting=meeting).fields["present"].queryset
    assert gone in shown
    assert meeting.record_attendance(came(meeting), by=meeting.created_by) is None
    assert (meeting.presence(), meeting.was_quorate) == (before, True)


def test_minutes_wait_for_a_correction(group, meeting):
    first, _ = group.leads()
    meeting.record_attendance(everybody(meeting), by=first)
    with pytest.raises(NotYet, match="A correction of who came waits"):
        Minutes.draft(meeting, by=first).move("circulate", by=first)


def test_a_meeting_that_has_begun_stays_where_it_is(group):
    meeting = make.begun(group, days_ago=0)
    later = timezone.now() + timezone.timedelta(days=30)
    with pytest.raises(NotYet, match="has begun"):
        meeting.amend(
            by=meeting.created_by,
            seen=meeting.sequence,
            reason="typo",
            starts_at=later,
            ends_at=later + timezone.timedelta(hours=2),
        )


def test_what_a_meeting_settled_comes_undone_with_its_quorum(group, meeting):
    decision, later = make.decision(meeting), make.held(group, days_ago=5)
    make.settled(decision, later)
    assert decision.state == STATE.RATIFIED
    first, second = group.leads()
    few = [user.pk for user in side(group, Constituency.STAFF, 2)]
    later.record_attendance(few, by=first).move("make", by=second)
    decision.refresh_from_db()
    assert (decision.state, decision.settled_at) == (STATE.PROVISIONAL, None)


def test_a_meeting_shows_what_it_settled(client, group, meeting):
    decision, later = make.decision(meeting), make.held(group, days_ago=5)
    lead = group.leads()[0]
    minutes = Minutes.draft(meeting, by=lead)
    minutes.move("circulate", by=lead)
    client.force_login(lead)
    page = later.get_absolute_url()
    decision.settle("ratify", later, by=lead)
    assert "Settled at this meeting" not in client.get(page).content.decode()
    make.settled(decision, later)
    make.approved(minutes, later)
    mine = Minutes.draft(later, by=lead)
    assert f"- Decision {decision.reference}: Ratified" in mine.body
    assert f"- Minutes of {meeting.title}" in mine.body
    for shown in (page, mine.get_absolute_url(), reverse("minutes_print", args=[later.pk])):
        body = client.get(shown).content.decode()
        assert "Settled at this meeting" in body
        assert f">Decision {decision.reference}</a>: ratified" in body
        assert f">Minutes of {meeting.title}" in body


def test_minutes_are_approved_no_more_than_the_meeting_that_approved_them(group, meeting):
    later, (first, second) = make.held(group, days_ago=5), group.leads()
    minutes = Minutes.draft(meeting, by=first)
    minutes.move("circulate", by=first)
    make.approved(minutes, later)
    few = [user.pk for user in side(group, Constituency.STAFF, 2)]
    later.record_attendance(few, by=first).move("make", by=second)
    minutes.refresh_from_db()
    assert (minutes.state, minutes.approved_at) == ("circulated", None)


def test_what_comes_undone_counts_by_its_own_meeting(group, meeting):
    """It was ratified, its own meeting had its quorum after all, and the later one had not."""
    later, (first, second) = make.held(group, days_ago=5), group.leads()
    decision = make.settled(make.decision(meeting), later)
    meeting.record_attendance(everybody(meeting), by=first).move("make", by=second)
    few = [user.pk for user in side(group, Constituency.STAFF, 2)]
    later.record_attendance(few, by=first).move("make", by=second)
    decision.refresh_from_db()
    assert (decision.state, decision.settled_at) == (STATE.RECORDED, None)


@pytest.mark.differs
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("late", ["settle", "confirm", "approve"])
def test_given_a_correction_at_the_same_moment_then_nothing_counts_without_its_quorum(late):
    group = working_group()
    appoint(group, UserFactory())
    first, second = group.leads()
    decision = make.decision(make.held(group, [first], days_ago=40, by=first))
    minutes = Minutes.draft(decision.meeting, by=first)
    minutes.move("circulate", by=first)
    later = make.held(group, days_ago=10, by=first)
    decision.settle("ratify", later, by=first)
    minutes.settle("approve", later, by=first)
    taken = make.decision(later, confirmed=False)
    correction = later.record_attendance([first.pk], by=first)
    second_at = {
        "settle": lambda: Decision.objects.get(pk=decision.pk).move("ratify", by=second),
        "confirm": lambda: Decision.objects.get(pk=taken.pk).confirm(by=second),
        "approve": lambda: Minutes.objects.get(pk=minutes.pk).settle("approve", later, by=second),
    }
    at_once(
        second_at[late],
        lambda: AttendanceCorrection.objects.get(pk=correction.pk).move("make", by=second),
        told=(Conflict, NotYet),
    )
    later.refresh_from_db()
    assert not later.was_quorate
    for thing in (decision, taken, minutes):
        thing.refresh_from_db()
    assert (decision.state, taken.state) == (STATE.PROVISIONAL, STATE.PROVISIONAL)
    assert minutes.state == "circulated"
