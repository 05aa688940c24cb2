"""How long a session lasts, what is said of its end, and who is told of a sign-in."""

import json
import re
import threading
import time
from datetime import datetime, timedelta
from importlib import import_module

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.conf import settings as site
from django.core.cache import cache
from django.db import connection, connections
from django.test import Client
from django.urls import reverse

from apps.accounts import session_life, sign_in_log
from apps.accounts.roles import ADMIN, COMMS, HR, OFFICE
from apps.core.clock import LONDON
from apps.core.logs import JsonFormatter
from apps.core.models import AuditEntry
from oxleas_peer.settings import base

from ..factories import UserFactory, programme_user
from .conftest import PASSWORD, with_password

pytestmark = pytest.mark.django_db
HOUR, DAY = 3600, 24 * 3600
LIMITS = ("SESSION_COOKIE_AGE", "SESSION_MOST", "SHORT_SESSION_IDLE", "SHORT_SESSION_MOST")
BEGINNING = datetime(2026, 11, 23, 9, 0, tzinfo=LONDON)


@pytest.fixture(autouse=True)
def as_on_the_site(settings):
    """The limits that hold where the site runs."""
    for name in LIMITS:
        setattr(settings, name, getattr(base, name))


@pytest.fixture
def clock():
    with time_machine.travel(BEGINNING, tick=False) as clock:
        yield clock


@pytest.fixture
def amara(db):
    return with_password(UserFactory(email="amara@test.example", full_name="Amara Okafor"))


def sign_in(client, email="amara@test.example", password=PASSWORD, **more):
    return client.post(reverse("account_login"), {"login": email, "password": password}, **more)


def is_in(client):
    return client.get(reverse("still_here")).status_code == 200


# --- how long -----------------------------------------------------------------------------------
def test_the_limits_are_those_that_we_say():
    assert [getattr(base, name) for name in LIMITS] == [14 * DAY, 30 * DAY, HOUR, 10 * HOUR]


@pytest.mark.parametrize("role", [OFFICE, HR, ADMIN])
def test_who_deals_with_what_is_others_is_out_after_an_hour_and_a_working_day(client, clock, role):
    client.force_login(programme_user(role))
    begun = time.time()
    while time.time() - begun < 10 * HOUR:
        assert is_in(client)
        clock.shift(timedelta(minutes=50))
    assert not is_in(client)  # however busy
    client.force_login(programme_user(role))
    assert is_in(client)
    clock.shift(timedelta(minutes=61))
    assert not is_in(client)


def test_a_superuser_and_a_panel_member_are_out_after_an_hour(client, clock, monkeypatch):
    from django.db.models import Q

    from apps.accounts import second_factor

    member = UserFactory()
    on_a_panel = [*second_factor.REQUIRED_OF, lambda: Q(pk=member.pk)]
    monkeypatch.setattr(second_factor, "REQUIRED_OF", on_a_panel)
    for user in (member, UserFactory(is_superuser=True)):
        assert session_life.life_of(user).idle == HOUR


@pytest.mark.parametrize("role", [COMMS, None])
def test_everybody_else_is_out_after_two_weeks_and_thirty_days(client, clock, role):
    user = programme_user(role) if role else UserFactory()
    client.force_login(user)
    assert is_in(client)
    clock.shift(timedelta(days=13))
    assert is_in(client)
    clock.shift(timedelta(days=13))
    assert is_in(client)
    clock.shift(timedelta(days=5))
    assert not is_in(client)
    client.force_login(user)
    assert is_in(client)
    clock.shift(timedelta(days=14, minutes=1))
    assert not is_in(client)


def test_who_comes_to_deal_with_what_is_others_has_their_limits_at_once(client, clock):
    from django.contrib.auth.models import Group

    user = UserFactory()
    client.force_login(user)
    assert is_in(client)
    clock.shift(timedelta(hours=2))
    programme_user(HR)  # so that the role is there
    user.groups.add(Group.objects.get(name=HR))
    assert not is_in(client)


