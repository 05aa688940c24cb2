"""What preparing vacancies adds to *What needs you*."""

from datetime import timedelta

from django.db.models import Q
from django.urls import reverse

from apps.core.dates import day, moment
from apps.core.needs import SHOWN, Need, holding, needs_you, permitted
from apps.core.permissions import granted

from .events import authorisers_waiting
from .models.vacancy import Vacancy

State = Vacancy.State


@needs_you(when=authorisers_waiting, alike=True)
def approvals(user):
    """Vacancies whose approval waits for this person."""
    for step in authorisers_waiting(user).select_related("vacancy").order_by("asked_at")[:SHOWN]:
        yield Need(
            f"Approve or return: {step.vacancy.title}",
            reverse("vacancy_approve", args=[step.vacancy.reference]),
            step.asked_at + timedelta(days=3),
            f"Asked on {day(step.asked_at)}, {step.vacancy.team}",
        )


def _preparing(user):
    """Vacancies in preparation that wait for this manager or peer lead."""
    mine = Vacancy.objects.filter(pk__in=granted(user, Vacancy, "prepare_vacancy"))
    unsigned = Q(
        pk__in=granted(user, Vacancy, "sign_as_manager"), readiness__manager_at__isnull=True
    )
    unsigned |= Q(pk__in=granted(user, Vacancy, "sign_as_peer_lead"))
    return mine.filter(Q(state=State.DRAFT) | Q(state=State.READINESS) & unsigned).distinct()


@needs_you(when=_preparing, may=holding(Vacancy, "prepare_vacancy"))
def preparing(user):
    """Drafts to write, and readiness lists to sign."""
    for vacancy in _preparing(user).order_by("since", "pk")[:SHOWN]:
        is_draft = vacancy.state == State.DRAFT
        verb = "Write the vacancy" if is_draft else "Get ready"
        yield Need(
            f"{verb}: {vacancy.title}",
            vacancy.get_absolute_url()
            if is_draft
            else reverse("readiness", args=[vacancy.reference]),
            vacancy.since + timedelta(days=14),
            f"{vacancy.team}, since {day(vacancy.since)}"
            if vacancy.team
            else f"Since {day(vacancy.since)}",
        )


def _to_open(user):
    """Approved vacancies, for those who run them."""
    if not user.has_perm("recruitment.run_vacancy"):
        return Vacancy.objects.none()
    return Vacancy.objects.where(user, "run_vacancy").filter(state=State.APPROVED)


@needs_you(when=_to_open, may=permitted("recruitment.run_vacancy"))
def to_open(user):
    for vacancy in _to_open(user).order_by("since", "pk")[:SHOWN]:
        yield Need(
            f"Open for applications: {vacancy.title}",
            vacancy.get_absolute_url(),
            detail=f"Approved on {day(vacancy.since)}, {vacancy.team}",
        )


def _closed(user):
    """Vacancies whose time is over and whose shortlisting has not begun."""
    if not user.has_perm("recruitment.run_vacancy"):
        return Vacancy.objects.none()
    return Vacancy.objects.where(user, "run_vacancy").to_shortlist()


@needs_you(when=_closed, may=permitted("recruitment.run_vacancy"))
def closed(user):
    for vacancy in _closed(user).order_by("closes_at", "pk")[:SHOWN]:
        yield Need(
            f"Prepare the shortlisting: {vacancy.title}",
            vacancy.get_absolute_url(),
            vacancy.closes_at + timedelta(days=1),
            f"Closed {moment(vacancy.closes_at)}",
        )
