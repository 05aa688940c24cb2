"""The table in which a thing with a life shows itself: its moves and acts, and what each asks for.

    moves = {
        "publish": Move(
            (State.DRAFT,), State.PUBLISHED, "groups.plan_meeting",
            needs=(has_a_place,), then=(tell_everybody,), label="Publish the meeting",
        ),
        "add_paper": Act((State.DRAFT, State.PUBLISHED), "groups.plan_meeting"),
    }

A requirement is a function of the thing and the person that yields a ``Missing`` for each thing
that still stands in the way; an effect one of the thing and the audit entry. What stands in a later
part, or further down in its file, is named by its dotted path. A system check follows every name
(checks.py).
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from django.utils.module_loading import import_string

from .dates import moment
from .labels import in_a_sentence
from .registry import Registry


@dataclass(frozen=True)
class Missing:
    """One thing that still stands in the way, in words for the reader.

    ``url`` is where it is mended, ``turn`` whose turn it is: *the other co-lead*. ``url`` leads
    nowhere that its reader may not go.
    """

    text: str
    url: str = ""
    turn: str = ""

    def __str__(self) -> str:
        return self.text


Requirement = Callable[[Any, Any], Iterable[Missing]]
Effect = Callable[[Any, Any], object]

# Whatever is declared must be named in a table, so that no rule stands where nobody asks it.
REQUIREMENTS: Registry[Requirement] = Registry("Requirements")
EFFECTS: Registry[Effect] = Registry("Effects")
OF_THE_FORM: set[Requirement] = set()


# Called with the thing, the first press and the audit entry where the second person said no.
SAID_NO: Registry[Callable[[Any, Any, Any], object]] = Registry("Who hears of a no")


def requirement(function: Requirement) -> Requirement:
    """Declare what a table names in ``needs``; a decorator."""
    return REQUIREMENTS.add(function)


def of_the_form(function: Requirement) -> Requirement:
    """A requirement that no page asks beforehand, mostly of what a form gives; a decorator."""
    OF_THE_FORM.add(function)
    return requirement(function)


def effect(function: Effect) -> Effect:
    """Declare what a table names in ``then``; a decorator."""
    return EFFECTS.add(function)


@cache
def named(path: str) -> Callable:
    """The function of this dotted path. Raises ImportError where there is none."""
    return import_string(path)


def functions(names: tuple[Callable | str, ...]) -> Iterator[Callable]:
    """What a table names, in its order."""
    return (named(name) if isinstance(name, str) else name for name in names)


@dataclass(frozen=True)
class Act:
    """Something that people do with a thing and that leaves its state as it is: add a paper, say.

    ``sources`` are the states in which it can be done; ``perm`` is asked of the thing's ``scope``,
    and where there is none, whoever calls has asked. ``closed`` says why not in another state, and
    may name the ``{state}``.
    """

    sources: tuple[str, ...]
    perm: str = ""
    needs: tuple[Requirement | str, ...] = ()
    then: tuple[Effect | str, ...] = ()
    label: str = ""
    closed: str = ""


@dataclass(frozen=True)
class Tells:
    """Whom a move tells, for the page that says so: ``kind`` of message, ``people`` as the name of
    what the thing says of them (a query, a method that gives one, or one person). ``by_name`` where
    whoever presses knows all of them: else they learn only how many get no e-mail.
    """

    kind: str
    people: str
    by_name: bool = True


@dataclass(frozen=True)
class Move:
    """One way from a state to another.

    ``perm`` is asked of the thing's ``scope``; ``needs`` must yield nothing; ``then`` follows in
    the same transaction, in this order. ``label`` is the button; ``reason`` asks for a written
    reason; ``warn`` marks a move that cannot be taken back, ``main`` what mostly comes next;
    ``explain`` says what will happen, ``tells`` to whom it is told, ``done`` what has happened.
    ``both`` asks for two people, and says for whom the move then waits: *the other co-lead*;
    ``half`` follows the first press, and whoever could confirm it can say no, with a reason. An
    ``internal`` move follows from something else or has a form of its own: it has no button and no
    page.
    """

    sources: tuple[str, ...]
    target: str
    perm: str
    needs: tuple[Requirement | str, ...] = ()
    then: tuple[Effect | str, ...] = ()
    label: str = ""
    reason: bool = False
    warn: bool = False
    explain: str = ""
    tells: Tells | None = None
    internal: bool = False
    main: bool = False
    both: str = ""
    half: tuple[Effect | str, ...] = ()
    done: str = ""
    closed: str = ""

    @property
    def said(self) -> str:
        """Its label within a sentence: *Done: publish the meeting.*"""
        return in_a_sentence(self.label)


class Offer:
    """A move as its button shows it to one person: words, what is missing, who pressed first."""

    def __init__(self, thing: Any, name: str, move: Move, user: Any) -> None:
        self.thing, self.name, self.move, self.user = thing, name, move, user

    def __getattr__(self, name: str) -> Any:
        """The button's words are the move's."""
        return getattr(self.move, name)

    @cached_property
    def missing(self) -> list[Missing]:
        """What still stands in the way; asked only where it is shown, and starts from here."""
        if not self.thing.open_to(self.name):
            return []
        missing = self.thing.missing(self.name, self.user, beforehand=True)
        if self.first is not None and not self.is_mine:
            missing += self.thing.why_no_second(self.first, self.user)
        return missing

    @cached_property
    def press(self) -> Any:
        return self.thing.press(self.name)

    @cached_property
    def first(self) -> Any:
        """The first press, where this waits for a second person."""
        return self.thing.holding(self.press)

    @property
    def refusal(self) -> Any:
        """The last press, where the second person said no to it and nobody asked again since.

        None where it is not for this person to read.
        """
        press = self.press
        if press is None or not press.refused_at:
            return None
        mine = self.user.pk in (press.by_id, press.refused_by_id)
        return press if mine or not self.missing else None  # as Stateful.shows_no

    @cached_property
    def facts(self) -> list[tuple[str, str]]:
        """(label, words) of what its page shows: what it changes, and who pressed first."""
        facts = list(self.thing.facts)
        if self.first is not None:
            facts += [("Asked for by", f"{self.first.by}, {moment(self.first.at)}")]
            facts += [("Reason", self.first.note)] if self.first.note else []
        return facts

    @property
    def is_mine(self) -> bool:
        """Whether it was this person who pressed first."""
        return self.first is not None and self.first.by_id == self.user.pk
