"""Whether all who are shortlisted are as likely to be appointed: WRES indicator 2, WDES metric 2.

Of the counts of equality monitoring (docs/adr/0018), made safe as its own page makes them: what is
reckoned from them, is reckoned from what is shown.
"""

from collections import defaultdict
from fractions import Fraction
from typing import NamedTuple

from django.db.models import Sum
from django.urls import reverse

from apps.core.disclosure import suppressed
from apps.recruitment.applications.models.monitoring import (
    NOT_SAID,
    Count,
    Stage,
    choices,
)

from . import Standard, Table, table

NEAR = 2  # how far a number may be from the 5 that it is rounded to
TOO_FEW = "too few to say"
WIDEST = Fraction(1)  # a ratio that may be anything within more than this says nothing


class Pair(NamedTuple):
    """Two groups of which the one is compared with the other."""

    one: str
    other: str
    asked: str  # the question
    value: str  # whoever answered it so is the one; whoever answered it otherwise, the other


PAIRS = (
    Pair("White people", "people of all other ethnic groups", "ethnicity", "white"),
    Pair("People who are not disabled", "disabled people", "disability", "no"),
)


class Likely(NamedTuple):
    """How many times as likely the one is, at least and at most."""

    least: Fraction
    most: Fraction

    @property
    def words(self):
        low, high = (f"{float(one):.1f}" for one in self)
        return f"{low} times as likely" if low == high else f"{low} to {high} times as likely"


class Number(NamedTuple):
    """A sum of what the page of equality shows, and how far from it the truth may be."""

    shown: int
    slack: int


def numbers(years):
    """{(year, pair): {stage: (one, other)}}: None where that page hides something of the row, or
    who adds up would find it.
    """
    rows = Count.objects.filter(year__in=years, characteristic__in=[one.asked for one in PAIRS])
    rows = rows.order_by().values_list("year", "characteristic", "stage", "value")
    raw = defaultdict(dict)
    for year, asked, stage, value, number in rows.annotate(Sum("number")):
        raw[year, asked, stage][value] = number
    found = defaultdict(dict)
    for (year, asked, stage), told in raw.items():
        answers = [value for value, _ in choices(asked)]
        shown = suppressed([told.get(value, 0) for value in answers])
        if None not in shown:
            for pair in (one for one in PAIRS if one.asked == asked):
                cells = dict(zip(answers, shown, strict=True))
                del cells[NOT_SAID]
                one = cells.pop(pair.value)
                found[year, pair][stage] = _sum([one]), _sum(cells.values())
    return found


def _sum(cells):
    return Number(sum(cells), sum(NEAR for one in cells if one))


def likely(stages):
    """The Likely of one pair, or None where too few were there to say."""
    counts = [stages.get(one) for one in (Stage.SHORTLISTED, Stage.APPOINTED)]
    if None in counts or not all(number.shown for pair in counts for number in pair):
        return None
    (low_short, high_short), (low_chosen, high_chosen) = (_ends(pair[0]) for pair in counts)
    (low_of, high_of), (low_got, high_got) = (_ends(pair[1]) for pair in counts)
    if not low_got:
        return None
    found = Likely(
        Fraction(low_chosen * low_of, high_short * high_got),
        Fraction(high_chosen * high_of, low_short * low_got),
    )
    return found if found.most - found.least <= WIDEST else None


def _ends(number):
    return max(number.shown - number.slack, 0), number.shown + number.slack


def said(stages):
    """What a cell says: how likely, and the numbers behind it."""
    counts = [stages.get(one) for one in (Stage.APPOINTED, Stage.SHORTLISTED)]
    if None in counts:
        return TOO_FEW
    found = likely(stages)
    (chosen, other_chosen), (short, other_short) = counts
    return (
        f"{found.words if found else TOO_FEW} (about {chosen.shown} of {short.shown} appointed, "
        f"beside {other_chosen.shown} of {other_short.shown})"
    )


def _small(words):
    return words[0].lower() + words[1:]


def equality(user, period, page):
    """Of the last two years."""
    years = period.calendar_years
    found = numbers(years)
    if not found:
        return None
    first = PAIRS[0]
    now = likely(found.get((years[0], first), {}))
    link = None
    if user.has_perm("recruitment.read_monitoring"):
        link = "Equality in recruitment, question by question", reverse("equality")
    return Table(
        title="Whether everybody is as likely to be appointed",
        standard=Standard.PRESENCE,
        sentence=(
            f"Of vacancies that opened in {years[0]}, {_small(first.one)} who were shortlisted "
            f"were {now.words} to be appointed as {first.other}. Near 1 is equal."
            if now
            else f"Of vacancies that opened in {years[0]}, too few were shortlisted and appointed "
            "to say how likely people of different ethnic groups were to be appointed."
        ),
        caption="How likely somebody who was shortlisted was to be appointed",
        header=("Who, beside whom", *map(str, years)),
        rows=[
            (
                f"{pair.one} beside {pair.other}",
                *(said(found.get((year, pair), {})) for year in years),
            )
            for pair in PAIRS
        ],
        how=(
            "What is counted: who was appointed, of those who were shortlisted, in the one group; "
            "divided by the same in the other. This is indicator 2 of the Workforce Race Equality "
            "Standard and metric 2 of the Workforce Disability Equality Standard.",
            "Where it comes from: what candidates chose to say for equality monitoring. It is "
            "counted by calendar year once a vacancy is over, and nobody's answers are kept.",
            "What it leaves out: those who preferred not to say, and vacancies that still run.",
            "How numbers are shown: 1 to 7 people who gave one answer are hidden, and then nothing "
            "is said of that question. The others are rounded to the nearest 5, and how likely "
            "somebody was is reckoned from those; where it could be anything within more than 1, "
            "it is not shown.",
        ),
        link=link,
    )


table("recruitment", "equality")(equality)
