"""Where a page is: the menu by what one does, and the places above a page (docs/adr/0042).

Apps say it in their ``places.py``, and nothing else does: ``entry`` adds to the menu, ``page`` puts
a page under an entry, ``thing`` says what the page of a thing is called. What lies beneath the
address of a page is beneath the page; ``beneath`` says it for addresses that begin elsewhere.
A place is where a page is, never how somebody came there.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from django.db.models import Model
from django.urls import Resolver404, resolve, reverse

from .registry import Registry

FIT = 7  # entries of the menu: what a line holds at 1280 pixels, and a head
MORE = "more"

Shown = Callable[[Any], bool]  # for whom, without a query of its own


def signed_in(user: Any) -> bool:
    return user.is_authenticated


def nobody_signed_in(user: Any) -> bool:
    return not user.is_authenticated


def is_known(*facts: str) -> Shown:
    """Whoever one of these facts is true of, which the session's query answers
    (``accounts.second_factor.FACTS``)."""
    return lambda user: user.is_authenticated and any(getattr(user, one, None) for one in facts)


# --- the menu -----------------------------------------------------------------------------------
@dataclass(frozen=True)
class Entry:
    """An entry of the menu: something that one does.

    ``url_name`` is where it leads: a page of its own, which may list the pages under it.
    ``shows(user)`` says for whom it is; None: for whoever is shown one of its pages.
    ``keeps(user)``: it is not left to *More*, since it is the person's own work. Of the others
    those go there first that have the highest ``rank``.
    """

    name: str
    label: str
    url_name: str
    order: int
    shows: Shown | None
    keeps: Shown
    rank: int
    text: str

    def shown(self, user: Any) -> bool:
        return bool(pages_under(self.name, user)) if self.shows is None else self.shows(user)

    @cached_property
    def href(self) -> str:
        return reverse(self.url_name)


ENTRIES: Registry[Entry] = Registry("The menu", key=lambda one: one.name)


def entry(
    name: str,
    label: str,
    url_name: str,
    *,
    order: int,
    shown: Shown | None = signed_in,
    keeps: Shown = lambda user: False,
    rank: int | None = None,
    text: str = "",
) -> None:
    """Add an entry to the menu; ``text`` says what it is for, under *More*."""
    ENTRIES.add(
        Entry(name, label, url_name, order, shown, keeps, order if rank is None else rank, text)
    )


@dataclass(frozen=True)
class Page:
    """A page that others are beneath.

    ``under``: the entries that it belongs to. All list it, and it is in the first of them that
    somebody's menu has. The search leads there by the words of its label, and by those that people
    say for it ``also``: ``sought`` by whom, where that is not everybody to whom it is shown.
    """

    label: str
    url_name: str
    under: tuple[str, ...]
    text: str
    order: int
    shown: Shown
    also: str = ""
    sought: Shown | None = None

    @cached_property
    def href(self) -> str:
        return reverse(self.url_name)

    def is_sought(self, user: Any) -> bool:
        return self.shown(user) and (self.sought is None or self.sought(user))


PAGES: Registry[Page] = Registry("Pages that others are beneath", key=lambda one: one.url_name)


def page(
    label: str,
    url_name: str,
    *,
    under: str | tuple[str, ...] = (),
    text: str = "",
    order: int = 50,
    shown: Shown = signed_in,
    also: str = "",
    sought: Shown | None = None,
) -> None:
    """Say that a page is a place, and under which entry of the menu.

    ``text`` says what is there, on the entry's own page; without one it is not listed there.
    """
    entries = (under,) if isinstance(under, str) else under
    PAGES.add(Page(label, url_name, entries, text, order, shown, also, sought))


def pages_under(name: str, user: Any) -> list[Page]:
    """What an entry's own page lists for somebody, in order."""
    found = [one for one in PAGES if name in one.under and one.text and one.shown(user)]
    return sorted(found, key=lambda one: one.order)


def menu(user: Any) -> list[Entry]:
    """The menu of a person: never more than fit. What does not is under *More*."""
    every = sorted(ENTRIES, key=lambda one: one.order)
    every = [one for one in every if one.name != MORE and one.shown(user)]
    more = ENTRIES.get(MORE)
    if len(every) > FIT and more:
        chosen = sorted(every, key=lambda one: (not one.keeps(user), one.rank))[: FIT - 1]
        return [*(one for one in every if one in chosen), more]
    return every


