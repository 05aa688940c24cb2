"""What is counted and what is shown: the one place that says so, for pages, files and home.

Four registries, which the modules beside this one fill, a module a topic:

``COUNTS``       how something is counted: one query over raw rows that gives numbers by group,
                 quarter, side and part. ``tallies.py`` keeps them, and nothing else counts.
``DEFINITIONS``  a figure as people read it: which parts of a count its rows add up, of what they
                 are a share, its sentence, and what *How this is counted* says.
``TOPICS``       a page of figures, and who may open it.
``TABLES``       what stands on such a page and is no sum of counts: a curve, a median.

To add a page of figures: write ``figures/<topic>.py`` with a ``Topic``, its ``Count``s and
``Definition``s, and take it in with the others in ``InsightConfig.ready``. The page, its files, its
PDF and its entry in the overview follow from that; there is nothing to draw. Its readers are rows
of ``tests/insight/matrix.py``.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from operator import attrgetter
from typing import NamedTuple

from django.db import models
from django.template.loader import render_to_string

from apps.accounts.models.people import Constituency
from apps.core.registry import Registry


class Standard(models.TextChoices):
    """The 4Pi National Involvement Standards, and what each asks."""

    PRINCIPLES = "principles", "Principles: how do we relate to each other?"
    PURPOSE = "purpose", "Purpose: why are we involving people?"
    PRESENCE = "presence", "Presence: who is involved, and are they in the right places?"
    PROCESS = "process", "Process: how are people involved?"
    IMPACT = "impact", "Impact: what difference does it make?"


# --- counting -------------------------------------------------------------------------------------
class Rule(models.TextChoices):
    """How numbers are made safe to show; ``apps/core/disclosure.py`` carries it out."""

    THINGS = "things", "Shown as they are: whoever reads this may read what is counted."
    PEOPLE = (
        "people",
        "Shown in steps of five, or wider where all periods together would tell a small number, so "
        "that nobody can be found by them. Fewer than 5 are not told "
        "from none.",
    )
    MONEY = (
        "money",
        "Each quarter is rounded to £50 before it is added up. A quarter in which fewer than 5 "
        "people were paid is left out.",
    )


class Atom(NamedTuple):
    """One number that a count gives. ``group`` is a key, or None: the programme as a whole."""

    group: int | None
    quarter: object  # its first day
    side: str
    part: str
    number: int


@dataclass(frozen=True, kw_only=True)
class Count:
    """How something is counted, for a ``Period`` of quarters.

    ``atoms(period)`` gives ``Atom``s, by one query a quarter at most. What happened counts in the
    quarter in which it did, and a period is the sum of its quarters. What stands (``stock``) is
    counted at the end of each quarter, or now in the one that runs, and a period shows its last.

    The programme is the sum of the groups, unless ``whole``: then the count gives the programme's
    numbers as atoms without a group (people in two groups are one person).
    """

    key: str
    atoms: Callable[[object], Iterator[Atom]]
    rule: Rule
    stock: bool = False
    whole: bool = False


COUNTS: Registry[Count] = Registry("Counts", key=attrgetter("key"))


def count(key, *, rule, stock=False, whole=False):
    """Register a function of a Period that yields Atoms; a decorator. The Count takes its name."""

    def register(atoms):
        return COUNTS.add(Count(key=key, atoms=atoms, rule=rule, stock=stock, whole=whole))

    return register


# --- showing --------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Row:
    """A line of a figure's table: what it is called, and the tallies that it adds up.

    ``parts`` of the count, on one ``side`` (None: whatever the side). ``of`` are the parts of the
    same side whose sum it is a share of, where the definition says none for all rows.
    """

    label: str
    parts: tuple[str, ...] = ("",)
    side: str | None = None


ALL = "all"  # a row's share of all rows of its table, as they are shown


def by_side(*parts):
    """A row for each side of co-production."""
    return tuple(Row(str(side.label), parts or ("",), side.value) for side in Constituency)


def by_part(**labels):
    """A row for each part, whatever the side: ``by_part(held="Held")``."""
    return tuple(Row(label, (part,)) for part, label in labels.items())


@dataclass(frozen=True, kw_only=True)
class Definition:
    """A figure as people read it.

    ``says``    the sentence, about the first row: with ``{share}`` where there is one, else with
                ``{number}``; it goes on after *From April to June 2026,*
    ``of``      parts whose sum, on the row's side, is what the row is a share of; or ALL
    ``chart``   what its bars are: the shares where there are any, unless False
    ``unit``    what the numbers are of, for the head of the table: *people*, *meetings*
    """

    key: str
    topic: str
    title: str
    count: Count
    rows: tuple[Row, ...]
    standard: Standard
    says: str
    numerator: str
    source: str
    leaves_out: str
    unit: str
    denominator: str = ""
    of: tuple[str, ...] | str | None = None
    in_groups: bool = True  # also on a group's page
    main: bool = False  # its sentence stands in the overview

    @property
    def sums(self):
        """(side, parts) of everything that is added up for its table."""
        of = self.of if isinstance(self.of, tuple) else ()
        for row in self.rows:
            yield row.side, row.parts
            if of:
                yield row.side, of

    @property
    def has_trend(self):
        """Whether it has a page, quarter by quarter: where its page is of a period."""
        return TOPICS.get(self.topic).by_period

    @property
    def is_share(self):
        return self.of is not None

    @property
    def rule(self):
        return self.count.rule

    @property
    def how(self):
        """*How this is counted*, paragraph by paragraph."""
        said = (self.numerator, self.denominator, self.source, self.leaves_out, self.rule.label)
        return tuple(filter(None, said))


DEFINITIONS: Registry[Definition] = Registry("Figures", key=attrgetter("key"))


def define(**fields):
    """Register a figure."""
    return DEFINITIONS.add(Definition(**fields))


@dataclass(frozen=True, kw_only=True)
class Topic:
    """A page of figures, at ``/insight/<slug>/``: ``may(user)`` says for whom.

    The menu asks it of whoever holds a programme-wide role, so it reads what is loaded anyway:
    permissions, grants, memberships. A page that needs more than figures has a view of its own,
    made of ``TopicMixin`` (views.py).
    """

    slug: str
    title: str
    lead: str
    may: Callable[[object], bool]
    by_period: bool = True  # its numbers are of a period; else they are of today

    @property
    def definitions(self):
        return [one for one in DEFINITIONS if one.topic == self.slug]

    def get_absolute_url(self):
        from django.urls import reverse

        return reverse("insight_topic", args=[self.slug])


TOPICS: Registry[Topic] = Registry("Pages of figures", key=attrgetter("slug"))


def topic(**fields):
    """Register a page."""
    return TOPICS.add(Topic(**fields))


# --- tables that no tallies make ------------------------------------------------------------------
NARROW = 3  # columns that fit a telephone beside each other


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table that is no figure: the days of a stage, how far a cohort came. Its cells are as they
    may be read; ``how`` is what *How this is counted* says, paragraph by paragraph.
    """

    title: str
    standard: Standard
    sentence: str
    caption: str
    header: tuple[str, ...]
    rows: list[tuple]
    how: tuple[str, ...]
    chart: str = ""
    link: tuple[str, str] | None = None  # words, and where to
    pages: object = None  # of a long one: which page of how many
    key: str = ""

    @property
    def folds(self):
        """Whether a narrow page has each row beneath the other, cell by cell."""
        return len(self.header) > NARROW

    @property
    def body(self):
        """The HTML of its rows: most of what such a page takes."""
        return _body(self.header, tuple(self.rows))


