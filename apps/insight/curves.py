"""A curve that only goes down, in steps: drawn as the bars are (``charts.py``)."""

from functools import lru_cache

import pygal
from django.utils.html import format_html, format_html_join

from .charts import BLUE, FONT, GREY, PLAIN, WIDTH, canvas, text

TOP, DEEP, BELOW, LEFT = 30, 200, 66, 54  # of the drawing, its foot, and what stands beside it
KEY = "staying"
LEVEL = '<line x1="{0}" x2="{1}" y1="{2}" y2="{2}" stroke="#aeb7bd"/>'
LINE = (
    '<path transform="translate({} {})" d="{}" fill="none" stroke="{}" stroke-width="{}" '
    'stroke-dasharray="{}"/>'
)


def curve(points):
    """The SVG of points of ``staying``, as they are shown: those without a share are left out."""
    return _drawn(
        tuple((one.months, one.share, one.low, one.high) for one in points if one.share is not None)
    )


@lru_cache(maxsize=20)
def _drawn(points):
    end = max(points[-1][0], 1)
    chart = pygal.XY(
        **PLAIN,
        width=WIDTH - LEFT,
        height=DEEP,
        show_x_guides=False,
        show_dots=False,
        range=(0, 100),
        xrange=(0, end),
    )
    for name, place in (("share", 1), ("low", 2), ("high", 3)):
        chart.add(name, _steps(points, place))
    tree = chart.render_tree()
    paths = [one.get("d", "") for one in tree.iter() if "line" in (one.get("class") or "").split()]
    words = "; ".join(f"after {months} months {share}%" for months, share, *_ in points if months)
    drawn = [text(0, FONT, "Still in post", weight="bold")]
    for share in (0, 50, 100):
        y = TOP + _along(100 - share, 100, DEEP)
        drawn.append(format_html(LEVEL, LEFT, WIDTH, f"{y:g}"))
        drawn.append(text(0, y + 5, f"{share}%"))
    for months in sorted({0, end // 2, end}):
        x = LEFT + _along(months, end, WIDTH - LEFT)
        drawn.append(text(min(x, WIDTH - 30), TOP + DEEP + 20, str(months)))
    drawn.append(text(LEFT, TOP + DEEP + 40, "Months since the first day in post"))
    if any(low < high for _, _, low, high in points):
        drawn.append(text(LEFT, TOP + DEEP + 60, "Dashed: 95% confidence interval"))
    styles = ((BLUE, "3", "none"), *[(GREY, "1.5", "4 4")] * 2)
    lines = [(LEFT, TOP, *one) for one in zip(paths, *zip(*styles, strict=True), strict=True)]
    drawn.append(format_html_join("", LINE, reversed(lines)))
    return canvas(
        "The share of people who stayed in post",
        f"A line that goes down in steps, from 100% on the first day: {words}.",
        TOP + DEEP + BELOW,
        KEY,
        drawn,
    )


def _steps(points, place):
    """Level until the next point, and then down."""
    found = [(points[0][0], points[0][place])]
    for point in points[1:]:
        found += [(point[0], found[-1][1]), (point[0], point[place])]
    return found


def _along(number, whole, length):
    """Where pygal puts a number: it leaves a margin of a fiftieth at each end."""
    margin = length / 52
    return margin + (length - 2 * margin) * number / whole
