"""How often one place may send a form that needs no account."""

import ipaddress
from contextlib import suppress

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.utils.crypto import salted_hmac

HOUR = 3600  # seconds
WAIT = (
    "Many people sent this from where you are, so we have paused it for a while. This was not "
    "sent. Everything you typed is still here: keep this page open and press the button again "
    "in an hour. You have done nothing wrong."
)


class TooOften(Exception):  # noqa: N818 - the name is the message
    """This was sent too often from one place: the form again, with ``WAIT`` and status 429."""


def place(request):
    """The network address, for IPv6 the network that a household has, as a keyed digest.

    It is personal, and there are so few that a plain hash of it could be turned back.
    """
    address = get_adapter().get_client_ip(request) or ""
    with suppress(ValueError):
        if ipaddress.ip_address(address).version == 6:
            address = str(ipaddress.IPv6Network(f"{address}/64", strict=False))
    return salted_hmac("core.place", address, algorithm="sha256").hexdigest()[:32]


def _key(request, action):
    return f"limit:{action}:{place(request)}"


def count(request, action, *, at_most):
    """Count one form that was sent; raises TooOften beyond ``at_most`` within an hour."""
    key = _key(request, action)
    cache.add(key, 0, HOUR)
    try:
        used = cache.incr(key)
    except ValueError:  # it ran out, or another cache took over, between the two
        return
    if used > at_most:
        raise TooOften


def give_back(request, action):
    """What was counted came to nothing: it was refused, and does not use up what others have."""
    with suppress(ValueError):
        cache.decr(_key(request, action))
