"""Accounts in a real browser: from an invitation to a passkey, at both widths, without a fault."""

import re
import time

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core import mail
from django.core.cache import cache

from apps.accounts.models.invitations import Invitation
from apps.accounts.models.people import User
from apps.accounts.roles import OFFICE

from ..factories import UserFactory, programme_user, working_group

PASSWORD = "lantern river thimble"


@pytest.fixture(autouse=True)
def _fresh_limits():
    cache.clear()


@pytest.fixture
def amara(db):
    return with_password(UserFactory(full_name="Amara Osei", email="amara@test.example"))


def with_password(user):
    user.set_password(PASSWORD)
    user.save()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def press(page, text):
    page.get_by_role("button", name=text, exact=True).click()


def by_form(page, user, password=PASSWORD):
    page.goto("/accounts/login/")
    page.get_by_label("E-mail address").fill(user.email)
    page.get_by_label("Password", exact=True).fill(password)
    press(page, "Sign in")


def heading(page):
    return page.locator("h1").inner_text().strip()


def wait_for(page, text):
    page.locator("h1", has_text=text).wait_for()


def code_in(message):
    return re.search(r"\n\n(\S+)\n\n", message.body)[1]


def link_in(message):
    return re.search(r"(/invitation/\S+)", message.body)[1]


def totp_code(secret):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


# --- invitation -------------------------------------------------------------------------------
@pytest.mark.parametrize("which", ["page", "no_js_page"])
def test_from_an_invitation_to_the_first_page(request, which, sign_in, sound):
    page = request.getfixturevalue(which)
    scripted = which == "page"  # axe needs scripts
    working_group(name="Role design", slug="role-design")
    sign_in(page, programme_user(OFFICE, full_name="Helen Marsh"))
    page.goto("/people/invite/")
    page.get_by_label("Full name").fill("Amara Osei")
    page.get_by_label("E-mail address").fill("amara@test.example")
    press(page, "Send the invitation")
    if scripted:
        sound(page)
    assert "Choose how the person takes part." in page.locator("main").inner_text()
    assert page.get_by_label("Full name").input_value() == "Amara Osei"
    page.get_by_label("Lived experience").check()
    page.get_by_label("First group (optional)", exact=True).select_option("Role design")
    page.get_by_label("Role in the first group").select_option("Member")
    press(page, "Send the invitation")
    wait_for(page, "Invitations")

    page.context.clear_cookies()
    page.goto(link_in(mail.outbox[0]))
    text = page.locator("main").inner_text()
    assert "Helen Marsh invites you to Oxleas Peer" in text
    assert "Member of Role design" in text
    assert page.url.endswith("/invitation/")
    if scripted:
        sound(page)
    page.get_by_label("Password (optional)", exact=True).fill("short")
    press(page, "Make my account")
    if scripted:
        sound(page)
    page.get_by_label("What would you like to be called?").fill("Amara")
    page.get_by_label("Password (optional)", exact=True).fill(PASSWORD)
    page.get_by_label("Password again (optional)").fill(PASSWORD)
    press(page, "Make my account")
    wait_for(page, "Welcome, Amara")
    assert Invitation.objects.get().accepted_by.name == "Amara"

    page.context.clear_cookies()
    assert page.goto(f"{link_in(mail.outbox[0])}").status == 404
    assert heading(page) == "This link does not work any more"
    if scripted:
        sound(page)


def test_a_list_of_people_is_checked_and_then_invited(page, sign_in, sound):
    working_group(name="Role design", slug="role-design")
    sign_in(page, programme_user(OFFICE))
    head = "name,e-mail,constituency,department,groups,roles\n"
    good = "Priya Nair,priya.nair.with.a.long.address@test.example,staff,hr,role-design,member\n"

    def upload(rows):
        page.goto("/people/import/")
        data = (head + rows).encode()
        file = {"name": "people.csv", "mimeType": "text/csv", "buffer": data}
        page.locator("[name=file]").set_input_files(file)
        press(page, "Check the list")
        wait_for(page, "Check the list")

    upload(good + "Nobody,nobody,peer,,nowhere,\n")
    sound(page)
    assert page.get_by_role("button", name="Invite them all").count() == 0
    page.get_by_role("link", name="Row 3: There is no open group called nowhere.").click()
    assert page.url.endswith("#row-3")
    upload(good)
    sound(page)
    press(page, "Invite them all")
    wait_for(page, "Invitations")
    assert "1 invited, 0 added to groups." in page.locator("main").inner_text()
    sound(page)
    page.get_by_role("link", name="Priya Nair").click()
    wait_for(page, "Priya Nair")
    sound(page)


# --- password and codes -------------------------------------------------------------------------
def test_every_page_on_the_way_in_by_password_and_by_code(page, amara, sound):
    by_form(page, amara, "wrong")
    assert "The e-mail address or the password is not right." in page.locator("main").inner_text()
    sound(page)
    page.get_by_role("link", name="E-mail me a code to sign in with").click()
    page.get_by_label("E-mail address").fill(amara.email)
    press(page, "E-mail me a code")
    wait_for(page, "Enter the code")
    sound(page)
    page.get_by_label("Code").fill("WRONG1")
    press(page, "Continue")
    page.locator(".nhsuk-error-summary").wait_for()
    sound(page)
    page.get_by_label("Code").fill(code_in(mail.outbox[0]))
    press(page, "Continue")
    wait_for(page, "What needs you")


