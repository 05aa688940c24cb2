"""Counts of people made safe to show. The one place that says what is hidden, and how.

There are four ways, for four readers:

* ``banded``: what pages of insight say of people and of what they did, by side of co-production. A
  number is shown as the five that it lies in: *fewer than 5*, *5 to 9*, *10 to 14*. Bands begin at
  nought, and nought is not told from 4, so whoever knows two of these numbers, one of them within
  the other, is left with every number from 1 to 4 for a hidden difference (docs/adr/0043).
* ``suppressed`` and ``total``: the method of NHS Digital's disclosure control (SRHAD 2019-20), by
  which equality monitoring is published: a row of counts with secondary suppression, rounded to 5.
* ``hidden``: which cells of a row must go whose exact total everybody reads, as under a
  consultation.
* ``portion``: what five people or more said who know each other, in halves; ``merged`` says whose
  answers are told as one (docs/adr/0046).
"""

from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, combinations

LEAST, STEP = 5, 5
SRHAD_LEAST = 8  # 1 to 7 are not shown
HIDDEN = None


# --- bands --------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Shown:
    """A number as it may be shown: it lies from ``least`` to ``most``."""

    least: int
    most: int

    @property
    def is_hidden(self):
        """Too small to say anything of."""
        return self.least == 0 and self.most > 0

    @property
    def is_exact(self):
        return self.least == self.most

    @property
    def value(self):
        """What charts draw; None where the number is hidden."""
        return None if self.is_hidden else (self.least + self.most) // 2

    @property
    def words(self):
        """*Fewer than 5*, *25 to 29*, or the number itself."""
        if self.is_hidden:
            return f"fewer than {self.most + 1}"
        if self.is_exact:
            return f"{self.least:,}"
        return f"{self.least:,} to {self.most:,}"


def exact(number):
    """Of things: meetings, decisions, texts. Whoever reads the count may read the things."""
    return Shown(number, number)


def banded(number, step=STEP):
    """Of people and of what they did; in wider steps where ``safe_step`` says so."""
    least = number - number % step
    return Shown(least, least + step - 1)


@lru_cache(maxsize=20_000)
def safe_step(numbers):
    """How wide the steps must be in which a tuple of numbers, one a quarter, is shown: by the
    quarter, and added up over every run of quarters.

    Two of these sums never give a small number away. Many together may: five hidden quarters whose
    sum is at least 20 are four each. So the steps double until nothing follows from all of them.
    """
    step = STEP
    while _gives_away(numbers, step):
        step *= 2
    return step


def _gives_away(numbers, step):
    """Whether some sum below LEAST is known for certain to whoever knows all that is shown.

    Every sum is a difference between two running totals, and what is shown bounds it from both
    sides. The tightest bounds that follow from all of them are shortest paths (Floyd and Warshall).
    """
    totals = (0, *accumulate(numbers))
    places = range(len(totals))
    far = [[0] * len(totals) for _ in places]
    for first, last in combinations(places, 2):
        shown = banded(totals[last] - totals[first], step)
        far[first][last], far[last][first] = shown.most, -shown.least
    for by in places:
        onward = far[by]
        for row in far:
            so_far = row[by]
            for there in places:
                if so_far + onward[there] < row[there]:
                    row[there] = so_far + onward[there]
    return any(
        totals[last] - totals[first] < LEAST and far[first][last] == -far[last][first]
        for first, last in combinations(places, 2)
    )


def together_step(whole, parts, step, *, adds_up):
    """How wide the steps of a whole must be, so that it gives no part of it away: the programme and
    its groups, say.

    ``whole`` are its sums, and ``parts`` [(step, sums)] those of each part, over the same runs of
    quarters. Who knows that a part is nought is taken to know it. ``adds_up``: the whole is the sum
    of its parts, and not less.
    """
    while any(
        _gives_part(total, [(wide, sums[run]) for wide, sums in parts], step, adds_up)
        for run, total in enumerate(whole)
    ):
        step *= 2
    return step


def _gives_part(total, parts, step, adds_up):
    """Whether a part from 1 to 4 is known for certain."""
    if not any(0 < number < LEAST for _, number in parts):
        return False
    shown, known = banded(total, step), [banded(number, wide) for wide, number in parts if number]
    most, least = sum(one.most for one in known), sum(one.least for one in known)
    for one, number in zip(known, (number for _, number in parts if number), strict=True):
        if 0 < number < LEAST:
            low = max(one.least, shown.least - (most - one.most))
            high = min(one.most, shown.most - (least - one.least)) if adds_up else one.most
            if low == high:
                return True
    return False


WIDEST, CLOSE = 25, 12  # points: a wider share says nothing; a closer one is *about*


