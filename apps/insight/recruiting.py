"""How far candidates came, vacancy by vacancy: counted while it runs, kept once it is over.

Applications are deleted after a while, and counts of them are not: what was counted of a vacancy is
counted anew while candidates may still move, and never goes down.
"""

from collections import defaultdict
from datetime import timedelta
from statistics import median

from django.db.models import Count, Exists, Max, OuterRef, Q

from apps.core import clock
from apps.recruitment.applications.models.application import Application
from apps.recruitment.employment.models.offer import Offer
from apps.recruitment.roles import PanelRole
from apps.recruitment.selection.models.interview import Interview
from apps.recruitment.selection.models.outcome import Outcome
from apps.recruitment.selection.models.scoring import Round
from apps.recruitment.vacancies.models.panel import PanelMember
from apps.recruitment.vacancies.models.vacancy import Criterion, Vacancy
from apps.recruitment.vacancies.models.visit import VisitBooking

from .models import VacancyCount
from .periods import begins_at, ends_at

SETTLED_AFTER = timedelta(days=60)  # after its end, by when everybody has been told


What = VacancyCount.What
STEPS = tuple(What)[:7]
LEFT = tuple(What)[7:11]
DAYS = tuple(one for one in What if one.value.startswith("days_"))


def unsettled():
    """Vacancies of which something may still change: those open now or once, until two months after
    their end.
    """
    recent = Q(finished_at__isnull=True) | Q(finished_at__gt=clock.now() - SETTLED_AFTER)
    return Vacancy.objects.filter(recent, opened_at__isnull=False)


def refresh():
    """Count the unsettled ones anew, and any that were never counted, in a constant number of
    queries. The caller holds the lock of what it counts for.
    """
    never = ~Exists(VacancyCount.objects.filter(vacancy=OuterRef("pk")))
    rows = Vacancy.objects.filter(
        Q(pk__in=unsettled().values("pk")) | never, opened_at__isnull=False
    )
    vacancies = {one.pk: one for one in rows.order_by()}
    kept = defaultdict(dict)
    for vacancy, what, number in VacancyCount.objects.filter(vacancy__in=vacancies).values_list(
        "vacancy", "what", "number"
    ):
        kept[vacancy][what] = number
    found = counted(vacancies)
    VacancyCount.objects.bulk_create(
        [
            VacancyCount(vacancy_id=pk, what=what, number=max(number, kept[pk].get(what, 0)))
            for pk, numbers in found.items()
            for what, number in numbers.items()
        ],
        update_conflicts=True,
        unique_fields=["vacancy", "what"],
        update_fields=["number"],
    )


def counted(vacancies):
    """{vacancy's key: {What: number}} from the rows as they are; ``vacancies`` by key."""
    found: dict[int, dict[str, int]] = {pk: dict.fromkeys((*STEPS, *LEFT), 0) for pk in vacancies}
    here = {"vacancy__in": vacancies}
    withdrawn = Q(state=Application.State.WITHDRAWN, submitted_at__isnull=False)
    invited, held = Q(interview_of__isnull=False), Q(interview_of__state=Interview.State.HELD)
    offered = Q(offer__isnull=False)
    gone = Q(offer__state__in=[Offer.State.DECLINED])
    steps = {
        What.APPLIED: Q(submitted_at__isnull=False),
        What.SHORTLISTED: invited,
        What.INTERVIEWED: held,
        What.OFFERED: offered,
        What.CLEARED: Q(offer__state__in=[Offer.State.CLEARED, Offer.State.STARTED]),
        What.STARTED: Q(offer__state=Offer.State.STARTED),
        What.LEFT_WAITING: withdrawn & ~invited,
        What.LEFT_INVITED: withdrawn & invited & ~held,
        What.LEFT_INTERVIEWED: withdrawn & held & ~offered,
        What.LEFT_OFFERED: gone,
        What.REFUSED: Q(
            state__in=[Application.State.NOT_SHORTLISTED, Application.State.UNSUCCESSFUL]
        ),
    }
    applications = Application.objects.filter(**here).order_by().values("vacancy")
    sums = {what.value: Count("pk", filter=condition) for what, condition in steps.items()}
    for row in applications.annotate(**sums):
        found[row.pop("vacancy")].update(row)
    visits = VisitBooking.objects.filter(
        visit__vacancy__in=vacancies, visit__cancelled_at=None, visit__ends_at__lte=clock.now()
    )
    told = Outcome.objects.standing().filter(
        round__vacancy__in=vacancies, sent_at__isnull=False, result="no"
    )
    _add(found, What.VISITED, visits, "visit__vacancy")
    _add(found, What.FED_BACK, told.exclude(feedback=""), "round__vacancy")
    rounds = Round.objects.filter(**here)
    _add(found, What.PANEL, rounds.filter(stage=Criterion.Stage.SHORTLISTING), "vacancy")
    peers = PanelMember.objects.filter(**here, role=PanelRole.PEER, removed_at=None)
    for pk in peers.order_by().values_list("vacancy", flat=True).distinct():
        if found[pk].get(What.PANEL):
            found[pk][What.PEER_PANEL] = 1
    closed = defaultdict(dict)
    for pk, stage, at in rounds.values_list("vacancy", "stage", "closed_at"):
        closed[pk][stage] = at
    started = dict(
        Offer.objects.filter(application__vacancy__in=vacancies, state=Offer.State.STARTED)
        .order_by()
        .values_list("application__vacancy")
        .annotate(Max("start_on"))
    )
    for pk, vacancy in vacancies.items():
        ends = closed[pk]
        found[pk] |= _days(
            vacancy, ends.get("shortlisting"), ends.get("interview"), started.get(pk)
        )
    return found


def _add(found, what, rows, field):
    for pk, number in rows.order_by().values_list(field).annotate(Count("pk")):
        found[pk][what] = number


def _days(vacancy, shortlisted, decided, started):
    """How long each stage took that is over, in days."""
    opened = clock.date_of(vacancy.opened_at)
    closed = clock.date_of(vacancy.closes_at) if vacancy.closes_at else None
    shortlisted = shortlisted and clock.date_of(shortlisted)
    decided = decided and clock.date_of(decided)
    if vacancy.is_open:
        closed = None
    if vacancy.phase != Vacancy.State.FILLED:
        started = None  # others may still start
    stages = (
        (What.DAYS_OPEN, opened, closed),
        (What.DAYS_SHORTLIST, closed, shortlisted),
        (What.DAYS_DECIDE, shortlisted, decided),
        (What.DAYS_START, decided, started),
        (What.DAYS_ALL, opened, started),
    )
    return {what: max((to - begin).days, 0) for what, begin, to in stages if begin and to}


# --- for pages ------------------------------------------------------------------------------------
def opened_in(period):
    """Of the vacancies that opened in a period: what was counted."""
    return VacancyCount.objects.filter(
        vacancy__opened_at__gte=begins_at(period.first), vacancy__opened_at__lt=ends_at(period.last)
    )


def over(period):
    """The same of those that have ended: how far one is that runs, its candidates may not know."""
    return opened_in(period).filter(vacancy__state__in=Vacancy.OVER)


def times(period):
    """{What: (days in the middle, of how many vacancies)} of those that opened and have ended."""
    days = defaultdict(list)
    for what, number in over(period).filter(what__in=DAYS).values_list("what", "number"):
        days[what].append(number)
    return {what: (round(median(found)), len(found)) for what, found in days.items()}
