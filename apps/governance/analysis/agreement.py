"""How far two people who coded the same answers agree, in figures and in words."""

from dataclasses import dataclass

# After Landis and Koch (1977): from which kappa on one speaks of what. Ours are plainer words.
WORDS = (
    (0.8, "almost perfect"),
    (0.6, "good"),
    (0.4, "middling"),
    (0.2, "fair"),
    (0.0, "slight"),
)


@dataclass(frozen=True)
class Counts:
    """Of one theme: how many answers both gave it, only the one, only the other, neither."""

    both: int = 0
    first: int = 0
    second: int = 0
    neither: int = 0

    @property
    def total(self):
        return self.both + self.first + self.second + self.neither

    def __add__(self, other):
        return Counts(
            self.both + other.both,
            self.first + other.first,
            self.second + other.second,
            self.neither + other.neither,
        )


def kappa(counts):
    """Cohen's kappa (1960): agreement beyond what chance would bring; None where it says nothing.

    It says nothing where there are no answers, or where both always said the same one thing.
    """
    total = counts.total
    if not total:
        return None
    agreed = (counts.both + counts.neither) / total
    first, second = (counts.both + counts.first) / total, (counts.both + counts.second) / total
    chance = first * second + (1 - first) * (1 - second)
    return None if chance == 1 else (agreed - chance) / (1 - chance)


def words(value):
    """What a kappa means, in plain words."""
    if value is None:
        return "cannot be told: there is too little to compare"
    return next((name for least, name in WORDS if value > least), "no better than chance")


def compared(first, second, themes):
    """Compare what two people said of the same answers.

    ``first`` and ``second`` are {answer: set of themes}, over the same answers. Returns (answers
    on which they chose exactly the same themes, {theme: Counts}).
    """
    same = {answer for answer, chosen in first.items() if chosen == second[answer]}
    counts = {}
    for theme in themes:
        pairs = [(theme in chosen, theme in second[answer]) for answer, chosen in first.items()]
        counts[theme] = Counts(
            pairs.count((True, True)),
            pairs.count((True, False)),
            pairs.count((False, True)),
            pairs.count((False, False)),
        )
    return same, counts
