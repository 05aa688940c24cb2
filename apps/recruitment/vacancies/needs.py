"""What preparing vacancies adds to *What needs you*."""

from datetime import timedelta

from django.db.models import Q
from django.urls import reverse

from apps.core.dates import day, moment
from apps.core.needs import DISCREET, Need, holding, needs_you, permitted
from apps.core.permissions import granted

from .models.approval import authorisers_waiting
from .models.vacancy import Vacancy
from .promises import Promises

State = Vacancy.State


def _asked(user):
    return authorisers_waiting(user).select_related("vacancy").order_by("asked_at")


@needs_you(_asked, kind="Vacancy", deadline=DISCREET)
def approvals(steps, user):
    """Vacancies whose approval waits for this person."""
    for step in steps:
        yield Need(
            "Approve or return",
            reverse("vacancy_approve", args=[step.vacancy.reference]),
            thing=step.vacancy.title,
            due=step.asked_at + timedelta(days=3),
            detail=f"Asked on {day(step.asked_at)}, {step.vacancy.team}",
        )


def _preparing(user):
    """Vacancies in preparation that wait for this manager or peer lead."""
    mine = Vacancy.objects.filter(pk__in=granted(user, Vacancy, "prepare_vacancy"))
    unsigned = Q(
        pk__in=granted(user, Vacancy, "sign_as_manager"), readiness__manager_at__isnull=True
    )
    unsigned |= Q(pk__in=granted(user, Vacancy, "sign_as_peer_lead"))
    mine = mine.filter(Q(state=State.DRAFT) | Q(state=State.READINESS) & unsigned)
    return mine.distinct().order_by("since", "pk")


@needs_you(_preparing, may=holding(Vacancy, "prepare_vacancy"), kind="Vacancy", deadline=DISCREET)
def preparing(vacancies, user):
    """Drafts to write, and readiness lists to sign."""
    for vacancy in vacancies:
        is_draft = vacancy.state == State.DRAFT
        verb = "Write the vacancy" if is_draft else "Get ready"
        yield Need(
            verb,
            vacancy.get_absolute_url()
            if is_draft
            else reverse("readiness", args=[vacancy.reference]),
            thing=vacancy.title,
            due=vacancy.since + timedelta(days=14),
            detail=f"{vacancy.team}, since {day(vacancy.since)}"
            if vacancy.team
            else f"Since {day(vacancy.since)}",
        )


def _to_open(user):
    """Approved vacancies, for those who run them."""
    if not user.has_perm("recruitment.run_vacancy"):
        return Vacancy.objects.none()
    approved = Vacancy.objects.where(user, "run_vacancy").filter(state=State.APPROVED)
    return approved.order_by("since", "pk")


@needs_you(_to_open, may=permitted("recruitment.run_vacancy"), kind="Vacancy")
def to_open(vacancies, user):
    for vacancy in vacancies:
        yield Need(
            "Open for applications",
            vacancy.get_absolute_url(),
            thing=vacancy.title,
            detail=f"Approved on {day(vacancy.since)}, {vacancy.team}",
        )


def _closed(user):
    """Vacancies whose time is over and whose shortlisting has not begun."""
    if not user.has_perm("recruitment.run_vacancy"):
        return Vacancy.objects.none()
    over = Vacancy.objects.where(user, "run_vacancy").to_shortlist()
    return over.order_by("closes_at", "pk")


@needs_you(_closed, may=permitted("recruitment.run_vacancy"), kind="Vacancy", deadline=DISCREET)
def closed(vacancies, user):
    for vacancy in vacancies:
        yield Need(
            "Prepare the shortlisting",
            vacancy.get_absolute_url(),
            thing=vacancy.title,
            due=Promises.of(vacancy).redacted_by,
            detail=f"Closed {moment(vacancy.closes_at)}",
        )
