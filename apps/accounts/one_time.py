"""A code of an authenticator app works once (RFC 6238, section 5.2).

allauth remembers a used code for 30 seconds and in the cache; a code stays good for longer
(``MFA_TOTP_TOLERANCE``), and a cache can be emptied. Which code was used last is kept with the app.
"""

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from allauth.mfa.utils import decrypt
from django.db import transaction
from django.dispatch import receiver

LAST = "last_counter"  # in the data of an app: which period's code was used last


@transaction.atomic
def is_first_use(authenticator, code):
    """Whether a code that is right was not used before, nor a later one; from now on it was.

    What is no code of an app (a recovery code) goes by its own rule.
    """
    if authenticator.type != Authenticator.Type.TOTP:
        return True
    app = Authenticator.objects.select_for_update().get(pk=authenticator.pk)
    secret = decrypt(app.data["secret"])
    periods = [
        counter
        for counter in yield_hotp_counters_from_time()
        if compare_user_code(actual=code, expected=format_hotp_value(hotp_value(secret, counter)))
    ]
    if not periods or max(periods) <= app.data.get(LAST, -1):
        return False
    app.data[LAST] = max(periods)
    app.save(update_fields=["data"])
    return True


@receiver(authenticator_added)
def used_to_set_up(sender, request, authenticator, **kwargs):
    """The code that set the app up is used as well."""
    if authenticator.type == Authenticator.Type.TOTP:
        is_first_use(authenticator, request.POST.get("code", ""))
