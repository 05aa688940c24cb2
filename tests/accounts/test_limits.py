"""Codes that work once, answers that take as long for all, and limits that hit the right one."""

import time
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
)
from django.contrib.auth.hashers import get_hasher
from django.core.cache import cache
from django.urls import reverse

from apps.accounts import adapters

from ..factories import UserFactory
from .conftest import PASSWORD, with_password

pytestmark = pytest.mark.django_db
TOO_MANY = "You have tried too many times"
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture
def amara():
    return with_password(UserFactory(email="amara@test.example", full_name="Amara Okafor"))


def sign_in(client, email="amara@test.example", password=PASSWORD, **more):
    return client.post(reverse("account_login"), {"login": email, "password": password}, **more)


def stranger(client, **more):
    return type(client)(**more)


def totp_code(secret):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


# --- a code works once ----------------------------------------------------------------------------
@pytest.fixture
def app(amara):
    secret = generate_totp_secret()
    TOTP.activate(amara, secret)
    return secret


def by_code(client, code):
    sign_in(client)
    return client.post(reverse("mfa_authenticate"), {"code": code})


def test_a_code_works_once_for_as_long_as_it_would_be_good(client, app):
    with time_machine.travel(NOON, tick=False) as clock:
        code = totp_code(app)
        assert by_code(client, code)["Location"] == "/"
        for seconds in (5, 26, 20):  # allauth itself forgets it after 30
            clock.shift(timedelta(seconds=seconds))
            answer = by_code(stranger(client), code)
            assert "This code is not right" in answer.content.decode()
        assert by_code(stranger(client), totp_code(app))["Location"] == "/"


def test_a_code_works_once_though_the_cache_was_emptied(client, app):
    code = totp_code(app)
    by_code(client, code)
    cache.clear()
    assert "This code is not right" in by_code(stranger(client), code).content.decode()


def test_an_earlier_code_is_no_good_after_a_later_one(client, app):
    with time_machine.travel(NOON, tick=False) as clock:
        earlier = totp_code(app)
        clock.shift(timedelta(seconds=30))
        assert by_code(client, totp_code(app))["Location"] == "/"
        cache.clear()
        assert "This code is not right" in by_code(stranger(client), earlier).content.decode()


@pytest.mark.django_db(transaction=True)
def test_the_code_that_set_the_app_up_does_not_sign_in(client, amara):
    sign_in(client)
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    code = totp_code(secret)
    client.post(reverse("mfa_activate_totp"), {"code": code})
    cache.clear()
    assert "This code is not right" in by_code(stranger(client), code).content.decode()
    cache.clear()
    app = Authenticator.objects.get(user=amara, type="totp")
    assert app.wrap().validate_code(code)  # which alone would have taken it


# --- as long for everybody ------------------------------------------------------------------------
@pytest.fixture
def work(monkeypatch, mailoutbox):
    """``work(ask)``: how many passwords were hashed and how many e-mails went out by it."""
    hasher = type(get_hasher())
    encode, hashed = hasher.encode, []

    def counted(self, *args, **kwargs):
        hashed.append(1)
        return encode(self, *args, **kwargs)

    monkeypatch.setattr(hasher, "encode", counted)

    def work(ask):
        cache.clear()
        hashed.clear()
        mailoutbox.clear()
        ask()
        return len(hashed), len(mailoutbox)

    return work


def test_making_an_account_is_as_much_work_with_and_without_one(client, amara, work, monkeypatch):
    monkeypatch.setattr(adapters, "SIGN_UP_DOORS", [lambda request: True])
    new = "harbour button violet"

    def ask(email):
        form = {"full_name": "A", "email": email, "password1": new, "password2": new}
        answer = stranger(client).post(reverse("account_signup"), form)
        assert answer["Location"] == reverse("account_email_verification_sent")

    assert work(partial(ask, amara.email)) == work(partial(ask, "new@test.example")) == (1, 1)


@pytest.mark.parametrize(
    ("name", "field", "more"),
    [
        ("account_login", "login", {"password": "wrong"}),
        ("account_request_login_code", "email", {}),
        ("account_reset_password", "email", {}),
    ],
)
def test_every_other_way_in_is_as_much_work_with_and_without_an_account(
    client, amara, work, name, field, more
):
    without = with_password(UserFactory(email="without@test.example"))
    without.set_unusable_password()
    without.save()
    closed = with_password(UserFactory(email="closed@test.example", is_active=False))
    addresses = (amara.email, without.email, closed.email, "nobody@test.example")

    def ask(email):
        stranger(client).post(reverse(name), {field: email} | more)

    done = {work(partial(ask, email)) for email in addresses}
    assert len(done) == 1


# --- limits ---------------------------------------------------------------------------------------
def test_wrong_passwords_elsewhere_do_not_keep_a_known_device_out(client, amara):
    sign_in(client)
    client.post(reverse("account_logout"))
    elsewhere = stranger(client)
    for _ in range(5):
        sign_in(elsewhere, password="wrong", REMOTE_ADDR="203.0.113.9")
    assert TOO_MANY in sign_in(elsewhere, REMOTE_ADDR="203.0.113.9").content.decode()
    assert TOO_MANY in sign_in(stranger(client)).content.decode()
    assert sign_in(client)["Location"] == "/"


def test_no_host_name_begins_to_count_anew(client, amara):
    """Whoever asks writes it, and the port in it is anybody's."""
    for port in range(5):
        sign_in(stranger(client), password="wrong", HTTP_HOST=f"testserver:{port + 1}")
    page = sign_in(stranger(client), email="AMARA@test.example", HTTP_HOST="testserver:9")
    assert TOO_MANY in page.content.decode()


def test_a_known_device_has_its_own_limit(client, amara):
    sign_in(client)
    client.post(reverse("account_logout"))
    for _ in range(5):
        sign_in(client, password="wrong")
    assert TOO_MANY in sign_in(client).content.decode()
    assert sign_in(stranger(client))["Location"] == "/"


def test_a_device_that_knows_one_account_is_a_stranger_to_another(client, amara):
    other = with_password(UserFactory(email="other@test.example"))
    sign_in(client)
    client.post(reverse("account_logout"))
    for _ in range(5):
        sign_in(stranger(client), other.email, "wrong")
    assert TOO_MANY in sign_in(client, other.email).content.decode()


def test_somebody_who_is_locked_out_gets_in_by_a_code(client, amara, mailoutbox):
    for _ in range(6):
        sign_in(client, password="wrong")
    client.post(reverse("account_request_login_code"), {"email": amara.email})
    code = mailoutbox[-1].body.split("\n\n")[1]
    answer = client.post(reverse("account_confirm_login_code"), {"code": code})
    assert answer["Location"] == "/"


def test_a_trust_that_shares_an_address_signs_in_while_some_mistype(client, db):
    """Who gets in uses up nothing of what is for wrong passwords; sixty a minute may be wrong."""
    people = [with_password(UserFactory()) for _ in range(3)]
    for number in range(59):
        sign_in(stranger(client), f"p{number}@test.example", "wrong")
    for user in people:
        assert sign_in(stranger(client), user.email)["Location"] == "/"
    sign_in(stranger(client), "p60@test.example", "wrong")
    assert TOO_MANY in sign_in(stranger(client), people[0].email).content.decode()
