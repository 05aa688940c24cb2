"""What this site decides for allauth: who may sign up, how secrets are kept, what is told."""

import logging
import time
from collections.abc import Callable

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core.exceptions import ImmediateHttpResponse, ReauthenticationRequired
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from requests import RequestException, TooManyRedirects

from apps.core.models import record

from . import devices, sign_in_log
from .joining import SESSION_KEY, remembered
from .mail import CODE, NOTICE, as_html, common, post
from .models.addresses import AddressChange
from .models.invitations import Invitation
from .models.people import begin_anew, end_sessions
from .oidc import Provider
from .sealed import reseal, seal, unseal
from .second_factor import FEW, KINDS, SHEET, is_required_of

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


# After these, a session elsewhere has shown less than is asked for now, or was opened by an address
# that is no longer its person's: it ends. (A new password ends the others by itself.)
ENDS_OTHERS = frozenset({"totp_activated", "webauthn_added", "email_changed"})

# After these, a code or a half-done sign-in from before is no longer good: whoever began it may be
# the one against whom it was done.
BEGINS_ANEW = ENDS_OTHERS | {
    "password_changed",
    "password_reset",
    "password_set",
    "totp_deactivated",
    "webauthn_removed",
    "recovery_codes_generated",
}


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

    # --- wrong passwords --------------------------------------------------------------------------
    def _get_login_attempts_cache_key(self, request, **credentials):
        """A device that the account signed in on before counts for itself.

        So nobody locks the right person out by typing wrong passwords elsewhere. allauth counts for
        each host name, which whoever asks writes, port and all: that would be as many limits.
        """
        email = (credentials.get("email") or "").strip().lower()
        return f"{email}:{devices.number_for(request, sign_in_log.account_of(email))}"

    def pre_authenticate(self, request, **credentials):
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            key = self._get_login_attempts_cache_key(request, **credentials)
            sign_in_log.locked(request, sign_in_log.account_of(credentials.get("email")), key)
            raise

    def authentication_failed(self, request, **credentials):
        pk = sign_in_log.account_of(credentials.get("email"))
        sign_in_log.failed(request, "wrong_password", pk)

    def is_reauthentication_required(self, *, app, **kwargs):
        """Somebody who signed in a moment ago has just shown who they are.

        allauth asks nobody again who has neither a password nor a second factor. Many peers have
        neither; they are sent a code.
        """
        user = self.request.user
        records = get_authentication_records(self.request, user)
        if records and time.time() - records[-1]["at"] < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT:
            return False
        if user.is_authenticated and not super().get_reauthentication_methods(user):
            raise ReauthenticationRequired
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
        methods = [method | {"description": words[method["id"]]} for method in methods]
        if all(method["id"] == "reauthenticate" for method in methods):
            # Whoever signs in by a code alone shows who they are by one; a second factor is more.
            by_code = {"id": "code", "description": "Get a code by e-mail"}
            methods.append(by_code | {"url": reverse("reauthenticate_by_code")})
        return methods

    def post_login(self, request, user, **kwargs):
        """Codes that were made before are not shown any more; whoever signs in by a printed sheet
        hears in time that it is nearly used up.
        """
        sheet = user.authenticator_set.filter(type=SHEET).first()
        if sheet:
            sheet.wrap().put_away()
        if sheet and not user.authenticator_set.filter(type__in=KINDS).exists():
            left = len(sheet.wrap().get_unused_codes())
            if left <= FEW:
                messages.warning(
                    request,
                    format_html(
                        '<p class="nhsuk-notification-banner__heading">Your sheet has {} code{} '
                        'left. <a class="nhsuk-notification-banner__link" href="{}">Print a new '
                        "one now</a>.</p>",
                        left,
                        "" if left == 1 else "s",
                        reverse("second_factor_sheet"),
                    ),
                    extra_tags="linked",
                )
        return super().post_login(request, user, **kwargs)

    def send_notification_mail(self, template_prefix, user, context=None, email=None):
        """Every change to how somebody signs in passes here: audit it, and tell them."""
        name = template_prefix.rsplit("/", 1)[-1]
        record(AUDITED_AS.get(name, name), user, by=user)
        if name in BEGINS_ANEW:
            begin_anew(user)
        if name in ENDS_OTHERS:
            end_sessions(user, besides=self.request.session.session_key)
        if name == "email_changed":  # they have it: nobody gives them another
            for change in AddressChange.objects.filter(user=user).unsettled():
                change.follow("lapse", by=user)
        context = {"person": user} | (context or {})
        super().send_notification_mail(template_prefix, user, context, email)

    def render_mail(self, template_prefix, email, context, headers=None):
        """The text, and the same text as HTML: one source for both."""
        message = super().render_mail(template_prefix, email, context, headers)
        html = as_html(message.subject, message.body, context.get("code", ""))
        message.attach_alternative(html, "text/html")
        return message

    def send_mail(self, template_prefix, email, context):
        """Not inside the request: a mail server that is away stops nobody, and tells nobody by the
        time it takes whether there is an account."""
        message = self.render_mail(template_prefix, email, common() | {"email": email} | context)
        post(message, CODE if "code" in context else NOTICE)


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

    def get_provider(self, request, provider, client_id=None):
        made = super().get_provider(request, provider, client_id)
        return Provider(request, app=made.app)

    def get_requests_session(self):
        """A provider that does not answer is a page that says so, not a fault of ours.

        Nor are we led elsewhere: its addresses are those that the settings and it itself name.
        """
        session = super().get_requests_session()
        ask = session.request

        def request(*args, **kwargs):
            try:
                response = ask(*args, **kwargs | {"allow_redirects": False})
                if response.status_code >= 500:
                    response.raise_for_status()
                if response.is_redirect:
                    raise TooManyRedirects
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


MFA = "apps.accounts.mfa"


class MFAAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "cannot_delete_authenticator": (
            "Your role needs an extra sign-in step. Add another one before you remove this one."
        ),
        "incorrect_code": "This code is not right. Check it and try again.",
        "unverified_email": "Confirm your e-mail address first, then come back.",
    }

    def is_mfa_enabled(self, user, types=None):
        """A printed sheet counts as much as an app, for somebody who chose it."""
        if types is not None and set(KINDS) <= set(types):
            types = [*types, SHEET]
        return super().is_mfa_enabled(user, types)

    def encrypt(self, text):
        return seal(text, MFA)

    def decrypt(self, encrypted_text):
        return unseal(encrypted_text, MFA)

    def rotate(self, encrypted_text):
        """The same, encrypted with the key of today."""
        return reseal(encrypted_text, MFA)

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
