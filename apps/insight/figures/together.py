"""How it was to work together, as people said it: nothing here knows more than what groups read.

Of the programme it is told of how many groups' answers more than half said yes. That is reckoned
from what their pages show, so it tells no more: shares of all answers together, beside those of
each group, would tell what everybody in one of them said (docs/adr/0046).
"""

from django.db.models import Count, F, Q

from apps.accounts.models.people import Constituency
from apps.core.disclosure import LEAST
from apps.experience.asked import QUESTIONS
from apps.experience.models.batch import Batch, Choice, Told
from apps.experience.shown import EVERYBODY, parts_of, yes_before

from ..roles import sees_programme
from . import GROUP_TABLES, Standard, Table, table, topic

topic(
    slug="together",
    title="How it was to work together",
    lead="What people answer after each meeting and each quarter: whether they were heard, whether "
    "they could take part, and whether it changed something. Without names.",
    may=sees_programme,
)

STANDARD = {"heard": Standard.PROCESS, "part": Standard.PROCESS, "changed": Standard.IMPACT}
TOGETHER = "Sides that are not told apart"
WHEN = (
    "People who were at a meeting are asked once it was held, and members of a group at the end of "
    "each quarter in which it met; for 14 days. Where fewer than five would be asked, nobody is.",
    "Answers are told once five people or more have answered at one time; what fewer said before "
    "is told with it. No answer is told twice, and nothing that was told changes.",
    "A side of co-production is told apart only where five of its people answered. Sides of which "
    "a few did, or nobody, are told as one with the smallest other side. It is said whether more "
    "than half of the answers are a yes, and from 15 answers on in quarters.",
)
NOT_SAID = (
    "It leaves out what is still open, questions that somebody left out, and what people wrote: "
    "those who do the work of the group read that."
)


# --- the programme --------------------------------------------------------------------------------
def _told(user, period):
    """{question: ({side: (sets with more than half a yes, all sets)} in the period, the same in the
    one before)}, by one query.
    """
    rows = Told.objects.filter(
        batch__in=Batch.objects.told(),
        batch__heard_on__gte=period.before.first,
        batch__heard_on__lt=period.end,
    ).annotate(now=Q(batch__heard_on__gte=period.first))
    numbers = {}
    for question in QUESTIONS:
        yes, *others = (f"{question.name}_{one}" for one in Choice.values)
        whole = f"{question.name}_whole"
        rows = rows.annotate(**{whole: F(yes) + F(others[0]) + F(others[1])})
        enough = Q(**{f"{whole}__gte": LEAST})
        numbers[f"{question.name}_sets"] = Count("pk", filter=enough)
        numbers[f"{question.name}_most"] = Count(
            "pk", filter=enough & Q(**{f"{whole}__lt": 2 * F(yes)})
        )
    told = {question.name: ({}, {}) for question in QUESTIONS}
    for one in rows.values("side", "now").annotate(**numbers).order_by():
        for name, (now, before) in told.items():
            if sets := one[f"{name}_sets"]:
                (now if one["now"] else before)[one["side"]] = one[f"{name}_most"], sets
    return told


def _words(told):
    """*3 of 4*, or that nothing was told."""
    return "{} of {}".format(*told) if told else "nothing to tell"


def _of_programme(question):
    @table("together", f"together_{question.name}", _told)
    def make(user, period, page, told):
        now, before = told[question.name]
        sides = {one.value: str(one.label) for one in Constituency} | {"": TOGETHER}
        most, every = (sum(one[at] for one in now.values()) for at in (0, 1))
        sentence = f"From {period.words}, no group had enough answers to tell anything."
        if every:
            sentence = (
                f"From {period.words}, in {most} of {every} sets of answers more "
                f"than half {question.said}."
            )
        return Table(
            title=question.title,
            standard=STANDARD[question.name],
            sentence=sentence,
            caption=f"{question.text} Sets of answers with more than half saying yes, of all sets",
            header=("Who", period.words, period.before.words),
            rows=[
                (label, _words(now.get(side)), _words(before.get(side)))
                for side, label in sides.items()
            ],
            how=(
                "A set is what one group was told of the answers of one side, or of sides that are "
                "not told apart, in the period in which it was told.",
                *WHEN,
                NOT_SAID,
            ),
        )


# --- a group --------------------------------------------------------------------------------------
@GROUP_TABLES.add
def of_group(user, group, period):
    """What a group was told last by the end of the period, with the time before beside it."""
    told = list(Batch.objects.told().filter(group=group, heard_on__lt=period.end)[:2])
    if not told:
        return
    found = parts_of(told)
    newest, *before = (found[one.pk] for one in told)
    earlier = before[0] if before else []
    for part in newest:
        question, first = part.question, part.lines[0]
        who = "" if first.who == EVERYBODY else f"{first.who}: "
        said = f"{who}{first.yes.words} {question.said}."
        yield Table(
            key=f"together_{question.name}",
            title=question.title,
            standard=STANDARD[question.name],
            sentence=f"{said[0].upper()}{said[1:]}",
            caption=f"{question.text} What was told last",
            header=("Who", "Answers", "Yes", "Partly", "No", "Yes, the time before"),
            rows=[
                (
                    line.who,
                    line.answers.words,
                    *line.cells,
                    yes_before(earlier, question, line.side),
                )
                for line in part.lines
            ],
            how=(*WHEN, NOT_SAID),
        )


for _question in QUESTIONS:
    _of_programme(_question)
