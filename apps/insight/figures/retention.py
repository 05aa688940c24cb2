"""Training, and who stays: cohorts as the published evaluation counts them, and time in post."""

from collections import defaultdict
from itertools import combinations

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.urls import reverse

from apps.core.disclosure import LEAST, banded, exact
from apps.recruitment.employment.figures import reached_where
from apps.recruitment.employment.models.appointment import COUNTED, REVIEWS, Appointment
from apps.recruitment.training.models import TrainingCohort

from .. import charts, curves, staying
from ..roles import sees_recruitment
from . import ALL_PAGES, Standard, Table, table, topic

SLUG = "retention"
topic(
    slug=SLUG,
    title="Training and who stays",
    lead="From the first day of training to two years in post, counted as in the programme's "
    "published evaluation.",
    may=sees_recruitment,
    by_period=False,
)
# Journal of Mental Health 31(2), 255-262, doi 10.1080/09638237.2021.1952956.
PUBLISHED = {"began": 28, "completed": 10, "employed": 7, "month_24": (7, 7)}
EVALUATION = "Published evaluation"
SOURCE = "Journal of Mental Health 31(2), 2022, pages 255 to 262"
MONTHS = {key: words for key, words, _ in REVIEWS if key in COUNTED}
STAGES = {
    "began": "Began the training",
    "completed": "Completed it",
    "employed": "Were employed",
    **{key: f"In post {words.lower()}" for key, words in MONTHS.items()},
}
ON_A_PAGE = 4


def _how_far(*states):
    """The cohorts that stand so, and how far each came."""
    rows = list(TrainingCohort.objects.filter(state__in=states).order_by("starts_at", "pk"))
    return rows, reached_where(*states) if rows else {}


def _both(user, period):
    """{state: the same of those that have finished, and of those that are running}"""
    rows, found = _how_far(TrainingCohort.State.FINISHED, TrainingCohort.State.RUNNING)
    by_state = defaultdict(list)
    for one in rows:
        by_state[one.state].append(one)
    return {state: (by_state[state], found) for state in TrainingCohort.State}


@table(SLUG, "cohorts", _both)
def finished(user, period, page, cohorts):
    return _cohorts(
        *cohorts[TrainingCohort.State.FINISHED],
        page,
        title="Cohorts that have finished",
        none="No training has finished yet.",
    )


def for_everybody(period):
    """Those that have finished, as a report and a public page say it: a difference between two
    steps may be one person, so it is hidden as a number is."""
    return _cohorts(
        *_how_far(TrainingCohort.State.FINISHED),
        ALL_PAGES,
        title="Cohorts that have finished",
        none="No training has finished yet.",
        rule=_tells_of_few,
    )


@table(SLUG, "running", _both)
def running(user, period, page, cohorts):
    return _cohorts(
        *cohorts[TrainingCohort.State.RUNNING],
        ALL_PAGES,
        title="Cohorts that are running",
        none="",
        going_on=True,
    )


def _cohorts(rows, found, page, *, title, none, going_on=False, rule=None):
    """A column for each, beside the published evaluation. ``rule`` says of which numbers those are
    in steps of five."""
    hides = rule or _is_small
    pages = None
    if page == ALL_PAGES:
        shown = rows
    else:
        pages = Paginator(rows, ON_A_PAGE).get_page(page)
        shown = list(pages.object_list)
    if going_on and not shown:
        return None
    nobody = {key: (0, 0) if key in COUNTED else 0 for key in STAGES}
    numbers = [found.get(one.pk, nobody) for one in shown]
    exactly = [not going_on and not hides(one) for one in numbers]
    columns = [_safe(*one) for one in zip(numbers, exactly, strict=True)]
    first = columns[0] if columns else None
    return Table(
        title=title,
        standard=Standard.IMPACT,
        sentence=_sentence(shown[0], first, going_on=going_on) if first else none,
        caption="People at each step",
        header=("Step", *(one.name for one in shown), EVALUATION),
        rows=[
            (words, *(column[key] for column in columns), _published(key))
            for key, words in STAGES.items()
        ],
        how=(
            "What is counted: people who began the training; of these who completed it, who were "
            "employed, and who were in post after each time. *7 of 7* means: of 7 for whom the "
            "day has "
            "come, 7 were in post.",
            f"Where it comes from: enrolments, posts and reviews. {EVALUATION}: {SOURCE}.",
            "What it leaves out: who had not begun; and after each time those whose day has not "
            "come.",
            "How numbers are shown: a cohort that has finished exactly, as the evaluation was "
            "published, "
            f"where no number in it {'or between two steps ' if rule else ''}is below {LEAST}; all "
            "others in steps of five.",
        ),
        chart=_chart(shown[0], numbers[0]) if first and exactly[0] else "",
        pages=pages if pages and pages.has_other_pages() else None,
    )


