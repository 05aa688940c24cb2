"""The ways in which one person alone could become somebody else, or more than they are."""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from apps.accounts.admin import as_shown
from apps.accounts.models.people import User
from apps.accounts.models.role_changes import roles_of
from apps.accounts.roles import ADMIN, HR, OFFICE
from apps.core.exceptions import NotYet

from ..factories import UserFactory, just_shown, programme_user
from .conftest import PASSWORD, with_password
from .test_sign_in import code_to

pytestmark = pytest.mark.django_db
BACKEND = "apps.accounts.backends.SignIn"


@pytest.fixture
def administrator():
    return programme_user(ADMIN, is_staff=True, full_name="Grace Okafor")


def browser(user, *, shown=True):
    client = Client()
    client.force_login(user, BACKEND)
    return just_shown(client) if shown else client


def in_admin(client, user, **changes):
    """Send the form of Django admin, with some values changed."""
    sent = {field: getattr(user, field) for field in ("full_name", "known_as", "email", "phone")}
    url = reverse("admin:accounts_user_change", args=[user.pk])
    sent |= {"reason": "Because.", "roles_shown": as_shown(roles_of(user))}
    return client.post(url, sent | changes)


def group(name):
    return Group.objects.get(name=name).pk


# --- by somebody's address ----------------------------------------------------------------------
def test_no_administrator_changes_somebodys_address(administrator):
    root = User.objects.create_superuser("root@test.example", full_name="Root")
    person = with_password(email="amara@test.example")
    for one in (administrator, programme_user(ADMIN, is_staff=True, is_superuser=True), root):
        in_admin(browser(one), person, email="mine@test.example")
        person.refresh_from_db()
        assert person.email == "amara@test.example"
        assert EmailAddress.objects.get(user=person).email == "amara@test.example"


def test_a_new_address_ends_the_sessions_elsewhere(mailoutbox):
    amara = with_password(email="amara@test.example")
    here, elsewhere = Client(), Client()
    for each in (here, elsewhere):
        each.post(reverse("account_login"), {"login": amara.email, "password": PASSWORD})
    here.post(reverse("account_email"), {"email": "new@test.example", "action_add": "1"})
    code = code_to(mailoutbox, "new@test.example")
    here.post(reverse("account_email_verification_sent"), {"code": code})
    amara.refresh_from_db()
    assert amara.email == "new@test.example"
    assert here.get("/profile/").status_code == 200
    assert elsewhere.get("/profile/").status_code == 302


def test_whoever_signs_in_by_a_code_is_asked_again_too(mailoutbox):
    """An open device does not change the address of somebody without a password."""
    person = UserFactory()
    client = browser(person, shown=False)
    new = {"email": "thief@test.example", "action_add": "1"}
    answer = client.post(reverse("account_email"), new)
    assert not EmailAddress.objects.filter(email="thief@test.example").exists()
    page = client.get(answer["Location"])
    assert "Show that it is you" in page.content.decode()
    assert mailoutbox[-1].to == [person.email]


def test_an_open_device_does_not_set_a_first_password():
    """With which whoever did so could show, from then on, that it is them."""
    person = UserFactory()
    client, page = browser(person, shown=False), reverse("account_set_password")
    new = {"password1": "harbour button violet", "password2": "harbour button violet"}
    for answer in (client.get(page), client.post(page, new)):
        assert answer["Location"].startswith(reverse("reauthenticate_by_code"))
    person.refresh_from_db()
    assert not person.has_usable_password()
    assert "harbour" not in str(dict(client.session))
    browser(person).post(page, new)
    person.refresh_from_db()
    assert person.has_usable_password()


