"""Signing in: by password, by code, with a second factor; and what it never tells."""

import re
import time
from io import StringIO

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
)
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from apps.accounts import adapters, second_factor, sign_in_log
from apps.accounts.adapters import MFAAdapter
from apps.accounts.backends import SignIn
from apps.accounts.models.people import User
from apps.accounts.passwords import StolenPasswordValidator
from apps.accounts.roles import ADMIN, COMMS, EQUALITY, HR, OFFICE, sync_programme_roles
from apps.core import clock
from apps.core.models import AuditEntry

from ..factories import UserFactory, just_shown, programme_user, with_second_factor
from .conftest import PASSWORD, with_password

pytestmark = pytest.mark.django_db
NEW_PASSWORD = "harbour button violet"


@pytest.fixture
def amara():
    return with_password(UserFactory(email="amara@test.example", full_name="Amara Okafor"))


def sign_in(client, email="amara@test.example", password=PASSWORD, **more):
    return client.post(reverse("account_login"), {"login": email, "password": password} | more)


def what_happened(user):
    """All that the audit trail has about an account, in order."""
    return list(AuditEntry.objects.about(user).order_by("pk").values_list("action", flat=True))


def code_in(message):
    return re.search(r"\n\n(\S+)\n\n", message.body)[1]


def code_of(message):
    return "code" in message.subject.lower()


def code_to(outbox, address):
    return code_in([one for one in outbox if one.to == [address] and code_of(one)][-1])


def totp_code(secret):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def text(response):
    """The words of a page, without what differs by design: tokens and what was typed."""
    body = re.search(r"<main.*</main>", response.content.decode(), re.DOTALL)[0]
    body = re.sub(r'value="[^"]*"', "", body)
    return (
        re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))
        .replace("nobody@test.example", "ADDRESS")
        .replace("amara@test.example", "ADDRESS")
    )


# --- password ---------------------------------------------------------------------------------
def test_given_the_right_password_then_home_whatever_the_case_of_the_address(client, amara):
    answer = sign_in(client, "Amara@Test.Example")
    assert (answer.status_code, answer["Location"]) == (302, "/")


def test_given_a_wrong_password_then_the_address_stays_and_a_summary_says_why(client, amara):
    answer = sign_in(client, password="wrong")
    page = answer.content.decode()
    assert "There is a problem" in page
    assert "The e-mail address or the password is not right." in page
    assert 'value="amara@test.example"' in page
    assert "wrong" not in page


def test_given_five_wrong_passwords_then_the_sixth_try_is_refused_kindly(client, amara):
    pages = [sign_in(client, password="wrong").content.decode() for _ in range(5)]
    assert all("You have tried too many times" not in page for page in pages)
    assert "You have tried too many times. Wait 5 minutes" in sign_in(client).content.decode()


def test_given_very_many_tries_then_a_page_in_the_design_with_429(client, settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"login": "3/m/ip"}
    answers = [sign_in(client, f"p{n}@test.example") for n in range(4)]
    assert {answer.status_code for answer in answers[:3]} == {200}
    assert answers[3].status_code == 429
    assert "Please wait a little" in answers[3].content.decode()


def test_given_a_closed_account_when_signing_in_then_a_page_says_so(client, amara):
    amara.is_active = False
    amara.save()
    answer = client.post(
        reverse("account_login"), {"login": amara.email, "password": PASSWORD}, follow=True
    )
    assert "This account is closed" in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_given_an_account_whose_address_is_not_verified_then_a_code_is_asked_for(
    client, amara, mailoutbox
):
    EmailAddress.objects.update(verified=False)
    answer = sign_in(client)
    assert answer["Location"] == reverse("account_email_verification_sent")
    answer = client.post(answer["Location"], {"code": code_in(mailoutbox[0])})
    assert answer["Location"] == "/"


# --- code by e-mail ---------------------------------------------------------------------------
def test_given_a_code_from_the_mail_then_signed_in_and_the_mail_is_plain(client, amara, mailoutbox):
    client.post(reverse("account_request_login_code"), {"email": amara.email})
    mail = mailoutbox[0]
    assert mail.subject == "Your sign-in code"
    html, kind = mail.alternatives[0]
    assert (kind, code_in(mail) in html) == ("text/html", True)
    answer = client.post(reverse("account_confirm_login_code"), {"code": code_in(mail)})
    assert answer["Location"] == "/"


