"""The rows of seats, Conversations and claims; tests/network/matrix.py takes them in."""

from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from apps.conversations.links import booking_token
from apps.conversations.models.booking import Booking, BookingSupport
from apps.conversations.models.conversation import Conversation
from apps.conversations.models.photograph import PhotoConsent, Photograph
from apps.network.seats.models import Nomination, SeatRequest
from apps.payments.models import InvolvementClaim, Rate, Receipt
from tests import factories as make

from ..factories import UserFactory, appoint
from ..matrix import Row

PDF = b"%PDF-1.7 receipt"


def populate(world):
    claims(world)
    seats(world)
    conversations(world)


def claims(world):
    member = world.actors["member"]
    make.rates()
    world.meeting_attended = make.held(
        world.group, days_ago=12, title="A meeting to be paid for", by=world.actors["colead"]
    )
    world.coming_rate = Rate.objects.create(
        kind="panel",
        amount="20.00",
        set_by=world.actors["office"],
        effective_from=timezone.localdate() + timedelta(days=30),
    )
    office = world.actors["office"]
    world.approved = make.claim(member, to="approved", by=office)
    world.returned = make.claim(member, to="returned", by=office)
    receipt = SimpleUploadedFile("ticket.pdf", PDF)
    world.sent = make.claim(member, to="submitted", by=office, receipt=receipt)
    world.receipt = Receipt.objects.get(expense__claim=world.sent)
    world.claim = make.claim(member)
    world.line = world.claim.add_work(
        by=member,
        kind="other",
        what="Read the draft",
        on=timezone.localdate(),
        minutes=90,
        agreed_with="Sam",
    )
    world.paid = make.claim(world.actors["observer"], to="paid", by=office)


def seats(world):
    """One person of the matrix leads both groups; others lead each alone."""
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


def conversations(world):
    """The co-lead of the matrix runs them and is the named organiser; the member has booked."""
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


def of(name):
    return lambda world: {"pk": getattr(world, name).pk}


def with_part(name, part):
    return lambda world: of(name)(world) | {"part_pk": part(world).pk}


def attended(world):
    row = world.meeting_attended.attendances.get(user=world.actors["member"])
    return {"keys": [f"meetings.attendance:{row.pk}"]}


def on(name, day):
    return {f"{name}_day": day.day, f"{name}_month": day.month, f"{name}_year": day.year}


def worked(world):
    return {
        "what": "Read the draft",
        "kind": "other",
        "hours": "1.5",
        "agreed_with": "Sam",
    } | on("on", timezone.localdate())


def spent(world):
    file = SimpleUploadedFile("ticket.pdf", PDF)
    return {"kind": "travel", "what": "Bus", "amount": "3.50", "receipt": file} | on(
        "on", timezone.localdate()
    )


def a_rate(world):
    return {"kind": "panel", "unit": "hour", "amount": "15"} | on(
        "effective_from", timezone.localdate()
    )


def paid(world):
    return {"claims": [world.approved.pk]} | on("paid_on", timezone.localdate())


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


def with_name(thing, name):
    return lambda world: of(thing)(world) | {"name": name}


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


#         anonymous outsider observer member secretary colead office hr admin
CLAIMS = "302 403 200 200 200 200 200 200 200"
OFFICE = "302 403 403 403 403 403 200 403 403"
OFFICE_POST = "302 403 403 403 403 403 302 403 403"
OWN = "302 404 404 200 404 404 404 404 404"
OWN_POST = "302 404 404 302 404 404 404 404 404"
SENT = "302 404 404 200 404 404 200 404 404"
YEAR = {"year": 2025}
ANYBODY = "302 200 200 200 200 200 200 200 200"
SEES = "302 404 200 200 200 200 200 404 200"
LEADS = "302 404 403 403 403 200 403 404 403"
LEADS_POST = "302 404 403 403 403 302 403 404 403"
OFFERS = "302 404 403 200 200 200 403 404 403"
EVERYBODY = "200 200 200 200 200 200 200 200 200"
HIDDEN = "404 404 404 404 200 200 200 404 404"
RUNS = "302 403 403 403 200 200 200 403 403"
RUNS_POST = "302 403 403 403 302 302 302 403 403"
RUNS_DRAFT = "302 404 404 404 200 200 200 404 404"
RUNS_DRAFT_POST = "302 404 404 404 302 302 302 404 404"
BOOKED = "302 404 404 200 404 404 404 404 404"
BOOKED_POST = "302 404 404 302 404 404 404 404 404"

