"""What is left to chance: references and labels that say nothing, and who comes first.

The demonstration seeds it, so that one seed makes one programme. What opens something, a link or a
feed, and what keeps somebody unknown asks Python's ``secrets`` itself: that cannot be seeded.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from random import Random
from secrets import SystemRandom

UNFORESEEN = SystemRandom()
_source: ContextVar[Random] = ContextVar("source", default=UNFORESEEN)


def code(signs: str, length: int) -> str:
    """So many signs, each drawn anew."""
    return "".join(_source.get().choice(signs) for _ in range(length))


def shuffle(things: list) -> None:
    """Put a list in an order that tells nothing."""
    _source.get().shuffle(things)


@contextmanager
def seeded(rng: Random) -> Iterator[None]:
    """While this holds, all of it is drawn from ``rng``."""
    token = _source.set(rng)
    try:
        yield
    finally:
        _source.reset(token)
