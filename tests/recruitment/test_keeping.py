"""After the nightly run nothing of an expired application is left, in any table or file."""

from datetime import timedelta

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.utils import timezone

from apps.accounts.roles import ADMIN
from apps.datarights import retention
from apps.datarights.models import Hold
from apps.notifications.kinds import notify
from apps.notifications.models import Occurrence
from apps.recruitment.applications.models.application import Application
from apps.recruitment.applications.models.monitoring import Count
from apps.recruitment.employment.models.appointment import Appointment
from apps.recruitment.employment.models.offer import Offer
from apps.recruitment.vacancies.models.visit import VisitBooking

from ..factories import UserFactory, programme_user
from . import making
from .selection import choosing

pytestmark = pytest.mark.django_db
NAME = "Zebedee Quillfeather"
WORDS = "Nobody else ever wrote these words"


def anywhere(*strings):
    """Tables in which one of these strings stands."""
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            for row in cursor.fetchall():
                if any(text in str(value) for value in row for text in strings):
                    found.add(table)
    return found


def written(vacancy, **fields):
    one = making.application(
        vacancy,
        words=WORDS,
        full_name=NAME,
        phone="020 7777 7777",
        address="1 Odd Lane",
        adjustments="A blue lamp",
        supporter_name="Quentin Oddfellow",
        **fields,
    )
    one.jobs.create(title="Lamplighter", employer="Oddfellow and Sons", began="1999")
    one.referees.create(name="Ursula Oddfellow", relation="Aunt", email="u@odd.example")
    notify("recruitment.application_sent", one, [one.candidate])
    return one


STRINGS = (NAME, WORDS, "020 7777 7777", "1 Odd Lane", "A blue lamp", "Oddfellow", "Lamplighter")


def age(application, days):
    ago = timezone.now() - timedelta(days=days)
    Application.objects.filter(pk=application.pk).update(submitted_at=ago, closed_at=ago)


def test_an_unsuccessful_application_is_gone_after_400_days_and_counts_stay():
    one = written(making.vacancy(state="unfilled"), state="unsuccessful")
    Count.objects.create(
        year=2026, bands="2 to 4", stage="applied", characteristic="age", value="25_34", number=9
    )
    age(one, 399)
    retention.run()
    assert anywhere(*STRINGS)
    age(one, 401)
    retention.run()
    assert anywhere(*STRINGS) == set()
    assert Count.objects.count() == 1


def test_a_draft_is_gone_90_days_after_the_vacancy_closed():
    vacancy = making.vacancy(state="open")
    written(vacancy, state="draft")
    type(vacancy).objects.filter(pk=vacancy.pk).update(
        state="unfilled",
        opened_at=timezone.now() - timedelta(days=200),
        closes_at=timezone.now() - timedelta(days=91),
    )
    retention.run()
    assert anywhere(*STRINGS) == set()


def test_a_successful_one_is_gone_200_days_after_the_start_and_the_post_stays():
    vacancy = making.vacancy(state="decided")
    one = written(vacancy, state="offered")
    offer = Offer.make(one, by=vacancy.created_by)
    started = timezone.localdate() - timedelta(days=201)
    Offer.objects.filter(pk=offer.pk).update(state="started", start_on=started)
    Appointment.begin(vacancy=vacancy, user=one.candidate, started_on=started)
    age(one, 300)
    retention.run()
    assert anywhere(*STRINGS) == set()
    assert Appointment.objects.get().user == one.candidate


def test_one_that_is_held_stays_whole():
    one = written(making.vacancy(state="unfilled"), state="unsuccessful")
    age(one, 500)
    Hold.objects.create(
        thing_type=ContentType.objects.get_for_model(one),
        thing_id=str(one.pk),
        reason="A tribunal.",
        placed_by=programme_user(ADMIN),
    )
    report = retention.run()
    assert report.held["applications"] == 1
    assert {"recruitment_application", "recruitment_answer"} <= anywhere(*STRINGS)


def test_one_that_is_still_in_play_stays():
    one = written(making.vacancy(state="interviewing"), state="interviewed")
    age(one, 500)
    retention.run()
    assert Application.objects.filter(pk=one.pk).exists()


def test_who_came_to_look_is_forgotten_30_days_after_the_visit():
    vacancy = making.vacancy(state="open")
    now = timezone.now()
    booked = {}
    for days in (29, 31):
        ends_at = now - timedelta(days=days)
        visit = vacancy.visits.create(
            starts_at=ends_at - timedelta(hours=1), ends_at=ends_at, place="The Hub"
        )
        booked[days] = visit.bookings.create(user=UserFactory())
    retention.run()
    assert list(VisitBooking.objects.all()) == [booked[29]]


@pytest.mark.parametrize("answer", ["declined", "taken_back", None])
def test_one_that_was_offered_the_post_and_did_not_start_is_gone_too(answer):
    vacancy = making.vacancy(state="decided")
    one = written(vacancy, state="offered")
    if answer:
        offer = Offer.make(one, by=vacancy.created_by)
        Offer.objects.filter(pk=offer.pk).update(state=answer)
    making.put(vacancy, "unfilled")
    age(one, 401)
    retention.run()
    assert anywhere(*STRINGS) == set()
    assert not Application.objects.filter(pk=one.pk).exists()


def test_no_message_is_left_about_anything_of_an_application():
    """Nobody who was told of it opens a message about what is no longer there."""
    vacancy, _ = choosing.interviewing("yes")
    round_ = choosing.score_all(vacancy, stage=choosing.Stage.INTERVIEW)
    choosing.decide(round_, choosing.results(vacancy, "yes"))
    choosing.conclude(vacancy, "decide")
    choosing.send(vacancy, choosing.Stage.INTERVIEW)
    one = vacancy.applications.get()
    offer = Offer.make(one, by=choosing.anew(vacancy.created_by))
    offer.move("accept", by=choosing.anew(one.candidate))
    offer.move("decline", by=choosing.anew(one.candidate))
    one.refresh_from_db()
    one.move("undo_decision", by=choosing.anew(vacancy.created_by), note="Zebedee was not it")
    making.put(vacancy, "unfilled")
    age(one, 401)
    retention.run()
    assert not Application.objects.exists()
    gone = [
        kind
        for kind, pk in Occurrence.objects.values_list("subject_type__model", "subject_id")
        if not ContentType.objects.get(app_label="recruitment", model=kind)
        .model_class()
        .objects.filter(pk=pk)
        .exists()
    ]
    assert gone == []
    assert anywhere("Zebedee was not it") == set()
