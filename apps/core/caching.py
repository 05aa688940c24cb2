"""The cache: in Redis, and in the database while Redis does not answer (docs/adr/0050).

It counts limits: nobody is kept out because the counter is away, and nobody gets around it.
"""

import time
from functools import partialmethod
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.db import DatabaseCache
from django.core.cache.backends.redis import RedisCache
from django.db import transaction
from django.utils.crypto import salted_hmac
from redis.exceptions import ConnectionError as NoConnection
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as NoAnswer

from . import clock
from .circuit import Circuit
from .models import CacheEntry

REDIS = Circuit(
    "The cache",
    "the database counts limits meanwhile",
    lambda: str(settings.CACHES["default"].get("LOCATION", "")),
)


def hidden(key: str, prefix: str, version: int) -> str:
    """What stands for a key: allauth's hold network addresses, and digests that one could guess."""
    digest = salted_hmac("core.cache", key, algorithm="sha256").hexdigest()
    return f"{prefix}:{version}:{digest}"


class RedisOrDatabase(RedisCache):
    """Django's cache in Redis; whatever Redis does not answer, the cache ``database`` does.

    Neither is emptied when the other takes over: what was reached in one is still reached when its
    turn comes again, and however often they take turns, it is twice a limit at most.
    """

    def _ask(self, name: str, *args: Any, **kwargs: Any) -> Any:
        if REDIS.may_ask(lambda: self._cache.get_client().ping()):
            try:
                return getattr(super(), name)(*args, **kwargs)
            except (RedisError, OSError) as error:
                REDIS.failed(error, silent=isinstance(error, (NoConnection, NoAnswer, OSError)))
        return getattr(caches["database"], name)(*args, **kwargs)

    add = partialmethod(_ask, "add")
    get = partialmethod(_ask, "get")
    set = partialmethod(_ask, "set")
    touch = partialmethod(_ask, "touch")
    delete = partialmethod(_ask, "delete")
    get_many = partialmethod(_ask, "get_many")
    has_key = partialmethod(_ask, "has_key")
    incr = partialmethod(_ask, "incr")
    set_many = partialmethod(_ask, "set_many")
    delete_many = partialmethod(_ask, "delete_many")
    clear = partialmethod(_ask, "clear")


class Database(DatabaseCache):
    """Django's cache in the database; of what several processes count at once nothing is lost."""

    def add(self, key, value, timeout=DEFAULT_TIMEOUT, version=None):
        """Only one of two may begin anew what has run out: Django would let both."""
        kept_as = self.make_and_validate_key(key, version=version)
        CacheEntry.objects.filter(pk=kept_as, expires__lt=clock.now()).delete()
        return super().add(key, value, timeout, version)

    def incr(self, key, delta=1, version=None):
        """Django would read, then write, and have it last for five minutes from then on."""
        kept_as = self.make_and_validate_key(key, version=version)
        with transaction.atomic():
            row = CacheEntry.objects.select_for_update().filter(pk=kept_as)
            expires = row.values_list("expires", flat=True).first()
            value = self.get(key, version=version)
            if expires is None or value is None:
                raise ValueError(f"Key {key!r} not found")
            self.set(key, value + delta, expires.timestamp() - time.time(), version)
        return value + delta

    def forget_expired(self):
        """Delete what has run out. Django does so once there is more than it may keep."""
        CacheEntry.objects.filter(expires__lt=clock.now()).delete()
