"""Training cohorts. The observer takes part, with the member as mentor."""

from datetime import timedelta

from django.utils import timezone

from apps.recruitment.training.models import Enrolment, TrainingCohort
from tests.factories import UserFactory
from tests.matrix import Row


def populate(world):
    actors = world.actors
    starts_at = timezone.now() - timedelta(days=8)
    plan = TrainingCohort.plan
    world.cohort = plan(by=actors["office"], name="Autumn", starts_at=starts_at)
    world.enrolled = Enrolment.add(
        world.cohort, actors["observer"], by=actors["office"], mentor=actors["member"]
    )
    world.cohort.move("begin", by=actors["office"])
    world.enrolled.refresh_from_db()
    world.cohort.sessions.first().record_attendance({world.enrolled.pk}, by=actors["office"])
    world.cohort_planned = plan(by=actors["office"], name="Spring", starts_at=starts_at)
    Enrolment.add(world.cohort_planned, UserFactory(), by=actors["office"], mentor=UserFactory())
    world.cohort_over = plan(
        by=actors["office"], name="Old", starts_at=starts_at - timedelta(days=200)
    )
    over = Enrolment.add(
        world.cohort_over, actors["observer"], by=actors["office"], mentor=actors["member"]
    )
    world.cohort_over.move("begin", by=actors["office"])
    over.refresh_from_db()
    over.move("pause", by=actors["observer"])
    world.paused_training = over


def of(thing, /, **more):
    return lambda world: (
        {"pk": getattr(world, thing).pk}
        | {key: value(world) if callable(value) else value for key, value in more.items()}
    )


def enrolment(world):
    return world.enrolled.pk


def day(name, ahead=0):
    on = timezone.localdate() + timedelta(days=ahead)
    return {f"{name}_day": on.day, f"{name}_month": on.month, f"{name}_year": on.year}


#            anonymous outsider observer member secretary colead office hr admin
SIGNED_IN = "302 200 200 200 200 200 200 200 200"
TRAIN = "302 404 403 403 404 404 200 200 404"
TRAIN_POST = "302 404 403 403 404 404 302 302 404"
RUN = "302 403 403 403 403 403 200 200 403"


ROWS = [
    Row("cohorts", SIGNED_IN),
    Row("cohort_plan", RUN),
    Row(
        "cohort_plan",
        RUN.replace("200", "302"),
        method="post",
        data=lambda world: {"name": "Summer", "at": "2pm", "minutes": "120"} | day("on", 30),
    ),
    Row("cohort", "302 404 200 200 404 404 200 200 404", of("cohort")),
    Row("enrol", TRAIN, of("cohort")),
    Row("enrol", TRAIN, of("cohort"), data=lambda world: {"q": "Person"}, note="found"),
    Row("mentor", TRAIN, of("cohort", enrolment=enrolment)),
    Row("session", TRAIN, of("cohort", number=1)),
    Row(
        "session",
        TRAIN_POST,
        of("cohort", number=1),
        method="post",
        data=lambda world: {"present": [world.enrolled.pk]},
    ),
]

MOVES = {
    TrainingCohort: {
        "begin": Row(
            "cohort_move",
            "302 404 404 404 404 404 302 302 404",
            of("cohort_planned", name="begin"),
            method="post",
        ),
        "finish": Row("cohort_move", TRAIN_POST, of("cohort_over", name="finish"), method="post"),
    },
    Enrolment: {
        "pause": Row(
            "enrolment_move",
            "302 404 302 403 404 404 302 302 404",
            of("enrolled", name="pause"),
            method="post",
        ),
        "come_back": Row(
            "enrolment_move",
            "302 404 302 403 404 404 302 302 404",
            of("paused_training", name="come_back"),
            method="post",
        ),
        "complete": Row(
            "enrolment_move", TRAIN_POST, of("enrolled", name="complete"), method="post"
        ),
        "leave": Row(
            "enrolment_move",
            "302 404 302 403 404 404 302 302 404",
            of("enrolled", name="leave"),
            method="post",
        ),
    },
}
KEPT_OUT = {"SessionAttendance": "part of a session"}
