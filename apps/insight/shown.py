"""A figure as a page, a file and a chart show it: everything goes through the rule of suppression
here, once, and nothing that is drawn or written knows more than its table.
"""

from dataclasses import dataclass
from functools import cached_property, lru_cache

from django.template.loader import render_to_string
from django.urls import reverse

from apps.core.disclosure import Share, Shown, banded, exact, share, share_of

from . import charts
from .figures import ALL, DEFINITIONS, NARROW, Definition, Rule

THE_PROGRAMME = "The programme"


def within_a_sentence(name):
    """What stands beside a group, within a sentence: a group keeps its name."""
    return "the programme" if name == THE_PROGRAMME else name


@dataclass(frozen=True)
class Cell:
    """A number and its share (None: there is none), as they may be shown."""

    number: Shown
    share: Share | None
    rule: Rule

    @property
    def number_words(self):
        if self.rule == Rule.MONEY:
            return (
                f"about £{self.number.least:,}"
                if self.number.least
                else "an amount too small to be shown"
            )
        return self.number.words

    @property
    def written(self):
        """In a file: a number where it is one, else words. A step of five is none."""
        return self.number.least if self.number.is_exact else self.number.words

    @property
    def share_words(self):
        return "none" if self.share is None else self.share.words

    @property
    def has_share(self):
        return self.share is not None and not self.share.is_hidden


@dataclass(frozen=True)
class Line:
    """A row of the table: this period, the one before (None where there was none yet), and what
    stands beside it.
    """

    label: str
    now: Cell
    before: Cell | None
    beside: Cell | None = None


