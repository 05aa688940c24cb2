"""What this site decides for allauth: who may sign up, how secrets are kept, what is told."""

import base64
import logging
import time
from collections.abc import Callable

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.usersessions.models import UserSession
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.shortcuts import render
from django.urls import reverse
from django.utils.crypto import salted_hmac
from requests import RequestException

from apps.core.models import record

from .joining import SESSION_KEY, remembered
from .mail import as_html, common
from .models.invitations import Invitation
from .second_factor import KINDS, is_required_of

log = logging.getLogger(__name__)

# Doors through which people may sign up by themselves: request -> bool. None is open until an app
# adds its own in AppConfig.ready() (candidates of an open job); invitations have their own page.
SIGN_UP_DOORS: list[Callable] = []


# allauth's name for a change to a person's own sign-in -> what the audit trail calls it.
AUDITED_AS = {
    "password_changed": "change_password",
    "password_reset": "choose_new_password",
    "password_set": "add_password",
    "email_changed": "change_email_address",
    "totp_activated": "set_up_authenticator_app",
    "totp_deactivated": "remove_authenticator_app",
    "webauthn_added": "add_passkey",
    "webauthn_removed": "remove_passkey",
    "recovery_codes_generated": "get_new_recovery_codes",
    "account_connected": "link_single_sign_on",
    "account_disconnected": "unlink_single_sign_on",
}


# After these, a session elsewhere has shown less than is asked for now: it ends.
STRONGER = frozenset({"totp_activated", "webauthn_added"})


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": "This account is closed. Ask the programme office.",
        "email_password_mismatch": "The e-mail address or the password is not right.",
        "enter_current_password": "This is not your current password.",
        "duplicate_email": "This is already your e-mail address.",
        "email_taken": "This e-mail address cannot be used. Choose another.",
        "incorrect_code": "This code is not right. Check it, or ask for a new one.",
        "incorrect_password": "This password is not right.",
        "rate_limited": "You asked for several codes at once. Wait a minute and try again.",
        "same_as_current": "Enter a different address.",
        "too_many_login_attempts": (
            "You have tried too many times. Wait 5 minutes and try again. "
            "Nothing is wrong with your account."
        ),
    }

    def is_open_for_signup(self, request):
        return any(door(request) for door in SIGN_UP_DOORS)

    def save_user(self, request, user, form, commit=True):
        """Whoever makes an account by themselves sits on no side of co-production yet."""
        user.full_name = form.cleaned_data["full_name"]
        return super().save_user(request, user, form, commit)

    def is_reauthentication_required(self, *, app, **kwargs):
        """Somebody who signed in a moment ago has just shown who they are."""
        records = get_authentication_records(self.request, self.request.user)
        if records and time.time() - records[-1]["at"] < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT:
            return False
        return super().is_reauthentication_required(app=app, **kwargs)

    def get_password_change_redirect_url(self, request):
        return reverse("profile")

    def get_email_verification_redirect_url(self, email_address):
        return reverse("profile")

    def get_reauthentication_methods(self, user):
        words = {
            "reauthenticate": "Use your password",
            "mfa_reauthenticate": "Use a code from your app, or a recovery code",
            "mfa_reauthenticate:webauthn": "Use a passkey",
        }
        methods = super().get_reauthentication_methods(user)
        return [method | {"description": words[method["id"]]} for method in methods]

    def send_notification_mail(self, template_prefix, user, context=None, email=None):
        """Every change to how somebody signs in passes here: audit it, and tell them."""
        name = template_prefix.rsplit("/", 1)[-1]
        record(AUDITED_AS.get(name, name), user, by=user)
        if name in STRONGER:
            here = self.request.session.session_key
            for session in UserSession.objects.filter(user=user).exclude(session_key=here):
                session.end()
        context = {"person": user} | (context or {})
        super().send_notification_mail(template_prefix, user, context, email)

    def render_mail(self, template_prefix, email, context, headers=None):
        """The text, and the same text as HTML: one source for both."""
        message = super().render_mail(template_prefix, email, context, headers)
        html = as_html(message.subject, message.body, context.get("code", ""))
        message.attach_alternative(html, "text/html")
        return message

    def send_mail(self, template_prefix, email, context):
        super().send_mail(template_prefix, email, common() | context)


class SocialAdapter(DefaultSocialAccountAdapter):
    """Single sign-on opens existing accounts and live invitations; nobody else comes in by it."""

    def is_open_for_signup(self, request, sociallogin):
        return False

    def pre_social_login(self, request, sociallogin):
        """Somebody without an account who was invited accepts by signing in.

        The invitation is the one whose link they followed, or one to an address that the provider
        has verified.
        """
        if sociallogin.is_existing or request.user.is_authenticated:
            return
        invitation = remembered(request) or self._invited(sociallogin)
        if invitation is None:
            return
        user = invitation.accept(full_name=invitation.full_name)
        request.session.pop(SESSION_KEY, None)
        sociallogin.connect(request, user)
        sociallogin.state["next"] = reverse("welcome")

    def get_requests_session(self):
        """A provider that does not answer is a page that says so, not a fault of ours."""
        session = super().get_requests_session()
        ask = session.request

        def request(*args, **kwargs):
            try:
                response = ask(*args, **kwargs)
                if response.status_code >= 500:
                    response.raise_for_status()
            except RequestException as error:
                log.warning("Single sign-on: no answer (%s)", type(error).__name__)
                page = "socialaccount/authentication_error.html"
                raise ImmediateHttpResponse(render(self.request, page, status=503)) from error
            return response

        session.request = request
        return session

    def _invited(self, sociallogin):
        verified = [one.email.lower() for one in sociallogin.email_addresses if one.verified]
        return Invitation.objects.live().filter(email__in=verified).first()


def _fernet():
    """Encrypts with SECRET_KEY; still reads what an earlier key of SECRET_KEY_FALLBACKS wrote."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet(
        [
            Fernet(
                base64.urlsafe_b64encode(
                    salted_hmac("apps.accounts.mfa", b"", secret=key, algorithm="sha256").digest()
                )
            )
            for key in keys
        ]
    )


class MFAAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "cannot_delete_authenticator": (
            "Your role needs an extra sign-in step. Add another one before you remove this one."
        ),
        "incorrect_code": "This code is not right. Check it and try again.",
        "unverified_email": "Confirm your e-mail address first, then come back.",
    }

    def encrypt(self, text):
        return _fernet().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text):
        return _fernet().decrypt(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator):
        others = Authenticator.objects.filter(user=authenticator.user, type__in=KINDS)
        if others.exclude(pk=authenticator.pk).exists():
            return True
        return not is_required_of(authenticator.user)

    def generate_authenticator_name(self, user, type):
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return f"Passkey {number}"

    def get_public_key_credential_rp_entity(self):
        return super().get_public_key_credential_rp_entity() | {"name": settings.SITE_NAME}
