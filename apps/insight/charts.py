"""Charts: bars as SVG, made on the server by pygal, themed once.

What pygal adds for a page of its own goes: its script, its style sheet, its tooltips, since no page
of ours may have any (docs/adr/0044). Colours are those of the NHS identity, given as attributes, so
that the same SVG stands in a page under a strict policy, on paper, and in a PDF. Nothing is told by
colour alone: this period is full, the one before is hatched, and each bar has its words.
"""

import sys
from dataclasses import dataclass
from functools import lru_cache
from string import ascii_uppercase
from textwrap import wrap

import pygal
from django.utils.html import format_html, format_html_join

# It looks for plug-ins of its own whenever anybody imports anything, in a way that Python 3.11
# warns of and later ones ignore. We use none.
sys.meta_path[:] = [one for one in sys.meta_path if type(one).__module__ != "pygal"]

# What pygal adds for a page of its own, and what we draw ourselves.
PLAIN = {
    "js": [],
    "css": [],
    "margin": 0,
    "spacing": 0,
    "show_legend": False,
    "show_x_labels": False,
    "show_y_labels": False,
    "show_y_guides": False,
    "no_prefix": True,
}
BLUE, INK, GREY = "#005eb8", "#212b32", "#4c6272"
# Units of the drawing. It grows to its column: at 320 pixels a letter is 13 pixels high.
WIDTH, WORDS = 360, 120
BAR, LABEL, SPACE, FONT = 22, 24, 6, 16
LEGEND = 26
# How wide letters are in bold Arial, of their height; the server has no font to measure by.
BOLD = dict.fromkeys(f"{ascii_uppercase}w", 0.78) | {
    letter: wide
    for wide, letters in (
        (0.28, " ',./Iijl"),
        (0.34, "!()-:;ft"),
        (0.4, "r"),
        (0.56, "0123456789aceksvxyzJ"),
        (0.62, "bdghnopqu?FLTZ"),
        (0.95, "mMW%"),
    )
    for letter in letters
}


@dataclass(frozen=True)
class Value:
    """What a bar shows: how long it is (None: it is not shown), and its words."""

    number: int | None
    words: str


@dataclass(frozen=True)
class Pair:
    """Two bars under one name: this period and, if there was one, the one before."""

    label: str
    now: Value
    before: Value | None = None

    @property
    def values(self):
        return [value for value in (self.now, self.before) if value]


@lru_cache(maxsize=1000)
def bars(title, description, pairs, columns, *, percent, key):
    """The SVG of a tuple of Pairs; ``columns`` names the period, or the two, ``key`` tells it apart
    on its page. Drawn once for the same words and numbers: each takes 5 ms, and a page has many.
    """
    many, top = len(columns), 10 + LEGEND * len(columns)
    height = top + len(pairs) * (LABEL + SPACE + many * BAR)
    longest = 100 if percent else max(value.number or 1 for pair in pairs for value in pair.values)
    chart = type("Bars", (pygal.HorizontalBar,), _margins(many))(
        **PLAIN,
        width=WIDTH,
        height=height,
        margin_top=top,
        range=(0, longest * WIDTH / (WIDTH - WORDS)),  # words stand after the longest bar
    )
    # It draws from below, and leaves out what is None.
    chart.x_labels = [str(place) for place, _ in enumerate(pairs)]
    for place, words in enumerate(columns):
        chart.add(words, [pair.values[place].number or 0 for pair in reversed(pairs)])
    series = _lengths(chart.render_tree(), top)
    fills = (BLUE, f"url(#{key}-hatch)")
    drawn = []
    for place, words in enumerate(columns):
        drawn.append(_bar(0, LEGEND * place + 4, LEGEND - 10, LEGEND - 10, fills[place]))
        drawn.append(text(LEGEND, LEGEND * place + LEGEND - 9, words))
    for pair, *bars_of in zip(pairs, *(reversed(one) for one in series), strict=True):
        drawn.append(text(0, bars_of[0][1] - 8, pair.label, weight="bold"))
        for value, (length, at), fill in zip(pair.values, bars_of, fills, strict=False):
            if value.number:
                drawn.append(_bar(0, at, length, BAR - 2, fill))
            drawn.append(text(length + 6 if value.number else 0, at + BAR - 6, value.words))
    return canvas(title, description, height, key, drawn)


def _margins(many):
    """Room above the bars of each name for it, since it has none beside them at 320 pixels."""
    around = (LABEL + SPACE) / (LABEL + SPACE + many * BAR) / 2
    return {"_series_margin": around, "_serie_margin": 0}


def _lengths(drawn, top):
    """[(length, from the top)] of the bars of each series, as pygal laid them out."""
    every = [one for one in drawn.iter() if isinstance(one.tag, str)]  # no comments
    series = [
        one
        for one in every
        if one.get("class", "").startswith("series ") and any(_is(part, "g") for part in one)
    ]
    return [
        [
            (round(float(bar.get("width", 0)), 1), round(float(bar.get("y")) + top, 1))
            for bar in group.iter()
            if _is(bar, "rect")
        ]
        for group in sorted(series, key=lambda one: one.get("class"))
    ]


def _is(element, name):
    return isinstance(element.tag, str) and element.tag.rpartition("}")[2] == name


# --- the theme ------------------------------------------------------------------------------------
CANVAS = """<svg xmlns="http://www.w3.org/2000/svg" class="app-figure__chart" \
viewBox="0 0 {width} {height}" role="img" aria-labelledby="{key}-title {key}-desc" \
focusable="false" font-family="Arial, sans-serif" font-size="{font}" fill="{ink}">\
<title id="{key}-title">{title}</title><desc id="{key}-desc">{description}</desc>\
<defs><pattern id="{key}-hatch" width="6" height="6" patternUnits="userSpaceOnUse" \
patternTransform="rotate(45)"><rect width="6" height="6" fill="#ffffff"/>\
<rect width="2.5" height="6" fill="{grey}"/></pattern></defs>{drawn}</svg>"""
RECT = '<rect x="{}" y="{}" width="{}" height="{}" fill="{}" stroke="{}"/>'
TEXT = '<text x="{}" y="{}" font-weight="{}">{}</text>'


def canvas(title, description, height, key, drawn):
    return format_html(
        CANVAS,
        width=WIDTH,
        height=height,
        key=key,
        font=FONT,
        ink=INK,
        grey=GREY,
        title=title,
        description=description,
        drawn=format_html_join("", "{}", ((one,) for one in drawn)),
    )


def _bar(x, y, width, height, fill):
    place = (f"{value:g}" for value in (x + 0.5, y, width, height))
    return format_html(RECT, *place, fill, BLUE if fill == BLUE else GREY)


def text(x, y, words, weight="normal"):
    return format_html(TEXT, f"{x:g}", f"{y:g}", weight, words)


def lines(words):
    """Words in bold, in lines of which none is wider than the drawing."""
    for letters in range(len(words), 1, -1):
        found = wrap(words, letters)
        if all(_width(one) <= WIDTH for one in found):
            return found
    return list(words)


def _width(words):
    return FONT * sum(BOLD.get(letter, 1) for letter in words)