def _is_small(numbers):
    """Whether a column holds a number that could tell of few people."""
    every = [one for key in STAGES for one in (numbers[key] if key in COUNTED else [numbers[key]])]
    return any(0 < one < LEAST for one in every)


def _tells_of_few(numbers):
    """Whether it does, or holds two of which the difference could; or a day that has come for some
    of them alone, since the next to come is one person's."""
    months = [numbers[key] for key in MONTHS]
    if all(numbers[key] == known for key, known in PUBLISHED.items()) and len(set(months)) == 1:
        return False  # the cohort of the evaluation: anybody may read it there
    if _is_small(numbers):
        return True
    if any(due not in (0, numbers["employed"]) for _, due in months):
        return True
    steps = [numbers[key] for key in STAGES if key not in COUNTED]
    steps += [stayed for stayed, due in months if due]
    return any(0 < abs(one - other) < LEAST for one, other in combinations(steps, 2))


def _safe(numbers, exactly):
    """The words of a column."""
    rule = exact if exactly else banded
    return {
        key: _of(numbers[key], rule) if key in COUNTED else rule(numbers[key]).words
        for key in STAGES
    }


def _of(pair, rule):
    stayed, due = pair
    if not due:
        return "not yet"
    return f"{rule(stayed).words} of {rule(due).words}"


def _published(key):
    number = PUBLISHED.get(key)
    if number is None:
        return "not published"
    return "{} of {}".format(*number) if key in COUNTED else str(number)


def _sentence(cohort, column, *, going_on):
    began = f"{cohort.name}: {column['began']} people began the training"
    if going_on:
        return f"{began}, which goes on."
    return (
        f"{began}, {column['completed']} completed it, {column['employed']} were employed, and "
        f"after 24 months in post: {column['month_24']}."
    )


def _chart(cohort, numbers):
    """Beside the evaluation, where nothing in it has to be hidden."""
    pairs = tuple(
        charts.Pair(words, _bar(numbers[key]), _bar(PUBLISHED.get(key)))
        for key, words in STAGES.items()
    )
    return charts.bars(
        f"How far people came: {cohort.name}",
        f"{cohort.name} beside the published evaluation, step by step; the table has the numbers.",
        pairs,
        (cohort.name, EVALUATION),
        percent=False,
        key="cohorts",
    )


def _bar(number):
    if number is None:
        return charts.Value(None, "not published")
    if isinstance(number, tuple):
        stayed, due = number
        return charts.Value(stayed, str(stayed)) if due else charts.Value(None, "not yet")
    return charts.Value(number, str(number))


@table(SLUG, "staying")
def stayed(user, period, page):
    """The curve of how long people stay."""
    points = staying.points()
    gone = Q(state=Appointment.State.LEFT)
    many = Appointment.objects.aggregate(
        now=Count("pk", filter=~gone), left=Count("pk", filter=gone)
    )
    now, left = banded(many["now"]), banded(many["left"])
    last = next((one for one in reversed(points) if one.share is not None and one.months), None)
    counts = f"{now.words} people are in post now"
    if not last or last.share != 100:  # or the two would say too much together
        counts += f", and {left.words} have left"
    counts += "."
    return Table(
        title="How long people stay in post",
        standard=Standard.IMPACT,
        sentence=(
            f"{last.words} in post, {_percent(last.share)} of those who started were still there. "
            if last
            else "Too few have been in post for long to say how many stay. "
        )
        + counts[0].upper()
        + counts[1:],
        caption="The share that stayed, and of how many that is known",
        header=(
            "Time in post",
            "In post for as long",
            "Stayed until then",
            "95% confidence interval",
        ),
        rows=[
            (one.words, one.at_risk.words, _percent(one.share), _interval(one)) for one in points
        ],
        how=(
            "What is counted: the Kaplan-Meier estimate of the share that is still in post after "
            "each "
            "time. Who is in post today counts for as long as they have been so far, and then "
            "neither as "
            "stayed nor as left. The share lies within the confidence interval in 95 of 100 such "
            "programmes.",
            "Where it comes from: first and last days in post of everybody who ever started.",
            "What it leaves out: why people left. It ends where fewer than five have been in "
            "post so "
            "long.",
            "How numbers are shown: people in steps of five, shares in steps of 5%. A step of "
            "the curve "
            "is shown once five people or more have left since the last one.",
        ),
        chart=curves.curve(points) if last else "",
        link=(
            ("Every appointment, without names, as a spreadsheet (CSV)", reverse("who_stays_csv"))
            if user.has_perm("recruitment.look_after")
            else None
        ),
    )


def _percent(share):
    if share is None:
        return "not shown yet"
    return f"{share}%" if share in (0, 100) else f"about {share}%"


def _interval(point):
    if point.share is None:
        return "not shown yet"
    return "nobody left" if point.low == 100 else f"{point.low}% to {point.high}%"
