"""What a batch tells, by side: all that pages, files and agendas know of it comes from here."""

from collections import defaultdict
from dataclasses import dataclass

from apps.accounts.models.people import Constituency
from apps.core.disclosure import Portion, Shown, banded, portion

from .asked import QUESTIONS, Question
from .models.batch import Choice, Told

AS_ONE = "Everybody else, together"
EVERYBODY = "Everybody together"


@dataclass(frozen=True)
class Line:
    """What those of one side said to one question."""

    who: str
    side: str
    answers: Shown
    portions: dict[str, Portion]

    @property
    def yes(self):
        return self.portions[Choice.YES]

    @property
    def cells(self):
        """*Yes*, *Partly*, *No*, in words."""
        return [self.portions[one].words for one in Choice]


@dataclass(frozen=True)
class Part:
    """A question, and what each side said to it."""

    question: Question
    lines: list[Line]


def parts_of(batches):
    """{key of a batch: [Part]}. One query, however many there are."""
    by_batch = defaultdict(dict)
    for one in Told.objects.filter(batch__in=batches):
        by_batch[one.batch_id][one.side] = one
    shown = {}
    for batch in batches:
        told = by_batch[batch.pk]
        rows = [told[side] for side in (*Constituency.values, "") if side in told]
        shown[batch.pk] = [
            Part(question, [_line(question.name, one, len(rows) > 1) for one in rows])
            for question in QUESTIONS
        ]
    return shown


def name_of(side, besides):
    """What a row is called; ``besides``: there are others."""
    return str(Constituency(side).label) if side else (AS_ONE if besides else EVERYBODY)


def _line(question, told, besides):
    given = told.of(question)
    whole = sum(given.values())
    return Line(
        name_of(told.side, besides),
        told.side,
        banded(told.answers),
        {one: portion(number, whole) for one, number in given.items()},
    )


def yes_before(before, question, side):
    """What the same side said the time before, in words; where it was told by itself then."""
    for part in before:
        if part.question == question:
            for line in part.lines:
                if line.side == side:
                    return line.yes.words
    return "not told apart then" if before else "nothing was told before"


def in_words(parts):
    """As an agenda says it: a line for each question and side."""
    for part in parts:
        yield f"{part.question.text}"
        for line in part.lines:
            yes, partly, no = line.cells
            yield f"- {line.who}: yes: {yes}; partly: {partly}; no: {no}"
