"""Who belongs to a group decides what they may do there, and nothing else does."""

from datetime import timedelta
from threading import Event
from types import SimpleNamespace

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone
from guardian.shortcuts import get_user_perms

from apps.accounts.models.people import Constituency, User
from apps.accounts.models.sides import SideChange
from apps.core.exceptions import Conflict, IllegalMove, NotYet
from apps.core.needs import needs_of
from apps.groups.messages import SeatEmpty
from apps.groups.models import TermsOfReference, WorkingGroup, WorkingGroupUserPermission
from apps.groups.roles import Role, grants_of, sync_grants
from apps.groups.tasks import nightly_sync
from apps.notifications import planning, sending
from apps.notifications.mail import content

from ..at_once import together
from ..factories import (
    StaffFactory,
    UserFactory,
    WorkingGroupFactory,
    appoint,
    leads,
    programme_user,
    terms,
    with_second_factor,
    working_group,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    return programme_user("Programme office")


@pytest.fixture
def group():
    return working_group(leads=False)


@pytest.mark.parametrize("role", Role)
def test_given_a_role_when_appointed_then_exactly_its_grants(group, role):
    user = UserFactory()
    appoint(group, user, role)
    assert set(get_user_perms(user, group)) == grants_of(role)


def test_given_two_roles_when_one_ends_then_the_other_s_grants_stay(group, office):
    user = UserFactory()
    lead = appoint(group, user, Role.CO_LEAD)
    appoint(group, user, Role.REPRESENTATIVE, represents="network")
    lead.end(by=office)
    assert set(get_user_perms(user, group)) == grants_of(Role.REPRESENTATIVE)
    assert user.has_perm("groups.draft_output", group)
    assert not user.has_perm("groups.lead_workinggroup", group)


def test_given_a_term_that_is_over_when_the_night_comes_then_the_grants_go(group):
    user, later = UserFactory(), UserFactory()
    today = timezone.localdate()
    appoint(group, user, Role.MEMBER, ends=today + timedelta(days=3))
    appoint(group, later, Role.MEMBER, starts=today + timedelta(days=4))
    assert nightly_sync() == 0
    with time_machine.travel(timezone.now() + timedelta(days=4)):
        assert nightly_sync() == 2
        assert nightly_sync() == 0
    assert not get_user_perms(user, group)
    assert set(get_user_perms(later, group)) == grants_of(Role.MEMBER)


def test_given_a_stray_grant_when_the_night_comes_then_it_goes(group):
    user = UserFactory()
    appoint(group, user)
    group.memberships.all().delete()
    assert WorkingGroupUserPermission.objects.filter(user=user).exists()
    assert nightly_sync() == 1
    assert not WorkingGroupUserPermission.objects.filter(user=user).exists()


def test_given_a_closed_account_when_synced_then_no_grants(group):
    user = UserFactory()
    appoint(group, user)
    user.is_active = False
    user.save()
    sync_grants(user, group)
    assert not get_user_perms(user, group)


@pytest.mark.parametrize(
    ("constituency", "fits"),
    [
        (Constituency.LIVED_EXPERIENCE, True),
        (Constituency.STAFF, True),
        (Constituency.PARTNER, False),
    ],
)
def test_a_co_lead_sits_for_one_of_the_two_sides(group, constituency, fits):
    user = UserFactory(constituency=constituency)
    if fits:
        appoint(group, user, Role.CO_LEAD)
        assert constituency not in group.empty_seats()
    else:
        with pytest.raises(NotYet, match="lived experience or for staff"):
            appoint(group, user, Role.CO_LEAD)


def test_given_a_seat_that_is_taken_when_appointing_then_not_yet(group):
    first = UserFactory(full_name="Ann First")
    appoint(group, first, Role.CO_LEAD)
    with pytest.raises(NotYet, match="Ann First is already"):
        appoint(group, UserFactory(), Role.CO_LEAD)
    appoint(group, StaffFactory(), Role.CO_LEAD)
    assert group.empty_seats() == []


def test_given_a_term_that_has_not_begun_when_appointing_its_successor_then_no_overlap(group):
    today = timezone.localdate()
    appoint(group, UserFactory(), Role.CO_LEAD, ends=today + timedelta(days=10))
    with pytest.raises(NotYet, match="already"):
        appoint(group, UserFactory(), Role.CO_LEAD, starts=today + timedelta(days=10))
    appoint(group, UserFactory(), Role.CO_LEAD, starts=today + timedelta(days=11))


def test_a_first_day_in_the_past_comes_back_beside_its_field(client, group):
    office, somebody = programme_user("Programme office"), UserFactory()
    client.force_login(with_second_factor(office))
    past = timezone.localdate() - timedelta(days=1)
    sent = {
        "user": somebody.pk,
        "role": "member",
        "starts_day": past.day,
        "starts_month": past.month,
        "starts_year": past.year,
    }
    url = f"{reverse('appoint', args=[group.slug])}?q={somebody.email}"
    answer = client.post(url, sent)
    assert answer.status_code == 422
    assert answer.context["form"].errors["starts"] == [
        "The first day of a term must be today or later."
    ]
    assert not group.memberships.filter(user=somebody).exists()


def test_given_a_member_when_appointing_then_denied(group):
    member = UserFactory()
    appoint(group, member, Role.CO_LEAD)
    with pytest.raises(PermissionDenied):
        group.appoint(UserFactory(), Role.MEMBER, by=member)
    with pytest.raises(PermissionDenied):
        group.memberships.get().end(by=member)


def test_given_two_of_the_office_when_both_end_a_term_then_the_second_is_told(group, office):
    membership = appoint(group, UserFactory())
    again = group.memberships.get()
    membership.end(by=office)
    with pytest.raises(Conflict):
        again.end(by=office)


def test_a_term_ended_today_is_over_at_once_and_was_current_yesterday(group, office):
    membership = appoint(group, UserFactory())
    membership.end(by=office)
    assert not group.memberships.current().exists()
    assert group.memberships.current(timezone.localdate() - timedelta(days=1)).exists()


def test_given_everything_when_activated_then_active(office):
    group = WorkingGroupFactory(state=WorkingGroup.State.FORMING)
    terms(group)
    appoint(group, UserFactory(), Role.CO_LEAD)
    with pytest.raises(NotYet, match="staff"):
        group.move("activate", by=office)
    appoint(group, StaffFactory(), Role.CO_LEAD)
    group.move("activate", by=office)
    assert group.state == WorkingGroup.State.ACTIVE


def test_the_office_reads_beside_the_button_what_a_group_still_needs_and_where(client, office):
    group = WorkingGroupFactory(state=WorkingGroup.State.FORMING)
    appoint(group, UserFactory(), Role.CO_LEAD)
    client.force_login(office, "apps.accounts.backends.SignIn")
    body = client.get(group.get_absolute_url()).content.decode()
    assert f'<a href="{reverse("terms_add", args=[group.slug])}">This group still needs' in body
    assert f'<a href="{reverse("appoint", args=[group.slug])}">This group still needs' in body
    move = reverse("group_move", args=[group.slug, "activate"])
    assert f'href="{move}"' not in body
    terms(group)
    appoint(group, StaffFactory(), Role.CO_LEAD)
    assert f'href="{move}"' in client.get(group.get_absolute_url()).content.decode()


def test_nothing_is_added_to_a_closed_group_and_terms_in_it_still_end(client, office):
    group = working_group()
    WorkingGroup.objects.update(state=WorkingGroup.State.CLOSED)
    group.refresh_from_db()
    with pytest.raises(IllegalMove, match="closed"):
        group.appoint(UserFactory(), Role.MEMBER, by=office)
    client.force_login(office, "apps.accounts.backends.SignIn")
    body = client.get(group.get_absolute_url()).content.decode()
    assert "Add somebody to the group" not in body
    assert reverse("terms_add", args=[group.slug]) not in body
    group.memberships.first().end(by=office)


def test_terms_in_force_are_those_of_the_day(group):
    today = timezone.localdate()
    second = terms(group, in_force_from=today - timedelta(days=1))
    terms(group, in_force_from=today + timedelta(days=1))
    assert group.terms == second
    assert group.terms_at(today - timedelta(days=9)).version == 1


def test_a_group_that_has_begun_stays_of_its_kind(client, office):
    """A steering group decides for every group."""
    group = working_group()
    client.force_login(office, "apps.accounts.backends.SignIn")
    form = {"name": group.name, "kind": "steering", "purpose": "To decide."}
    client.post(reverse("group_change", args=[group.slug]), form)
    group.refresh_from_db()
    assert (group.kind, group.purpose) == ("task", "To decide.")


# --- pages ----------------------------------------------------------------------------------------
@pytest.fixture
def lead(group):
    user = UserFactory()
    appoint(group, user, Role.CO_LEAD)
    return user


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"quorum_lived_experience": "0"}, "greater than or equal to 1"),
        ({"quorum_staff": "0"}, "greater than or equal to 1"),
        ({"quorum_members": "2", "quorum_staff": "2"}, "at least 3"),
        ({"quorum_members": "many"}, "whole number"),
        ({"text": ""}, "Enter the text."),
        ({"in_force_from_month": "0"}, "Enter a real date"),
        ({"in_force_from_year": "2026"}, "Terms never hold for the past"),
    ],
)
def test_given_wrong_terms_when_saved_then_422_and_no_new_version(
    client, group, lead, changes, says
):
    client.force_login(lead, "apps.accounts.backends.SignIn")
    data = {
        "text": "Typed with care",
        "quorum_members": "3",
        "quorum_lived_experience": "1",
        "quorum_staff": "1",
        "notice_days": "7",
        "peer_workers": "staff",
        "in_force_from_day": "1",
        "in_force_from_month": "1",
        "in_force_from_year": "2099",
        "seen": "1",
    } | changes
    response = client.post(reverse("terms_add", args=[group.slug]), data)
    assert response.status_code == 422
    assert says in response.content.decode()
    assert group.terms_of_reference.count() == 1


