"""What the messages of recruitment say: nothing in the subject, what to know and do in the text."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from apps.accounts.roles import HR, OFFICE
from apps.core.dates import day
from apps.notifications.kinds import KINDS, notify
from apps.notifications.mail import compose, sample
from apps.notifications.models import Delivery, Preference, Status
from apps.notifications.planning import plan
from apps.notifications.sending import send
from apps.recruitment.applications.models.application import Application
from apps.recruitment.employment.messages import OfferKind
from apps.recruitment.employment.models.appointment import Appointment
from apps.recruitment.employment.models.offer import Offer
from apps.recruitment.selection.messages import CandidateKind
from apps.recruitment.training.models import Enrolment, TrainingCohort
from apps.recruitment.vacancies.messages import OF_JOBS
from apps.recruitment.vacancies.models.vacancy import Vacancy

from ..factories import UserFactory, programme_user
from . import making

pytestmark = pytest.mark.django_db


def sent(kind, user):
    """The e-mail of a kind to somebody, whose subject tells nothing: as text and as HTML."""
    row = Delivery.objects.select_related("occurrence__rule").get(
        occurrence__rule__kind=kind, recipient=user, channel="email"
    )
    message = compose(KINDS[kind], row)
    [html] = [part for part, mimetype in message.alternatives if mimetype == "text/html"]
    text = " ".join(message.body.split())
    assert not OF_JOBS.search(message.subject)
    return text, " ".join(html.split())


@pytest.fixture
def offer():
    vacancy = making.vacancy(state="decided")
    return Offer.make(making.application(vacancy, state="offered"), by=vacancy.created_by)


def from_outside():
    """{(kind, case): what a telephone shows of it}, with examples put in."""
    shown = {}
    for name, kind in KINDS.items():
        if name.startswith("recruitment."):
            for case in ("", *kind.cases):
                said = sample(kind, case)
                shown[name.partition(".")[2], case] = said["subject_line"], said["preview"]
    assert len(shown) > 40
    return shown


def test_from_outside_nothing_is_said_of_jobs():
    assert OF_JOBS.search("Your application has arrived")
    for one, texts in from_outside().items():
        for text in texts:
            assert not OF_JOBS.search(text), (one, text)
        assert "Pinewood" not in " ".join(texts), one  # of whom or what it is


# A yes and a no, of each step at which there may be either.
ANSWERS = {"outcome", "offer_made", "offer_taken_back", "vacancy_withdrawn"}


def test_good_news_and_bad_are_alike_from_outside_and_everything_else_differs():
    shown = from_outside()
    assert len({shown[name, ""] for name in ANSWERS}) == 1
    subjects = [subject for (name, _), (subject, _) in shown.items() if name not in ANSWERS]
    assert len(subjects) == len({*subjects})
    assert shown["outcome", ""][0] not in subjects


# --- what nobody can stop -------------------------------------------------------------------------
# To candidates alone, and to candidates among others: all but news of other jobs.
TO_CANDIDATES = {"application_sent", "closing_draft", "vacancy_withdrawn"}
CAN_BE_STOPPED = {"job_for_trained", "visit", "training"}


def test_no_step_of_ones_candidacy_can_be_stopped(offer):
    candidate, officer = offer.application.candidate, offer.made_by
    kinds = {name.partition(".")[2]: kind for name, kind in KINDS.items() if "recruitment." in name}
    theirs = {name for name, kind in kinds.items() if isinstance(kind, CandidateKind)}
    assert len(theirs) > 5
    for name in theirs | TO_CANDIDATES:
        assert kinds[name].is_essential_to(offer.application, candidate), name
    offers = [kind for kind in kinds.values() if isinstance(kind, OfferKind)]
    assert len(offers) > 5
    for kind in offers:
        subject = SimpleNamespace(offer=offer) if kind.name.endswith("check_chase") else offer
        assert kind.is_essential_to(subject, candidate), kind.name
        assert kind.is_essential_to(subject, officer) == kind.essential, kind.name
    assert kinds["longer"].is_essential_to(offer.vacancy, candidate)
    assert not kinds["longer"].is_essential_to(offer.vacancy, officer)
    for name in CAN_BE_STOPPED:
        assert not kinds[name].is_essential_to(offer.vacancy, candidate), name


def test_given_e_mails_stopped_the_offer_comes_and_says_why_and_news_of_other_jobs_do_not(
    offer, mailoutbox
):
    candidate = offer.application.candidate
    Preference.of(candidate).choose(recruitment="none")
    Preference.objects.update(quiet=False)
    notify("recruitment.job_for_trained", offer.vacancy, [candidate])
    KINDS["recruitment.job_for_trained"].wanted = lambda *asked: True
    try:
        send()
    finally:
        del KINDS["recruitment.job_for_trained"].wanted
    told = Delivery.objects.filter(recipient=candidate, channel="email")
    assert dict(told.values_list("occurrence__rule__kind", "status")) == {
        "recruitment.offer_made": Status.SENT,
        "recruitment.job_for_trained": Status.DECLINED,
    }
    [mail] = [one for one in mailoutbox if one.to == [candidate.email]]
    assert "You get this e-mail whatever you chose, since it is a step" in flowed(mail.body)
    assert "Stop e-mails like this" not in mail.body
    assert "List-Unsubscribe" not in mail.extra_headers


def flowed(text):
    return " ".join(text.split())


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