def left_over(user: Any) -> list[Entry]:
    """What *More* lists: entries for which there is no room."""
    there = menu(user)
    found = [one for one in ENTRIES if one.name != MORE and one not in there and one.shown(user)]
    return sorted(found, key=lambda one: one.order)


# Of the public menu, at the foot of every page: where the menu has what the programme works on.
FOR_EVERYBODY: Registry[tuple[str, str]] = Registry("Public pages at the foot of every page")


# --- things, and what is beneath them -----------------------------------------------------------
@dataclass(frozen=True)
class Thing:
    """The page of one thing: what it is called where its name is not at hand, and which field
    is its name."""

    url_name: str
    label: str | Callable[..., str]
    model: str
    name: str
    shown: Shown

    def called(self, **kwargs: Any) -> str:
        return self.label if isinstance(self.label, str) else self.label(**kwargs)


THINGS: Registry[Thing] = Registry("Pages of things", key=lambda one: one.url_name)


def thing(
    label: str | Callable[..., str],
    url_name: str,
    model: str = "",
    *,
    name: str = "title",
    shown: Shown = signed_in,
) -> None:
    """Say what the page of a thing is called, where it is above another.

    Without a ``model`` it is never called by a name of its own: ``label`` may be a function of
    what its address says (nothing: there is no such page).
    """
    THINGS.add(Thing(url_name, label, model, name, shown))


@dataclass(frozen=True)
class Beneath:
    """Addresses that begin with ``start`` lie beneath the page ``above``; more closely, beneath
    what the field ``field`` of a ``model`` leads to, where the page has one at hand; or beneath the
    page ``closer``, which names the same thing by ``field`` of its address."""

    start: str
    above: str
    model: str
    field: str
    closer: str
    unless: Callable[[Any, Any], bool]  # for whom what the field leads to is not above it
    shown: Shown  # for whom they lie there


BENEATH: Registry[Beneath] = Registry("Addresses that lie elsewhere", key=lambda one: one.start)


def beneath(
    start: str,
    above: str,
    model: str = "",
    field: str = "",
    *,
    closer: str = "",
    unless: Callable[[Any, Any], bool] = lambda user, one: False,
    shown: Shown = lambda user: True,
) -> None:
    """Say what is above addresses that have no page above them."""
    BENEATH.add(Beneath(start, above, model, field, closer, unless, shown))


# --- the places above a page --------------------------------------------------------------------
@dataclass(frozen=True)
class Crumb:
    href: str
    text: str


# Further places to which the search leads by name: a function of the person, without a query.
ALIKE: Registry[Callable[[Any], Iterable[Crumb]]] = Registry("Places that are many and alike")


@lru_cache(maxsize=5000)
def _at(path: str) -> tuple[str, dict[str, Any]]:
    """The name and the arguments of an address."""
    try:
        match = resolve(path)
    except Resolver404:
        return "", {}
    return match.url_name or "", match.kwargs


def _above(path: str) -> list[str]:
    """The addresses above one, the lowest last."""
    parts = path.strip("/").split("/")
    return ["/" + "/".join(parts[:n]) + "/" for n in range(1, len(parts))]


def _lies(path: str) -> Beneath | None:
    """By what rule an address lies elsewhere than it begins: the closest."""
    rules = [one for one in BENEATH if path.startswith(one.start)]
    return max(rules, key=lambda one: len(one.start), default=None)


def _upwards(path: str) -> list[str]:
    """Names of the address and of those above it, from itself upwards."""
    names = [_at(one)[0] for one in (path, *reversed(_above(path)))]
    rule = _lies(path)
    return [*names, rule.above] if rule else names


@lru_cache(maxsize=5000)
def _sections_at(path: str) -> tuple[str, ...]:
    """The entries of the menu that an address may be beneath, the closest first."""
    by_url = {one.url_name: one.name for one in ENTRIES if one.name != "home"}
    found = []
    for name in _upwards(path):
        place = PAGES.get(name)
        found += [by_url.get(name), *(place.under if place else ())]
    return tuple(dict.fromkeys(filter(None, found)))


