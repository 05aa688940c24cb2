"""Which devices an account signed in on before: a signed cookie, and nothing on our side.

It gives a device limits of its own (adapters.py), so that wrong passwords from elsewhere do not
keep the right person out, and tells a sign-in on a new device from others. It opens nothing and
says nothing of what a device is. Who reads it learns no name, address or number of an account.
"""

import secrets

from django.conf import settings
from django.utils.crypto import salted_hmac

SALT = "accounts.device"
MOST = 8  # accounts that one device remembers: the last ones


def _mark(pk):
    """How the cookie calls an account."""
    return salted_hmac(SALT, str(pk), algorithm="sha256").hexdigest()[:20]


def _read(request):
    """(number of the device, marks of accounts); of our making, and not too old."""
    kept = request.get_signed_cookie(
        settings.DEVICE_COOKIE_NAME, default="", salt=SALT, max_age=settings.DEVICE_COOKIE_AGE
    )
    number, *marks = kept.split(".")
    return number, marks


def number_for(request, pk):
    """The number of this device if the account signed in on it before, else nothing."""
    number, marks = _read(request)
    return number if _mark(pk) in marks else ""


def remember(request, response, pk):
    """From now on the account is known on this device."""
    number, marks = _read(request)
    mine = _mark(pk)
    marks = [mine, *(mark for mark in marks if mark != mine)][:MOST]
    response.set_signed_cookie(
        settings.DEVICE_COOKIE_NAME,
        ".".join([number or secrets.token_hex(8), *marks]),
        salt=SALT,
        max_age=settings.DEVICE_COOKIE_AGE,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )
