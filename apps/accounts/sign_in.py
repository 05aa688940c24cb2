"""allauth's forms in the NHS design and in plain words (settings ACCOUNT_FORMS and MFA_FORMS)."""

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.recovery_codes import forms as recovery
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms

from apps.core.nhs import NHSFormMixin

GOOD_PASSWORD = "At least 12 characters. Three words that do not belong together work well."  # noqa: S105

# Field name -> label, hint. What is not here keeps allauth's label and loses its hint.
WORDS = {
    "login": ("E-mail address", ""),
    "email": ("E-mail address", ""),
    "full_name": ("Your name", ""),
    "password": ("Password", ""),
    "remember": ("Keep me signed in on this device for 14 days", ""),
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


Login = _worded(account.LoginForm)
AddEmail = _worded(account.AddEmailForm)
ChangePassword = _worded(account.ChangePasswordForm)
SetPassword = _worded(account.SetPasswordForm)
ResetPassword = _worded(account.ResetPasswordForm)
ResetPasswordKey = _worded(account.ResetPasswordKeyForm)
RequestLoginCode = _worded(account.RequestLoginCodeForm)
ConfirmLoginCode = _worded(account.ConfirmLoginCodeForm)
ConfirmPasswordResetCode = _worded(account.ConfirmPasswordResetCodeForm)
ConfirmEmailVerificationCode = _worded(account.ConfirmEmailVerificationCodeForm)
Reauthenticate = _worded(account.ReauthenticateForm)

Authenticate = _worded(mfa.AuthenticateForm)
ReauthenticateByCode = _worded(mfa.ReauthenticateForm)
ActivateTOTP = _worded(totp.ActivateTOTPForm)
DeactivateTOTP = _worded(totp.DeactivateTOTPForm)
GenerateRecoveryCodes = _worded(recovery.GenerateRecoveryCodesForm)
EditPasskey = _worded(webauthn.EditWebAuthnForm)
AuthenticateByPasskey = _worded(webauthn.AuthenticateWebAuthnForm)
ReauthenticateByPasskey = _worded(webauthn.ReauthenticateWebAuthnForm)


class AddPasskey(Worded, webauthn.AddWebAuthnForm):
    """Every key is a passkey: it can sign in alone, since it asks for a PIN or a fingerprint."""

    passwordless = None
