"""Involvement payments."""

from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from apps.payments.models import InvolvementClaim, Rate, Receipt, StatusDecision
from tests import factories as make
from tests.matrix import Row, move, of

KEPT_OUT = {"BenefitMonth": "it tells that somebody gets a benefit, and is theirs alone"}


STATUS = {
    "decided_by": "Payroll",
    "grounds": "Nobody has to come, and no work is given to anybody.",
}


def populate(world):
    member = world.actors["member"]
    make.rates()
    world.meeting_attended = make.held(
        world.group, days_ago=12, title="A meeting to be paid for", by=world.actors["colead"]
    )
    world.proposed_rate = Rate.objects.create(
        kind="panel",
        amount="20.00",
        set_by=world.actors["office"],
        effective_from=timezone.localdate() + timedelta(days=30),
    )
    office = world.actors["office"]
    world.low_rate, world.doubted_rate = (
        Rate.objects.create(
            kind=kind,
            amount="5.00",
            set_by=office,
            effective_from=timezone.localdate() + timedelta(days=40),
        )
        for kind in ("training", "other")
    )
    world.status_written = StatusDecision.objects.create(
        rate=world.doubted_rate,
        written_by=world.actors["admin"],
        **STATUS | {"decided_on": timezone.localdate()},
    )
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


def on_status(world):
    return STATUS | on("decided_on", timezone.localdate())


def paid(world):
    return {"claims": [world.approved.pk]} | on("paid_on", timezone.localdate())


PDF = make.pdf()
#         anonymous outsider observer member secretary colead office hr admin
CLAIMS = "302 403 200 200 200 200 200 200 200"
OFFICE = "302 403 403 403 403 403 200 403 403"
OFFICE_POST = "302 403 403 403 403 403 302 403 403"
# An administrator sees every group, so the steering group's business too.
PROPOSED = "302 403 404 404 404 404 200 404 200"
DROPS = "302 404 404 404 404 404 200 404 403"
OWN = "302 404 404 200 404 404 404 404 404"
OWN_POST = "302 404 404 302 404 404 404 404 404"
SENT = "302 404 404 200 404 404 200 404 404"
YEAR = {"year": 2025}
OFFICE_ANSWERS = "302 404 404 403 404 404 302 404 404"

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
    Row("claim_when", OWN, of("claim")),
    Row("claim_when", OWN_POST, of("claim"), method="post", data=lambda world: {"begins": "12"}),
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
    Row("claims_csv", OFFICE, again=True),
    Row("claims_pay", OFFICE),
    Row("claims_pay", OFFICE_POST, method="post", data=paid),
    Row("rates", CLAIMS),
    Row("rate_add", OFFICE),
    Row("rate_add", OFFICE_POST, method="post", data=a_rate),
    Row("rate", CLAIMS, lambda w: {"pk": Rate.objects.in_use().first().pk}, note="set"),
    Row("rate", PROPOSED, of("proposed_rate"), note="proposed"),
    Row(
        "rate_move",
        DROPS,
        lambda w: of("proposed_rate")(w) | {"name": "drop"},
    ),
    Row("rate_status", OFFICE, of("low_rate")),
    Row("rate_status", OFFICE_POST, of("low_rate"), method="post", data=on_status),
    Row(
        "status_move",
        "302 404 404 404 404 404 200 404 404",
        lambda w: of("status_written")(w) | {"name": "confirm"},
    ),
    Row("limits", OFFICE),
    Row("limits", OFFICE_POST, method="post", data=lambda w: {"week": "100"}),
    Row("statement", CLAIMS, lambda w: {"year": timezone.localdate().year}),
    Row("statement_print", CLAIMS, lambda w: YEAR),
    Row("statement_pdf", CLAIMS, lambda w: YEAR),
]

MOVES = {
    Rate: {"drop": move("rate_move", DROPS.replace("200", "302"), "proposed_rate", "drop")},
    StatusDecision: {
        name: move("status_move", "302 404 404 404 404 404 302 404 404", "status_written", name)
        for name in ("confirm", "drop")
    },
    InvolvementClaim: {
        "submit": move("claim_move", OWN_POST, "claim", "submit"),
        "take_back": move("claim_move", "302 404 404 302 404 404 403 404 404", "sent", "take_back"),
        "approve": move("claim_move", OFFICE_ANSWERS, "sent", "approve"),
        "send_back": move("claim_move", OFFICE_ANSWERS, "sent", "send_back"),
        "pay": Row("claims_pay", OFFICE_POST, method="post", data=paid),
    },
}
