"""What ASVS 5.0 asks of passwords, codes and sessions, and no other test shows."""

import ast
import re
import secrets
from datetime import timedelta
from math import log2
from pathlib import Path

import pytest
import time_machine
from allauth.core.internal.cryptokit import generate_user_code
from allauth.mfa import app_settings
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.mfa.utils import decrypt
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models.people import User
from apps.accounts.passwords import OF_THE_SITE
from apps.accounts.recovery_codes import HashedCodes

from ..factories import UserFactory
from .conftest import PASSWORD, with_password
from .test_sign_in import NEW_PASSWORD, code_in, sign_in

pytestmark = pytest.mark.django_db
LONG = (
    "  Żółty harbour 🛟 button violet, and a very long sentence that nobody else would ever say. "
)
ROOT = Path(settings.BASE_DIR)


@pytest.fixture
def amara():
    return with_password(UserFactory(email="amara@test.example", full_name="Amara Okafor"))


# --- passwords ------------------------------------------------------------------------------------
def test_a_password_of_any_signs_and_length_is_taken_as_it_is(client, amara):
    assert len(LONG) >= 64
    sign_in(client)
    form = {"oldpassword": PASSWORD, "password1": LONG, "password2": LONG}
    client.post(reverse("account_change_password"), form)
    for changed, lets_in in ((LONG.strip(), False), (LONG.lower(), False), (LONG[:72], False)):
        assert ("Location" in sign_in(Client(), password=changed)) == lets_in
    assert sign_in(Client(), password=LONG)["Location"] == "/"