def test_given_three_wrong_codes_then_the_code_is_dead(client, amara, mailoutbox):
    client.post(reverse("account_request_login_code"), {"email": amara.email})
    page = reverse("account_confirm_login_code")
    for _ in range(3):
        client.post(page, {"code": "WRONG1"})
    answer = client.post(page, {"code": code_in(mailoutbox[0])})
    assert answer["Location"] != "/"
    assert "_auth_user_id" not in client.session


# --- what is never told -------------------------------------------------------------------------
def ask(client, name, form):
    cache.clear()
    client.logout()
    return text(client.post(reverse(name), form, follow=True))


@pytest.mark.parametrize(
    ("name", "field", "more"),
    [
        ("account_login", "login", {"password": "wrong"}),
        ("account_request_login_code", "email", {}),
        ("account_reset_password", "email", {}),
    ],
)
def test_the_answer_is_the_same_with_and_without_an_account(client, amara, name, field, more):
    known = ask(client, name, {field: amara.email} | more)
    unknown = ask(client, name, {field: "nobody@test.example"} | more)
    amara.is_active = False
    amara.save()
    closed = ask(client, name, {field: amara.email} | more)
    assert known == unknown == closed


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("account_request_login_code", "account_confirm_login_code"),
        ("account_reset_password", "account_confirm_password_reset_code"),
    ],
)
def test_a_wrong_code_reads_the_same_with_and_without_an_account(client, amara, name, field):
    pages = []
    for email in (amara.email, "nobody@test.example"):
        ask(client, name, {"email": email})
        pages.append(text(client.post(reverse(field), {"code": "WRONG1"}, follow=True)))
    assert pages[0] == pages[1]


def test_changing_to_an_address_that_is_taken_reads_the_same(client, amara, mailoutbox):
    other = with_password(UserFactory(email="other@test.example"))
    pages = []
    for email in (other.email, "free@test.example"):
        cache.clear()
        client.logout()
        sign_in(client)
        answer = client.post(
            reverse("account_email"), {"email": email, "action_add": "1"}, follow=True
        )
        pages.append(text(answer).replace(email, "ADDRESS"))
    assert pages[0] == pages[1]
    # That each browser was new to us but the first is told as well.
    to = [mail.to for mail in mailoutbox]
    assert sorted(to) == [[amara.email], ["free@test.example"], [other.email]]


def test_sign_up_is_closed_and_says_how_to_come_in(client):
    for answer in (
        client.get(reverse("account_signup")),
        client.post(reverse("account_signup"), {"email": "x@test.example"}),
    ):
        assert "You need an invitation" in answer.content.decode()
    assert not User.objects.exists()


def test_a_later_app_can_open_a_door_of_its_own(client, monkeypatch):
    monkeypatch.setattr(adapters, "SIGN_UP_DOORS", [lambda request: "vacancy" in request.GET])
    open_page = client.get(reverse("account_signup"), {"vacancy": "1"}).content.decode()
    assert "Make an account" in open_page
    assert "You need an invitation" in client.get(reverse("account_signup")).content.decode()


# --- changing how one signs in ----------------------------------------------------------------
def test_given_a_forgotten_password_then_a_code_leads_to_a_new_one(client, amara, mailoutbox):
    client.post(reverse("account_reset_password"), {"email": amara.email})
    client.post(reverse("account_confirm_password_reset_code"), {"code": code_in(mailoutbox[0])})
    new = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    client.post(reverse("account_complete_password_reset"), new)
    assert sign_in(client, password=NEW_PASSWORD)["Location"] == "/"
    assert mailoutbox[1].subject == "A change to how you sign in"
    assert what_happened(amara) == ["choose_new_password", "sign_in"]


