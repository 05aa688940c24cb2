"""The demonstration's rates and claims; the sums are invented as well."""

from datetime import timedelta
from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile

from apps.accounts.models.people import Constituency
from apps.groups.demo import members_of
from apps.meetings.demo import decide_on
from apps.notifications.silence import silence
from apps.payments.models import (
    ClaimLine,
    EarningsLimit,
    Expense,
    InvolvementClaim,
    Rate,
    StatusDecision,
    unclaimed,
)

LIVED, STAFF = Constituency.LIVED_EXPERIENCE, Constituency.STAFF


def load(world):
    """Rates, and claims in every state. Needs the groups and their meetings."""
    world.network = world.groups["peers-and-sponsors"]
    # Nobody is told today what happened in the past.
    with silence():
        _rates(world)
        _claims(world)
    if world.large:
        load_large(world)


# kind of work, unit, what it was at first, what it has been for half a year
RATES = [
    ("meeting", "hour", "13.00", "15.00"),
    ("preparation", "hour", "13.00", "15.00"),
    ("panel", "half_day", "60.00", "70.00"),
    ("training", "half_day", "60.00", "70.00"),
    ("other", "hour", "13.00", "15.00"),
]


# whose, days ago, how far it came
CLAIMS = [
    ("peer", 150, "paid"),
    ("peer", 112, "paid"),
    ("peer", 86, "approved"),
    ("peer", 58, "returned"),
    ("peercolead", 120, "paid"),
    ("peercolead", 40, "paid"),
    ("peercolead", 9, "submitted"),
    ("panelpeer", 75, "paid"),
    ("panelpeer", 20, "submitted"),
    ("panelpeer", 3, "draft"),
]


def _rates(world):
    """The first are as old as the programme; what is paid now the steering group decided."""
    for kind, unit, first, _ in RATES:
        Rate.objects.create(
            kind=kind,
            unit=unit,
            amount=Decimal(first),
            effective_from=world.ago(740),
            set_by=world.office,
            state=Rate.State.SET,
        )
    world.goto(world.ago(230))
    proposed = [
        Rate.propose(
            by=world.office,
            kind=kind,
            unit=unit,
            amount=Decimal(now),
            effective_from=world.ago(182),
        )
        for kind, unit, _, now in RATES
    ]
    decide_on(
        world,
        world.groups["steering-group"],
        *proposed,
        day=world.ago(203),
        title="What we pay",
        text="We pay this from the day on that is named.",
    )
    _low_rates(world)
    for period, amount in (("week", "120.00"), ("tax_year", "5000.00")):
        EarningsLimit.objects.create(period=period, amount=Decimal(amount))


def _low_rates(world):
    """Two proposals below the legal floor: of one somebody has written why that is no wage."""
    world.goto(world.ago(12))
    _, thanks = (
        Rate.propose(
            by=world.office,
            kind=kind,
            unit="hour",
            amount=Decimal("10.00"),
            effective_from=world.ago(-60),
        )
        for kind in ("preparation", "other")
    )
    StatusDecision.write(
        thanks,
        by=world.office,
        decided_by="Head of payroll, with Human Resources",
        decided_on=world.ago(20),
        grounds="Nobody has to do any of this, the trust owes nobody any, and it is offered as a "
        "thank-you to whoever likes to.",
    )


def _claims(world):
    others = [
        (user, ago + 2 * number, "paid")
        for number, user in enumerate(members_of(world.network, LIVED)[2:])
        for ago in (170, 140, 110, 80, 50)
    ]
    named = [(world.person[name], ago, state) for name, ago, state in CLAIMS]
    for number, (user, ago, state) in enumerate([*named, *others]):
        day = world.ago(ago)
        world.goto(day, 10)
        claim = InvolvementClaim.begin(user)
        keys = [one.key for one in unclaimed(user) if one.on < day]
        if keys:
            claim.add_attended(keys, by=user)
        ticket = SimpleUploadedFile("ticket.pdf", b"%PDF-1.4 a demonstration")
        claim.add_expense(
            by=user,
            kind=Expense.Kind.TRAVEL,
            what="Bus there and back",
            on=day - timedelta(days=1),
            amount=Decimal("3.50"),
            receipt=ticket if number % 3 == 0 else None,
        )
        if number % 4 == 1:
            read, on = "Read the draft and wrote comments", day - timedelta(days=2)
            claim.add_work(
                by=user, kind="other", what=read, on=on, minutes=90, agreed_with="Helen Marsh"
            )
        _take(world, claim, day, state)
    world.goto(world.today)


def _take(world, claim, day, state):
    """Send the claim in, and answer and pay it some days later, as far as it came."""
    if state == "draft":
        return
    claim.move("submit", by=claim.user)
    if state == "submitted":
        return
    world.goto(day + timedelta(days=3), 15)
    if state == "returned":
        why = "The bus fare has no receipt. Could you add it, or say that there was none?"
        claim.move("send_back", by=world.office, note=why)
        return
    claim.move("approve", by=world.office)
    if state == "paid":
        world.goto(day + timedelta(days=12), 11)
        claim.move("pay", by=world.office)


# --- the large programme --------------------------------------------------------------------------
CLAIMS_AT_LARGE, BATCH = 10_000, 1000


def load_large(world):
    """Ten thousand claims: in bulk, so nothing here moves a state."""
    world.goto(world.today)
    peers = [user for user in world.people if user.constituency == LIVED]
    rate = Rate.objects.filter(kind="meeting").order_by("effective_from").last()
    states = ["paid"] * 8 + ["approved", "submitted"]
    InvolvementClaim.objects.bulk_create(
        (
            InvolvementClaim(
                user=peers[number % len(peers)],
                state=states[number % len(states)],
                work_total=Decimal("25.00"),
                submitted_at=world.now - timedelta(hours=number),
                paid_on=world.ago(number % 700) if number % len(states) < 8 else None,
            )
            for number in range(CLAIMS_AT_LARGE)
        ),
        batch_size=BATCH,
    )
    made = InvolvementClaim.objects.filter(lines=None, expenses=None, work_total__gt=0)
    ClaimLine.objects.bulk_create(
        (
            ClaimLine(
                claim_id=pk,
                kind="meeting",
                what="Meeting (measured)",
                minutes=120,
                on=world.ago(number % 700),
                rate=rate,
                amount=Decimal("25.00"),
            )
            for number, pk in enumerate(made.order_by("pk").values_list("pk", flat=True))
        ),
        batch_size=BATCH,
    )
