"""How a lower app learns of a higher one: lists filled in each ``AppConfig.ready()``.

Nothing here imports an app; the home page, the navigation, the calendar feed and the role set-up
read these lists.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Need:
    """One thing that waits for one person, as shown under *What needs you*.

    ``due`` orders the list (None sorts last); ``verb`` begins the link text.
    """

    title: str
    url: str
    due: datetime | None = None
    detail: str = ""
    tag: str = ""


@dataclass(frozen=True)
class NavItem:
    """An entry of the main navigation; ``shown(user)`` says for whom, without a query."""

    label: str
    url_name: str
    shown: Callable
    order: int = 50


@dataclass(frozen=True)
class Section:
    """A part of a page of a lower app, filled by a higher one (the meetings on a group's page)."""

    template: str
    content: dict


SECTIONS: dict[str, list[Callable]] = defaultdict(list)  # page -> each: (user, thing) -> Section
NEEDS: list[Callable] = []  # each: user -> iterable of Need
NAV: list[NavItem] = []
CALENDAR: list[Callable] = []  # each: user -> iterable of icalendar.Event
PROGRAMME_ROLES: dict[str, set[str]] = defaultdict(set)  # auth.Group name -> {"app.codename"}


def needs_you(source):
    """Register a source of *What needs you*; usable as a decorator."""
    NEEDS.append(source)
    return source


def section(page):
    """Register a part of the named page; a decorator."""

    def register(source):
        SECTIONS[page].append(source)
        return source

    return register


def navigation(label, url_name, *, shown=lambda user: user.is_authenticated, order=50):
    """Add an entry to the main navigation."""
    NAV.append(NavItem(label, url_name, shown, order))
    NAV.sort(key=lambda item: item.order)


def programme_role(name, *perms):
    """Give a programme-wide role (an ``auth.Group``) further permissions."""
    PROGRAMME_ROLES[name].update(perms)