def section_of(path: str, user: Any) -> str:
    """The name of the entry of the menu that an address is beneath; empty where it is none."""
    if path == "/":
        return "home" if user.is_authenticated else ""
    for name in _sections_at(path):
        found = ENTRIES.get(name)
        if found and found.shown(user):
            return name
    return ""


def at_hand(values: Iterable[Any]) -> list[Model]:
    """The things that a page has: what it was given, and what was read with them."""
    found: dict[int, Model] = {}
    new = [one for one in values if isinstance(one, Model)]
    for _ in range(3):
        found |= {id(one): one for one in new}
        new = [
            other
            for one in new
            for other in one._state.fields_cache.values()
            if isinstance(other, Model) and id(other) not in found
        ]
    return list(found.values())


def places_above(path: str, user: Any, here: list[Model]) -> list[Crumb]:
    """The places above a page, from the home page down; none above the home page itself.

    ``here``: the things that the page has at hand, by which places are called. Nothing is asked of
    the database.
    """
    if path == "/":
        return []
    crumbs = [Crumb(reverse("home"), "Home")]
    under = ENTRIES.get(section_of(path, user))
    if under:
        crumbs.append(Crumb(under.href, under.label))
    others = {one.href for one in ENTRIES if one.shown(user)}
    others -= {crumb.href for crumb in crumbs[:2]}
    crumbs += [*_elsewhere(path, user, here), *_by_address(path, user, here)]
    found = {one.href: one for one in reversed(crumbs)}  # the first of each address
    ordered = dict.fromkeys(found[one.href] for one in crumbs)
    return [one for one in ordered if one.href != path and one.href not in others]


def page_above(path: str, user: Any) -> str:
    """The address of the nearest page above one that is not that of a thing: it is there, whatever
    somebody sees."""
    return [one.href for one in places_above(path, user, []) if not _at(one.href)[1]][-1]


def _by_address(path: str, user: Any, here: list[Model]) -> list[Crumb]:
    """The pages above an address."""
    return [crumb for above in _above(path) if (crumb := _crumb(above, user, here))]


def _elsewhere(path: str, user: Any, here: list[Model]) -> list[Crumb]:
    """The same for an address that lies elsewhere: what is above the thing, if that is at hand."""
    rule = _lies(path)
    if rule is None or not rule.shown(user):
        return []
    if rule.closer:
        href = reverse(rule.closer, args=[_at(path)[1][rule.field]])
        crumb = _crumb(href, user, here)
        return [*_page(rule.above, user), *([crumb] if crumb else [])]
    for one in here if rule.model else ():
        higher = one._state.fields_cache.get(rule.field)
        leads = isinstance(higher, Model) and not rule.unless(user, one)
        if one._meta.label_lower == rule.model and leads:
            href = higher.get_absolute_url()  # type: ignore[attr-defined]
            crumb = _crumb(href, user, here)
            above = [*_elsewhere(href, user, here), *_by_address(href, user, here)]
            return [*_page(rule.above, user), *above, *([crumb] if crumb else [])]
    return _page(rule.above, user)


def _page(name: str, user: Any) -> list[Crumb]:
    place = PAGES.get(name)
    return [Crumb(place.href, place.label)] if place and place.shown(user) else []


def _crumb(path: str, user: Any, here: list[Model]) -> Crumb | None:
    name, kwargs = _at(path)
    if name in _names_of_pages():
        return next(iter(_page(name, user)), None)
    kind = THINGS.get(name)
    if kind is None or not kind.shown(user):
        return None
    for one in here:
        if one._meta.label_lower == kind.model and _is(one, kwargs):
            return Crumb(path, str(getattr(one, kind.name, "")) or kind.called(**kwargs))
    called = kind.called(**kwargs)
    return Crumb(path, called) if called else None


@lru_cache(maxsize=1)
def _names_of_pages() -> frozenset[str]:
    return frozenset(one.url_name for one in PAGES)


def _is(one: Model, kwargs: dict[str, Any]) -> bool:
    return all(str(getattr(one, key, None)) == str(value) for key, value in kwargs.items())
