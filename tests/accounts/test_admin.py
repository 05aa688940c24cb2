"""Django admin of people: roles, never passwords, secrets or what helps somebody."""

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group
from django.urls import get_resolver, reverse

from apps.accounts.admin import as_shown
from apps.accounts.models.invitations import Invitation
from apps.accounts.models.people import User
from apps.accounts.models.role_changes import RoleChange, roles_of
from apps.accounts.models.support import SupportProfile
from apps.accounts.roles import ADMIN, COMMS, HR, OFFICE
from apps.core.models import AuditEntry

from ..factories import UserFactory, just_shown, programme_user

pytestmark = pytest.mark.django_db

# Models about people that have no admin, each for its reason.
WITHOUT = {
    "accounts.Letter": "sealed: it may hold a code",
    "accounts.SupportProfile": "may tell of somebody's health: its owner chooses who reads it",
    "account.EmailAddress": "changed with the person, and confirmed by its owner",
    "account.EmailConfirmation": "unused: addresses are confirmed by codes",
    "auth.Group": "the programme-wide roles and what they may do are code",
    "auth.Permission": "declared by the models",
    "guardian.GroupObjectPermission": "unused: roles are programme-wide",
    "guardian.UserObjectPermission": "unused: grants have direct foreign keys",
    "mfa.Authenticator": "holds secrets; a lost one is removed on the person's page",
    "sessions.Session": "a person's own",
    "socialaccount.SocialAccount": "linked and unlinked by its owner",
    "socialaccount.SocialApp": "single sign-on is configured by the environment",
    "socialaccount.SocialToken": "not kept",
    "usersessions.UserSession": "a person's own; closing an account ends them",
}


@pytest.fixture
def administrator(client):
    user = programme_user(ADMIN, is_staff=True)
    client.force_login(user)
    just_shown(client)
    return user


def form(user, **changes):
    """The change form as it comes back, with some values changed."""
    fields = ("full_name", "known_as", "email", "phone")
    shown = {"roles_shown": as_shown(roles_of(user))}
    return {field: getattr(user, field) for field in fields} | shown | changes


def change(client, user, **changes):
    return client.post(reverse("admin:accounts_user_change", args=[user.pk]), form(user, **changes))


def test_every_model_about_people_has_an_admin_or_a_reason_not_to():
    assert get_resolver().url_patterns  # everything has registered by now
    labels = {label.split(".")[0] for label in WITHOUT}
    without = {
        model._meta.label
        for model in apps.get_models()
        if model._meta.app_label in labels and not admin.site.is_registered(model)
    }
    assert without == WITHOUT.keys()


def test_what_helps_somebody_is_nowhere_in_the_admin(client, administrator):
    person = UserFactory()
    SupportProfile.objects.create(user=person, what_helps="A very private thing")
    boss = User.objects.create_superuser("root@test.example", full_name="Root")
    for user in (administrator, boss):
        client.force_login(user)
        page = client.get(reverse("admin:accounts_user_change", args=[person.pk]))
        assert "A very private thing" not in page.content.decode()
    assert "supportprofile" not in client.get("/admin/").content.decode().lower()


def test_roles_are_given_and_audited(client, administrator):
    """By two people where they are confidential, and told as what they are."""
    person, office = UserFactory(), programme_user(OFFICE)
    group = Group.objects.get(name=HR)
    answer = change(client, person, groups=[group.pk])
    assert "Enter the reason for the role Human Resources." in answer.content.decode()
    answer = change(client, person, groups=[group.pk], reason="She joined HR.")
    assert answer.status_code == 302
    asked = RoleChange.objects.get(user=person)
    assert User.objects.get(pk=person.pk).programme_roles == set()
    asked.move("confirm", by=office)
    assert User.objects.get(pk=person.pk).programme_roles == {HR}
    entries = AuditEntry.objects.about(person).values_list("action", "note", "by")
    assert ("change_roles", "gave Human Resources", office.pk) in list(entries)
    entries = AuditEntry.objects.about(asked).values_list("action", "by")
    assert set(entries) == {("ask_role_change", administrator.pk), ("confirm", office.pk)}


def test_a_role_that_is_not_confidential_takes_one_person(client, administrator):
    person = UserFactory()
    group = Group.objects.get(name=COMMS)
    assert change(client, person, groups=[group.pk]).status_code == 302
    assert User.objects.get(pk=person.pk).programme_roles == {COMMS}
    assert change(client, person, groups=[]).status_code == 302
    assert User.objects.get(pk=person.pk).programme_roles == set()


