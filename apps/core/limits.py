"""How often one place may send a form that needs no account."""

import ipaddress
import logging
from contextlib import suppress

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.utils.crypto import salted_hmac
from redis.exceptions import RedisError

log = logging.getLogger(__name__)


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
    """Count one form that was sent; raises TooOften beyond ``at_most`` within an hour.

    Where the cache does not answer nobody is turned away: the form has other defences.
    """
    key = _key(request, action)
    try:
        cache.add(key, 0, HOUR)
        used = cache.incr(key)
    except ValueError:  # it ran out between the two
        return
    except (OSError, RedisError):
        log.exception("Uses of %s are not counted", action)
        return
    if used > at_most:
        raise TooOften


def give_back(request, action):
    """What was counted came to nothing: it was refused, and does not use up what others have."""
    with suppress(ValueError, OSError, RedisError):
        cache.decr(_key(request, action))
