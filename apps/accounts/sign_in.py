"""allauth's forms in the NHS design and in plain words (settings ACCOUNT_FORMS and MFA_FORMS)."""

from contextlib import contextmanager

from allauth.account import forms as account
from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as mfa
from allauth.mfa.recovery_codes import forms as recovery
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms

from apps.core.nhs import NHSFormMixin

from . import sign_in_log
from .models.addresses import settle_due
from .models.people import User
from .one_time import is_first_use

GOOD_PASSWORD = "At least 12 characters. Three words that do not belong together work well."  # noqa: S105

# Field name -> label, hint. What is not here keeps allauth's label and loses its hint.
WORDS = {
    "login": ("E-mail address", ""),
    "email": ("E-mail address", ""),
    "full_name": ("Your name", ""),
    "password": ("Password", ""),
    "remember": (
        "Keep me signed in on this device",
        "For up to 14 days without use. If your role deals with details of others, for an hour.",
    ),
    "oldpassword": ("Current password", ""),
    "password1": ("New password", GOOD_PASSWORD),
    "password2": ("New password again", ""),
    "code": ("Code", ""),
    "name": ("Name of this passkey", "For example, My phone. It helps you tell them apart."),
}
MISSING = {
    "login": "Enter your e-mail address.",
    "email": "Enter an e-mail address.",
    "full_name": "Enter your name.",
    "password": "Enter your password.",
    "oldpassword": "Enter your current password.",
    "password1": "Enter a new password.",
    "password2": "Enter the new password again.",
    "code": "Enter the code.",
    "name": "Enter a name.",
    "credential": "Your browser did not send a passkey. Try again.",
}
NOT_AN_ADDRESS = "Enter an e-mail address in the right form, like name@example.com."


class Worded(NHSFormMixin):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label, field.help_text = WORDS.get(name, (field.label, ""))
            field.error_messages["required"] = MISSING.get(name, field.error_messages["required"])
            if isinstance(field, forms.EmailField):
                field.error_messages["invalid"] = NOT_AN_ADDRESS
        if "code" in self.fields:
            widget = self.fields["code"].widget
            widget.attrs |= {"width": "10", "autocapitalize": "none", "spellcheck": "false"}


def _worded(form):
    return type(form.__name__, (Worded, form), {"__module__": __name__})


class SignUp(Worded, account.SignupForm):
    """For those who come through a door that an app opened (adapters.SIGN_UP_DOORS)."""

    full_name = forms.CharField(
        max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    field_order = ["full_name", "email", "password1", "password2"]

    def try_save(self, request):
        """Where there is an account none is made; it takes as long, so that nobody learns it."""
        if self.account_already_exists:
            User().set_password(self.cleaned_data["password1"])
        return super().try_save(request)


class Dated(Worded):
    """A new address counts from its hour on, whether or not a worker is there to say so."""

    def full_clean(self):
        if self.is_bound:
            settle_due()
        super().full_clean()


class Login(Dated, account.LoginForm):
    pass


AddEmail = _worded(account.AddEmailForm)


SetPassword = _worded(account.SetPasswordForm)


class ResetPassword(Dated, account.ResetPasswordForm):
    pass


ResetPasswordKey = _worded(account.ResetPasswordKeyForm)


class RequestLoginCode(Dated, account.RequestLoginCodeForm):
    pass


ConfirmLoginCode = _worded(account.ConfirmLoginCodeForm)
ConfirmPasswordResetCode = _worded(account.ConfirmPasswordResetCodeForm)
ConfirmEmailVerificationCode = _worded(account.ConfirmEmailVerificationCodeForm)
Reauthenticate = _worded(account.ReauthenticateForm)


@contextmanager
def noted(user, action=""):
    """What goes wrong at the extra step is written down: that it did, and that it is locked."""
    try:
        yield
    except forms.ValidationError as refusal:
        if user is not None and refusal.code == "too_many_login_attempts":
            sign_in_log.locked(context.request, user.pk, f"second step {user.pk}")
        elif user is not None and action:
            sign_in_log.failed(context.request, action, user.pk)
        raise


class ChangePassword(Worded, account.ChangePasswordForm):
    def clean_oldpassword(self):
        with noted(self.user, "wrong_password"):
            return super().clean_oldpassword()


class OneTime(Worded):
    """A code of an authenticator app is taken once, however long it would stay good."""

    def clean_code(self):
        with noted(self.user):  # allauth says itself when a code is wrong
            code = super().clean_code()
        if not is_first_use(self.authenticator, code):
            self._emit_authentication_failed(self.authenticator)
            raise get_adapter().validation_error("incorrect_code")
        return code


class Authenticate(OneTime, mfa.AuthenticateForm):
    pass


class ReauthenticateByCode(OneTime, mfa.ReauthenticateForm):
    pass


ActivateTOTP = _worded(totp.ActivateTOTPForm)
DeactivateTOTP = _worded(totp.DeactivateTOTPForm)
GenerateRecoveryCodes = _worded(recovery.GenerateRecoveryCodesForm)
EditPasskey = _worded(webauthn.EditWebAuthnForm)


# What a reply comes to that no browser sent.
MALFORMED = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)


class CredentialField(forms.JSONField):
    """What a browser says of a passkey, however deep somebody nests it."""

    def to_python(self, value):
        try:
            return super().to_python(value)
        except RecursionError:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from None

    def bound_data(self, data, initial):
        try:
            return super().bound_data(data, initial)
        except RecursionError:
            return None


class ReadsCredential(Worded):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        words = dict.fromkeys(("required", "invalid"), MISSING["credential"])
        self.fields["credential"] = CredentialField(widget=forms.HiddenInput, error_messages=words)


class Passkey(ReadsCredential):
    def clean_credential(self):
        with noted(self.user, "wrong_second_step"):
            try:
                return super().clean_credential()
            except MALFORMED:
                raise get_adapter().validation_error("incorrect_code") from None


class SignInByPasskey(Passkey, webauthn.LoginWebAuthnForm):
    pass


class AuthenticateByPasskey(Passkey, webauthn.AuthenticateWebAuthnForm):
    pass


class ReauthenticateByPasskey(Passkey, webauthn.ReauthenticateWebAuthnForm):
    pass


class AddPasskey(ReadsCredential, webauthn.AddWebAuthnForm):
    """Every key is a passkey: it can sign in alone, since it asks for a PIN or a fingerprint."""

    passwordless = None

    def clean(self):
        try:
            return super().clean()
        except MALFORMED:
            raise get_adapter().validation_error("incorrect_code") from None