def test_a_forgotten_password_is_replaced(page, amara, sound):
    page.goto("/accounts/login/")
    page.get_by_role("link", name="I forgot my password").click()
    page.get_by_label("E-mail address").fill(amara.email)
    press(page, "E-mail me a code")
    wait_for(page, "Enter the code")
    sound(page)
    page.get_by_label("Code").fill(code_in(mail.outbox[0]))
    press(page, "Continue")
    wait_for(page, "Choose a new password")
    sound(page)
    page.get_by_label("New password", exact=True).fill("harbour button violet")
    page.get_by_label("New password again").fill("harbour button violet")
    press(page, "Save the new password")
    wait_for(page, "Your password is changed")
    sound(page)
    by_form(page, amara, "harbour button violet")
    wait_for(page, "What needs you")


def test_a_new_address_is_confirmed_by_its_code(page, amara, sound):
    by_form(page, amara)
    page.goto("/accounts/email/")
    page.get_by_label("E-mail address").fill("new@test.example")
    press(page, "Send a code to the new address")
    wait_for(page, "Enter the code")
    sound(page)
    page.get_by_label("Code").fill(code_in(mail.outbox[0]))
    press(page, "Continue")
    wait_for(page, "Your profile")
    assert User.objects.get().email == "new@test.example"


# --- second factor ------------------------------------------------------------------------------
def test_an_authenticator_app_is_set_up_and_asked_for(page, sound):
    office = with_password(programme_user(OFFICE, second_factor=False))
    by_form(page, office)
    wait_for(page, "Set up an extra sign-in step")
    sound(page)
    page.get_by_role("button", name="Set up an authenticator app").click()
    wait_for(page, "Set up an authenticator app")
    secret = page.locator(".app-code").inner_text()
    picture = page.locator("img.app-qr")
    assert picture.evaluate("image => image.complete && image.naturalWidth > 0")
    page.get_by_label("Code").fill("000000")
    press(page, "Finish")
    page.locator(".nhsuk-error-summary").wait_for()
    assert page.locator(".app-code").inner_text() == secret  # still the same after a mistake
    sound(page)
    page.get_by_label("Code").fill(totp_code(secret))
    press(page, "Finish")
    wait_for(page, "Your recovery codes")
    sound(page)
    codes = page.locator(".app-codes li").all_inner_texts()
    assert len(codes) == 10

    page.context.clear_cookies()
    by_form(page, office)
    wait_for(page, "One more step")
    sound(page)
    page.get_by_label("Code").fill(codes[0])
    press(page, "Sign in")
    wait_for(page, "What needs you")
    page.goto("/accounts/2fa/")
    assert "You have 9 left." in page.locator("main").inner_text()
    sound(page)


@pytest.fixture
def fingerprint(page):
    """A device that holds passkeys and always recognises its owner."""
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    return devices, devices.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_a_passkey_is_added_signs_in_and_is_removed(page, amara, fingerprint, sound):
    by_form(page, amara)
    page.goto("/accounts/2fa/webauthn/add/")
    page.get_by_label("Name of this passkey").fill("My laptop")
    press(page, "Add a passkey")
    wait_for(page, "Your recovery codes")
    assert Authenticator.objects.get(type="webauthn").wrap().is_passwordless

    page.context.clear_cookies()
    page.goto("/accounts/login/")
    press(page, "Sign in with a passkey")  # no address, no password
    wait_for(page, "What needs you")

    page.context.clear_cookies()
    by_form(page, amara)
    wait_for(page, "One more step")
    press(page, "Use a passkey")
    wait_for(page, "What needs you")

    page.goto("/accounts/2fa/webauthn/")
    assert "My laptop" in page.locator("main").inner_text()
    sound(page)
    page.get_by_role("link", name="Rename My laptop").click()
    page.get_by_label("Name of this passkey").fill("Old laptop")
    sound(page)
    press(page, "Save")
    page.get_by_role("link", name="Remove Old laptop").click()
    sound(page)
    press(page, "Remove passkey")
    page.locator("main", has_text="You have no passkeys.").wait_for()


def test_showing_again_who_one_is_by_passkey(page, amara, fingerprint, sound):
    by_form(page, amara)
    page.goto("/accounts/2fa/webauthn/add/")
    press(page, "Add a passkey")
    wait_for(page, "Your recovery codes")
    page.goto("/accounts/reauthenticate/?next=/profile/")
    wait_for(page, "Show that it is you")
    sound(page)
    page.get_by_role("link", name="Use a passkey").click()
    wait_for(page, "Show that it is you")
    sound(page)
    press(page, "Use a passkey")
    wait_for(page, "Your profile")


def test_a_device_that_does_not_recognise_its_owner_says_what_to_do(
    page, amara, fingerprint, sound
):
    devices, made = fingerprint
    by_form(page, amara)
    page.goto("/accounts/2fa/webauthn/add/")
    devices.send("WebAuthn.setUserVerified", made | {"isUserVerified": False})
    press(page, "Add a passkey")
    page.get_by_text("No passkey was used. Try again, or use another way.").wait_for()
    sound(page)
    assert not Authenticator.objects.exists()


def test_without_scripts_a_passkey_is_not_offered_and_the_page_says_so(no_js_page):
    no_js_page.goto("/accounts/login/")
    assert not no_js_page.get_by_role("button", name="Sign in with a passkey").is_visible()
    assert "Passkeys need JavaScript" in no_js_page.locator("main").inner_text()
