"""What somebody has before them by the clock: their next meeting, and their next weeks.

Apps say it in their ``coming.py``; the home page shows the first with all that the day asks for.
Their queries are kept, and asked for in the same statement as *What needs you* (``needs.py``).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from . import clock
from .compiled import Kept
from .dates import clock as hour
from .dates import due_words, weekday_near
from .registry import Registry

SHOWN = 8  # of each kind
WEEKS = timedelta(weeks=4)


@dataclass(frozen=True)
class Coming:
    """Something at an hour, in which somebody takes part.

    ``link``       for joining online, where its own page shows it to them
    ``answer_url`` where they say whether they come; ``answers`` are its buttons, value and words
    ``answered``   what they said, in words; empty where nothing is asked or said
    ``needs``      addresses of what else waits for them because of it: it is said once
    """

    title: str
    url: str
    starts_at: datetime
    ends_at: datetime
    where: str = ""
    link: str = ""
    group: str = ""
    answer_url: str = ""
    answers: tuple = ()
    answered: str = ""
    needs: tuple[str, ...] = ()

    @property
    def is_on(self) -> bool:
        return self.starts_at <= clock.now()

    @property
    def when(self) -> str:
        """``tomorrow, 2pm to 4pm``; what has begun is on now."""
        ends = hour(self.ends_at)
        if self.is_on:
            return f"on now, until {ends}"
        words = due_words(self.starts_at)
        if words[:1].islower() and ", " not in words:  # in 9 days
            words = f"{weekday_near(self.starts_at)}, {hour(self.starts_at)}"
        elif ", " not in words:
            words = f"{words}, {hour(self.starts_at)}"
        return f"{words} to {ends}"


@dataclass(frozen=True)
class Source:
    make: Callable[[Any, Any], Iterable[Coming]]
    read: Kept
    may: Callable[[Any], bool] | None

    def of(self, rows: list, user: Any) -> Iterable[Coming]:
        """What comes, of these rows."""
        return self.make(rows[:SHOWN], user)


COMING: Registry[Source] = Registry("What comes")


def comes(rows: Callable | Kept, *, may: Callable | None = None) -> Callable:
    """Register what comes, a function of rows and the person; a decorator.

    ``rows(user)`` gives what is read, the earliest first; ``may(user)`` says for whom there can be
    any. A ``Kept`` is read once for all that are made of it."""
    read = rows if isinstance(rows, Kept) else Kept(rows, SHOWN)
    return lambda make: COMING.add(Source(make, read, may))


def in_order(found: Iterable[Coming]) -> list[Coming]:
    """What is not over, the earliest first, as far as people look ahead."""
    now = clock.now()
    near = [one for one in found if one.ends_at >= now and one.starts_at <= now + WEEKS]
    return sorted(near, key=lambda one: (one.starts_at, one.title))
