"""The figures of a year as the public may read them: taken from insight's pages, cell by cell.

Everything here is what a reader without an account may be shown: bands and shares, never a tally,
and no group by itself. Which figures they are stands in this file, so that
nobody chooses those that look well in one year.
"""

from dataclasses import replace
from datetime import date
from functools import lru_cache

from django.utils.dateparse import parse_datetime
from django.utils.safestring import mark_safe

from apps.core import clock
from apps.insight import tallies
from apps.insight.figures import DEFINITIONS, Rule, Standard, Table, retention
from apps.insight.periods import (
    IN_A_YEAR,
    YEAR_BEGINS,
    Period,
    ends_at,
    later,
    quarter_of,
    year_of,
)
from apps.insight.shown import Figure, Same

# Beside those whose sentence stands in the overview.
ALSO = (
    *("seats", "meetings", "agenda_accepted", "suggestions", "reviews", "responses"),
    *("consultations", "answers", "documents", "pairs", "applied", "peer-panels", "feedback"),
)
# Tables that change seldom. Names of groups, what stands on the day (how long people stay: a step
# of that is somebody who left), and the days that one vacancy took are in none.
IN_REPORTS = {"cohorts": retention.for_everybody}

TOO_FEW = "too few to give a share"  # as a figure says it that has nothing else to say


def definitions():
    return [one for one in DEFINITIONS if one.main or one.key in ALSO]


def titles():
    """{key: title} of all that can be public, in the order of the pages."""
    return {one.key: one.title for one in definitions()} | {"cohorts": "Cohorts that have finished"}


# --- years ----------------------------------------------------------------------------------------
def period_of(year):
    """The four quarters of a financial year, by the year in which it begins."""
    first = date(year, YEAR_BEGINS, 1)
    return Period(first, later(first, IN_A_YEAR - 1))


def years():
    """Of which there can be a report: from the year of the first group to the one that runs."""
    first = year_of(tallies.since()).year
    return list(range(year_of(quarter_of(clock.today())).year, first - 1, -1))


# --- taking ---------------------------------------------------------------------------------------
def counted():
    """When the oldest of the numbers was counted, or None where some never were."""
    return tallies.counted(_counts())


def _counts():
    return list(dict.fromkeys(one.count for one in definitions()))


def tables(period, keys=None):
    """The figures of a period, as Tables, in the order of the standards of 4Pi; all, or some."""
    chosen = [one for one in definitions() if keys is None or one.key in keys]
    found = []
    if chosen:
        counts = list(dict.fromkeys(one.count for one in chosen))
        numbers, since = tallies.read(counts, period, {None})[None], tallies.since()
        figures = [Figure(one, period, numbers, since=since) for one in chosen]
        found = [_drawn(one.all_that_is_shown, Same(one)) for one in figures]
    for key, make in IN_REPORTS.items():
        if keys is None or key in keys:
            found.append(replace(make(period), key=key))
    order = list(Standard)
    return sorted(found, key=lambda one: order.index(one.standard))


@lru_cache(maxsize=500)
def _drawn(shown, same):
    """A figure as a Table, once for the same numbers: ``shown`` is all that there is to see."""
    figure, same.thing = same.thing, None
    return _of(figure)


def _of(figure):
    one, columns = figure.definition, list(figure.columns)
    how = {
        "What is counted": one.numerator,
        "What it is a share of": one.denominator,
        "Where it comes from": one.source,
        "What it leaves out": one.leaves_out,
        "How numbers are shown": str(one.rule.label),
    }
    return Table(
        key=one.key,
        title=one.title,
        standard=one.standard,
        sentence=figure.sentence,
        caption=figure.caption,
        header=("Who or what", *(words for words, _ in columns)),
        rows=[
            (line.label, *(_cell(getattr(line, name)) for _, name in columns))
            for line in figure.lines
        ],
        how=tuple(f"{label}: {words}" for label, words in how.items() if words),
        chart=figure.chart,
    )


def _cell(cell):
    """*about 48% (25 to 29)*, or the number by itself."""
    if cell.has_share:
        return f"{cell.share_words} ({cell.number_words})"
    return cell.number_words if cell.rule == Rule.MONEY else cell.written


def says_a_share(sentence):
    return TOO_FEW not in sentence


# --- kept -----------------------------------------------------------------------------------------
KEPT = ("key", "title", "standard", "sentence", "caption", "header", "rows", "how", "chart")


def as_data(table):
    """A table as it is kept: words and numbers, and the chart as it was drawn."""
    found = {name: getattr(table, name) for name in KEPT}
    cells = [[one if isinstance(one, int) else str(one) for one in row] for row in found["rows"]]
    words = {name: str(one) for name, one in found.items() if isinstance(one, str)}
    lists = {name: [str(one) for one in found[name]] for name in ("header", "how")}
    return words | lists | {"standard": table.standard.value, "rows": cells}


def as_table(data):
    """The Table again. Its chart is one that we drew, and kept under a signature."""
    return Table(
        **data
        | {
            "standard": Standard(data["standard"]),
            "header": tuple(data["header"]),
            "how": tuple(data["how"]),
            "rows": [tuple(row) for row in data["rows"]],
            "chart": mark_safe(data["chart"]),  # noqa: S308
        }
    )


def take(year):
    """All figures of a year as they are today, and when they were counted."""
    at = counted()
    return {
        "as_of": at.isoformat() if at else "",
        "tables": [as_data(one) for one in tables(_so_far(year))] if at else [],
    }


def _so_far(year):
    """What of it has begun: at the end of a quarter to come nothing stands yet."""
    whole = period_of(year)
    return replace(whole, last=min(whole.last, quarter_of(clock.today())))


def as_of(content):
    return parse_datetime(content["as_of"]) if content["as_of"] else None


def are_final(content, year):
    """Whether they were counted after the year had ended."""
    at = as_of(content)
    return at is not None and at >= ends_at(period_of(year).last)


# --- the public page ------------------------------------------------------------------------------
def finished(at):
    """The last four quarters that were over when everything was counted."""
    running = quarter_of(clock.date_of(at))
    return Period(later(running, -IN_A_YEAR), later(running, -1))


@lru_cache(maxsize=8)
def kept_tables(period, keys, at):
    """Made once for each counting: the page costs no more than its list."""
    return [as_table(as_data(one)) for one in tables(period, keys)]
