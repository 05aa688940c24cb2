"""The office's pages about people."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models.people import Constituency, Department, User
from apps.accounts.models.sides import SideChange
from apps.accounts.roles import ADMIN, HR
from apps.core.exceptions import Conflict
from apps.core.models import AuditEntry
from apps.groups.models import WorkingGroupUserPermission
from apps.groups.roles import Role
from apps.notifications.models import Occurrence
from tests import factories as make

from ..factories import (
    StaffFactory,
    UserFactory,
    appoint,
    just_shown,
    programme_user,
    working_group,
)
from .conftest import PASSWORD, with_password

pytestmark = pytest.mark.django_db


def names(answer):
    return [person.full_name for person in answer.context["page_obj"]]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "mara"}, ["Amara Osei"]),
        ({"q": "MARTIN@"}, ["Martin Adeyemi"]),
        ({"constituency": "lived_experience"}, ["Amara Osei"]),
        ({"constituency": "staff", "department": "hr"}, ["Priya Nair"]),
        ({"state": "closed"}, ["Martin Adeyemi"]),
        ({"q": "%"}, []),
        ({"constituency": "nonsense", "q": "Amara"}, ["Amara Osei"]),
    ],
)
def test_people_are_found(desk, query, found):
    UserFactory(full_name="Amara Osei")
    StaffFactory(full_name="Priya Nair", department=Department.HR)
    StaffFactory(full_name="Martin Adeyemi", email="martin@test.example", is_active=False)
    assert names(desk.get(reverse("people"), query)) == found


def test_the_list_is_paged_and_costs_the_same_for_one_and_three(desk, django_assert_num_queries):
    counts = []
    for _ in range(3):
        programme_user(HR)
        desk.get(reverse("people"))
        with django_assert_num_queries(1000, exact=False) as seen:
            desk.get(reverse("people"))
        counts.append(len(seen))
    assert counts[0] == counts[2] <= 12
    UserFactory.create_batch(25)
    page = desk.get(reverse("people")).context["page_obj"]
    assert (len(page), page.has_next()) == (25, True)


def test_the_page_of_a_person_shows_groups_and_what_happened(desk, office):
    person = UserFactory(full_name="Amara Osei")
    appoint(working_group(name="Role design"), person, Role.SECRETARY)
    person.close(by=office, reason="Moved away")
    page = desk.get(person.get_absolute_url()).content.decode()
    assert "Secretary of Role design" in page
    assert "Close account" in page
    assert "Moved away" in page
    assert "Open the account again" in page


def test_the_office_changes_nobodys_side_without_a_word_to_them(desk):
    person = UserFactory()
    form = {"constituency": "staff", "department": "clinical"}
    answer = desk.post(reverse("person_change", args=[person.pk]), form, follow=True)
    assert "Nothing changes until they say yes" in answer.content.decode()
    person.refresh_from_db()
    assert (person.constituency, person.department) == (Constituency.LIVED_EXPERIENCE, "")
    again = desk.post(reverse("person_change", args=[person.pk]), form)
    assert "has been asked already" in again.content.decode()
    change = SideChange.objects.get()
    office = User.objects.get(pk=desk.session["_auth_user_id"])
    for move in ("confirm", "decline"):
        with pytest.raises(PermissionDenied):
            change.move(move, by=office)
    with pytest.raises(PermissionDenied):
        change.move("confirm", by=UserFactory(is_superuser=True))


@pytest.mark.differs
def test_the_person_says_yes_and_their_co_leads_are_told(client, office):
    group, person = working_group(), UserFactory()
    appoint(group, person)
    change = SideChange.ask(person, Constituency.STAFF, "clinical", by=office)
    client.force_login(person, "apps.accounts.backends.SignIn")
    assert change.get_absolute_url() in client.get(reverse("home")).content.decode()
    page = client.get(change.get_absolute_url()).content.decode()
    assert "On which side do you take part?" in page
    client.post(reverse("side_change_move", args=[change.pk, "confirm"]))
    person.refresh_from_db()
    assert (person.constituency, person.department) == (Constituency.STAFF, "clinical")
    told = Occurrence.objects.get(rule__kind="groups.side_changed")
    assert {one.recipient for one in told.deliveries.all()} == set(group.leads())
    entry = AuditEntry.objects.about(person).first()
    assert (entry.action, entry.by) == ("change_person", person)


def test_the_person_says_no(office):
    person = UserFactory()
    change = SideChange.ask(person, Constituency.STAFF, "clinical", by=office)
    change.move("decline", by=person)
    person.refresh_from_db()
    assert person.constituency == Constituency.LIVED_EXPERIENCE
    SideChange.ask(person, Constituency.PARTNER, "", by=office)


@pytest.mark.parametrize(("days_ago", "lived"), [(6, 1), (8, 0)])
def test_a_change_within_the_notice_of_a_meeting_does_not_count_for_it(office, days_ago, lived):
    """Notice is 7 days, and the meeting was yesterday."""
    group, person = working_group(), UserFactory()
    appoint(group, person)
    change = SideChange.ask(person, Constituency.STAFF, "", by=office)
    change.move("confirm", by=person)
    when = timezone.now() - timedelta(days=days_ago + 1)
    SideChange.objects.update(answered_at=when)
    assert make.held(group, [person]).presence().lived_experience == lived


def test_a_co_lead_cannot_change_sides_under_their_seat(desk):
    group = working_group(leads=False, name="Training")
    person = UserFactory(full_name="Joanne Pryce")
    appoint(group, person, Role.CO_LEAD)
    answer = desk.post(
        reverse("person_change", args=[person.pk]),
        {"constituency": "staff", "department": "clinical"},
    )
    assert answer.status_code == 422
    assert (
        "Joanne Pryce holds the lived experience co-lead seat of Training. End that role first."
        in answer.content.decode()
    )
    person.refresh_from_db()
    assert person.constituency == Constituency.LIVED_EXPERIENCE


def test_closing_an_account_ends_its_sessions_and_needs_a_reason(desk):
    person = with_password(email="amara@test.example")
    theirs = type(desk)()
    theirs.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    assert theirs.get("/profile/").status_code == 200
    page = reverse("person_close", args=[person.pk])
    assert desk.post(page).status_code == 422
    assert desk.post(page, {"reason": "Left the programme"}).status_code == 302
    assert theirs.get("/profile/").status_code == 302
    assert not theirs.session.session_key or not theirs.session.get("_auth_user_id")
    entry, before = AuditEntry.objects.about(person)
    assert before.action == "sign_in"
    assert (entry.action, entry.note) == ("close_account", "Left the programme")


def test_an_account_that_somebody_else_uses_is_signed_out_and_stays_open(
    desk, mailoutbox, django_capture_on_commit_callbacks
):
    person = with_password(email="amara@test.example")
    theirs = type(desk)()
    sent = {"login": person.email, "password": PASSWORD}
    theirs.post(reverse("account_login"), sent)
    page = reverse("person_sign_out", args=[person.pk])
    assert desk.post(page, {"reason": " "}).status_code == 422
    assert theirs.get("/profile/").status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        assert desk.post(page, {"reason": "A telephone was stolen"}).status_code == 302
    assert theirs.get("/profile/").status_code == 302
    assert theirs.post(reverse("account_login"), sent)["Location"] == "/"
    assert (mailoutbox[-1].to, mailoutbox[-1].subject) == (
        [person.email],
        "Your account was signed out everywhere",
    )
    assert "sign_out_everywhere" in {one.action for one in AuditEntry.objects.about(person)}


def test_on_the_server_everybody_can_be_signed_out(desk):
    with pytest.raises(CommandError):
        call_command("sign_out_everybody", "--reason", "  ")
    assert desk.get("/profile/").status_code == 200
    call_command("sign_out_everybody", "--reason", "A backup was stolen")
    assert desk.get("/profile/").status_code == 302
    assert AuditEntry.objects.filter(action="sign_out_everybody", by=None).count() == 1


def test_a_reopened_account_can_be_signed_in_to(desk, client):
    person = with_password(email="amara@test.example", is_active=False)
    desk.post(reverse("person_reopen", args=[person.pk]), {"reason": "Came back"})
    client.logout()
    form = {"login": person.email, "password": PASSWORD}
    assert client.post(reverse("account_login"), form)["Location"] == "/"


def test_what_somebody_may_do_in_groups_goes_and_comes_back_with_the_account(office):
    group, person = working_group(), UserFactory()
    appoint(group, person)

    def held():
        return WorkingGroupUserPermission.objects.filter(user=person).exists()

    person.close(by=office, reason="x")
    assert not held()
    person.reopen(by=office, reason="y")
    assert held()
    assert User.objects.get(pk=person.pk).has_perm("groups.view_workinggroup", group)


def test_closing_twice_is_a_conflict(office):
    person = UserFactory()
    same = User.objects.get(pk=person.pk)
    person.close(by=office, reason="x")
    with pytest.raises(Conflict):
        same.close(by=office, reason="y")
    person.reopen(by=office, reason="z")
    with pytest.raises(Conflict):
        same.reopen(by=office, reason="z")


@pytest.mark.parametrize("name", ["change", "close", "reopen", "sign_out"])
def test_the_office_cannot_manage_itself_or_administrators(desk, office, name):
    boss = User.objects.create_superuser("root@test.example", full_name="Root")
    for person in (office, boss, programme_user(ADMIN)):
        assert desk.get(reverse(f"person_{name}", args=[person.pk])).status_code == 403


def test_an_administrator_removes_a_lost_second_factor_and_the_person_is_told(
    client, mailoutbox, django_capture_on_commit_callbacks
):
    person = programme_user(HR)
    client.force_login(programme_user(ADMIN))
    just_shown(client)
    page = reverse("person_second_factor", args=[person.pk])
    with django_capture_on_commit_callbacks(execute=True):
        client.post(page, {"reason": "Lost phone, called back"})
    assert not Authenticator.objects.filter(user=person).exists()
    assert (mailoutbox[0].to, "removed the extra step" in mailoutbox[0].body) == (
        [person.email],
        True,
    )
    assert AuditEntry.objects.about(person).get().action == "remove_second_factor"


def test_nobody_removes_their_own_second_factor_that_way(client):
    admin = programme_user(ADMIN)
    client.force_login(admin)
    page = reverse("person_second_factor", args=[admin.pk])
    assert client.post(page, {"reason": "me"}).status_code == 403