def test_a_session_from_before_the_rule_counts_from_its_last_use(client, clock):
    client.force_login(programme_user(OFFICE))
    assert is_in(client)
    session = client.session
    del session[session_life.BEGUN]
    session.save()
    clock.shift(timedelta(minutes=61))
    assert not is_in(client)


# --- what is said of it ---------------------------------------------------------------------------
def test_after_the_end_the_page_says_why_and_one_comes_back_to_it(client, clock):
    office = with_password(programme_user(OFFICE, second_factor=False))
    client.force_login(office)
    client.get("/profile/")
    clock.shift(timedelta(minutes=61))
    page = client.get("/profile/edit/", follow=True)
    assert page.redirect_chain == [("/accounts/login/?next=/profile/edit/", 302)]
    assert "You did nothing here for an hour, so you were signed out." in page.content.decode()
    next_page = re.search(r'name="next" value="([^"]+)"', page.content.decode())[1]
    answer = (
        sign_in(client, office.email, headers={})
        if not next_page
        else client.post(
            "/accounts/login/", {"login": office.email, "password": PASSWORD, "next": next_page}
        )
    )
    assert answer["Location"] == "/profile/edit/"


def test_what_is_sent_after_the_end_is_said_to_be_unsent_and_the_words_are_there(client, clock):
    user = programme_user(OFFICE)
    client.force_login(user)
    client.get("/profile/")
    clock.shift(timedelta(minutes=61))
    answer = client.post(
        "/profile/support/",
        {
            "what_helps": "A quiet <b>room</b>.",
            "share_with": "nobody",
            "password": "one two",
            "PASSWORD1": "three four",
            "csrfmiddlewaretoken": "T" * 64,
            "credential": "C" * 64,
            "b7-answer": "Of my own.",
        },
        headers={"Referer": "http://testserver/profile/support/"},
    )
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "You are signed out, so this was not sent" in page
    assert "A quiet &lt;b&gt;room&lt;/b&gt;." in page
    assert "What you wrote</h2>" in page
    for secret in ("one two", "three four", "TTTT", "CCCC", "B7 answer"):
        assert secret not in page
    assert 'target="_blank">Sign in (opens in a new tab)' in page
    assert "/accounts/login/?next=%2Fprofile%2Fsupport%2F" in page
    assert answer["Clear-Site-Data"]
    assert not hasattr(user, "support_profile")


def test_what_is_sent_when_the_session_is_gone_altogether_is_said_to_be_unsent(client):
    client.force_login(UserFactory())
    client.get("/profile/")
    import_module(site.SESSION_ENGINE).SessionStore(client.session.session_key).delete()
    answer = client.post("/profile/support/", {"what_helps": "A quiet room."})
    assert (answer.status_code, "A quiet room." in answer.content.decode()) == (403, True)


def test_a_page_elsewhere_is_no_page_to_come_back_to(client, clock):
    client.force_login(programme_user(OFFICE))
    client.get("/profile/")
    clock.shift(timedelta(minutes=61))
    answer = client.post("/profile/edit/", {}, headers={"Referer": "https://evil.example/x"})
    assert "?next=%2Fprofile%2Fedit%2F" in answer.content.decode()


def test_a_page_says_beforehand_what_ends_the_session(client, clock):
    client.force_login(programme_user(OFFICE))
    words = "If you do nothing here for an hour, you are signed out."
    assert words in " ".join(client.get("/profile/").content.decode().split())
    for _ in range(19):
        clock.shift(timedelta(minutes=31))
        client.get("/profile/")
    page = " ".join(client.get("/profile/").content.decode().split())
    assert "You will be signed out in 11 minutes" in page
    client.force_login(UserFactory())
    assert "app-session" not in client.get("/profile/").content.decode()


# --- the log and the audit trail ------------------------------------------------------------------
def about(user):
    return list(sign_in_log.mine(user).values_list("action", flat=True))


def test_sign_ins_failures_and_lock_outs_are_in_the_audit_trail(client, amara):
    for _ in range(5):
        sign_in(client, password="wrong")
    for _ in range(3):
        sign_in(client)
    assert about(amara) == ["lock_sign_in", *["wrong_password"] * 5]
    cache.clear()
    sign_in(client)
    entry = sign_in_log.mine(amara).first()
    assert (entry.action, entry.by, entry.note) == (
        "sign_in",
        amara,
        "A browser on a device (not seen before), by password",
    )
    assert sign_in_log.mine(amara).last().by is None  # nobody knows who it was


