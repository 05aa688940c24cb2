"""What the site holds about people: one declaration for each model, by the app that has it.

Export, erasure and their pages read these declarations and know nothing else of any model, and a
test fails for a model that has none. Each app's ``personal.py`` makes them (docs/adr/0015).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property, reduce
from operator import or_

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import Count, Q

DELETE, KEEP = "delete", "keep"
NAMED = "It says who did what in the work of the programme, and would mean nothing without that."


@dataclass(frozen=True)
class Held:
    """One kind of thing that is held about people.

    ``about``     paths from the model to the person whose data a row is: all of it is exported
    ``by_email``  a field with an address, for rows made before the person had an account; a row
                  that is somebody's is not another's, whatever address it gives
    ``mentions``  other links to people: exported as *you are named on*, kept at erasure
    ``hide``      fields that an export leaves out: secrets, and what is another's
    ``erase``     DELETE, KEEP, {field: what stands there afterwards}, or a function of the rows
                  and the person
    ``why``       for what is kept, the reason in plain words; else what happens
    ``files``     file fields: exported as they are; deleted with their row
    ``scrub``     text fields, in anybody's rows, in which the person's name or address is replaced
    """

    model: type[models.Model]
    says: str
    about: tuple = ()
    by_email: str = ""
    mentions: tuple = ()
    hide: tuple = ()
    erase: str | dict | Callable = KEEP
    why: str = ""
    files: tuple = ()
    scrub: tuple = ()

    def rows(self, user):
        """The rows about this person."""
        if not self.about and not self.by_email:
            return self.model._base_manager.none()
        wanted = Q()
        for path in self.about:
            wanted |= Q(**{path: user.pk})
        if self.by_email:
            wanted |= self._given(user.email)
        pks = self.model._base_manager.filter(wanted).values("pk")
        return self.model._base_manager.filter(pk__in=pks).order_by("pk")

    def rows_of(self, address):
        """The rows about somebody who has no account, by the address that they gave."""
        if not self.by_email:
            return self.model._base_manager.none()
        return self.model._base_manager.filter(self._given(address)).order_by("pk")

    def _given(self, address):
        """Nobody's rows with this address."""
        nobodys = {f"{path}__isnull": True for path in self.about}
        return Q(**{f"{self.by_email}__iexact": address}, **nobodys)

    def mentioning(self, user):
        """(field's name, rows) for each other link."""
        for name in self.mentions:
            yield name, self.model._base_manager.filter(**{name: user.pk}).order_by("pk")

    def mentions_of(self, user):
        """(field's name, how many rows), counted at once, for each other link that has any."""
        either = [Q(**{name: user.pk}) for name in self.mentions]
        if not either:
            return
        counts = {f"n{place}": Count("pk", filter=one) for place, one in enumerate(either)}
        rows = self.model._base_manager.filter(reduce(or_, either))
        found = rows.aggregate(**counts)
        for place, name in enumerate(self.mentions):
            if count := found[f"n{place}"]:
                yield name, count

    @property
    def outcome(self):
        """What an erasure does with it: one of three words for the page."""
        if self.erase in (DELETE, KEEP):
            return self.erase
        return "change"

    # --- export
    def told(self, row, user):
        """A row as {label: value}, for its person to read."""
        told = {}
        for column in self.model._meta.concrete_fields:
            if column.name in self.hide or column.name in self.files:
                continue
            label = str(column.verbose_name)
            value = column.value_from_object(row)
            if isinstance(column, models.ForeignKey):
                if value is None:
                    continue
                value = self._link(column, value, user)
            elif column.choices:
                value = getattr(row, f"get_{column.name}_display")()
            told[label[:1].upper() + label[1:]] = plain(value)
        return told

    def _link(self, column, value, user):
        """A link as its kind and number: what it leads to can be another's business."""
        if column.related_model is get_user_model():
            return "you" if value == user.pk else "somebody else"
        return f"{column.related_model._meta.verbose_name} {value}"


