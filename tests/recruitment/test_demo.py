"""The demonstration takes posts through every step of the site, from a draft to a year in post."""

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models.people import User
from apps.core.needs import needs_of
from apps.recruitment.applications.models.application import Application
from apps.recruitment.employment.figures import pipeline
from apps.recruitment.employment.models.appointment import Appointment
from apps.recruitment.employment.models.offer import Offer
from apps.recruitment.selection.models.interview import Interview
from apps.recruitment.training.models import Enrolment, TrainingCohort
from apps.recruitment.vacancies.models.vacancy import Vacancy

from ..factories import with_second_factor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demonstration")]


def test_a_vacancy_stands_in_every_phase():
    assert {vacancy.phase for vacancy in Vacancy.objects.all()} == set(Vacancy.State)


def test_forty_applications_in_different_words():
    applications = Application.objects.all()
    assert applications.count() == 40
    assert applications.filter(candidate__isnull=True).count() == 3
    first = [
        one.answers.order_by("criterion__order").values_list("text", flat=True)[:3]
        for one in applications
    ]
    assert len({tuple(texts) for texts in first}) >= 8


def test_the_figures_are_those_of_the_published_evaluation():
    historic = Enrolment.objects.filter(cohort__name__startswith="First")
    assert pipeline(historic) == {
        "began": 28,
        "completed": 10,
        "employed": 7,
        "month_6": (7, 7),
        "month_12": (7, 7),
        "month_24": (7, 7),
    }
    assert TrainingCohort.objects.filter(state="running").count() == 1


def test_one_post_went_from_the_draft_to_its_review_after_a_year():
    vacancy = Vacancy.objects.get(state="filled")
    assert vacancy.readiness.count() == 9
    assert {step.answer for step in vacancy.approvals.all()} == {"approved"}
    outcomes = set(vacancy.applications.values_list("state", flat=True))
    assert {"offered", "unsuccessful"} <= outcomes
    offer = Offer.objects.get(application__vacancy=vacancy)
    assert (offer.state, offer.employment_checks.count()) == ("started", 6)
    post = Appointment.objects.get(vacancy=vacancy)
    assert post.state == "passed"
    assert post.reviews.get(key="month_12").held_on is not None


def sign_in(name):
    return User.objects.get(email=f"{name}@demo.example")


def test_the_peer_of_the_panels_who_signs_in_has_a_sheet_to_fill(client):
    peer = sign_in("panelpeer")
    vacancy = Vacancy.objects.get(state="shortlisting")
    assert vacancy.panel.serving().filter(user=peer, role="peer").exists()
    url = reverse("panel", args=[vacancy.reference])
    assert url in [need.url for need in needs_of(peer)]
    client.force_login(peer, backend="apps.accounts.backends.SignIn")
    with_second_factor(peer)
    page = client.get(url)
    assert "Go on with " in page.content.decode()


def test_the_candidate_who_signs_in_has_an_interview_to_come():
    candidate = sign_in("candidate")
    interview = Interview.objects.get(application__candidate=candidate, state="booked")
    assert interview.slot.starts_at > timezone.now()
    assert interview.vacancy.state == "interviewing"
    assert interview.get_absolute_url() in [need.url for need in needs_of(candidate)]
    others = interview.vacancy.interviews.exclude(pk=interview.pk)
    assert set(others.values_list("state", flat=True)) == {"held"}
