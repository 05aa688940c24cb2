"""Parts of a page of a lower app that higher ones fill: the meetings on a group's page, say."""

from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from .registry import Registry


@dataclass(frozen=True)
class Section:
    """One part, as its template and what that needs."""

    template: str
    content: dict


Make = Callable[[Any, Any], Any]  # what this person sees of this thing; None for nothing


MAIN, TOP, ASIDE = "main", "top", "aside"  # of the home page: below the list, before it, beside it


@dataclass(frozen=True)
class Source:
    page: str
    make: Make
    order: int
    where: str


SECTIONS: Registry[Source] = Registry("Parts of pages")


def section(page: str, *, order: int = 50, where: str = MAIN) -> Callable:
    """Register a part of the named page, made by a function of the reader and of what the page is
    about: a Section, or None where it has nothing to show. A decorator.

    ``order`` is its place among the parts; those of one order stand as apps come.
    """

    def register(make: Make) -> Make:
        SECTIONS.add(Source(page, make, order, where))
        return make

    return register


def sections_of(page: str, user: Any, thing: Any, where: str = MAIN) -> list:
    """The parts of one page, for its template."""
    sources = [one for one in SECTIONS if one.page == page and one.where == where]
    parts = (source.make(user, thing) for source in sorted(sources, key=attrgetter("order")))
    return [part for part in parts if part]