# --- what is said by the clock ------------------------------------------------------------------
@pytest.fixture
def heard(mailoutbox):
    def run():
        before = len(mailoutbox)
        planning.plan()
        sending.send()
        return sorted((mail.subject, mail.to[0]) for mail in mailoutbox[before:])

    return run


def test_given_an_empty_seat_when_monday_comes_then_office_and_the_other_lead_hear_weekly(
    office, group, lead, heard
):
    WorkingGroup.objects.update(created_at=timezone.now() - timedelta(days=30))
    says = "A co-lead seat is empty"
    with time_machine.travel("2026-12-08T11:00Z"):  # a Tuesday
        assert heard() == sorted([(says, lead.email), (says, office.email)])
        assert heard() == []
    with time_machine.travel("2026-12-14T11:00Z"):
        assert len(heard()) == 2
        appoint(group, StaffFactory(), Role.CO_LEAD)
    with time_machine.travel("2026-12-21T11:00Z"):
        assert heard() == []


def test_given_a_term_that_ends_when_near_then_the_person_hears_twice(group, office, heard):
    user = UserFactory()
    with time_machine.travel("2026-06-01T11:00Z"):
        appoint(
            group,
            user,
            Role.MEMBER,
            starts=timezone.localdate(),
            ends=timezone.localdate() + timedelta(days=200),
        )
    mine = []
    for day in range(0, 200, 10):
        with time_machine.travel("2026-06-01T11:00Z") as clock:
            clock.shift(timedelta(days=day))
            mine += [(day, subject) for subject, to in heard() if to == user.email]
    assert mine == [  # 60 and 14 days before, as seen every tenth day
        (140, "A term is ending: Friday 18 December"),
        (190, "A term is ending: Friday 18 December"),
    ]


