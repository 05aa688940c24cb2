"""Recruitment: how far candidates come, where they go, who sits on panels, how long it takes."""

from collections import defaultdict
from functools import partial

from django.core.paginator import Paginator
from django.db.models import Q, Sum

from apps.core.disclosure import banded, share_of
from apps.core.views import PAGE
from apps.recruitment.applications.models.survey import ANSWERS, STATEMENTS, SurveyCount
from apps.recruitment.vacancies.models.vacancy import Vacancy

from .. import recruiting
from ..models import VacancyCount
from ..recruiting import DAYS, LEFT, STEPS, What
from ..roles import sees_recruitment
from . import ALL_PAGES, Atom, Row, Rule, Standard, Table, count, define, table, topic
from .raw import begins_at, ends_at, quarter

SLUG = "recruitment"
topic(
    slug=SLUG,
    title="Recruitment",
    lead="How Peer Support Workers are recruited: how far candidates come, who chooses them, and "
    "how "
    "long it takes.",
    may=sees_recruitment,
)
figure = partial(define, topic=SLUG, in_groups=False)
BY_OPENING = "Vacancies count in the quarter in which they opened for applications."
ERASED = (
    "Applications that were deleted, as their candidate wished, before their vacancy was counted."
)


# --- counts ---------------------------------------------------------------------------------------
@count("recruitment", rule=Rule.PEOPLE, whole=True)
def recruitment(period):
    rows = recruiting.opened_in(period)
    yield from _summed(rows, (*STEPS, *LEFT, What.REFUSED, What.FED_BACK))


@count("panels", rule=Rule.THINGS, whole=True)
def panels(period):
    yield from _summed(recruiting.over(period), (What.PANEL, What.PEER_PANEL))


def _summed(rows, wanted):
    rows = rows.filter(what__in=wanted).order_by()
    rows = rows.values_list(quarter("vacancy__opened_at"), "what")
    for one, what, number in rows.annotate(Sum("number")):
        yield Atom(None, one, "", what, number)


# --- figures --------------------------------------------------------------------------------------
def rows_of(*wanted):
    return tuple(Row(str(what.label), (what.value,)) for what in wanted)


figure(
    key="applied",
    title="People who applied",
    count=recruitment,
    rows=rows_of(What.APPLIED, What.VISITED),
    standard=Standard.PRESENCE,
    unit="people",
    says="{number} people applied for posts",
    numerator="Applications that were sent in, and people who booked a visit that took place.",
    source=f"Applications and visits. {BY_OPENING}",
    leaves_out=f"Drafts that were never sent. {ERASED}",
)
figure(
    key="pipeline",
    main=True,
    title="How far candidates came",
    count=recruitment,
    rows=rows_of(*STEPS[2:]),
    of=(What.APPLIED.value,),
    standard=Standard.PROCESS,
    unit="people",
    says="{share} of those who applied were invited to an interview",
    numerator="Candidates who came to each step, whatever followed.",
    denominator="Everybody who sent in an application.",
    source=f"Applications, interviews and offers. {BY_OPENING} Vacancies that still run count as "
    "far as "
    "they have come.",
    leaves_out=f"Invitations and offers that were taken back. {ERASED}",
)
figure(
    key="withdrawn",
    title="Candidates who withdrew",
    count=recruitment,
    rows=rows_of(*LEFT),
    of=(What.APPLIED.value,),
    standard=Standard.PROCESS,
    unit="people",
    says="{share} of those who applied withdrew before the shortlist",
    numerator="Candidates who withdrew, by how far they had come. After the offer: who declined "
    "it, "
    "too.",
    denominator="Everybody who sent in an application.",
    source=f"Applications and offers. {BY_OPENING}",
    leaves_out=f"Why, which nobody is asked. {ERASED}",
)
figure(
    key="peer-panels",
    title="Panels with a peer",
    count=panels,
    rows=rows_of(What.PEER_PANEL),
    of=(What.PANEL.value,),
    standard=Standard.PRESENCE,
    unit="panels",
    says="{share} of the panels that chose had a peer on them",
    numerator="Panels with a peer on them now, or at their end.",
    denominator="Panels that began to shortlist, of vacancies that have ended.",
    source=f"The members of each panel. {BY_OPENING}",
    leaves_out="Vacancies that still run: candidates may not know how far a panel is.",
)
figure(
    key="feedback",
    title="Feedback to candidates",
    count=recruitment,
    rows=rows_of(What.FED_BACK),
    of=(What.REFUSED.value,),
    standard=Standard.IMPACT,
    unit="people",
    says="{share} of those who were turned down were sent feedback",
    numerator="Candidates who were turned down with feedback, and were told.",
    denominator="Candidates who were turned down, before or after an interview.",
    source=f"What each panel decided, and when it was sent. {BY_OPENING}",
    leaves_out=f"Whether it helped: *What candidates said* asks that. {ERASED}",
)