@pytest.mark.parametrize(
    ("password", "again", "message"),
    [
        ("short", "short", "This password is too short"),
        ("password1234", "password1234", "This password is too common"),
        ("qwertyuiop123", "qwertyuiop123", "It is on a list of stolen passwords"),
        ("oxleaspeer2026", "oxleaspeer2026", "with you, or with this site"),
        ("Oxleas123456!", "Oxleas123456!", "with you, or with this site"),
        ("NHS-Foundation-Trust", "NHS-Foundation-Trust", "with you, or with this site"),
        ("Amaraokafor1234567", "Amaraokafor1234567", "words of this site or of your name"),
        ("p4ssw0rdp4ssw0rd", "p4ssw0rdp4ssw0rd", "It is on a list of stolen passwords"),
        ("amara@test.example", "amara@test.example", "too similar to the e-mail address"),
        (NEW_PASSWORD, "something else", "You must type the same password each time."),
    ],
)
def test_given_a_poor_new_password_then_the_page_says_why(client, amara, password, again, message):
    sign_in(client)
    form = {"oldpassword": PASSWORD, "password1": password, "password2": again}
    assert message in client.post(reverse("account_change_password"), form).content.decode()
    amara.refresh_from_db()
    assert amara.check_password(PASSWORD)


def test_given_a_new_address_and_its_code_then_it_is_the_one_to_sign_in_with(
    client, amara, mailoutbox
):
    sign_in(client)
    client.post(reverse("account_email"), {"email": "New@Test.Example", "action_add": "1"})
    amara.refresh_from_db()
    assert amara.email == "amara@test.example"
    page = reverse("account_email_verification_sent")
    client.post(page, {"code": code_in(mailoutbox[-1])})
    amara.refresh_from_db()
    assert amara.email == "new@test.example"
    assert mailoutbox[-1].to == ["amara@test.example"]  # the old address is told
    assert what_happened(amara) == ["sign_in", "change_email_address"]


def test_signing_out_everywhere_else_ends_the_other_sessions(client, amara):
    other = type(client)()
    for each in (client, other):
        sign_in(each)
        each.get("/profile/")
    client.post(reverse("usersessions_list"))
    assert [each.get("/profile/").status_code for each in (client, other)] == [200, 302]


# --- the second factor --------------------------------------------------------------------------
def test_given_an_authenticator_app_then_its_code_is_asked_for_once(client, amara):
    secret = generate_totp_secret()
    TOTP.activate(amara, secret)
    assert sign_in(client)["Location"] == reverse("mfa_authenticate")
    assert client.get("/profile/").status_code == 302
    form = {"code": totp_code(secret)}
    assert client.post(reverse("mfa_authenticate"), form)["Location"] == "/"
    client.logout()
    sign_in(client)
    again = client.post(reverse("mfa_authenticate"), form)
    assert "This code is not right" in again.content.decode()  # a code works once


@pytest.mark.django_db(transaction=True)
def test_given_setting_up_the_app_then_recovery_codes_are_shown_and_one_lets_in(
    client, amara, mailoutbox
):
    sign_in(client)
    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    assert secret in page.content.decode()
    answer = client.post(reverse("mfa_activate_totp"), {"code": totp_code(secret)})
    assert answer["Location"] == reverse("mfa_view_recovery_codes")
    codes = client.get(answer["Location"]).context["unused_codes"]
    assert len(codes) == 10
    assert mailoutbox[-1].subject == "A change to how you sign in"
    assert what_happened(amara) == ["sign_in", "set_up_authenticator_app"]
    client.logout()
    sign_in(client)
    form = {"code": codes[0]}
    assert client.post(reverse("mfa_authenticate"), form)["Location"] == "/"


@pytest.mark.django_db(transaction=True)
def test_a_session_elsewhere_ends_when_a_second_factor_is_set_up(client):
    user = with_password(programme_user(OFFICE, second_factor=False))
    elsewhere = type(client)()
    for each in (elsewhere, client):
        sign_in(each, user.email)
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    client.post(reverse("mfa_activate_totp"), {"code": totp_code(secret)})
    assert client.get("/profile/").status_code == 200
    answer = elsewhere.get("/profile/")
    assert answer["Location"].startswith(reverse("account_login"))


def test_secrets_are_encrypted_where_they_are_kept(amara):
    secret = generate_totp_secret()
    kept = TOTP.activate(amara, secret).instance.data["secret"]
    assert secret not in kept
    assert MFAAdapter().decrypt(kept) == secret