def plain(value):
    """A value as JSON can hold it."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if value is None or isinstance(value, str | int | float | bool | list | dict):
        return value
    return str(value)


HELD: dict[type, Held] = {}
NOBODYS: dict[type, str] = {}  # models that hold nothing about people, and why that is so


def personal(model, says, **declared):
    """Declare what a model holds about people."""
    if model in HELD or model in NOBODYS:
        raise ValueError(f"{model._meta.label} is declared twice.")
    HELD[model] = held = Held(model, says, **declared)
    if held.erase == KEEP and not held.why:
        raise ValueError(f"{model._meta.label}: say why it is kept.")


def nobodys(why, *models):
    """Declare models that hold nothing about people."""
    for model in models:
        if model in HELD or model in NOBODYS:
            raise ValueError(f"{model._meta.label} is declared twice.")
        NOBODYS[model] = why


def undeclared(every):
    """What is missing, as sentences: models without a declaration, links without a path."""
    user = get_user_model()
    for model in every:
        if model in NOBODYS:
            known = set()
        elif model in HELD:
            known = {path.partition("__")[0] for path in HELD[model].about}
            known |= set(HELD[model].mentions)
        else:
            yield f"{model._meta.label} is not declared"
            continue
        links = {
            column.name for column in model._meta.concrete_fields if column.related_model is user
        }  # a link to many people is a model of its own
        for name in sorted(links - known):
            yield f"{model._meta.label}.{name} links to people and is not declared"


# --- what an erasure waits for ------------------------------------------------------------------
WAITS: list[Callable] = []  # each: user -> iterable of reasons, as sentences


def erasure_waits(source):
    """Register what must be settled before a person can be erased; a decorator."""
    WAITS.append(source)
    return source


def waits_for(user):
    return [reason for source in WAITS for reason in source(user)]


# --- consent ----------------------------------------------------------------------------------
@dataclass(frozen=True)
class Consent:
    """Something that a person agreed to: where it stands, and where it is taken back."""

    what: str
    since: datetime | date | None
    url: str
    how: str = "Change or take back"


CONSENTS: list[Callable] = []  # each: user -> iterable of Consent


def consents(source):
    """Register what people agree to; a decorator. Read from where it is kept, never copied."""
    CONSENTS.append(source)
    return source


def consents_of(user):
    return [consent for source in CONSENTS for consent in source(user)]


# --- retention ----------------------------------------------------------------------------------
@dataclass(frozen=True)
class Rule:
    """How long something is kept. The nightly task and the page both read this.

    ``days`` gives the number of days; ``rows(cutoff)`` what was over before the cutoff;
    ``act(rows)`` what is done with a batch of them, deletion unless told otherwise. A row that
    was dealt with must not be among ``rows`` again.
    """

    key: str
    model: type[models.Model]
    what: str
    why: str
    days: Callable
    rows: Callable
    since: str
    act: Callable | None = None
    does: str = "Deleted"

    @property
    def period(self):
        """In words for the page."""
        number, unit = self.days(), "day"
        if number % 365 == 0:
            number, unit = number // 365, "year"
        return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


RULES: dict[str, Rule] = {}


def retention(key, model, **declared):
    """Declare how long rows of a model are kept. ``days`` may name a setting."""
    days = declared.pop("days")
    if key in RULES:
        raise ValueError(f"Two rules are called {key}.")
    given = (lambda: getattr(settings, days)) if isinstance(days, str) else (lambda: days)
    RULES[key] = Rule(key, model, days=given, **declared)


@dataclass
class Identity:
    """What a person can be known by, for finding it in texts; made before it is erased."""

    strings: list = field(default_factory=list)

    @classmethod
    def of(cls, user):
        given = [user.email, user.full_name, user.phone]
        return cls([text for text in given if len(text.strip()) > 5])

    @cached_property
    def _pattern(self):
        """Whole names and addresses: *peer@…* is not in *panelpeer@…*."""
        either = "|".join(re.escape(text) for text in self.strings)
        return re.compile(rf"(?<![\w.+-])(?:{either})(?![\w-])", re.IGNORECASE)

    def is_in(self, text):
        return bool(self.strings) and bool(self._pattern.search(text))

    def replaced(self, value, instead):
        """The value, texts inside of it included, with ``instead`` for the person."""
        if isinstance(value, dict):
            return {key: self.replaced(item, instead) for key, item in value.items()}
        if isinstance(value, list):
            return [self.replaced(item, instead) for item in value]
        if not isinstance(value, str) or not self.strings:
            return value
        return self._pattern.sub(lambda match: instead, value)
