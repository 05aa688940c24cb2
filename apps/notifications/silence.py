"""While nobody is told anything: the demonstration plays what happened.

What is to come its people know all the same (``Kind.announces``).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_silent: ContextVar[str] = ContextVar("silent", default="")
SILENT, FORGOTTEN = "silent", "forgotten"


@contextmanager
def silence(*, long_past: bool = False) -> Iterator[None]:
    """While this holds nobody is told anything. Of what is ``long_past`` it is not even kept who
    knows of it: nobody joins or leaves it any more."""
    token = _silent.set(FORGOTTEN if long_past else SILENT)
    try:
        yield
    finally:
        _silent.reset(token)


def is_silent() -> bool:
    return bool(_silent.get())


def is_forgotten() -> bool:
    return _silent.get() == FORGOTTEN
