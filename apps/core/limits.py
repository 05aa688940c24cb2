"""How often one place may send a form that needs no account."""

import hashlib
import ipaddress
import logging
from contextlib import suppress

from allauth.account.adapter import get_adapter
from django.core.cache import cache
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


def _place(request):
    """The network address, for IPv6 the network that a household has; hashed, as it is personal."""
    address = get_adapter().get_client_ip(request) or ""
    with suppress(ValueError):
        if ipaddress.ip_address(address).version == 6:
            address = str(ipaddress.IPv6Network(f"{address}/64", strict=False))
    return hashlib.sha256(address.encode()).hexdigest()[:32]


def count(request, action, *, at_most):
    """Count one use of a form; raises TooOften beyond ``at_most`` within an hour.

    Where the cache does not answer nobody is turned away: the form has other defences.
    """
    key = f"limit:{action}:{_place(request)}"
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