def test_given_a_new_secret_key_then_the_old_one_still_reads(settings):
    kept = MFAAdapter().encrypt("secret")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "newer", [settings.SECRET_KEY]
    assert MFAAdapter().decrypt(kept) == "secret"


def test_after_a_new_secret_key_what_was_encrypted_is_written_anew(settings):
    user = UserFactory()
    TOTP.activate(user, secret := generate_totp_secret())
    RecoveryCodes.activate(user)
    codes = RecoveryCodes(Authenticator.objects.get(type="recovery_codes")).get_unused_codes()
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "newer", [settings.SECRET_KEY]
    call_command("rewrite_secrets", stdout=(said := StringIO()))
    assert said.getvalue() == "2 written anew.\n"
    settings.SECRET_KEY_FALLBACKS = []
    kept = Authenticator.objects.get(type="totp")
    assert MFAAdapter().decrypt(kept.data["secret"]) == secret
    again = RecoveryCodes(Authenticator.objects.get(type="recovery_codes"))
    assert again.get_unused_codes() == codes


@pytest.mark.parametrize(
    ("role", "required"),
    [(OFFICE, True), (HR, True), (ADMIN, True), (COMMS, False), (EQUALITY, False)],
)
def test_the_roles_that_need_a_second_factor_set_it_up_before_anything_else(client, role, required):
    client.force_login(programme_user(role, second_factor=False))
    answers = {client.get(path).status_code for path in ("/", "/profile/", "/profile/support/")}
    assert answers == ({302} if required else {200})
    for name in ("second_factor", "mfa_index", "account_logout", "help"):
        assert client.get(reverse(name)).status_code == 200


def test_posts_too_wait_for_the_second_factor(client):
    user = programme_user(OFFICE, second_factor=False, full_name="As it was")
    client.force_login(user)
    answer = client.post("/profile/edit/", {"full_name": "Changed"})
    user.refresh_from_db()
    assert (answer["Location"], user.full_name) == (reverse("second_factor"), "As it was")


def test_superusers_need_a_second_factor_also_in_django_admin(client):
    client.force_login(User.objects.create_superuser("root@test.example", full_name="Root"))
    assert client.get("/admin/")["Location"] == reverse("second_factor")


def test_a_role_given_while_signed_in_counts_at_once(client, amara):
    sync_programme_roles()
    sign_in(client)
    assert client.get("/profile/").status_code == 200
    amara.groups.add(Group.objects.get(name=HR))
    assert client.get("/profile/")["Location"] == reverse("second_factor")


def test_a_higher_app_can_require_a_second_factor(client, amara, monkeypatch):
    from django.db.models import Q

    monkeypatch.setattr(
        second_factor, "REQUIRED_OF", [*second_factor.REQUIRED_OF, lambda: Q(pk=amara.pk)]
    )
    sign_in(client)
    assert client.get("/profile/")["Location"] == reverse("second_factor")


@pytest.mark.parametrize(
    ("exempt", "demo", "status"),
    [
        (True, True, 200),
        (True, False, 302),
        (False, True, 302),
    ],
)
def test_only_demonstration_accounts_skip_it_and_only_where_allowed(
    client, settings, exempt, demo, status
):
    settings.SECOND_FACTOR_EXEMPT_DEMO = exempt
    client.force_login(programme_user(OFFICE, second_factor=False, is_demo=demo))
    assert client.get("/profile/").status_code == status


def test_the_check_costs_no_query(client, amara, django_assert_num_queries):
    sign_in(client)
    client.get("/help/")
    with django_assert_num_queries(2):  # the session and the person, as for anybody
        client.get("/help/")


def test_the_query_that_loads_the_person_is_built_once(client, amara, monkeypatch):
    sign_in(client)
    client.get("/help/")
    monkeypatch.setattr(second_factor, "_any", None)  # whoever builds it needs this
    assert client.get("/help/").status_code == 200


def test_the_query_that_loads_the_person_is_the_same_all_day():
    """It is built once a day, since who belongs to a group is asked of the day."""

    def built(moment):
        with time_machine.travel(moment, tick=False):
            required = tuple(second_factor.REQUIRED_OF)
            facts = (*second_factor.FACTS.items(), *second_factor.NUMBERS.items())
            made = second_factor._annotated(False, required, facts, clock.today())
            return made.sql_with_params()

    assert built("2030-01-01T00:01Z") == built("2030-01-01T23:59Z")
    assert built("2030-01-01T12:00Z") != built("2030-01-02T12:00Z")