class Figure:
    """A definition with its numbers. ``beside`` are those of what it is compared with; ``since`` is
    the quarter in which counting began.
    """

    def __init__(
        self, definition: Definition, period, numbers, *, since, of="", beside=None, compared=""
    ):
        self.definition, self.period = definition, period
        self.has_before = period.has_before(since)
        self.of = of  # the group's name, or nothing for the programme
        self.numbers, self._beside, self.compared = numbers, beside, compared

    @cached_property
    def lines(self):
        now = self._cells(self.numbers)
        none = [None] * len(now)
        before = self._cells(self.numbers, before=True) if self.has_before else none
        beside = self._cells(self._beside) if self._beside else none
        rows = self.definition.rows
        return [
            Line(row.label, *cells) for row, *cells in zip(rows, now, before, beside, strict=True)
        ]

    def _cells(self, numbers, *, before=False):
        one = self.definition

        def shown(parts, side):
            number = numbers.add_up(one.count, parts, side, before=before)
            if one.rule != Rule.PEOPLE:  # things; and money, which is rounded when it is counted
                return exact(number)
            return banded(number, numbers.step(one.count, parts, side))

        found = [shown(row.parts, row.side) for row in one.rows]
        if one.of == ALL:
            shares = [share(part, *found[:at], *found[at + 1 :]) for at, part in enumerate(found)]
        elif one.of:
            wholes = [shown(one.of, row.side) for row in one.rows]
            shares = [share_of(*pair) for pair in zip(found, wholes, strict=True)]
        else:
            shares = [None] * len(found)
        return [Cell(*pair, one.rule) for pair in zip(found, shares, strict=True)]

    # --- in words -----------------------------------------------------------------------------
    @cached_property
    def _cells_drawn(self):
        cells = [cell for line in self.lines for cell in (line.now, line.before)]
        return [cell for cell in cells if cell]

    @property
    def title(self):
        return self.definition.title

    @property
    def is_empty(self):
        """Whether there is nothing to draw: all of it is too little, or nothing happened."""
        return not any(self._drawn(cell).number for cell in self._cells_drawn)

    @property
    def folds(self):
        """Whether a narrow page has each row beneath the other, cell by cell."""
        return 2 + self.has_before + bool(self.compared) > NARROW

    @property
    def now_words(self):
        """What the column of this period is called."""
        return f"On {self.period.moment}" if self.definition.count.stock else self.period.words

    @property
    def before_words(self):
        before = self.period.before
        return f"On {before.moment}" if self.definition.count.stock else before.words

    @cached_property
    def sentence(self):
        """The answer first: *From January to December 2026, about 47% of …; the year before …*"""
        line, of_shares = self.lines[0], "{share}" in self.definition.says
        begin = self.now_words if self.definition.count.stock else f"From {self.now_words}"
        if of_shares and not line.now.has_share:
            every = ". ".join(f"{one.label}: {one.now.number_words}" for one in self.lines)
            return f"{begin}, there were too few to give a share. {every}.{self._and_beside}"
        words = line.now.share_words if of_shares else line.now.number_words
        said = self.definition.says.replace("{share}", words).replace("{number}", words)
        return f"{begin}, {said}{self._and_before(line, of_shares)}.{self._and_beside}"

    @property
    def _and_beside(self):
        """*In Communication it was 52%.*"""
        if not self.compared:
            return ""
        cell, where = self.lines[0].beside, within_a_sentence(self.compared)
        of_shares = "{share}" in self.definition.says
        if of_shares and not cell.has_share:
            return f" In {where} there was too little to compare."
        words = cell.share_words if of_shares else cell.number_words
        if of_shares and not self.lines[0].now.has_share:  # no share was said that *it* could be
            return f" In {where}, {self.definition.says.replace('{share}', words)}."
        return f" In {where} it was {words}."

    def _and_before(self, line, of_shares):
        if not self.has_before:
            return ""
        then = self.before_words
        then = f"o{then[1:]}" if self.definition.count.stock else f"from {then}"
        if of_shares and not line.before.has_share:
            return f"; {then} there was too little to compare"
        words = line.before.share_words if of_shares else line.before.number_words
        return f"; {then} it was {words}"

    @property
    def caption(self):
        """*Attendance: times that somebody came, with the share*"""
        unit = f"{self.definition.title}: {self.definition.unit}"
        return f"{unit}, with the share" if self.definition.is_share else unit

    def html(self, here, query):
        """Sentence, chart, table and ways to take them along, on the page at an address."""
        return _html(self.all_that_is_shown, Same(self), here, query)

    @property
    def all_that_is_shown(self):
        one = self.definition.key, self.of, self.compared, self.period, self.has_before
        return *one, self.now_words, tuple(self.lines)

    def get_absolute_url(self):
        """Its place on the page of its topic, for the same period."""
        url = reverse("insight_topic", args=[self.definition.topic])
        return f"{url}?{self.period.query}#{self.definition.key}"

    @property
    def how(self):
        """*How this is counted*."""
        return _how(self.definition.key)

    # --- drawn --------------------------------------------------------------------------------
    @cached_property
    def chart(self):
        """The SVG of its bars, or nothing where there is nothing to draw."""
        if self.is_empty:
            return ""
        bars = [
            charts.Pair(line.label, self._drawn(line.now), line.before and self._drawn(line.before))
            for line in self.lines
        ]
        return charts.bars(
            f"{self.definition.title}{f', {self.of}' if self.of else ''}",
            self.sentence,
            tuple(bars),
            (self.now_words, self.before_words) if self.has_before else (self.now_words,),
            percent=self._draws_shares,
            key=self.definition.key,
        )

    @cached_property
    def _draws_shares(self):
        """Where no share can be shown the bars are numbers."""
        return any(cell.has_share for cell in self._cells_drawn)

    def _drawn(self, cell):
        if self._draws_shares:
            return charts.Value(cell.share and cell.share.value, cell.share_words)
        return charts.Value(cell.number.value, cell.number_words)

    # --- as a file ----------------------------------------------------------------------------
    @property
    def columns(self):
        """What the columns of its table are called, and what is in them: (words, of a Line)."""
        yield self.now_words, "now"
        if self.has_before:
            yield self.before_words, "before"
        if self.compared:
            yield self.compared, "beside"

    @property
    def header(self):
        head = [self.definition.title]
        for column, _ in self.columns:
            head += [column, f"Share, {column}"] if self.definition.is_share else [column]
        return head

    @property
    def rows(self):
        """The cells of its table, row by row."""
        for line in self.lines:
            row = [line.label]
            for _, name in self.columns:
                cell = getattr(line, name)
                row.append(cell.written)
                if self.definition.is_share:
                    row.append(cell.share_words)
            yield row


class Same:
    """A thing, as something that makes no difference to what is drawn of it already."""

    def __init__(self, thing):
        self.thing = thing

    def __eq__(self, other):
        return True

    def __hash__(self):
        return 0


@lru_cache(maxsize=2000)
def _html(shown, same, here, query):
    """Drawn once for the same numbers: a page has twenty, and they change each quarter of an hour.

    ``shown`` is all that there is to see of it.
    """
    figure, same.thing = same.thing, None  # what is kept is the page, not the numbers behind it
    return render_to_string("insight/figure.html", {"figure": figure, "here": here, "query": query})


@lru_cache(maxsize=200)
def _how(key):
    """Drawn once: it is the same for everybody."""
    return render_to_string("insight/how.html", {"definition": DEFINITIONS.get(key)})
