"""Conversations: planning, booking, looking back."""

from datetime import timedelta

from django.utils import timezone

from apps.conversations.links import booking_token
from apps.conversations.models.booking import Booking, BookingSupport
from apps.conversations.models.conversation import Conversation
from apps.conversations.models.photograph import PhotoConsent, Photograph
from tests import factories as make
from tests.matrix import Row, move, moving, of
from tests.network import matrix as whole


def populate(world):
    """The co-lead of the matrix runs them and is the named organiser; the member has booked."""
    world.after(whole.populate)
    network, member, colead = (world.network, world.actors["member"], world.actors["colead"])
    world.conversation_draft = make.conversation(network, to="draft")
    world.conversation_open = make.conversation(network, places=9)
    world.conversation_begun = make.conversation_over(network, member, to="begun")
    world.conversation_held = make.conversation_over(network, member)
    world.conversation_written = make.conversation_over(network, member, to="written_up")
    world.booking = Booking.book(world.conversation_open, member)
    world.public_booking = Booking.ask(
        world.conversation_open, name="Robin", email="robin@test.example"
    )
    world.public_booking.confirm()
    world.support_of_booking = BookingSupport.ask(world.booking, "A quiet seat", by=member)
    held_booking = world.conversation_held.bookings.get(user=member)
    world.feedback = {"token": booking_token(held_booking)}
    world.photo = Photograph.add(
        world.conversation_held, make.picture(), by=colead, description="A garden", people=1
    )
    world.photo_consent = PhotoConsent.note(world.photo, by=colead, user=member)
    world.photo_public = Photograph.add(
        world.conversation_written, make.picture(), by=colead, description="A bench", people=0
    )
    world.ready_to_write_up = make.conversation_over(network, member)
    world.ready_to_write_up.save_revision(1, write_up="A lot.")


def on(name, day):
    return {f"{name}_day": day.day, f"{name}_month": day.month, f"{name}_year": day.year}


def conversation_form(world):
    return {
        "title": "Next",
        "summary": "More",
        "start": "2pm",
        "end": "4pm",
        "place": "The Hub",
        "places": "20",
        "organiser": world.actors["colead"].pk,
    } | on("date", timezone.localdate() + timedelta(days=40))


def a_session(world):
    return {
        "at": "3pm",
        "title": "Tea",
        "peer": world.actors["colead"].pk,
        "staff": world.network_lead.pk,
    }


def part_of(name):
    return lambda world: of(name)(world) | {"session_pk": getattr(world, name).sessions.first().pk}


def booked_by(name):
    return lambda world: {"came": [getattr(world, name).bookings.first().pk]}


def written_up(world):
    return {"write_up": "What was said.", "seen": world.conversation_held.revision}


def a_photo(world):
    return {"file": make.picture(), "description": "A door", "people": "0"}


def agreed_on_paper(world):
    return {"name": "Robin", "how": "paper"} | on("given_on", timezone.localdate())


def answered(world):
    return {"rating": "5", "heard": "yes"}


def by_link(world):
    return {"token": booking_token(world.public_booking)}


ANYBODY = "302 200 200 200 200 200 200 200 200"
EVERYBODY = "200 200 200 200 200 200 200 200 200"
HIDDEN = "404 404 404 404 200 200 200 404 404"
RUNS = "302 403 403 403 200 200 200 403 403"
RUNS_POST = "302 403 403 403 302 302 302 403 403"
RUNS_DRAFT = "302 404 404 404 200 200 200 404 404"
RUNS_DRAFT_POST = "302 404 404 404 302 302 302 404 404"
BOOKED = "302 404 404 200 404 404 404 404 404"
BOOKED_POST = "302 404 404 302 404 404 404 404 404"

