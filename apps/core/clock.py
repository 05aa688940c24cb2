"""What time it is. Everything in apps/ asks here, so that the demonstration can play in the past.

Ruff lets nobody ask Django or Python for the time elsewhere in apps/.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import models
from django.utils import timezone

LONDON = ZoneInfo("Europe/London")

_hands: ContextVar[Callable[[], datetime]] = ContextVar("hands", default=timezone.now)


def now() -> datetime:
    """This moment, aware."""
    return _hands.get()()


def today() -> date:
    """The date in London."""
    return date_of(now())


def date_of(moment: datetime) -> date:
    """The date in London at a moment."""
    return moment.astimezone(LONDON).date()


@contextmanager
def at(hands: Callable[[], datetime]) -> Iterator[None]:
    """While this holds it is the moment that ``hands``, a function, says whenever it is asked."""
    token = _hands.set(hands)
    try:
        yield
    finally:
        _hands.reset(token)


class SavedAtField(models.DateTimeField):
    """When the row was last saved, by this clock. (Django's ``auto_now`` asks its own.)"""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"editable": False, "blank": True} | options)

    def pre_save(self, instance: models.Model, add: bool) -> datetime:
        setattr(instance, self.attname, now())
        return super().pre_save(instance, add)