def test_a_wrong_code_is_in_the_audit_trail(client, amara):
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    client.post(reverse("account_request_login_code"), {"email": amara.email})
    client.post(reverse("account_confirm_login_code"), {"code": "WRONG1"})
    TOTP.activate(amara, generate_totp_secret())
    client.logout()
    sign_in(client)
    for _ in range(7):
        client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert about(amara) == ["lock_sign_in", *["wrong_second_step"] * 5, "wrong_code"]
    cache.clear()
    client.post(reverse("mfa_authenticate"), {"credential": '{"id": "x"}'})
    assert about(amara)[0] == "wrong_second_step"


def test_the_log_has_numbers_and_no_name_nor_address(client, amara, caplog):
    caplog.set_level("INFO")
    sign_in(client, password="wrong", REMOTE_ADDR="203.0.113.77")
    sign_in(client, "nobody@test.example", REMOTE_ADDR="203.0.113.77")
    sign_in(client, REMOTE_ADDR="203.0.113.77")
    lines = [
        json.loads(JsonFormatter().format(one))["message"]
        for one in caplog.records
        if one.name == sign_in_log.__name__
    ]
    assert [re.sub(r"from \w{32}", "from X", line) for line in lines] == [
        f"Sign-in: wrong_password, account {amara.pk}, from X",
        "Sign-in: wrong_password, account None, from X",
        f"Sign-in: sign_in, account {amara.pk}, from X, by password",
    ]
    for personal in ("amara", "Okafor", "nobody@", "203.0.113"):
        assert personal not in caplog.text.replace("test_sessions", "")


def test_ones_own_sign_ins_are_on_a_page_and_nobody_elses(client, amara):
    sign_in(client, "other@test.example")
    sign_in(client, password="wrong")
    sign_in(client, headers={"User-Agent": "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0"})
    page = client.get(reverse("sign_ins")).content.decode()
    assert "Firefox on a Windows computer (not seen before), by password" in page
    assert "A wrong password" in page
    assert "Signed in" in page
    client.force_login(UserFactory())
    page = client.get(reverse("sign_ins")).content.decode()
    assert "Nothing was noted yet." in page


def test_the_list_of_sign_ins_is_cut_into_pages_and_costs_the_same(
    client, amara, django_assert_num_queries
):
    from apps.core.models import record

    client.force_login(amara)
    client.get(reverse("sign_ins"))
    for times in (1, 29):
        for _ in range(times):
            record("sign_in", amara, by=amara, note="Firefox on a Mac")
        with django_assert_num_queries(4):  # session, person, count, page
            page = client.get(reverse("sign_ins"))
    assert len(page.context["rows"]) == 25
    assert "page=2" in page.content.decode()


def test_the_office_does_not_read_when_somebody_signs_in(client, amara):
    sign_in(client)
    client.force_login(programme_user(OFFICE))
    page = client.get(reverse("person", args=[amara.pk])).content.decode()
    assert "Nothing was recorded yet." in page


# --- a new device ---------------------------------------------------------------------------------
def test_a_new_device_is_told_once_and_the_first_of_all_is_not(client, amara, mailoutbox):
    for _ in range(2):
        sign_in(client)
        client.post(reverse("account_logout"))
    assert mailoutbox == []
    other = type(client)(headers={"User-Agent": "Mozilla/5.0 (iPhone) Safari/605"})
    sign_in(other)
    (mail,) = mailoutbox
    assert (mail.subject, mail.to) == (
        "Your account was used on a new device",
        [amara.email],
    )
    assert "Safari on an iPhone" in mail.body
    assert "If it was you, there is nothing to do." in mail.body
    other.post(reverse("account_logout"))
    sign_in(other)
    assert len(mailoutbox) == 1