def test_what_the_session_knows_of_a_person_is_true_or_false(amara):
    person = SignIn().get_user(amara.pk)
    known = ("lacks_second_factor", "holds_programme_role", *second_factor.FACTS)
    assert {name: getattr(person, name) for name in known} == dict.fromkeys(known, False)
    assert person == amara
    assert SignIn().get_user(0) is None


def test_the_last_factor_cannot_be_removed_by_those_who_need_one(client):
    user = with_password(programme_user(OFFICE, second_factor=False))
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    sign_in(client, user.email)
    client.post(reverse("mfa_authenticate"), {"code": totp_code(secret)})
    page = client.post(reverse("mfa_deactivate_totp")).content.decode()
    assert "Your role needs an extra sign-in step" in page
    assert Authenticator.objects.filter(user=user, type="totp").exists()


def test_those_who_choose_it_freely_can_remove_it(client, amara, mailoutbox):
    secret = generate_totp_secret()
    TOTP.activate(amara, secret)
    sign_in(client)
    client.post(reverse("mfa_authenticate"), {"code": totp_code(secret)})
    client.post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.exists()
    assert "was removed from your sign-in" in mailoutbox[-1].body


def test_given_a_sign_in_long_ago_then_a_change_asks_again_who_it_is(client, amara):
    sign_in(client)
    session = client.session
    session["account_authentication_methods"][0]["at"] -= 400
    session.save()
    answer = client.get(reverse("mfa_activate_totp"))
    assert answer["Location"].startswith(reverse("account_reauthenticate"))
    wrong = client.post(answer["Location"], {"password": "wrong"})
    assert "This password is not right." in wrong.content.decode()
    client.post(answer["Location"], {"password": PASSWORD})
    assert client.get(reverse("mfa_activate_totp")).status_code == 200


# --- what no browser sends ------------------------------------------------------------------------
@pytest.mark.parametrize(
    "bad", ['{"id": 1}', '{"rawId": "\\ud800"}', "[" * 3000 + "]" * 3000, '{"id": "a"}', "1", "x"]
)
def test_a_passkey_that_no_browser_sent_is_refused_everywhere(bad):
    person = with_password(email="amara@test.example")
    anybody = Client()
    anybody.get(reverse("mfa_login_webauthn"), headers={"X-Requested-With": "XMLHttpRequest"})
    answer = anybody.post(reverse("mfa_login_webauthn"), {"credential": bad})
    assert answer["Location"] == reverse("account_login")
    own = Client()
    own.force_login(person, "apps.accounts.backends.SignIn")
    just_shown(own)
    own.get(reverse("mfa_add_webauthn"))
    answer = own.post(reverse("mfa_add_webauthn"), {"credential": bad, "name": "x"})
    assert answer.status_code == 200
    assert not person.authenticator_set.exists()
    with_second_factor(person)
    waits = Client()
    waits.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    answer = waits.post(reverse("mfa_authenticate"), {"credential": bad})
    assert answer.status_code == 200
    assert "_auth_user_id" not in waits.session


@pytest.mark.parametrize("leet", ["4({6!|$+%a4@8({[<369!|1|7$5+2%", "4@8({[<369!|17$5+2%0"])
def test_a_password_made_to_take_long_takes_no_time(leet):
    leet = leet * 4
    begun = time.process_time()
    StolenPasswordValidator().validate(leet[:72])
    assert time.process_time() - begun < 1


def test_django_admin_has_no_page_of_its_own_for_a_new_password(client):
    administrator = with_password(programme_user(ADMIN, is_staff=True))
    client.force_login(administrator)
    just_shown(client)
    page = reverse("account_change_password")
    old = {"old_password": PASSWORD, "new_password1": "a", "new_password2": "a"}
    assert client.post(reverse("admin:password_change"), old)["Location"] == page
    new = "harbour button violet"
    client.post(page, {"oldpassword": "wrong", "password1": new, "password2": new})
    assert sign_in_log.mine(administrator).first().action == "wrong_password"
