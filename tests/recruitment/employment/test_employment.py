"""From the offer to two years in post, and training."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import connection, models
from django.urls import reverse
from django.utils import timezone

from apps.accounts.payable_time import ATTENDED
from apps.core.clock import LONDON
from apps.core.exceptions import Already, Conflict, IllegalMove, NotYet
from apps.notifications.models import Delivery
from apps.recruitment.applications.models.application import Application
from apps.recruitment.employment.figures import pipeline
from apps.recruitment.employment.models.appointment import Appointment
from apps.recruitment.employment.models.check import Check
from apps.recruitment.employment.models.offer import Offer
from apps.recruitment.training.models import Enrolment, TrainingCohort
from apps.recruitment.vacancies.models.vacancy import Vacancy
from tests.at_once import together
from tests.factories import StaffFactory, UserFactory, programme_user

from .. import making

pytestmark = pytest.mark.django_db
SIGN_IN = "apps.accounts.backends.SignIn"


def told(kind):
    rows = Delivery.objects.filter(occurrence__rule__kind=kind).select_related("recipient")
    return {row.recipient for row in rows}


@pytest.fixture
def vacancy():
    return making.vacancy(state="decided")


def offered(vacancy, **fields):
    return Offer.make(making.application(vacancy, state="offered", **fields), by=vacancy.created_by)


def cleared(vacancy):
    offer = offered(vacancy)
    offer.move("accept", by=offer.application.candidate)
    return making.checks(offer)


def started(vacancy, on=None):
    offer = cleared(vacancy)
    offer.agree(
        by=vacancy.created_by,
        start_on=on or timezone.localdate(),
        adjustments_in_place=True,
        benefits_advice=True,
    )
    offer.move("start", by=vacancy.created_by)
    return Appointment.objects.get(vacancy=vacancy)


# --- offers -----------------------------------------------------------------------------------
def test_the_last_post_is_offered_once_and_falls_to_the_reserve_when_it_is_declined(vacancy):
    first = offered(vacancy)
    for officer in (vacancy.created_by, making.hr_officer()):
        with pytest.raises(Already) as refused:
            Offer.make(first.application, by=officer)
        assert refused.value.mine == (officer == vacancy.created_by)
    reserve = making.application(vacancy, state="interview_reserve")
    with pytest.raises(Conflict):
        Offer.make(reserve, by=vacancy.created_by)
    first.move("decline", by=first.application.candidate)
    second = Offer.make(reserve, by=vacancy.created_by)
    reserve.refresh_from_db()
    assert (second.state, reserve.state) == ("conditional", "offered")
    assert told("recruitment.offer_made") == {first.application.candidate, reserve.candidate}


@pytest.mark.parametrize("state", ["submitted", "interviewed", "unsuccessful", "withdrawn"])
def test_nobody_is_offered_a_post_whom_the_panel_did_not_choose(vacancy, state):
    with pytest.raises(NotYet):
        Offer.make(making.application(vacancy, state=state), by=vacancy.created_by)


def test_nothing_is_offered_before_the_panel_has_decided():
    vacancy = making.vacancy(state="interviewing")
    with pytest.raises(NotYet):
        offered(vacancy)


def test_only_its_candidate_answers_an_offer(vacancy):
    offer = offered(vacancy)
    for somebody in (vacancy.created_by, vacancy.manager, UserFactory()):
        with pytest.raises(PermissionDenied):
            offer.move("accept", by=somebody)
    offer.move("accept", by=offer.application.candidate)
    assert offer.state == "checks"
    with pytest.raises(IllegalMove):
        offer.move("accept", by=offer.application.candidate)


def test_for_somebody_without_an_account_human_resources_answer(vacancy):
    making.put(vacancy, "open")
    told_another_way = Application.type_in(
        vacancy, by=vacancy.created_by, full_name="Alex", phone="020"
    )
    making.put(vacancy, "decided")
    Application.objects.filter(pk=told_another_way.pk).update(state="offered")
    told_another_way.refresh_from_db()
    other = making.hr_officer()  # not who typed it in
    offer = Offer.make(told_another_way, by=other)
    offer.move("accept", by=other)
    assert offer.state == "checks"


def test_who_withdraws_gives_the_post_back(vacancy):
    offer = offered(vacancy)
    offer.application.move("withdraw", by=offer.application.candidate)
    offer.refresh_from_db()
    assert (offer.state, Offer.objects.live().count()) == ("declined", 0)


@pytest.mark.django_db(transaction=True)
def test_two_who_offer_the_last_post_at_once_one_wins():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite takes writers one by one")
    vacancy = making.vacancy(state="decided")
    people = [making.application(vacancy, state="offered") for _ in range(2)]
    officers = [vacancy.created_by, making.hr_officer()]

    def offer(application, officer):
        mine = Application.objects.get(pk=application.pk)
        by = type(officer).objects.get(pk=officer.pk)
        return lambda: Offer.make(mine, by=by)

    outcomes = together(*map(offer, people, officers))
    assert {str(one) for one in outcomes if isinstance(one, Conflict)} == {
        "Every post has been offered already."
    }
    assert Offer.objects.count() == 1


# --- checks -----------------------------------------------------------------------------------
def test_the_six_checks_begin_only_once_the_offer_is_accepted(vacancy):
    offer = offered(vacancy)
    assert not offer.employment_checks.exists()
    offer.move("accept", by=offer.application.candidate)
    assert [check.kind for check in offer.employment_checks.all()] == list(Check.Kind.values)


def test_no_check_has_room_for_what_it_said():
    texts = [
        field
        for field in Check._meta.fields
        if isinstance(field, models.TextField | models.CharField)
    ]
    assert [field.name for field in texts if not field.choices] == []


def test_the_last_check_clears_the_offer_and_a_problem_opens_it_again(vacancy):
    offer = cleared(vacancy)
    assert offer.state == "cleared"
    assert told("recruitment.offer_cleared") == {
        offer.application.candidate,
        vacancy.manager,
        vacancy.peer_lead,
    }
    offer.employment_checks.first().move("talk", by=vacancy.created_by)
    offer.refresh_from_db()
    assert offer.state == "checks"


def test_a_post_without_a_criminal_record_check_needs_none():
    vacancy = making.vacancy(state="decided", dbs_level="none")
    offer = offered(vacancy)
    offer.move("accept", by=offer.application.candidate)
    assert offer.employment_checks.get(kind="record").state == "not_needed"


def test_the_candidate_sees_where_each_check_stands(client, vacancy):
    offer = cleared(vacancy)
    client.force_login(offer.application.candidate, SIGN_IN)
    page = client.get(offer.get_absolute_url()).content.decode()
    assert page.count("Done") == len(Check.Kind)
    assert "sees to it" not in page


# --- starting ---------------------------------------------------------------------------------
def test_nobody_starts_before_everything_is_in_place(vacancy):
    offer = cleared(vacancy)
    with pytest.raises(NotYet) as refusal:
        offer.move("start", by=vacancy.created_by)
    for part in ("first day", "adjustments", "benefits"):
        assert part in str(refusal.value)
    tomorrow = timezone.localdate() + timedelta(days=1)
    offer.agree(
        by=vacancy.created_by, start_on=tomorrow, adjustments_in_place=True, benefits_advice=True
    )
    with pytest.raises(NotYet, match="has not come"):
        offer.move("start", by=vacancy.created_by)


def days_ago(number):
    on = timezone.localdate() - timedelta(days=number)
    return {f"start_on_{part}": getattr(on, part) for part in ("day", "month", "year")}


@pytest.mark.parametrize("accepts", [True, False])
def test_nobody_starts_before_they_accepted(client, vacancy, accepts):
    offer = cleared(vacancy) if accepts else offered(vacancy)
    in_place = {"adjustments_in_place": True, "benefits_advice": True}
    yesterday = timezone.localdate() - timedelta(days=1)
    with pytest.raises(NotYet, match="accepted"):
        offer.agree(by=vacancy.created_by, start_on=yesterday, **in_place)
    client.force_login(vacancy.created_by, SIGN_IN)
    url = reverse("offer_start", args=[offer.application.reference])
    answer = client.post(url, days_ago(3000) | {"benefits_advice": "on"})
    assert answer.status_code == 422
    assert 'id="id_start_on_group-error"' in answer.content.decode()
    offer.refresh_from_db()
    assert offer.start_on is None


def test_a_first_day_that_was_agreed_before_they_accepted_is_agreed_anew(vacancy):
    offer = offered(vacancy)
    offer.agree(
        by=vacancy.created_by,
        start_on=timezone.localdate(),
        adjustments_in_place=True,
        benefits_advice=True,
    )
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        offer.move("accept", by=offer.application.candidate)
        making.checks(offer)
        with pytest.raises(NotYet, match="accepted"):
            offer.move("start", by=vacancy.created_by)


def test_the_last_start_fills_the_vacancy():
    vacancy = making.vacancy(state="decided", posts=2)
    for state in ("decided", "filled"):
        offer = cleared(vacancy)
        offer.agree(
            by=vacancy.created_by,
            start_on=timezone.localdate(),
            adjustments_in_place=True,
            benefits_advice=True,
        )
        offer.move("start", by=vacancy.created_by)
        assert Vacancy.objects.get(pk=vacancy.pk).state == state


def test_two_who_start_close_together_are_shown_to_each_others_organisers(client):
    first, second = (making.vacancy(state="decided") for _ in range(2))
    day = timezone.localdate() + timedelta(days=30)
    for vacancy, ahead in ((first, 0), (second, 20)):
        offered(vacancy).agree(
            by=vacancy.created_by,
            start_on=day + timedelta(days=ahead),
            adjustments_in_place=True,
            benefits_advice=True,
        )
    client.force_login(first.created_by, SIGN_IN)
    page = client.get(Offer.objects.first().get_absolute_url()).content.decode()
    assert "People do well when two start together" in page


# --- in post ----------------------------------------------------------------------------------
def test_review_points_are_at_weeks_1_4_12_and_months_6_12_24(vacancy):
    post = started(vacancy)
    on = post.started_on
    weeks = [point.due_on for point in post.reviews.all()][:3]
    assert weeks == [on + timedelta(weeks=number) for number in (1, 4, 12)]
    assert [point.key for point in post.reviews.all()] == [
        "week_1",
        "week_4",
        "week_12",
        "month_6",
        "month_12",
        "month_24",
    ]


def test_a_review_is_held_once_by_those_who_look_after_somebody(vacancy):
    post = started(vacancy)
    point = post.reviews.first()
    with time_machine.travel(timezone.now() + timedelta(days=8)):
        with pytest.raises(PermissionDenied):
            point.hold(point.due_on, by=StaffFactory())
        point.hold(point.due_on, by=vacancy.manager, agreed="A quieter desk.")
        with pytest.raises(IllegalMove):
            point.hold(point.due_on, by=vacancy.peer_lead)
        assert post.user.has_perm("recruitment.look_after", post) is False


def test_who_left_counts_as_not_in_post_from_then_on(vacancy):
    post = started(vacancy)
    enrolment = Enrolment.objects.create(
        cohort=TrainingCohort.objects.create(
            name="A", starts_at=timezone.now(), created_by=vacancy.created_by
        ),
        user=post.user,
        state="completed",
        began_on=timezone.localdate(),
    )
    Appointment.objects.filter(pk=post.pk).update(enrolment=enrolment)
    with time_machine.travel(timezone.now() + timedelta(days=240)):
        Appointment.objects.get(pk=post.pk).left(
            timezone.localdate(), by=vacancy.manager, words="I move to the coast."
        )
    with time_machine.travel(timezone.now() + timedelta(days=400)):
        found = pipeline(Enrolment.objects.all())
    assert (found["month_6"], found["month_12"], found["month_24"]) == ((1, 1), (0, 1), (0, 0))
    post.refresh_from_db()
    with pytest.raises(IllegalMove):
        post.left(timezone.localdate(), by=vacancy.manager)


def test_what_was_agreed_is_read_by_those_it_concerns_alone(client, vacancy):
    post = started(vacancy)
    for user, status in (
        (post.user, 200),
        (vacancy.manager, 200),
        (vacancy.peer_lead, 200),
        (vacancy.created_by, 200),
        (StaffFactory(), 404),
    ):
        client.force_login(user, SIGN_IN)
        assert client.get(post.get_absolute_url()).status_code == status


# --- training ---------------------------------------------------------------------------------
@pytest.fixture
def office():
    return programme_user("Programme office")


def cohort(office, **fields):
    defaults = {"name": "Spring", "starts_at": timezone.now() - timedelta(days=100)}
    return TrainingCohort.plan(by=office, **defaults | fields)


def test_twelve_sessions_keep_their_time_of_day_when_the_clocks_change(office):
    made = cohort(office, starts_at=datetime(2026, 10, 5, 14, tzinfo=LONDON))
    times = [timezone.localtime(one.starts_at) for one in made.sessions.all()]
    assert len(times) == 12
    assert {(time.hour, time.weekday()) for time in times} == {(14, 0)}
    assert len({time.utcoffset() for time in times}) == 2


def test_training_begins_with_a_mentor_for_each_and_ends_with_an_end_for_each(office):
    made = cohort(office)
    with pytest.raises(NotYet, match="Enrol somebody"):
        made.move("begin", by=office)
    one = Enrolment.add(made, UserFactory(), by=office)
    with pytest.raises(NotYet, match="no mentor"):
        made.move("begin", by=office)
    with pytest.raises(NotYet, match="own mentor"):
        one.name_mentor(one.user, by=office)
    one.name_mentor(UserFactory(), by=office)
    made.move("begin", by=office)
    one.refresh_from_db()
    with pytest.raises(NotYet, match="who came"):
        one.move("complete", by=office)
    made.sessions.first().record_attendance({one.pk}, by=office)
    with pytest.raises(NotYet, match="Say of 1"):
        made.move("finish", by=office)
    one.move("complete", by=office)
    made.move("finish", by=office)
    assert (made.state, one.ended_on) == ("finished", timezone.localdate())


def test_nobody_records_that_they_completed_their_own_training(office):
    made = cohort(office)
    one = Enrolment.add(made, office, by=office, mentor=UserFactory())
    made.move("begin", by=office)
    made.sessions.first().record_attendance({one.pk}, by=office)
    one.refresh_from_db()
    with pytest.raises(NotYet, match="their own training"):
        one.move("complete", by=office)
    one.move("complete", by=programme_user("Programme office"))
    assert one.state == "completed"


def test_pausing_and_leaving_need_no_reason_and_nobody_elses_leave(office):
    made = cohort(office)
    one = Enrolment.add(made, UserFactory(), by=office, mentor=UserFactory())
    with pytest.raises(PermissionDenied):
        one.move("pause", by=one.mentor)
    one.move("pause", by=one.user)
    one.move("come_back", by=one.user)
    one.move("leave", by=one.user)
    assert one.state == "left"


def test_sessions_that_somebody_came_to_are_offered_to_their_claim_as_training(office):
    made = cohort(office)
    one = Enrolment.add(made, UserFactory(), by=office, mentor=UserFactory())
    made.move("begin", by=office)
    made.sessions.first().record_attendance({one.pk}, by=office)
    made.sessions.all()[1].record_attendance(set(), by=office)
    since = timezone.localdate() - timedelta(days=200)
    paid = [entry for source in ATTENDED for entry in source(one.user, since)]
    assert [(entry.kind, entry.minutes) for entry in paid] == [("training", 180)]


def test_the_training_that_somebody_completed_leads_to_their_post(office, vacancy):
    made = cohort(office)
    one = Enrolment.add(made, UserFactory(), by=office, mentor=UserFactory())
    made.move("begin", by=office)
    made.sessions.first().record_attendance({one.pk}, by=office)
    one.refresh_from_db()
    one.move("complete", by=office)
    post = Appointment.begin(vacancy=vacancy, user=one.user, started_on=timezone.localdate())
    assert post.enrolment == one
    assert pipeline(made.enrolments.all())["employed"] == 1


def test_whoever_takes_part_sees_their_own_line_alone(client, office):
    made = cohort(office)
    mine, other = (
        Enrolment.add(made, UserFactory(), by=office, mentor=StaffFactory()) for _ in range(2)
    )
    client.force_login(mine.user, SIGN_IN)
    page = client.get(reverse("cohort", args=[made.pk])).content.decode()
    assert (mine.user.name in page, other.user.name in page) == (True, False)