ROWS = [
    Row("claims", CLAIMS),
    Row("claims", CLAIMS, data=lambda w: {"state": "paid", "sort": "sum"}, note="filtered"),
    Row("my_claims_csv", CLAIMS),
    Row("claim_begin", "302 403 302 302 403 302 403 403 403", method="post"),
    Row("claim", OWN, of("claim"), note="draft"),
    Row("claim", SENT, of("sent"), note="sent"),
    Row("claim", SENT, of("returned"), note="returned"),
    Row("claim_attended", OWN, of("claim")),
    Row("claim_attended", OWN_POST, of("claim"), method="post", data=attended),
    Row("claim_work", OWN, of("claim")),
    Row("claim_work", OWN_POST, of("claim"), method="post", data=worked),
    Row("claim_expense", OWN, of("claim")),
    Row("claim_expense", OWN_POST, of("claim"), method="post", data=spent),
    Row("claim_expense", "302 404 404 200 404 404 403 404 404", of("sent"), note="sent"),
    Row("claim_line_remove", OWN_POST, with_part("claim", lambda w: w.line), method="post"),
    Row(
        "claim_expense_remove",
        OWN_POST,
        with_part("claim", lambda w: w.claim.expenses.first()),
        method="post",
    ),
    Row("receipt", SENT, of("receipt")),
    Row("claim_move", SENT.replace("200", "403", 1), lambda w: of("sent")(w) | {"name": "approve"}),
    Row("claims_all", OFFICE),
    Row(
        "claims_all",
        OFFICE,
        data=lambda w: {"q": "C1", "state": "paid", "sort": "sum"},
        note="filtered",
    ),
    Row("claims_csv", OFFICE),
    Row("claims_pay", OFFICE),
    Row("claims_pay", OFFICE_POST, method="post", data=paid),
    Row("rates", CLAIMS),
    Row("rate_add", OFFICE),
    Row("rate_add", OFFICE_POST, method="post", data=a_rate),
    Row("rate_take_back", OFFICE_POST, of("coming_rate"), method="post"),
    Row("limits", OFFICE),
    Row("limits", OFFICE_POST, method="post", data=lambda w: {"week": "100"}),
    Row("statement", CLAIMS, lambda w: {"year": timezone.localdate().year}),
    Row("statement_print", CLAIMS, lambda w: YEAR),
    Row("statement_pdf", CLAIMS, lambda w: YEAR),
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
    Row("turns_csv", SEES),
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
    Row("conversation_move", RUNS, with_name("conversation_open", "cancel")),
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
    Row("bookings_csv", RUNS, of("conversation_open")),
    Row("booking_move", "302 404 404 200 200 200 200 404 404", with_name("booking", "cancel")),
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
        with_name("photo_consent", "give"),
    ),
]


def move(url, expect, thing, name):
    return Row(
        url,
        expect,
        lambda world: of(thing)(world) | {"name": name},
        method="post",
        data=lambda world: {"note": "Because."},
        note=name,
    )


OFFICE_ANSWERS = "302 404 404 403 404 404 302 404 404"

MOVES = {
    InvolvementClaim: {
        "submit": move("claim_move", OWN_POST, "claim", "submit"),
        "take_back": move("claim_move", "302 404 404 302 404 404 403 404 404", "sent", "take_back"),
        "approve": move("claim_move", OFFICE_ANSWERS, "sent", "approve"),
        "send_back": move("claim_move", OFFICE_ANSWERS, "sent", "send_back"),
        "pay": Row("claims_pay", OFFICE_POST, method="post", data=paid),
    },
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