# --- by their second factor ---------------------------------------------------------------------
def test_removing_a_second_factor_asks_again_and_signs_the_person_out(administrator):
    person = programme_user(HR)
    theirs = browser(person)
    assert theirs.get("/profile/").status_code == 200
    page, sent = reverse("person_second_factor", args=[person.pk]), {"reason": "Lost phone"}
    browser(administrator, shown=False).post(page, sent)
    assert Authenticator.objects.filter(user=person).exists()
    browser(administrator).post(page, sent)
    assert not Authenticator.objects.filter(user=person).exists()
    answer = theirs.get("/profile/")
    assert answer["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("power", ["close", "reopen", "sign_out", "remove_second_factor"])
def test_what_is_done_to_an_account_is_refused_past_its_page(administrator, power):
    person = programme_user(HR, is_active=power != "reopen")
    root = User.objects.create_superuser("root@test.example", full_name="Root")
    for one, account in (
        (UserFactory(), person),
        (programme_user(HR), person),
        (administrator, administrator),
        (root, root),
    ):
        with pytest.raises(PermissionDenied):
            getattr(account, power)(by=one, reason="Because.")


# --- by a role ----------------------------------------------------------------------------------
def test_nobody_gives_themselves_a_role(administrator):
    root = programme_user(ADMIN, is_staff=True, is_superuser=True)
    for one in (administrator, root):
        in_admin(browser(one), one, groups=[group(ADMIN), group(HR)], is_superuser="on")
        fresh = User.objects.get(pk=one.pk)
        assert fresh.programme_roles == {ADMIN}
        assert fresh.is_superuser == one.is_superuser


@pytest.mark.parametrize("role", [HR, OFFICE, ADMIN, "Equality and Human Rights"])
def test_one_person_alone_gives_no_confidential_role(administrator, role):
    friend = UserFactory()
    in_admin(browser(administrator), friend, groups=[group(role)])
    assert not User.objects.get(pk=friend.pk).programme_roles


def test_one_superuser_alone_makes_no_other():
    root = programme_user(ADMIN, is_staff=True, is_superuser=True)
    friend = UserFactory()
    in_admin(browser(root), friend, is_superuser="on", is_staff="on")
    friend.refresh_from_db()
    assert (friend.is_superuser, friend.is_staff) == (False, False)


def test_an_account_made_in_the_admin_has_no_role(administrator):
    groups = [group(ADMIN)]
    sent = {"full_name": "Me Again", "email": "again@test.example", "constituency": "partner"}
    more = {"groups": groups, "is_staff": "on", "is_superuser": "on", "reason": "Because."}
    browser(administrator).post(reverse("admin:accounts_user_add"), sent | more)
    made = User.objects.get(email="again@test.example")
    assert not made.programme_roles
    assert (made.is_staff, made.is_superuser) == (False, False)


def test_an_invitation_brings_no_role(invite, client):
    _, link = invite(email="again@test.example", constituency="staff", department="hr")
    client.get(link)
    client.post(reverse("invitation_accept"), {"full_name": "Me Again", "groups": "1"})
    assert not User.objects.get(email="again@test.example").programme_roles


# --- in an incident -----------------------------------------------------------------------------
def test_an_administrator_closes_an_account_from_the_site(administrator):
    root = User.objects.create_superuser("root@test.example", full_name="Root")
    for person in (UserFactory(), programme_user(HR), programme_user(ADMIN, is_staff=True), root):
        theirs = browser(person)
        page = reverse("person_close", args=[person.pk])
        assert browser(administrator).post(page, {"reason": "Stolen laptop"}).status_code == 302
        person.refresh_from_db()
        assert not person.is_active
        assert theirs.get("/profile/").status_code == 302


def test_who_closed_it_does_not_open_an_account_that_holds_a_role(administrator):
    person = programme_user(HR)
    person.close(by=administrator, reason="Stolen laptop")
    with pytest.raises(NotYet, match="Somebody else"):
        person.reopen(by=administrator, reason="It is back.")
    page = browser(administrator).get(reverse("person_reopen", args=[person.pk]))
    assert "Whose turn: another administrator" in page.content.decode()
    person.reopen(by=programme_user(OFFICE), reason="It is back.")
    assert User.objects.get(pk=person.pk).is_active


# --- by an open device --------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["audit_export"])
def test_a_list_with_names_is_not_taken_from_an_open_device(administrator, name):
    answer = browser(administrator, shown=False).get(reverse(name))
    assert answer.status_code == 302
    assert "reauthenticate" in answer["Location"]
    assert browser(administrator).get(reverse(name)).status_code == 200