# --- two co-leads of one side ---------------------------------------------------------------------
def test_a_co_lead_to_come_changes_no_side(office):
    """They would begin on the other's side, and neither would lead."""
    group = working_group()
    today = timezone.localdate()
    group.memberships.filter(user=leads(group)[1]).update(ends=today)
    coming = StaffFactory()
    appoint(group, coming, Role.CO_LEAD, starts=today + timezone.timedelta(days=1))
    with pytest.raises(NotYet, match="co-lead seat"):
        SideChange.ask(coming, Constituency.LIVED_EXPERIENCE, "", by=office)


def test_given_two_co_leads_of_one_side_then_the_site_says_so_and_there_is_a_way_out(
    client, office
):
    """As old data has them: filling the empty seat hides that neither of the two leads."""
    group = working_group()
    peer, staff = leads(group)
    User.objects.filter(pk=staff.pk).update(constituency=Constituency.LIVED_EXPERIENCE)
    group.appoint(StaffFactory(), Role.CO_LEAD, by=office)
    assert not any(map(group.is_led_by, (peer, staff)))
    assert (group.empty_seats(), group.is_led_by_two) == ([], False)
    assert list(WorkingGroup.objects.half_led()) == [group]
    assert f"End the term of one co-lead: {group}" in {need.title for need in needs_of(office)}
    names = " and ".join(one.name for one in group.leads() if one in (peer, staff))
    words = f"{names} are co-leads of one side"
    told = content(SeatEmpty(), SimpleNamespace(subject=group), office)
    assert any(line.startswith(words) for line in told["lines"])
    client.force_login(peer)
    assert words in client.get(group.get_absolute_url()).content.decode()
    today = timezone.localdate()
    new = TermsOfReference.propose(group, by=office, seen=1, text="New.", in_force_from=today)
    with pytest.raises(NotYet, match=words):
        new.move("sign", by=peer)
    group.memberships.get(user=staff, role=Role.CO_LEAD).end(by=office)
    assert group.is_led_by_two
    assert all(group.is_led_by(one) for one in group.leads())
    assert not WorkingGroup.objects.half_led()


@pytest.mark.differs
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="it locks no rows")
def test_given_a_seat_and_a_change_of_side_at_once_then_one_of_them_is_refused():
    """Each reads what the other has not said yet, unless both take the person's row."""
    group, office = working_group(leads=False), programme_user("Programme office")
    person = StaffFactory()
    change = SideChange.ask(person, Constituency.LIVED_EXPERIENCE, "", by=office)
    taken, answered = Event(), Event()

    def seat():
        with transaction.atomic():
            group.appoint(User.objects.get(pk=person.pk), Role.CO_LEAD, by=office)
            taken.set()
            answered.wait(1)

    def answer():
        taken.wait(5)
        try:
            SideChange.objects.get(pk=change.pk).move("confirm", by=User.objects.get(pk=person.pk))
        finally:
            answered.set()

    results = together(seat, answer)
    assert [type(one) for one in results if isinstance(one, Exception)] == [NotYet]
    person.refresh_from_db()
    assert person.constituency == Constituency.STAFF
