"""What somebody began and left does not go on: codes, resets, half sign-ins, what they had sent."""

import re
import time
from datetime import timedelta

import pytest
import time_machine
from allauth.account.internal.flows import login
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models.addresses import AddressChange
from apps.accounts.models.role_changes import RoleChange
from apps.accounts.roles import ADMIN, HR
from apps.accounts.tasks import settle_addresses

from ..factories import UserFactory, programme_user, with_second_factor
from .conftest import PASSWORD, with_password
from .test_becoming import browser
from .test_sign_in import code_in, code_of, code_to, totp_code

pytestmark = pytest.mark.django_db
NEW = "harbour button violet"


@pytest.fixture
def administrator():
    return programme_user(ADMIN, is_staff=True, full_name="Grace Okafor")


@pytest.fixture
def amara():
    return with_password(email="old@test.example")


def begin(page, field="email", **more):
    """Somebody elsewhere who begins; their browser."""
    thief = Client()
    thief.post(reverse(page), {field: "old@test.example"} | more)
    return thief


def is_in(client):
    return "_auth_user_id" in client.session


def finish_reset(client, code):
    client.post(reverse("account_confirm_password_reset_code"), {"code": code})
    page = reverse("account_complete_password_reset")
    client.post(page, {"password1": NEW, "password2": NEW})


def moves_away(person, outbox):
    """The person changes their own address, since the old mailbox is another's."""
    own = browser(person)
    own.post(reverse("account_email"), {"email": "new@test.example", "action_add": "1"})
    page = reverse("account_email_verification_sent")
    own.post(page, {"code": code_to(outbox, "new@test.example")})
    return own


# --- begun before -----------------------------------------------------------------------------
@pytest.mark.parametrize("worker", [True, False])
def test_the_old_mailbox_does_not_take_the_account_back(
    amara, administrator, office, mailoutbox, worker
):
    change = AddressChange.ask(amara, "new@test.example", "Rang.", by=administrator)
    change.move("confirm", by=office)
    soon = timezone.now() + timedelta(days=1, minutes=-5)
    with time_machine.travel(soon, tick=True) as clock:
        by_code = begin("account_request_login_code")
        code = code_to(mailoutbox, "old@test.example")
        by_reset = begin("account_reset_password")
        again = code_to(mailoutbox, "old@test.example")
        clock.shift(timedelta(minutes=6))
        if worker:
            settle_addresses()
        sent = len(mailoutbox)
        answer = by_code.post(reverse("account_confirm_login_code"), {"code": code}, follow=True)
        finish_reset(by_reset, again)
    assert not is_in(by_code)
    assert "Something about this account has changed." in answer.content.decode()
    assert not [one for one in mailoutbox[sent:] if "old@test.example" in one.to and code_of(one)]
    amara.refresh_from_db()
    assert (amara.email, amara.check_password(PASSWORD)) == ("new@test.example", True)


def test_nor_after_one_changed_it_oneself(amara, mailoutbox):
    by_code = begin("account_request_login_code")
    code = code_to(mailoutbox, "old@test.example")
    by_reset = begin("account_reset_password")
    again = code_to(mailoutbox, "old@test.example")
    own = moves_away(amara, mailoutbox)
    by_code.post(reverse("account_confirm_login_code"), {"code": code})
    finish_reset(by_reset, again)
    amara.refresh_from_db()
    assert not is_in(by_code)
    assert (amara.email, amara.check_password(PASSWORD)) == ("new@test.example", True)
    assert own.get("/profile/").status_code == 200


def test_closing_ends_what_was_begun(amara, administrator, mailoutbox):
    by_code = begin("account_request_login_code")
    code = code_to(mailoutbox, "old@test.example")
    by_reset = begin("account_reset_password")
    amara.close(by=administrator, reason="Stolen phone.")
    finish_reset(by_reset, code_to(mailoutbox, "old@test.example"))
    amara.refresh_from_db()
    assert amara.check_password(PASSWORD)
    amara.reopen(by=administrator, reason="It is found.")
    by_code.post(reverse("account_confirm_login_code"), {"code": code})
    assert not is_in(by_code)


def test_a_new_password_ends_a_sign_in_that_waits_for_its_extra_step(amara):
    secret = generate_totp_secret()
    TOTP.activate(amara, secret)
    thief = begin("account_login", "login", password=PASSWORD)
    page = reverse("account_change_password")
    browser(amara).post(page, {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})
    thief.post(reverse("mfa_authenticate"), {"code": totp_code(secret)})
    assert not is_in(thief)


def test_a_removed_extra_step_ends_it_and_leads_nobody_round_in_circles(amara, administrator):
    with_second_factor(amara)
    client = begin("account_login", "login", password=PASSWORD)
    amara.remove_second_factor(by=administrator, reason="Lost.")
    answer = client.get(reverse("mfa_authenticate"), follow=True)
    assert [to for to, _ in answer.redirect_chain] == [reverse("account_login")]
    client.post(reverse("account_login"), {"login": amara.email, "password": PASSWORD})
    assert is_in(client)


def test_who_begins_afterwards_signs_in(amara, administrator, mailoutbox):
    amara.close(by=administrator, reason="Stolen phone.")
    amara.reopen(by=administrator, reason="It is found.")
    client = begin("account_request_login_code")
    client.post(reverse("account_confirm_login_code"), {"code": code_in(mailoutbox[-1])})
    assert is_in(client)
    client.logout()
    client = begin("account_reset_password")
    finish_reset(client, code_in(mailoutbox[-1]))
    amara.refresh_from_db()
    assert amara.check_password(NEW)