ROWS = [
    # Conversations
    Row("conversations", EVERYBODY),
    Row("conversations", EVERYBODY, data=lambda w: {"q": "peer", "show": "past"}, note="past"),
    Row("conversations_csv", EVERYBODY),
    Row("conversation", EVERYBODY, of("conversation_open"), note="announced"),
    Row("conversation", HIDDEN, of("conversation_draft"), note="draft"),
    Row("conversation", EVERYBODY, of("conversation_held"), note="held"),
    Row("conversation", EVERYBODY, of("conversation_written"), note="written up"),
    Row("conversation_calendar", EVERYBODY, of("conversation_open")),
    Row("conversation_places", "200 302 302 302 302 302 302 302 302", of("conversation_open")),
    Row(
        "conversation_places",
        "422 302 302 302 302 302 302 302 302",
        of("conversation_open"),
        method="post",
        data=lambda w: {"name": "Robin"},
        note="incomplete",
    ),
    Row("conversation_asked", EVERYBODY, of("conversation_open")),
    Row(
        "conversation_book",
        "302 302 302 409 302 302 302 302 302",
        of("conversation_open"),
        method="post",
    ),
    # The link itself is the permission: whoever holds it, signed in or not.
    Row("booking", EVERYBODY, by_link),
    Row(
        "booking",
        EVERYBODY.replace("200", "302"),
        by_link,
        method="post",
        data=lambda w: {"text": "A quiet seat"},
    ),
    Row(
        "booking",
        EVERYBODY.replace("200", "404"),
        lambda w: {"token": "forged:token"},
        note="forged",
    ),
    Row(
        "booking",
        EVERYBODY.replace("200", "404"),
        lambda w: {"token": booking_token(w.booking)},
        note="of somebody with an account",
    ),
    Row("conversation_feedback", EVERYBODY, lambda w: w.feedback),
    Row(
        "conversation_feedback",
        EVERYBODY.replace("200", "302"),
        lambda w: w.feedback,
        method="post",
        data=answered,
    ),
    # The person and the named organiser alone, whatever the role.
    Row("conversation_support", BOOKED, of("conversation_open")),
    Row(
        "conversation_support",
        BOOKED_POST,
        of("conversation_open"),
        method="post",
        data=lambda w: {"text": "Large print"},
    ),
    Row("conversation_support_list", ANYBODY),
    Row("conversation_arrange", "302 404 404 403 404 200 404 404 404", of("support_of_booking")),
    Row("conversation_plan", "302 404 403 403 200 200 200 404 403"),
    Row(
        "conversation_plan",
        "302 404 403 403 302 302 302 404 403",
        method="post",
        data=conversation_form,
    ),
    Row("conversation_change", RUNS, of("conversation_open")),
    Row(
        "conversation_change",
        RUNS_DRAFT_POST,
        of("conversation_draft"),
        method="post",
        data=lambda w: conversation_form(w) | {"seen": 0},
    ),
    Row("conversation_move", RUNS, moving("conversation_open", "cancel")),
    Row("session_add", RUNS, of("conversation_open")),
    Row("session_add", RUNS_POST, of("conversation_open"), method="post", data=a_session),
    Row("session_change", RUNS, part_of("conversation_open")),
    Row("session_change", RUNS_POST, part_of("conversation_open"), method="post", data=a_session),
    Row("session_remove", RUNS_DRAFT, part_of("conversation_draft")),
    Row("session_remove", RUNS_DRAFT_POST, part_of("conversation_draft"), method="post"),
    Row("bookings", RUNS, of("conversation_open")),
    Row(
        "bookings",
        RUNS,
        of("conversation_open"),
        note="filtered",
        data=lambda w: {"q": "rob", "state": "booked", "sort": "name"},
    ),
    Row("bookings_csv", RUNS, of("conversation_open"), again=True),
    Row("booking_move", "302 404 404 200 200 200 200 404 404", moving("booking", "cancel")),
    Row("conversation_sign_in", RUNS, of("conversation_begun")),
    Row(
        "conversation_sign_in",
        RUNS_POST,
        of("conversation_begun"),
        method="post",
        data=booked_by("conversation_begun"),
    ),
    Row("sign_in_sheet", RUNS, of("conversation_open")),
    Row("conversation_report", RUNS, of("conversation_held")),
    Row("conversation_write_up", RUNS, of("conversation_held")),
    Row(
        "conversation_write_up", RUNS_POST, of("conversation_held"), method="post", data=written_up
    ),
    Row("photographs", RUNS, of("conversation_held")),
    Row("photograph_add", RUNS, of("conversation_held")),
    Row("photograph_add", RUNS_POST, of("conversation_held"), method="post", data=a_photo),
    Row("photograph", "404 404 404 200 200 200 200 404 404", of("photo"), note="not agreed"),
    Row("photograph", EVERYBODY, of("photo_public"), note="public"),
    Row("photo_consent_add", "302 404 404 403 200 200 200 404 404", of("photo")),
    Row(
        "photo_consent_add",
        "302 404 404 403 302 302 302 404 404",
        of("photo"),
        method="post",
        data=agreed_on_paper,
    ),
    Row("photograph_remove", "302 404 404 403 200 200 200 404 404", of("photo")),
    Row("photograph_remove", "302 404 404 403 302 302 302 404 404", of("photo"), method="post"),
    Row("photo_consents", ANYBODY),
    Row(
        "photo_consent_move",
        "302 404 404 200 403 403 403 404 404",
        moving("photo_consent", "give"),
    ),
]

MOVES = {
    Conversation: {
        "publish": move("conversation_move", RUNS_DRAFT_POST, "conversation_draft", "publish"),
        "cancel": move("conversation_move", RUNS_POST, "conversation_open", "cancel"),
        "write_up": move("conversation_move", RUNS_POST, "ready_to_write_up", "write_up"),
        "take_down": move("conversation_move", RUNS_POST, "conversation_written", "take_down"),
    },
    Booking: {
        "cancel": move("booking_move", "302 404 404 302 302 302 302 404 404", "booking", "cancel"),
    },
    BookingSupport: {
        "arrange": Row(
            "conversation_arrange",
            "302 404 404 403 404 302 404 404 404",
            of("support_of_booking"),
            method="post",
            data=lambda world: {"arrangement": "The seat by the door."},
        ),
    },
    PhotoConsent: {
        "give": move(
            "photo_consent_move", "302 404 404 302 403 403 403 404 404", "photo_consent", "give"
        ),
        "withdraw": move(
            "photo_consent_move", "302 404 404 302 302 302 302 404 404", "photo_consent", "withdraw"
        ),
    },
}

KEPT_OUT = {"ConversationFeedback": "shown on the site, once three have answered"}
