"""How a figure changed: a year moved on by a quarter at a time, as a chart and a table.

Each of its numbers is that of a period which anybody can choose on the page of the figure, made
safe in the same way, so it tells nothing that those pages do not.
"""

from functools import lru_cache

import pygal
from django.utils.html import format_html, format_html_join

from apps.core.dates import day

from . import tallies
from .charts import BLUE, FONT, PLAIN, WIDTH, canvas, lines, text
from .figures import Table
from .periods import IN_A_YEAR, Period, last_day, later, running
from .shown import Figure, within_a_sentence

LONGEST = 12  # quarters: three years, and what fits a chart of 320 pixels
KEY = "quarters"
YEARS = (
    "Each line is a whole year that ends with a quarter which is over, so that seasons do not "
    "look like a change. Years that overlap share quarters."
)
MOMENTS = "Each line is how things stood at the end of a quarter that is over."


def years(definition, since):
    """The periods of its trend, the first one first: of what stands, the quarters at whose end it
    is counted.
    """
    last, long = later(running(), -1), 1 if definition.count.stock else IN_A_YEAR
    ends = [later(last, -back) for back in reversed(range(LONGEST))]
    found = [Period(later(end, 1 - long), end) for end in ends]
    return [one for one in found if one.first >= since]


def trend(definition, since, group=None, beside=None, compared=""):
    """The Table of a definition, in a group or the programme; None before two lines.

    ``beside`` is the key of what stands beside it (None: the programme), if it is ``compared`` with
    something.
    """
    periods = years(definition, since)
    if len(periods) < 2:
        return None
    numbers = tallies.read_each(definition.count, periods, group.pk if group else None)
    of = group.name if group else ""
    figures = [
        Figure(definition, period, each, since=period.first, of=of)
        for period, each in zip(periods, numbers, strict=True)
    ]
    latest, first, stands = figures[-1], figures[0], definition.count.stock
    sentence = f"{latest.sentence} {_when(first)} {_said(first)}."
    labels = [row.label for row in definition.rows]
    words = [_words(one) for one in figures]
    others = []
    if compared:
        others = [
            Figure(definition, period, each, since=period.first, of=compared)
            for period, each in zip(
                periods, tallies.read_each(definition.count, periods, beside), strict=True
            )
        ]
        then = _when(others[0])
        sentence += (
            f" In {within_a_sentence(compared)} {_said(others[-1])}; "
            f"{then[0].lower()}{then[1:]} {_said(others[0])}."
        )
        words = [[*mine, *_words(one)] for mine, one in zip(words, others, strict=True)]
        named = of, within_a_sentence(compared)
        labels = [f"{label}, {name}" for name in named for label in labels]
    rows = [
        (day(last_day(one.period.last)), *said)
        for one, said in zip(reversed(figures), reversed(words), strict=True)
    ]
    return Table(
        title=f"{definition.title}, quarter by quarter",
        standard=definition.standard,
        sentence=sentence,
        caption=latest.caption,
        header=("On" if stands else "Year up to", *labels),
        rows=rows,
        how=(MOMENTS if stands else YEARS, *definition.how),
        chart=_chart(figures, others, of, within_a_sentence(compared)),
        key=KEY,
    )


def _words(figure):
    """What the cells of a line say: the share, and the number behind it."""
    return [
        f"{cell.share_words} ({cell.number_words})" if cell.has_share else cell.number_words
        for cell in (line.now for line in figure.lines)
    ]


def _when(figure):
    return figure.now_words if figure.definition.count.stock else f"From {figure.now_words}"


def _said(figure):
    """*it was 39%*, or that there was too little."""
    cell, of_shares = figure.lines[0].now, "{share}" in figure.definition.says
    if of_shares and not cell.has_share:
        return "there was too little to compare"
    return f"it was {cell.share_words if of_shares else cell.number_words}"


# --- drawn ----------------------------------------------------------------------------------------
NAME, DEEP, GAP, FOOT = 26, 60, 10, 22  # of each row: its name, its line, room; the quarters below
LINE_BELOW = 20  # of a name that is long
LEVEL = '<line x1="0" x2="{0}" y1="{1}" y2="{1}" stroke="#aeb7bd"/>'
LINE = '<path transform="translate(0 {})" d="{}" fill="none" stroke="{}" stroke-width="3"/>'
DOT = '<circle cx="{}" cy="{}" r="4" fill="{}"/>'


def _chart(figures, others, of, compared):
    """A line for each row, one below the other on one scale: so none is told by its colour."""
    of = of if others else ""
    percent = any(line.now.has_share for one in (*figures, *others) for line in one.lines)
    rows = tuple(
        (
            f"{line.label}, {whose}" if whose else line.label,
            tuple(_value(one.lines[at].now, percent) for one in those),
        )
        for at, line in enumerate(figures[-1].lines)
        for those, whose in ((figures, of), (others, compared))
        if those
    )
    ends = tuple(f"{last_day(one.period.last):%b %Y}" for one in (figures[0], figures[-1]))
    definition = figures[0].definition
    if not any(number for _, values in rows for number, _ in values):
        return ""
    return _drawn(f"{definition.title}, quarter by quarter", rows, ends, percent)


def _value(cell, percent):
    """What is drawn of a cell (None: it is not shown), and its words."""
    if percent:
        return (cell.share.value, cell.share_words) if cell.has_share else (None, "too few to say")
    return (None if cell.number.is_hidden else cell.number.value), cell.number_words


@lru_cache(maxsize=500)
def _drawn(title, rows, ends, percent):
    longest = 100 if percent else max(number or 1 for _, values in rows for number, _ in values)
    drawn, top, told = [], 0, []
    for label, values in rows:
        words = values[-1][1]
        told.append(f"{label}: {values[0][1]} at first, {words} last.")
        for line in lines(f"{label}: {words}"):
            drawn.append(text(0, top + FONT, line, weight="bold"))
            top += LINE_BELOW
        top -= LINE_BELOW
        if not any(number for number, _ in values):
            top += NAME
            continue
        at, foot = top + NAME, top + NAME + DEEP
        drawn.append(format_html(LEVEL, WIDTH, foot))
        path, dots = _line([number for number, _ in values], longest)
        drawn.append(format_html(LINE, at, path, BLUE))
        drawn.append(format_html_join("", DOT, ((f"{x:g}", f"{at + y:g}", BLUE) for x, y in dots)))
        top = foot + GAP
    drawn += [text(0, top + FONT, ends[0]), text(WIDTH - 72, top + FONT, ends[1])]
    return canvas(title, " ".join(told), top + FOOT, KEY, drawn)


def _line(numbers, longest):
    """The path of a line with gaps where nothing is shown, and its dots, as pygal lays them out."""
    chart = pygal.Line(
        **PLAIN,
        width=WIDTH,
        height=DEEP,
        show_x_guides=False,
        allow_interruptions=True,
        range=(0, longest),
    )
    chart.add("", numbers)
    every = [one for one in chart.render_tree().iter() if isinstance(one.tag, str)]
    lines = [one.get("d", "") for one in every if "line" in (one.get("class") or "").split()]
    dots = [one for one in every if "dot" in (one.get("class") or "").split()]
    found = [(float(dot.get("cx")), float(dot.get("cy"))) for dot in dots if dot.get("cx")]
    return " ".join(lines), found