# --- what was sent before being asked again -----------------------------------------------------
def stale(client):
    """Whoever is signed in here showed an hour ago who they are."""
    session = client.session
    session[login.AUTHENTICATION_METHODS_SESSION_KEY] = [
        {"method": "code", "at": time.time() - 3600}
    ]
    session[login._AUTHENTICATION_METHODS_USER_SESSION_KEY] = session["_auth_user_id"]
    session.save()
    return client


def test_what_somebody_left_does_not_go_on_in_the_name_of_the_next(administrator, office):
    """Somebody at an open device presses; its owner opens the page and shows who they are."""
    role = RoleChange.ask(UserFactory(), HR, True, "Needed.", by=administrator)
    page = reverse("role_change_move", args=[role.pk, "confirm"])
    client = stale(browser(with_password(office), shown=False))
    assert client.post(page).status_code == 302
    answer = client.get(page)
    shown = client.post(answer["Location"], {"password": PASSWORD})
    assert shown["Location"] == page
    role.refresh_from_db()
    assert role.state == RoleChange.State.ASKED


def test_nor_an_address_that_somebody_left(amara, mailoutbox):
    client = stale(browser(amara, shown=False))
    page = reverse("account_email")
    asks = client.post(page, {"email": "thief@test.example", "action_add": "1"})["Location"]
    client.get(page)
    client.post(asks, {"password": PASSWORD})
    assert mailoutbox == []


def test_whoever_is_asked_reads_what_will_be_sent(amara):
    """Somebody at an open device typed it, and left the page that asks who it is."""
    client = stale(browser(amara, shown=False))
    sent = {"email": "thief@test.example", "action_add": "1", "password": "hidden secret"}
    asks = client.post(reverse("account_email"), sent)["Location"]
    page = " ".join(client.get(asks).content.decode().split())
    assert "thief@test.example" in page
    assert "hidden secret" not in page
    assert "somebody else left it here" in page


def test_what_was_read_is_what_is_sent(amara, mailoutbox):
    """Somebody presses in a second tab, at the same address, while the first one asks."""
    page, words = reverse("account_email"), {"action_add": "1"}
    for before in ({"email": "mine@test.example"} | words, None):
        client = stale(browser(amara, shown=False))
        asks = f"{reverse('account_reauthenticate')}?next={page}"
        if before:
            asks = client.post(page, before)["Location"]
        mark = re.search(r'name="kept" value="(\w*)"', client.get(asks).content.decode())[1]
        client.post(page, {"email": "thief@test.example"} | words)
        answer = client.post(asks, {"password": PASSWORD, "kept": mark}, follow=True)
        assert "Something else was sent in another tab meanwhile." in answer.content.decode()
        assert mailoutbox == []


def test_a_page_that_asks_for_another_thing_does_not_say_that_this_is_sent(amara):
    client = stale(browser(amara, shown=False))
    client.post(reverse("account_email"), {"email": "mine@test.example", "action_add": "1"})
    asks = f"{reverse('account_reauthenticate')}?next={reverse('audit_export')}"
    assert "mine@test.example" not in client.get(asks).content.decode()


def test_a_fault_after_being_asked_again_signs_nobody_out(amara, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError

    client = stale(browser(amara, shown=False))
    client.raise_request_exception = False
    asks = client.post(reverse("account_email"), {"email": "n@test.example", "action_add": "1"})
    monkeypatch.setattr("allauth.account.views.EmailView.post", broken)
    answer = client.post(asks["Location"], {"password": PASSWORD})
    assert answer.status_code == 500
    assert client.get("/profile/").status_code == 200


def test_what_was_sent_waits_for_five_minutes(administrator):
    with_password(administrator)
    person = with_password(email="p@test.example")
    page = reverse("person_close", args=[person.pk])
    for minutes, active in ((6, True), (4, False)):
        client = stale(browser(administrator, shown=False))
        asks = client.post(page, {"reason": "Left."})["Location"]
        with time_machine.travel(timezone.now() + timedelta(minutes=minutes), tick=True):
            client.post(asks, {"password": PASSWORD})
        person.refresh_from_db()
        assert person.is_active is active


def test_what_comes_back_with_a_mistake_is_sent_to_its_own_page(administrator):
    """It is answered at the address of the page that asked who they are."""
    with_password(administrator)
    person = UserFactory()
    client = stale(browser(administrator, shown=False))
    page = reverse("person_close", args=[person.pk])
    asks = client.post(page, {"reason": ""})["Location"]
    assert "What you typed is kept." in client.get(asks).content.decode()
    answer = client.post(asks, {"password": PASSWORD})
    assert "Enter a reason." in answer.content.decode()
    assert f'<form method="post" action="{page}"' in answer.content.decode()
    client = stale(browser(administrator, shown=False))
    page = reverse("admin:accounts_user_change", args=[person.pk])
    asks = client.post(page, {"full_name": ""})["Location"]
    answer = client.post(asks, {"password": PASSWORD})
    assert f'action="{page}"' in answer.content.decode()


def test_who_is_asked_again_can_go_back(client, administrator):
    client = stale(browser(administrator, shown=False))
    before = {"Referer": "http://testserver/audit/?q=1"}
    page = client.get(reverse("audit_export"), headers=before, follow=True).content.decode()
    assert '<a href="/audit/?q=1">Cancel and go back</a>' in page
    assert "If you asked for a file, it downloads when you press Continue." in " ".join(
        page.split()
    )
