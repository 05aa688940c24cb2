"""Seats in task groups."""

from datetime import timedelta

from django.utils import timezone

from apps.network.seats.models import Nomination, SeatRequest
from tests import factories as make
from tests.factories import UserFactory, appoint
from tests.matrix import Row, move, of
from tests.network import matrix as whole


def populate(world):
    """One person of the matrix leads both groups; others lead each alone."""
    world.after(whole.populate)
    member, colead = world.actors["member"], world.actors["colead"]
    volunteer = UserFactory()
    appoint(world.network, volunteer)

    def ask():
        return make.seats_asked(world.group, world.network, by=colead)

    world.asked, world.asked_again, world.asked_afresh = ask(), ask(), ask()
    world.forward = make.nomination(world.asked, member)
    world.accepted_nomination = make.nomination(
        world.asked, volunteer, to="accepted", by=world.network_lead
    )
    world.consent = Nomination.offer(
        world.asked_again, member, by=world.actors["secretary"], statement="They are good at it."
    )


def on(name, day):
    return {f"{name}_day": day.day, f"{name}_month": day.month, f"{name}_year": day.year}


def a_request(world):
    today = timezone.localdate()
    return (
        {"seats": 2, "purpose": "To speak for us."}
        | on("by_when", today)
        | on("starts", today)
        | on("ends", today + timedelta(days=100))
    )


def offered(world):
    return {"statement": "I would like to."}


def suggested(world):
    return {"statement": "They are good at it.", "user": world.network_lead.pk}


ANYBODY = "302 200 200 200 200 200 200 200 200"
SEES = "302 404 200 200 200 200 200 404 200"
LEADS = "302 404 403 403 403 200 403 404 403"
LEADS_POST = "302 404 403 403 403 302 403 404 403"
OFFERS = "302 404 403 200 200 200 403 404 403"

ROWS = [
    # seats
    Row("seats", ANYBODY),
    Row(
        "seats",
        ANYBODY,
        data=lambda w: {"q": "role", "state": "open", "sort": "group"},
        note="filtered",
    ),
    Row("seats_csv", ANYBODY),
    Row("turns", SEES),
    Row(
        "turns",
        SEES,
        data=lambda w: {"had": "never", "side": "staff", "sort": "name"},
        note="filtered",
    ),
    Row("turns_csv", SEES, again=True),
    Row("seats_ask", LEADS, lambda w: {"slug": w.group.slug}),
    Row("seats_ask", LEADS_POST, lambda w: {"slug": w.group.slug}, method="post", data=a_request),
    Row("seat_request", SEES, of("asked")),
    Row("seat_move", LEADS, lambda w: of("asked_afresh")(w) | {"name": "close"}),
    Row("seat_offer", OFFERS, of("asked")),
    Row(
        "seat_offer", OFFERS.replace("200", "302"), of("asked_afresh"), method="post", data=offered
    ),
    Row("seat_suggest", OFFERS, of("asked")),
    Row("seat_suggest", OFFERS, of("asked"), data=lambda w: {"q": "Person"}, note="searched"),
    Row(
        "seat_suggest",
        OFFERS.replace("200", "422"),
        of("asked_afresh"),
        method="post",
        data=suggested,
        note="without having searched",
    ),
    # The person, and the co-leads of both sides once the person agreed.
    Row("nomination", "302 404 404 200 404 200 404 404 404", of("forward")),
    Row("nomination", "302 404 404 200 200 404 404 404 404", of("consent"), note="consent"),
    Row("nomination_answer", "302 404 404 200 403 404 404 404 404", of("consent")),
    Row(
        "nomination_move",
        "302 404 404 403 404 200 404 404 404",
        lambda w: of("forward")(w) | {"name": "accept"},
    ),
]

MOVES = {
    SeatRequest: {
        "close": move("seat_move", LEADS_POST, "asked_afresh", "close"),
        "withdraw": move("seat_move", LEADS_POST, "asked", "withdraw"),
    },
    Nomination: {
        "agree": Row(
            "nomination_answer",
            "302 404 404 302 403 404 404 404 404",
            of("consent"),
            method="post",
            data=offered,
        ),
        "refuse": move(
            "nomination_move", "302 404 404 302 403 404 404 404 404", "consent", "refuse"
        ),
        "accept": move(
            "nomination_move", "302 404 404 403 404 302 404 404 404", "forward", "accept"
        ),
        "seat": move(
            "nomination_move", "302 404 404 404 404 302 404 404 404", "accepted_nomination", "seat"
        ),
        "not_seated": move(
            "nomination_move", "302 404 404 403 404 302 404 404 404", "forward", "not_seated"
        ),
        "withdraw": move(
            "nomination_move", "302 404 404 302 404 403 404 404 404", "forward", "withdraw"
        ),
    },
}