def test_the_cookie_of_a_device_says_nothing_and_cannot_be_made(client, amara):
    from apps.accounts import devices

    sign_in(client)
    kept = client.cookies[site.DEVICE_COOKIE_NAME]
    assert (kept["httponly"], kept["samesite"], kept["max-age"]) == (True, "Lax", 180 * DAY)
    assert str(amara.pk) not in kept.value.split(":")[0].split(".")
    request = client.get("/profile/").wsgi_request
    assert devices.number_for(request, amara.pk)
    assert not devices.number_for(request, amara.pk + 1)
    request.COOKIES[site.DEVICE_COOKIE_NAME] = kept.value + "x"
    assert not devices.number_for(request, amara.pk)


def test_a_worker_that_is_away_keeps_nobody_out(client, amara, monkeypatch):
    from kombu.exceptions import OperationalError

    from apps.accounts import tasks

    def away(*args, **kwargs):
        raise OperationalError

    monkeypatch.setattr(tasks.note_failure, "apply_async", away)
    assert sign_in(client, password="wrong").status_code == 200
    assert sign_in(client)["Location"] == "/"
    assert about(amara) == ["sign_in"]
    assert AuditEntry.objects.filter(action="wrong_password").count() == 0


# --- shown again --------------------------------------------------------------------------------
def test_whoever_shows_again_who_they_are_gets_another_key_and_the_old_one_is_dead(
    client, amara, clock
):
    sign_in(client)
    client.get("/profile/")
    old = client.session.session_key
    clock.shift(timedelta(minutes=6))
    assert client.get(reverse("account_change_password")).status_code == 200
    client.post(reverse("account_reauthenticate"), {"password": "wrong"})
    assert client.session.session_key == old
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert client.session.session_key != old
    assert is_in(client)
    assert [one.session_key for one in UserSession.objects.filter(user=amara)] == [
        client.session.session_key
    ]
    stolen = type(client)()
    stolen.cookies[site.SESSION_COOKIE_NAME] = old
    assert not is_in(stolen)


def test_to_sign_out_everywhere_else_asks_again_who_it_is(client, amara, clock):
    other = type(client)()
    for each in (client, other):
        sign_in(each)
        each.get("/profile/")
    clock.shift(timedelta(minutes=6))
    page = reverse("usersessions_list")
    assert "Sign out everywhere else" in client.get(page).content.decode()
    answer = client.post(page)
    assert answer["Location"].startswith(reverse("account_reauthenticate"))
    assert is_in(other)
    client.post(answer["Location"], {"password": PASSWORD})
    assert is_in(client)
    assert not is_in(other)


# --- what pages and e-mails say of codes ----------------------------------------------------------
def test_codes_live_as_long_as_is_said():
    assert [
        base.ACCOUNT_LOGIN_BY_CODE_TIMEOUT,
        base.ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT,
        base.ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT,
    ] == [600] * 3
    said = [
        text
        for path in (base.BASE_DIR / "templates" / "account").rglob("*")
        if path.is_file() and "works for" in (text := " ".join(path.read_text().split()))
    ]
    assert len(said) == 5
    assert all("works for 10 minutes" in text for text in said)


@pytest.mark.differs
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite locks no row")
def test_whoever_is_signed_out_while_they_show_who_they_are_stays_out(amara, monkeypatch):
    """Two connections: a stranger with the password renews a session that the office ends."""
    office = programme_user(OFFICE)
    stranger = Client()
    sign_in(stranger)
    session = stranger.session
    for record in session["account_authentication_methods"]:
        record["at"] -= HOUR
    session.save()
    checking, done, real = threading.Event(), threading.Event(), session_life.renew

    def late(request):
        checking.set()
        done.wait(10)
        real(request)

    monkeypatch.setattr(session_life, "renew", late)

    def shows():
        stranger.post(reverse("account_reauthenticate"), {"password": PASSWORD})
        connections.close_all()

    showing = threading.Thread(target=shows)
    showing.start()
    assert checking.wait(10)
    amara.sign_out(by=office, reason="Somebody else uses it.")
    done.set()
    showing.join()
    assert not is_in(stranger)
    assert not UserSession.objects.filter(user=amara).exists()
