"""Sign-ins, and what failed: in the log and in the audit trail, and on a page of one's own.

The log has the number of the account and a keyed digest of where it came from, never an address nor
a name. What is known of a device is what its browser says of itself, roughly.
"""

import logging
from functools import partial
from hashlib import sha256

from allauth.account.authentication import get_authentication_records
from allauth.account.signals import (
    email_verification_code_rejected,
    login_code_rejected,
    password_reset_code_rejected,
    user_logged_in,
)
from allauth.mfa.signals import authentication_failed
from django.core.cache import cache
from django.dispatch import receiver

from apps.core import waking
from apps.core.limits import place
from apps.core.models import AuditEntry, record

from . import devices, mail
from .models.people import User
from .templatetags.devices import device

log = logging.getLogger(__name__)

SIGN_IN = "sign_in"
WORDS = {
    SIGN_IN: "Signed in",
    "wrong_password": "A wrong password",
    "wrong_code": "A wrong code from an e-mail",
    "wrong_second_step": "A wrong code or passkey at the extra step",
    "lock_sign_in": "Too many wrong tries: no more for 5 minutes",
}
LOCKED = 300  # seconds
# What somebody showed, as allauth notes it: (method, type of an extra step) -> in words.
WAYS = {
    ("password", ""): "password",
    ("password_reset", ""): "new password",
    ("code", ""): "code by e-mail",
    ("socialaccount", ""): "single sign-on",
    ("mfa", "totp"): "app",
    ("mfa", "webauthn"): "passkey",
    ("mfa", "recovery_codes"): "recovery code",
}


def mine(user):
    """What happened when somebody signed in to this account, or tried to; newest first."""
    return AuditEntry.objects.about(user).filter(action__in=WORDS)


def ways_of(request, user):
    """By what somebody signed in: ``password and app``."""
    records = get_authentication_records(request, user)
    shown = [(one["method"], one.get("type", "")) for one in records]
    return " and ".join(dict.fromkeys(WAYS.get(one, one[0]) for one in shown)) or "invitation"


def account_of(email):
    """The number of the account with this address, or None: one query, whoever it is."""
    found = User.objects.filter(email=(email or "").strip().lower())
    return found.values_list("pk", flat=True).first()


@receiver(user_logged_in)
def signed_in(sender, request, user, response=None, **kwargs):
    """Record it, know the device from now on, and tell its owner of a new one."""
    new = not devices.number_for(request, user.pk)
    before = mine(user).filter(action=SIGN_IN).exists()
    words, ways = device(request.headers.get("User-Agent", "")), ways_of(request, user)
    note = f"{words}{' (not seen before)' if new else ''}, by {ways}"
    entry = record(SIGN_IN, user, by=user, note=note)
    log.info("Sign-in: %s, account %s, from %s, by %s", SIGN_IN, user.pk, place(request), ways)
    if response is not None:
        devices.remember(request, response, user.pk)
    if new and before:
        context = {"person": user, "device": words, "timestamp": entry.at}
        mail.send("account/email/new_device", user.email, context)


def failed(request, action, pk):
    """Something was wrong; ``pk`` is None where there is no such account.

    A worker writes it down, so that the answer takes as long whether or not there is one.
    """
    log.warning("Sign-in: %s, account %s, from %s", action, pk, place(request))
    _ask("note_failure", pk, action, device(request.headers.get("User-Agent", "")))


def locked(request, pk, key):
    """Refused for too many tries; noted once for each time that it lasts."""
    if cache.add(f"accounts.locked:{sha256(key.encode()).hexdigest()}", 1, LOCKED):
        failed(request, "lock_sign_in", pk)


def _ask(task, *args):
    """Have a worker do it. Where no broker answers, the log alone has it."""
    if not waking.ask(f"apps.accounts.tasks.{task}", *args, expires=None):
        log.warning("The broker does not answer: %s was not asked for", task)


def _rejected(action, sender, request, user, **kwargs):
    failed(request, action, user.pk)


for signal, action in (
    (login_code_rejected, "wrong_code"),
    (password_reset_code_rejected, "wrong_code"),
    (email_verification_code_rejected, "wrong_code"),
    (authentication_failed, "wrong_second_step"),
):
    signal.connect(partial(_rejected, action), weak=False, dispatch_uid=f"{__name__}.{action}")