def test_a_new_password_asks_for_the_one_before(client, amara):
    sign_in(client)
    form = {"oldpassword": "something else", "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    page = client.post(reverse("account_change_password"), form).content.decode()
    assert "This is not your current password." in page
    amara.refresh_from_db()
    assert amara.check_password(PASSWORD)


def test_password_boxes_hide_what_is_typed_and_let_a_manager_fill_them(client, amara):
    pages = [client.get(reverse("account_login"))]
    sign_in(client)
    pages.append(client.get(reverse("account_change_password")))
    boxes = re.findall(r"<input[^>]*password[^>]*>", "".join(one.content.decode() for one in pages))
    assert len(boxes) == 4
    for box in boxes:
        assert 'type="password"' in box
        assert re.search(r'autocomplete="(current|new)-password"', box)
    scripts = [path.read_text() for path in (ROOT / "static" / "js").glob("*.js")]
    assert not any("paste" in text for text in scripts)


def test_words_of_the_site_are_those_that_are_documented():
    said = (ROOT / "docs" / "security.md").read_text()
    listed = re.search(r"count for nothing in a password: ([^.]+)\.", " ".join(said.split()))[1]
    assert set(listed.split(", ")) == OF_THE_SITE


def test_a_new_site_has_no_account():
    assert not User.objects.exists()


# --- codes ----------------------------------------------------------------------------------------
def test_codes_cannot_be_foreseen_and_have_20_bits_at_least():
    for module in (ROOT / "apps").rglob("*.py"):
        for node in ast.walk(ast.parse(module.read_text())):
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = {alias.name for alias in node.names} | {getattr(node, "module", "")}
                allowed = module.name in ("chance.py", "demo.py")
                assert allowed or "random" not in names, module
    code = generate_user_code().replace("-", "")
    signs = 10 if code.isdigit() else 20  # the fewest that the library draws letters from
    assert len(code) * log2(signs) >= 20
    assert app_settings.RECOVERY_CODE_DIGITS * log2(10) >= 20


def test_recovery_codes_come_from_the_chance_of_the_operating_system(amara, monkeypatch):
    drawn, digits = [], app_settings.RECOVERY_CODE_DIGITS

    def below(bound):
        drawn.append(secrets.SystemRandom().randrange(bound))
        assert bound == 10**digits
        return drawn[-1]

    monkeypatch.setattr("apps.accounts.recovery_codes.secrets.randbelow", below)
    unseen = HashedCodes.activate(amara).instance.data["unseen"]
    assert [decrypt(one) for one in unseen] == [f"{one:0{digits}}" for one in drawn]
    assert len(set(drawn)) == app_settings.RECOVERY_CODE_COUNT


def test_a_code_belongs_to_the_request_and_the_browser_that_asked_for_it(amara, mailoutbox):
    here, elsewhere = Client(), Client()
    for client in (here, elsewhere):
        client.post(reverse("account_request_login_code"), {"email": amara.email})
    mine, others = (code_in(mail) for mail in mailoutbox)
    assert mine != others
    for code, lets_in in ((others, False), (mine, True)):
        answer = here.post(reverse("account_confirm_login_code"), {"code": code})
        assert (answer.get("Location") == "/") == lets_in
    here.post(reverse("account_logout"))
    here.post(reverse("account_request_login_code"), {"email": amara.email})
    here.post(reverse("account_confirm_login_code"), {"code": mine})
    assert SESSION_KEY not in here.session


def test_a_new_password_by_code_does_not_pass_the_extra_step(client, amara, mailoutbox):
    TOTP.activate(amara, generate_totp_secret())
    client.post(reverse("account_reset_password"), {"email": amara.email})
    client.post(reverse("account_confirm_password_reset_code"), {"code": code_in(mailoutbox[0])})
    new = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    client.post(reverse("account_complete_password_reset"), new)
    assert SESSION_KEY not in client.session
    assert sign_in(client, password=NEW_PASSWORD)["Location"] == reverse("mfa_authenticate")
    assert SESSION_KEY not in client.session


# --- sessions -------------------------------------------------------------------------------------
def test_signing_in_gives_a_new_key_and_signing_out_kills_it(client, amara):
    session = client.session
    session["anything"] = True
    session.save()
    before = session.session_key
    client.cookies[settings.SESSION_COOKIE_NAME] = before
    sign_in(client)
    key = client.session.session_key
    assert key != before
    assert len(key) * log2(36) >= 128
    client.get("/profile/")
    stolen = Client()
    stolen.cookies[settings.SESSION_COOKIE_NAME] = key
    assert stolen.get("/profile/").status_code == 200
    client.post(reverse("account_logout"))
    assert stolen.get("/profile/").status_code == 302


def test_each_page_of_somebody_signed_in_leads_out(client, amara):
    client.force_login(amara, "apps.accounts.backends.SignIn")
    for name in ("home", "profile", "groups", "privacy", "usersessions_list"):
        page = client.get(reverse(name)).content.decode()
        header = page[page.index("<header") : page.index("</header>")]
        assert f'href="{reverse("account_logout")}"' in header


def test_nobody_is_signed_in_by_a_link(client, amara):
    for name in ("account_login", "account_request_login_code", "account_confirm_login_code"):
        client.get(reverse(name), {"login": amara.email, "password": PASSWORD, "code": "1"})
        assert SESSION_KEY not in client.session


def test_a_new_password_ends_the_other_sessions(client, amara):
    elsewhere = Client()
    for one in (client, elsewhere):
        sign_in(one)
    form = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    client.post(reverse("account_change_password"), form)
    assert [one.get("/profile/").status_code for one in (client, elsewhere)] == [200, 302]


def test_no_password_ends_by_its_age(client, amara):
    with time_machine.travel(timezone.now() + timedelta(days=10 * 365)):
        assert sign_in(client)["Location"] == "/"
        assert client.get("/profile/").status_code == 200


def test_an_e_mailed_code_is_dead_after_ten_minutes(amara, mailoutbox):
    for minutes, lets_in in ((9, True), (11, False)):
        client = Client()
        client.post(reverse("account_request_login_code"), {"email": amara.email})
        with time_machine.travel(timezone.now() + timedelta(minutes=minutes)):
            form = {"code": code_in(mailoutbox[-1])}
            client.post(reverse("account_confirm_login_code"), form)
            assert (SESSION_KEY in client.session) == lets_in
