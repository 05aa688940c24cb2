"""What people can be consulted on, or be told that it came of what they said."""

from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter

from apps.core.registry import Registry


@dataclass(frozen=True)
class Consulted:
    """A kind of thing that people can be asked about.

    ``key`` is its model ("taskgroups.output"), ``label`` what it is called, ``rows(user)`` those
    that this person may see, ``find(user, words)`` those of them whose title has the words,
    ``title(thing)`` and ``url(thing)`` what a page shows of one.
    """

    key: str
    label: str
    rows: Callable
    find: Callable
    title: Callable
    url: Callable


CONSULTED = Registry("What people are consulted on", key=attrgetter("key"))


def consulted(key, label, *, rows, find, title=str, url=None):
    """Offer a kind of thing to consultations."""
    url = url or (lambda thing: thing.get_absolute_url())
    CONSULTED.add(Consulted(key, label, rows, find, title, url))
