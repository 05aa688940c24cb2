"""What allauth shows and sends is ours: no page or e-mail of its own is left to surprise people."""

from pathlib import Path

import allauth
import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone

from apps.accounts import mail
from apps.accounts.adapters import AccountAdapter
from apps.accounts.templatetags.devices import device

from ..factories import UserFactory

THEIRS = Path(allauth.__file__).parent / "templates"
OURS = settings.BASE_DIR / "templates"

# Templates of allauth that this site never shows, each for its reason.
NEVER = {
    "account/base_manage_phone.html": "no telephone sign-in",
    "account/confirm_phone_verification_code.html": "no telephone sign-in",
    "account/phone_change.html": "no telephone sign-in",
    "account/email.html": "one address a person: email_change.html",
    "account/email_confirm.html": "addresses are confirmed by codes",
    "account/verification_sent.html": "addresses are confirmed by codes",
    "account/password_reset_done.html": "passwords are reset by codes",
    "account/signup_by_passkey.html": "sign-up is by invitation",
    "mfa/webauthn/signup_form.html": "sign-up is by invitation",
    "mfa/webauthn/snippets/login_script.html": "static/js/passkey.js",
    "mfa/webauthn/snippets/scripts.html": "static/js/passkey.js",
    "mfa/trust.html": "browsers are not trusted",
    "socialaccount/login_redirect.html": "the session cookie is lax",
    "socialaccount/snippets/login_extra.html": "OpenID Connect needs no script",
    "socialaccount/snippets/provider_list.html": "snippets/login.html",
    "account/base_entrance.html": "an empty layer above a layout of ours",
    "account/base_manage.html": "an empty layer above a layout of ours",
    "account/base_manage_email.html": "an empty layer above a layout of ours",
    "account/base_manage_password.html": "an empty layer above a layout of ours",
    "mfa/base_entrance.html": "an empty layer above a layout of ours",
    "mfa/base_manage.html": "an empty layer above a layout of ours",
    "mfa/recovery_codes/base.html": "an empty layer above a layout of ours",
    "mfa/totp/base.html": "an empty layer above a layout of ours",
    "mfa/webauthn/base.html": "an empty layer above a layout of ours",
    "socialaccount/base_entrance.html": "an empty layer above a layout of ours",
    "socialaccount/base_manage.html": "an empty layer above a layout of ours",
    "usersessions/base_manage.html": "an empty layer above a layout of ours",
}


def names(folder, pattern):
    used = ("account", "allauth", "mfa", "socialaccount", "usersessions")
    found = (path.relative_to(folder) for path in folder.rglob(pattern))
    return {str(path) for path in found if path.parts[0] in used}


def test_every_page_of_allauth_is_ours_or_never_shown():
    assert names(THEIRS, "*.html") - names(OURS, "*.html") == NEVER.keys()


MAILS = sorted(
    name.removesuffix("_message.txt")
    for name in names(OURS, "*_message.txt")
    if not name.endswith("base_message.txt")
)


def test_every_mail_of_allauth_is_ours():
    not_ours = names(THEIRS, "*_message.txt") - names(OURS, "*_message.txt")
    assert not_ours == {"account/email/password_reset_key_message.txt"}  # resets are by code


@pytest.mark.django_db
@pytest.mark.parametrize("template", MAILS)
def test_every_mail_is_plain_neutral_and_whole(template, rf):
    context = mail.common() | {
        "person": UserFactory(known_as="Amara <b>"),
        "timestamp": timezone.now(),
        "code": "ABC123",
        "email": "a@test.example",
        "from_email": "a@test.example",
        "to_email": "b@test.example",
        "deleted_email": "a@test.example",
        "provider": "Oxleas staff account",
    }
    message = AccountAdapter().render_mail(template, "a@test.example", context)
    html, _ = message.alternatives[0]
    assert message.subject.startswith(("Your ", "A change to how you sign in", "About "))
    assert not {"Amara", "@", "{{"} & set(message.subject.split())
    assert settings.SUPPORT_EMAIL in message.body
    assert "Amara <b>" not in html
    assert "None" not in message.body
    for paragraph in message.body.split("\n\n")[-1].splitlines():
        assert paragraph.split(" ")[0] in html


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 "
            "Safari/537.36 Edg/140.0",
            "Edge on a Windows computer",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 "
            "Mobile Safari/604.1",
            "Safari on an iPhone",
        ),
        (
            "Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile Safari/537.36",
            "Chrome on an Android device",
        ),
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "Firefox on a Linux computer",
        ),
        ("", "A browser on a device"),
    ],
)
def test_devices_are_named_in_words(words, expected):
    assert device(words) == expected


def test_an_element_that_a_new_page_of_allauth_may_use_is_in_the_design():
    attrs = {"id": "x", "name": "x", "type": "text", "value": "", "tags": "danger", "href": "/"}
    classes = {
        name: "nhsuk-" in render_to_string(name, {"attrs": attrs, "slots": {"default": [""]}})
        for name in names(OURS, "*.html")
        if name.startswith("allauth/elements/")
    }
    plain = {"p", "form", "fields", "button_group", "provider_list", "img"}
    assert {Path(name).stem for name, found in classes.items() if not found} == plain
