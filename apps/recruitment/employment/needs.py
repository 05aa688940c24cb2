"""What offers and people in post bring to *What needs you*, and to other pages."""

from datetime import timedelta

from django.db.models import Q
from django.urls import reverse

from apps.core import clock
from apps.core.dates import day
from apps.core.needs import DISCREET, Need, holding, needs_you, permitted
from apps.core.permissions import granted
from apps.core.plain import known
from apps.core.sections import Section, section

from ..applications.models.application import Application
from ..training.models import Enrolment
from ..vacancies.models.vacancy import Vacancy
from .figures import figures, pipeline
from .models.appointment import Appointment, ReviewPoint
from .models.check import Check
from .models.offer import Offer


def _to_answer(user):
    mine = Offer.objects.filter(application__candidate=user, state=Offer.State.CONDITIONAL)
    return mine.select_related("application__vacancy")


@needs_you(_to_answer, may=known("has_applied"), kind="Offer", deadline=DISCREET)
def to_answer(offers, user):
    """An offer that waits for its candidate."""
    for offer in offers:
        yield Need(
            "Answer the offer",
            offer.get_absolute_url(),
            thing=offer.vacancy.title,
            due=offer.answer_by,
            detail=f"By {day(offer.answer_by)}",
        )


def _to_offer(user):
    """Told that they are chosen, and no offer made: for Human Resources."""
    if not user.has_perm("recruitment.handle_application"):
        return Application.objects.none()
    chosen = Application.objects.visible_to(user).filter(
        state=Application.State.OFFERED, offer__isnull=True, vacancy__state=Vacancy.State.DECIDED
    )
    return chosen.select_related("vacancy").order_by("pk")


@needs_you(_to_offer, may=permitted("recruitment.handle_application"), kind="Offer")
def to_offer(chosen, user):
    for one in chosen:
        yield Need(
            "Make the offer",
            reverse("offers", args=[one.vacancy.reference]),
            thing=one.vacancy.title,
            detail=one.vacancy.team,
        )


def _to_see_to(user):
    """Offers that Human Resources moves on: checks under way, or somebody to start."""
    if not user.has_perm("recruitment.handle_application"):
        return Offer.objects.none()
    today = clock.today()
    started = Q(state=Offer.State.CLEARED) & (Q(start_on__isnull=True) | Q(start_on__lte=today))
    waiting = Offer.objects.visible_to(user).filter(Q(state=Offer.State.CHECKS) | started)
    return waiting.select_related("application__vacancy").order_by("pk")


@needs_you(
    _to_see_to, may=permitted("recruitment.handle_application"), kind="Offer", deadline=DISCREET
)
def to_see_to(offers, user):
    for offer in offers:
        checking = offer.state == Offer.State.CHECKS
        verb = "See to the checks" if checking else "Record the start"
        yield Need(
            verb,
            offer.get_absolute_url(),
            thing=offer.vacancy.title,
            due=offer.start_on,
            detail=offer.vacancy.team,
        )


def _to_confirm(user):
    """Checks that somebody else has seen, and that a second person confirms."""
    if not user.has_perm("recruitment.handle_application"):
        return Check.objects.none()
    waiting = Check.objects.visible_to(user).for_second(user)
    return waiting.select_related("offer__application__vacancy").order_by("seen_on", "pk")


@needs_you(_to_confirm, may=permitted("recruitment.handle_application"), kind="Check")
def to_confirm(checks, user):
    for check in checks:
        yield Need(
            "Confirm a check",
            check.get_absolute_url(),
            thing=check.vacancy.title,
            since=check.seen_on,
            detail=f"{check.get_kind_display()}, {check.vacancy.team}",
        )


def _rights_to_work(user):
    """People in post whose right to work ends within eight weeks: for Human Resources."""
    if not user.has_perm("recruitment.handle_application"):
        return Appointment.objects.none()
    soon = clock.today() + timedelta(weeks=8)
    ends = Appointment.objects.in_post().filter(right_to_work_until__lte=soon)
    return ends.select_related("vacancy").order_by("right_to_work_until", "pk")


@needs_you(
    _rights_to_work,
    may=permitted("recruitment.handle_application"),
    kind="Person in post",
    deadline=DISCREET,
)
def rights_to_work(posts, user):
    for post in posts:
        yield Need(
            "Look at a right to work again",
            post.get_absolute_url(),
            due=post.right_to_work_until,
            detail=f"Ends on {day(post.right_to_work_until)}",
        )


def _reviews(user):
    """Review points that are due, of people whom this manager or peer lead looks after."""
    mine = granted(user, Vacancy, "look_after")
    due = ReviewPoint.objects.filter(
        held_on=None,
        in_post=None,
        due_on__lte=clock.today(),
        appointment__vacancy__in=mine,
    )
    return due.select_related("appointment__user").order_by("due_on")


@needs_you(_reviews, may=holding(Vacancy, "look_after"), kind="Person in post", deadline=DISCREET)
def reviews(points, user):
    for point in points:
        yield Need(
            "Ask how it goes",
            point.appointment.get_absolute_url(),
            thing=point.appointment.name,
            due=point.due_on,
            detail=point.words,
        )


@section("cohort")
def on_cohort_page(user, cohort):
    """How far its people came, for those who run training."""
    if not user.has_perm("recruitment.run_training"):
        return None
    found = pipeline(Enrolment.objects.filter(cohort=cohort))
    return Section("recruitment/employment/cohort_section.html", {"figures": figures(found)})


@section("vacancy")
def on_vacancy_page(user, vacancy):
    """The way to the offers, once the panel has decided."""
    settled = (Vacancy.State.DECIDED, Vacancy.State.FILLED)
    if vacancy.state not in settled or not user.has_perm(
        "recruitment.handle_application", Application(vacancy=vacancy)
    ):
        return None
    return Section("recruitment/employment/vacancy_section.html", {"vacancy": vacancy})


@section("application")
def on_application_page(user, application):
    """Where the offer stands."""
    offer = Offer.objects.filter(application=application).first()
    if offer is None:
        return None
    return Section(
        "recruitment/employment/application_section.html",
        {"offer": offer, "is_mine": user.pk == application.candidate_id},
    )