def test_there_is_no_password_to_set_or_see(client, administrator):
    person = UserFactory(password="hashed-secret")
    page = client.get(reverse("admin:accounts_user_change", args=[person.pk])).content.decode()
    assert "hashed-secret" not in page
    assert 'type="password"' not in page
    change(client, person, password="x")
    person.refresh_from_db()
    assert person.password == "hashed-secret"


def test_an_administrator_cannot_make_or_touch_a_superuser(client, administrator):
    change(client, administrator, is_superuser="on", is_staff="on")
    administrator.refresh_from_db()
    assert administrator.is_superuser is False
    boss = User.objects.create_superuser("root@test.example", full_name="Root")
    change(client, boss, full_name="Changed")
    boss.refresh_from_db()
    assert boss.full_name == "Root"


def test_closing_and_changing_sides_are_left_to_the_office(client, administrator):
    person = UserFactory()
    change(client, person, is_active="", constituency="staff", is_demo="on")
    person.refresh_from_db()
    assert (person.is_active, person.constituency, person.is_demo) == (
        True,
        "lived_experience",
        False,
    )


def test_no_address_of_somebody_is_changed(client, administrator):
    """Not even to be confirmed by its owner: two people do that, on the site."""
    person = UserFactory()
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    before = person.email
    change(client, person, email="New@Test.Example")
    address = EmailAddress.objects.get(user=person)
    assert (address.email, address.verified) == (before, True)
    assert User.objects.get(pk=person.pk).email == before


def test_an_address_that_is_taken_in_another_case_is_refused(client, administrator):
    UserFactory(email="taken@test.example")
    sent = {"full_name": "A", "email": "TAKEN@test.example", "constituency": "partner"}
    answer = client.post(reverse("admin:accounts_user_add"), sent)
    assert answer.status_code == 200
    assert "already exists" in answer.content.decode()


def test_a_person_made_in_the_admin_has_no_password(client, administrator):
    answer = client.post(
        reverse("admin:accounts_user_add"),
        {"full_name": "Made Here", "email": "Made@Test.Example", "constituency": "partner"},
    )
    assert answer.status_code == 302
    user = User.objects.get(email="made@test.example")
    assert not user.has_usable_password()
    assert AuditEntry.objects.about(user).get().action == "admin_added"


@pytest.mark.parametrize("name", ["admin:accounts_user_delete", "admin:accounts_invitation_change"])
def test_nobody_is_deleted_and_no_invitation_edited(client, administrator, name):
    invitation = Invitation.objects.create(
        email="a@test.example", full_name="A", constituency="partner", invited_by=administrator
    )
    answer = client.post(reverse(name, args=[invitation.pk]), {"email": "b@test.example"})
    assert answer.status_code == 403
    assert Invitation.objects.get().email == "a@test.example"


def test_the_lists_of_the_admin_open(client, administrator):
    for name in ("accounts_user_changelist", "accounts_invitation_changelist", "accounts_user_add"):
        assert client.get(reverse(f"admin:{name}")).status_code == 200


def test_the_admin_has_no_sign_in_of_its_own(client):
    answer = client.get("/admin/", follow=True)
    assert answer.redirect_chain[-1][0].startswith(reverse("account_login"))


def test_an_old_page_takes_no_role_that_came_since(client, administrator, office):
    person = programme_user(HR)
    shown = form(person, groups=[Group.objects.get(name=HR).pk], full_name="Typo mended")
    other = programme_user(ADMIN, is_staff=True)
    RoleChange.ask(person, OFFICE, True, "Needed.", by=other).move("confirm", by=office)
    url = reverse("admin:accounts_user_change", args=[person.pk])
    answer = client.post(url, shown | {"reason": "Because."})
    assert "The roles of this person were changed" in answer.content.decode()
    person = User.objects.get(pk=person.pk)
    assert person.programme_roles == {HR, OFFICE}
    assert person.full_name != "Typo mended"


def test_taking_what_is_confidential_asks_why(client, administrator):
    person = programme_user(HR)
    answer = change(client, person, groups=[], reason="")
    assert "Enter the reason for the role Human Resources." in answer.content.decode()
    change(client, person, groups=[], reason="Left.")
    assert not User.objects.get(pk=person.pk).programme_roles


def test_a_role_that_was_only_asked_for_is_not_said_to_be_changed(client, administrator):
    person = UserFactory()
    groups = [Group.objects.get(name=HR).pk]
    url = reverse("admin:accounts_user_change", args=[person.pk])
    answer = client.post(url, form(person, groups=groups, reason="Joined."), follow=True)
    page = answer.content.decode()
    assert "waits for a second person" in page
    assert "was changed successfully" not in page
    assert not AuditEntry.objects.about(person).filter(action="admin_changed").exists()