@dataclass(frozen=True)
class Share:
    """How many of a hundred, reckoned from what is shown and nothing else: so it tells no more."""

    least: float
    most: float
    of_hidden: bool = False  # the number itself is hidden

    @property
    def is_hidden(self):
        """Of too few, or so wide that it says nothing."""
        return self.of_hidden or self.most - self.least > WIDEST

    @property
    def value(self):
        """What charts draw; None where it is hidden."""
        return None if self.is_hidden else round((self.least + self.most) / 2)

    @property
    def words(self):
        """*47%*, *about 47%*, *36% to 58%*"""
        if self.is_hidden:
            return "too few to say"
        if self.least == self.most:
            return f"{self.value}%"
        if self.most - self.least <= CLOSE:
            return f"about {self.value}%"
        return f"{round(self.least)}% to {round(self.most)}%"


def share(part, *others):
    """The Share of one number in it and others together; None where there is nothing at all."""
    least, most = (sum(getattr(one, end) for one in others) for end in ("least", "most"))
    if not part.most + most:
        return None
    low = part.least / (part.least + most) if part.least + most else 0
    high = part.most / (part.most + least) if part.most + least else 1
    return Share(100 * low, 100 * high, part.is_hidden)


def share_of(part, whole):
    """The Share of a number in a whole that is shown as well; None where there is nothing."""
    if not whole.most:
        return None
    high = part.most / whole.least if whole.least else 1
    return Share(100 * min(1, part.least / whole.most), 100 * min(1, high), part.is_hidden)


# --- rows that are rounded ------------------------------------------------------------------------
def rounded(number, step=STEP):
    """To the nearest 5, a half upwards."""
    return step * ((number + step // 2) // step)


def suppressed(numbers, least=SRHAD_LEAST):
    """A row of counts as it may be shown: numbers, or None where one is hidden.

    Where only one is hidden, the next smallest is as well, or the sum would give it away.
    ``numbers`` are whole and never shown with their sum unless that is rounded too.
    """
    away = {place for place, number in enumerate(numbers) if 0 < number < least}
    if len(away) == 1:
        others = [
            (number, place)
            for place, number in enumerate(numbers)
            if place not in away and number > 0
        ]
        if others:
            away.add(min(others)[1])
        else:  # alone with zeros: any zero may be the other one
            away |= {place for place, number in enumerate(numbers) if number == 0}
    return [HIDDEN if place in away else rounded(number) for place, number in enumerate(numbers)]


def total(numbers, least=SRHAD_LEAST):
    """The sum of such a row as it may be shown."""
    number = sum(numbers)
    return HIDDEN if 0 < number < least else rounded(number)


# --- rows with an exact total ---------------------------------------------------------------------
def hidden(cells, least=LEAST):
    """The cells of a row of counts, whose total is known, that must not be shown.

    Those below ``least``; and as long as what is hidden is one cell, or that many in all are not
    hidden, the smallest other one too, so that no cell follows from the total and the others.
    ``cells`` is {name: count}; leave out cells that are empty for a reason that everybody knows.
    """
    away = {name for name, count in cells.items() if count < least}
    rest = sorted((count, name) for name, count in cells.items() if count >= least)
    while away and rest and (len(away) < 2 or sum(cells[name] for name in away) < least):
        away.add(rest.pop(0)[1])
    return away


# --- what a few people said who know each other ---------------------------------------------------
FINER = 15  # from so many on, halves are told in quarters


@dataclass(frozen=True)
class Portion:
    """How large a part of some answers is: more than half or not, which is all that is reckoned on.

    ``is_most`` is None where there are too few to say.
    """

    words: str
    is_most: bool | None


TOO_FEW = Portion("too few to say", None)


def portion(part, whole):
    """The Portion of a number of answers among at least five.

    Steps are so wide that the answer of nobody follows: where all say the same, the page is as it
    would be with two who do not. Whoever knows one of the answers, their own, is left with one.
    """
    if whole < LEAST:
        return TOO_FEW
    most = 2 * part > whole
    if whole < FINER:
        return Portion("more than half" if most else "half or fewer", most)
    if most:
        return Portion("over three quarters" if 4 * part > 3 * whole else "over half", most)
    return Portion("under a quarter" if 4 * part < whole else "a quarter to half", most)


def merged(sizes, least=LEAST, never=""):
    """Of {side that was asked: how many answers}, the sides whose answers are told as one: those
    with too few or none, and the smallest other one with them. Empty where none is too few.

    Nought is not told from four, nor are few of two sides added up: which sides are told as one
    says only which have enough, and never whether anybody of the others answered. ``never`` are
    those on no side: where they are enough, the few are told with them.
    """
    away = {side for side, size in sizes.items() if size < least or side == never}
    rest = [(size, side) for side, size in sizes.items() if side not in away]
    if away and rest and all(sizes[side] < least for side in away):
        away.add(min(rest)[1])
    return away
