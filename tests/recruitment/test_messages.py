"""What the messages of recruitment say: nothing in the subject, what to know and do in the text."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.accounts.roles import HR, OFFICE
from apps.core.dates import day
from apps.notifications.kinds import KINDS
from apps.notifications.mail import compose
from apps.notifications.models import Delivery
from apps.notifications.planning import plan
from apps.recruitment.applications.models.application import Application
from apps.recruitment.employment.models.appointment import Appointment
from apps.recruitment.employment.models.offer import Offer
from apps.recruitment.training.models import Enrolment, TrainingCohort
from apps.recruitment.vacancies.messages import NEUTRAL, NEWS
from apps.recruitment.vacancies.models.vacancy import Vacancy

from ..factories import UserFactory, programme_user
from . import making

pytestmark = pytest.mark.django_db


def sent(kind, user):
    """The e-mail of a kind to somebody: its subject, and its text."""
    row = Delivery.objects.select_related("occurrence__rule").get(
        occurrence__rule__kind=kind, recipient=user, channel="email"
    )
    message = compose(KINDS[kind], row)
    [html] = [part for part, mimetype in message.alternatives if mimetype == "text/html"]
    text = " ".join(message.body.split())
    assert message.subject in (NEUTRAL, NEWS)
    return text, " ".join(html.split())


@pytest.fixture
def offer():
    vacancy = making.vacancy(state="decided")
    return Offer.make(making.application(vacancy, state="offered"), by=vacancy.created_by)


def test_no_subject_says_more_than_that_there_is_something():
    kinds = [kind for name, kind in KINDS.items() if name.startswith("recruitment.")]
    assert len(kinds) > 40
    assert {kind.subject_line(None, None) for kind in kinds} == {NEUTRAL, NEWS}


def test_an_offer_that_waits_says_by_when_and_that_one_can_have_longer(offer):
    candidate, officer = offer.application.candidate, offer.made_by
    Offer.objects.filter(pk=offer.pk).update(answer_by=offer.made_at.date())
    Offer.objects.filter(pk=offer.pk).update(made_at=offer.made_at.replace(year=2020))
    plan()
    offer.refresh_from_db()
    for part in sent("recruitment.offer_unanswered", candidate):
        assert day(offer.answer_by) in part
        assert "If you need longer, tell us." in part
    offer.move("decline", by=candidate)
    assert "Answer: Declined" in sent("recruitment.offer_answered", officer)[0]


def test_an_offer_that_is_taken_back_is_sorry_says_why_and_where_one_stands(offer):
    candidate = offer.application.candidate
    offer.move("take_back", by=offer.made_by, note="The funding went.")
    for part in sent("recruitment.offer_taken_back", candidate):
        assert "We are sorry." in part
        assert "The reason: The funding went." in part
        assert offer.application.get_absolute_url() in part


def test_when_every_check_is_in_the_candidate_is_thanked_and_the_others_prepare(offer):
    candidate, manager = offer.application.candidate, offer.vacancy.manager
    offer.move("accept", by=candidate)
    making.checks(offer)
    text, _ = sent("recruitment.offer_cleared", candidate)
    assert "Thank you. You are ready to start." in text
    text, _ = sent("recruitment.offer_cleared", manager)
    assert "Somebody can start: prepare their first day" in text
    assert "You are ready to start" not in text
    assert candidate.full_name not in text


def test_those_who_trained_hear_of_a_post_that_opens_and_can_apply_for():
    office = programme_user(OFFICE)
    cohort = TrainingCohort.plan(by=office, name="Spring", starts_at=timezone.now())
    trains, works, applies, left = people = UserFactory.create_batch(4)
    for user in people:
        Enrolment.add(cohort, user, by=office, mentor=office)
    Enrolment.objects.get(user=left).move("leave", by=left)
    Appointment.begin(started_on=timezone.localdate(), user=works)
    vacancy = making.ready_to_open()
    vacancy.move("open", by=vacancy.created_by)
    told = Delivery.objects.filter(
        occurrence__rule__kind="recruitment.job_for_trained", channel="email"
    )
    assert {row.recipient for row in told} == {trains, applies}
    for part in sent("recruitment.job_for_trained", trains):
        assert f"A post is open: {vacancy.title}" in part
        assert vacancy.get_job_url() in part
    kind, wanted = KINDS["recruitment.job_for_trained"], {}
    Application.begin(vacancy, applies)
    for user in people:
        wanted[user] = kind.wanted(None, vacancy, user)
    assert [user for user in people if wanted[user]] == [trains]
    Vacancy.objects.filter(pk=vacancy.pk).update(
        opened_at=timezone.now() - timedelta(days=9), closes_at=timezone.now() - timedelta(days=1)
    )
    vacancy.refresh_from_db()
    assert not kind.wanted(None, vacancy, trains)


def test_whoever_left_reads_which_day_was_recorded():
    user, officer = UserFactory(), programme_user(HR)
    post = Appointment.begin(user=user, started_on=timezone.localdate() - timedelta(days=9))
    post.left(timezone.localdate(), by=officer)
    text, _ = sent("recruitment.left_recorded", user)
    assert "It was recorded that you left your post" in text
    assert "please tell Human Resources" in text
