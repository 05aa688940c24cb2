"""Parts of a page of a lower app that higher ones fill: the meetings on a group's page, say."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .registry import Registry


@dataclass(frozen=True)
class Section:
    """One part, as its template and what that needs."""

    template: str
    content: dict


Make = Callable[[Any, Any], Any]  # what this person sees of this thing; None for nothing


@dataclass(frozen=True)
class Source:
    page: str
    make: Make


SECTIONS: Registry[Source] = Registry("Parts of pages")


def section(page: str) -> Callable:
    """Register a part of the named page, made by a function of the reader and of what the page is
    about: a Section, or None where it has nothing to show. A decorator.
    """

    def register(make: Make) -> Make:
        SECTIONS.add(Source(page, make))
        return make

    return register


def sections_of(page: str, user: Any, thing: Any) -> list:
    """The parts of one page, for its template."""
    parts = (source.make(user, thing) for source in SECTIONS if source.page == page)
    return [part for part in parts if part]
