"""From the offer to two years in post.

The outsider was offered the post; the secretary is the manager and the co-lead the peer lead.
"""

from datetime import timedelta

from django.utils import timezone

from apps.recruitment.employment.models.appointment import Appointment
from apps.recruitment.employment.models.check import Check
from apps.recruitment.employment.models.offer import Offer
from tests.factories import UserFactory
from tests.matrix import Row

from .. import making


def populate(world):
    actors, today = world.actors, timezone.localdate()
    made = making.vacancy(
        by=actors["hr"],
        manager=actors["secretary"],
        peer_lead=actors["colead"],
        posts=4,
        state="decided",
    )
    world.decided = made
    world.start_chosen = making.application(made, state="offered")
    world.start_reserve = making.application(made, state="interview_reserve")
    mine = making.application(made, actors["outsider"], state="offered")
    world.offer_made = Offer.make(mine, by=actors["hr"])
    other = making.vacancy(
        by=actors["hr"],
        manager=actors["secretary"],
        peer_lead=actors["colead"],
        posts=4,
        state="decided",
    )
    world.offer_checks = Offer.make(
        making.application(other, actors["outsider"], state="offered"), by=actors["hr"]
    )
    world.offer_checks.move("accept", by=actors["outsider"])
    third = making.vacancy(
        by=actors["hr"],
        manager=actors["secretary"],
        peer_lead=actors["colead"],
        posts=4,
        state="decided",
    )
    world.offer_cleared = Offer.make(
        making.application(third, actors["outsider"], state="offered"), by=actors["hr"]
    )
    world.offer_cleared.move("accept", by=actors["outsider"])
    world.offer_cleared.agree(
        by=actors["hr"], start_on=today, adjustments_in_place=True, benefits_advice=True
    )
    making.checks(world.offer_cleared)
    kinds = {check.kind: check for check in world.offer_checks.employment_checks.all()}
    world.check_seen = making.seen(kinds["work"], by=making.hr_officer())
    world.check_problem = kinds["health"]
    world.check_problem.move("talk", by=actors["hr"])
    world.in_post = Appointment.begin(
        vacancy=made, user=actors["outsider"], started_on=today - timedelta(days=10), by=None
    )
    world.right_to_work = Appointment.begin(
        vacancy=made,
        user=UserFactory(),
        started_on=today - timedelta(days=100),
        right_to_work_until=today + timedelta(days=50),
        by=None,
    )
    world.right_to_work.see_work_again(
        by=making.hr_officer(), evidence="work_share", seen_on=today, ends_on=None
    )
    world.inducted = Appointment.begin(
        vacancy=made, user=UserFactory(), started_on=today - timedelta(days=100), by=None
    )
    world.inducted.move("induct", by=actors["secretary"])


def vacancy(world):
    return {"reference": world.decided.reference}


def application(thing, /, **more):
    return lambda world: {"reference": getattr(world, thing).reference} | more


def offer(thing, /, **more):
    return lambda world: {"reference": getattr(world, thing).application.reference} | more


def of(thing, /, **more):
    return lambda world: (
        {"pk": getattr(world, thing).pk}
        | {key: value(world) if callable(value) else value for key, value in more.items()}
    )


def first_review(world):
    return world.in_post.reviews.first().pk


def day(name, ahead=0):
    on = timezone.localdate() + timedelta(days=ahead)
    return {f"{name}_day": on.day, f"{name}_month": on.month, f"{name}_year": on.year}


#            anonymous outsider observer member secretary colead office hr admin
SIGNED_IN = "302 200 200 200 200 200 200 200 200"
BOTH = "302 200 404 404 404 404 404 200 404"
HR = "302 404 404 404 403 403 403 200 403"
HANDLE = "302 403 404 404 404 404 404 200 404"
HANDLE_POST = "302 403 404 404 404 404 404 302 404"
ANSWER = "302 302 404 404 404 404 404 403 404"
LOOK = "302 200 404 404 200 200 404 200 404"
LOOK_AFTER = "302 403 404 404 200 200 404 200 404"
LOOK_AFTER_POST = "302 403 404 404 302 302 404 302 404"
WORK = "302 404 404 404 403 403 404 200 404"