# --- tables ---------------------------------------------------------------------------------------
@table(SLUG, "times")
def times(user, period, page):
    """The days in the middle of each stage."""
    now, before = recruiting.times(period), recruiting.times(period.before)
    if not now and not before:
        return None
    whole = now.get(What.DAYS_ALL)
    return Table(
        title="How long it takes",
        standard=Standard.PROCESS,
        sentence=(
            f"Of the vacancies that opened from {period.words}, half were filled within "
            f"{whole[0]} days."
            if whole
            else f"Of the vacancies that opened from {period.words}, none is filled yet."
        ),
        caption="Days of each stage, in the middle of all vacancies",
        header=("Stage", period.words, period.before.words),
        rows=[(what.label, *(_days(found.get(what)) for found in (now, before))) for what in DAYS],
        how=(
            "What is counted: the days of each stage. Half of the vacancies took as long as this, "
            "or less (the median).",
            "Where it comes from: when a vacancy opened and closed, when its shortlist was locked "
            "and its decision recorded, and the last first day in post.",
            "What it leaves out: vacancies that still run, since candidates may not know how far a "
            "panel is; the last two stages, of vacancies that were not filled. "
            f"{BY_OPENING}",
        ),
    )


def _days(found):
    if found is None:
        return "none yet"
    days, many = found
    return f"{days} day{'' if days == 1 else 's'}, of {many} vacanc{'y' if many == 1 else 'ies'}"


@table(SLUG, "experience")
def experience(user, period, page):
    """What candidates said of applying, in sum, this year and the last one."""
    last, _ = years = period.calendar_years
    numbers = defaultdict(int)
    agree = [value for value, _ in ANSWERS[:2]]
    rows = SurveyCount.objects.filter(year__in=years).order_by().values_list("year", "statement")
    for year, statement, all_, agreed in rows.annotate(
        all=Sum("number"), agreed=Sum("number", filter=Q(answer__in=agree), default=0)
    ):
        numbers[year, statement, "all"], numbers[year, statement, "agreed"] = all_, agreed
    if not numbers:
        return None

    def share(year, key):
        found = [banded(numbers[year, key, one]) for one in ("agreed", "all")]
        return share_of(*found)

    told = share(last, "fair")
    said = told.words if told and not told.is_hidden else "too few to say how many"
    return Table(
        title="What candidates said",
        standard=Standard.PROCESS,
        sentence=f"In {last}, {said} of those who answered agreed that they were treated fairly.",
        caption="Candidates who agreed, of those who answered",
        header=("Statement", *map(str, years)),
        rows=[
            (statement, *(_said(share(year, key)) for year in years))
            for key, statement in STATEMENTS.items()
        ],
        how=(
            "What is counted: who chose *agree* or *strongly agree*, of those who answered after "
            "their "
            "application had ended. Answers are kept by calendar year, and nobody's together.",
            f"How numbers are shown: {Rule.PEOPLE.label}",
        ),
    )


def _said(share):
    return "nobody answered" if share is None else share.words


@table(SLUG, "vacancies")
def vacancies(user, period, page):
    """One by one, for those who deal with all applications. Never of a panel on which they sit."""
    if not user.has_perm("recruitment.handle_application"):
        return None
    rows = Vacancy.objects.visible_to(user).filter(
        opened_at__gte=begins_at(period.first), opened_at__lt=ends_at(period.last)
    )
    sat_on = user.panels.values("vacancy")
    rows = rows.exclude(Q(pk__in=sat_on) & ~Q(state__in=Vacancy.OVER)).order_by("-opened_at", "-pk")
    shown = rows
    pages = None
    if page != ALL_PAGES:
        pages = Paginator(rows, PAGE).get_page(page)
        shown = pages.object_list
    shown = list(shown)
    if not shown:
        return None
    numbers = {
        (vacancy, what): number
        for vacancy, what, number in VacancyCount.objects.filter(
            vacancy__in=shown, what__in=STEPS
        ).values_list("vacancy", "what", "number")
    }
    many = pages.paginator.count if pages else len(shown)
    return Table(
        title="Vacancy by vacancy",
        standard=Standard.PROCESS,
        sentence=f"{many} vacanc{'y' if many == 1 else 'ies'} opened from {period.words}.",
        caption="People at each step, by vacancy",
        header=("Vacancy", "State", *(str(what.label) for what in STEPS)),
        rows=[
            (
                f"{one.title} ({one.reference})",
                one.phase_label,
                *(numbers.get((one.pk, what), 0) for what in STEPS),
            )
            for one in shown
        ],
        how=(
            "As above, but exact, and read by Human Resources alone. A vacancy on whose panel "
            "you sit is "
            "left out until it has ended.",
        ),
        pages=pages,
    )