@lru_cache(maxsize=500)
def _body(header, rows):
    """Drawn once for the same words."""
    context = {"header": header, "rows": rows, "folds": len(header) > NARROW}
    return render_to_string("insight/rows.html", context)


@dataclass(frozen=True)
class Tabled:
    """``make(user, period, page)`` gives the Table, or None where there is none for this person.

    ``reads(user, period)`` gives what several tables of a page are made of: it is read once for all
    of them, and given to each besides.
    """

    topic: str
    key: str
    make: Callable
    reads: Callable | None = None

    def __call__(self, user, period, page=1, read=None):
        """``read``: what was read for other tables of the same page, {reads: what it gave}."""
        given = []
        if self.reads:
            read = {} if read is None else read
            if self.reads not in read:
                read[self.reads] = self.reads(user, period)
            given = [read[self.reads]]
        made = self.make(user, period, page, *given)
        return made and replace(made, key=self.key)


ALL_PAGES = "all"  # of a long table: for a file
TABLES: Registry[Tabled] = Registry("Tables", key=attrgetter("key"))


def table(topic, key, reads=None):
    """Register a table of a page; a decorator."""
    return lambda make: TABLES.add(Tabled(topic, key, make, reads))


# Of a group's page: each a function of (user, group, period) that yields Tables with their keys.
GROUP_TABLES: Registry[Callable] = Registry("Tables of groups")