ROWS = [
    Row("offers", HR, vacancy),
    Row(
        "offer_make",
        "302 404 404 404 404 404 404 302 404",
        application("start_chosen"),
        method="post",
    ),
    Row(
        "offer_make",
        "302 404 404 404 404 404 404 302 404",
        application("start_reserve"),
        method="post",
        note="from the reserve",
    ),
    Row("offer", BOTH, offer("offer_made")),
    Row("offer", BOTH, offer("offer_checks"), note="checks"),
    Row("offer_start", HANDLE, offer("offer_made")),
    Row(
        "offer_start",
        HANDLE_POST,
        offer("offer_made"),
        method="post",
        data=lambda world: day("start_on", 20),
    ),
    Row("offer_check", HANDLE, offer("offer_checks", kind="identity")),
    Row("offer_check", HANDLE, offer("offer_checks", kind="work"), note="seen by one"),
    Row("check_seen", HANDLE, offer("offer_checks", kind="identity")),
    Row(
        "check_seen",
        HANDLE_POST,
        offer("offer_checks", kind="identity"),
        method="post",
        data=lambda world: day("seen_on") | {"evidence": "id_two_photo", "seen": 1},
    ),
    Row("appointment_work", WORK, of("right_to_work")),
    Row(
        "appointment_work",
        WORK.replace("200", "302"),
        of("right_to_work"),
        method="post",
        data=lambda world: day("seen_on") | {"evidence": "work_passport"},
    ),
    Row("appointment_work_confirm", WORK, of("right_to_work")),
    Row(
        "appointment_work_confirm",
        WORK.replace("200", "302"),
        of("right_to_work"),
        method="post",
        data=lambda world: {"proposal": world.right_to_work.proposal},
    ),
    Row("appointments", SIGNED_IN),
    Row("appointment", LOOK, of("in_post")),
    Row("appointment_review", LOOK_AFTER, of("in_post", review=first_review)),
    Row(
        "appointment_review",
        LOOK_AFTER_POST,
        of("in_post", review=first_review),
        method="post",
        data=lambda world: day("held_on"),
    ),
    Row("appointment_left", LOOK_AFTER, of("in_post")),
    Row(
        "appointment_left",
        LOOK_AFTER_POST,
        of("in_post"),
        method="post",
        data=lambda world: day("left_on"),
    ),
    Row("who_stays", "302 302 302 302 302 302 302 302 302"),
    Row("who_stays_csv", "302 403 403 403 403 403 403 200 403"),
]


def a_check(kind, name):
    return offer("offer_checks", kind=kind, name=name)


MOVES = {
    Check: {
        "ask": Row("check_move", HANDLE_POST, a_check("identity", "ask"), method="post"),
        "clear": Row("check_move", HANDLE_POST, a_check("work", "clear"), method="post"),
        "leave_out": Row(
            "check_move",
            HANDLE_POST,
            a_check("registration", "leave_out"),
            method="post",
            data=lambda world: {"note": "The post asks for none."},
        ),
        "talk": Row("check_move", HANDLE_POST, a_check("history", "talk"), method="post"),
        "put_back": Row(
            "check_move",
            HANDLE_POST,
            a_check("health", "put_back"),
            method="post",
            data=lambda world: {"note": "They have called."},
        ),
    },
    Offer: {
        "accept": Row("offer_move", ANSWER, offer("offer_made", name="accept"), method="post"),
        "decline": Row("offer_move", ANSWER, offer("offer_made", name="decline"), method="post"),
        "start": Row(
            "offer_move", HANDLE_POST, offer("offer_cleared", name="start"), method="post"
        ),
        "take_back": Row(
            "offer_move",
            HANDLE_POST,
            offer("offer_made", name="take_back"),
            method="post",
            data=lambda world: {"note": "The money is gone."},
        ),
    },
    Appointment: {
        "induct": Row(
            "appointment_move", LOOK_AFTER_POST, of("in_post", name="induct"), method="post"
        ),
        "pass_probation": Row(
            "appointment_move",
            "302 404 404 404 302 302 404 302 404",
            of("inducted", name="pass_probation"),
            method="post",
        ),
    },
}
KEPT_OUT = {
    "Check": "part of an offer; its candidate and Human Resources see it on the site",
    "ReviewPoint": "what was agreed is read by those who look after somebody",
}
