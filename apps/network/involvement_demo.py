"""The demonstration's seats, Conversations and claims; the sums are invented as well."""

import io
from datetime import time, timedelta
from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from apps.accounts.models.people import Constituency
from apps.conversations.models.booking import Booking, BookingSupport
from apps.conversations.models.conversation import Conversation, ConversationFeedback, Session
from apps.conversations.models.photograph import Photograph
from apps.core.dates import wall_clock
from apps.groups.models import Membership, Represents
from apps.groups.roles import Role
from apps.notifications.kinds import silence
from apps.payments.models import (
    ClaimLine,
    EarningsLimit,
    Expense,
    InvolvementClaim,
    Rate,
    unclaimed,
)

from .seats.models import Nomination, SeatRequest

LIVED, STAFF = Constituency.LIVED_EXPERIENCE, Constituency.STAFF


def load(world):
    """Rates and claims in every state, seats asked for and filled, Conversations held and to
    come. Needs the groups and their meetings."""
    world.network = world.groups["peers-and-sponsors"]
    # Nobody is told today what happened in the past; letters to the public are not written.
    with silence():
        _rates(world)
        _claims(world)
        _seats(world)
        _conversations(world)
    if world.large:
        load_large(world)


def _lead(group, side):
    return group.people().get(role=Role.CO_LEAD, user__constituency=side).user


def _members(world, side):
    """The network's ordinary members of one side, in the order in which they joined."""
    found = world.network.memberships.current().filter(role=Role.MEMBER, user__constituency=side)
    return [one.user for one in found.select_related("user").order_by("pk")]


# --- claims -------------------------------------------------------------------------------------
# kind of work, unit, what it was at first, what it has been for half a year
RATES = [
    ("meeting", "hour", "11.00", "12.50"),
    ("preparation", "hour", "11.00", "12.50"),
    ("panel", "half_day", "60.00", "70.00"),
    ("training", "half_day", "60.00", "70.00"),
    ("other", "hour", "11.00", "12.50"),
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
    for kind, unit, first, now in RATES:
        for ago, amount in ((740, first), (182, now)):
            world.goto(world.ago(ago))
            Rate.set(
                by=world.office,
                kind=kind,
                unit=unit,
                amount=Decimal(amount),
                effective_from=world.ago(ago),
            )
    for period, amount in (("week", "120.00"), ("tax_year", "5000.00")):
        EarningsLimit.objects.create(period=period, amount=Decimal(amount))


def _claims(world):
    others = [
        (user, ago + 2 * number, "paid")
        for number, user in enumerate(_members(world, LIVED)[2:])
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


# --- seats --------------------------------------------------------------------------------------
WHY = (
    "I have been through the service and would like others to have it easier.",
    "I have sponsored two peers on our ward, and know what teams ask beforehand.",
    "I like to write, and I read slowly and carefully.",
    "I have time on Tuesdays, and the bus stops at the door.",
)


def _seats(world):
    _settled(world)
    _asked(world)
    world.goto(world.today)


def _ask(world, slug, seats, purpose, ago, days):
    world.goto(world.ago(ago), 11)
    group = world.groups[slug]
    return SeatRequest.ask(
        group,
        world.network,
        by=_lead(group, STAFF),
        seats=seats,
        purpose=purpose,
        by_when=world.ago(ago) + timedelta(days=days),
        starts=world.ago(ago - days),
        ends=world.ago(ago - days - 365),
    )


def _settled(world):
    """Half a year ago: one was seated and one was not, with a reason; another was withdrawn."""
    asked = _ask(
        world, "piloting", 1, "To tell us how the pilot looks from a peer's side.", 200, 21
    )
    lived = _members(world, LIVED)
    chosen, other = (
        Nomination.offer(asked, user, by=user, statement=WHY[number])
        for number, user in enumerate(lived[-2:])
    )
    world.goto(world.ago(179), 16)
    network_lead, group_lead = _lead(world.network, LIVED), _lead(asked.group, LIVED)
    chosen.move("accept", by=network_lead)
    chosen.move("seat", by=group_lead)
    other.move(
        "not_seated",
        by=network_lead,
        note="There was one seat, and you have had a turn in the training group. You are "
        "first for the next.",
    )
    asked.move("close", by=group_lead)
    gone = _ask(world, "career-pathways", 1, "To read what we write about supervision.", 120, 20)
    gone.move("withdraw", by=_lead(gone.group, LIVED), note="We meet less often this winter.")


def _asked(world):
    """Now: two seats in the training group, with people at every step."""
    asked = _ask(
        world,
        "training",
        2,
        "Two people from the network, to plan what a trainee learns "
        "in the first weeks. We meet once a month for two hours, with a pre-meet for "
        "peers. You are paid, and fares are paid too.",
        10,
        24,
    )
    lived, staff = _members(world, LIVED), _members(world, STAFF)
    world.goto(world.ago(7), 12)
    first = Nomination.offer(asked, lived[3], by=lived[3], statement=WHY[2])
    Nomination.offer(asked, staff[1], by=staff[1], statement=WHY[1])
    world.goto(world.ago(4), 12)
    first.move("accept", by=_lead(world.network, LIVED))
    Nomination.offer(
        asked,
        world.person["peer"],
        by=staff[1],
        statement="She asks the questions that the rest of us forget.",
    )


# --- Conversations --------------------------------------------------------------------------------
WRITE_UP = """\
## What we talked about

Sixty people came, half of them peers. The Bromley Hearing Voices Network showed how a group works
that a peer and a member of staff lead together. Three teams told what changed when a peer joined.

## What people said

- *Start with what a peer brings, not with what could go wrong.*
- *Supervision by somebody who has done the job.*
- *Say early what a post means for benefits.*

## What comes of it

- The training group takes the list of questions as its plan.
- The network makes a register of the peer practice that there is.
- We meet again in the spring.

*This is demonstration data: the event is invented.*
"""
JOINING = "Step-free from the street. A quiet room all day. Tea, and lunch without meat or nuts."
GUESTS = ("Robin Ashdown", "Kit Larkin", "Mo Farrow", "Jo Penhale", "Sky Wetherby", "Ash Quinlan")
THOUGHT = (
    (5, "yes", "The group that showed how it works.", ""),
    (5, "yes", "", "A longer lunch."),
    (4, "yes", "That a peer and a nurse spoke together.", "Microphones for everybody."),
    (4, "partly", "", "Less paper."),
    (3, "partly", "The food.", "Fewer abbreviations."),
    (5, "yes", "Being asked.", ""),
)


def _conversation(world, day, ago, title, summary, parts, **fields):
    """Planned and announced so many days ago, by the network's co-lead who is a peer."""
    world.goto(world.ago(ago), 10)
    lead = _lead(world.network, LIVED)
    conversation = Conversation.objects.create(
        network=world.network,
        title=title,
        summary=summary,
        created_by=lead,
        joining=JOINING,
        starts_at=wall_clock(day, time(13)),
        ends_at=wall_clock(day, time(16, 30)),
        **{"place": "Community House, South Street, Bromley", "places": 60, "organiser": lead}
        | fields,
    )
    peers, staff = _members(world, LIVED), _members(world, STAFF)
    for number, (hour, name, about) in enumerate(parts):
        Session.objects.create(
            conversation=conversation,
            at=hour,
            title=name,
            about=about,
            peer=peers[number % len(peers)],
            staff=staff[number % len(staff)],
        )
    conversation.move("publish", by=lead)
    return conversation


def _guests(conversation, members, public):
    for user in members:
        Booking.book(conversation, user)
    for name in public:
        email = f"{name.lower().replace(' ', '.')}@demo.example"
        Booking.ask(conversation, name=name, email=email).confirm()


def _conversations(world):
    _held(world)
    _to_come(world)
    world.goto(world.today)


def _held(world):
    """The programme's Peer Support Conversation, last February, with its write-up."""
    year = world.today.year - (1 if (world.today.month, world.today.day) < (3, 1) else 0)
    day = world.today.replace(year=year, month=2, day=5)
    ago = (world.today - day).days
    event = _conversation(
        world,
        day,
        ago + 40,
        "Peer Support Conversation",
        "What does peer support change, and what does it need? An afternoon for everybody who has "
        "used the trust's services or works in them.",
        [
            (
                time(13),
                "The Bromley Hearing Voices Network",
                "How a group works that two people lead together.",
            ),
            (time(14, 15), "Three teams with a peer", "What they did before, and what they do now"),
            (time(15, 30), "What comes next", "At tables, with a scribe at each."),
        ],
    )
    world.goto(world.ago(ago + 20))
    _guests(event, world.people[:30], GUESTS)
    world.goto(day, 18)
    event.refresh_from_db()
    lead = event.created_by
    booked = list(event.bookings.filter(state="booked").order_by("pk"))
    event.sign_in([booking.pk for booking in booked[:-3]], by=lead)
    for booking, (rating, heard, best, change) in zip(booked, THOUGHT, strict=False):
        booking.refresh_from_db()
        booking.give_feedback(rating=rating, heard=heard, best=best, change=change)
    world.goto(day + timedelta(days=9), 14)
    event.save_revision(event.revision, write_up=WRITE_UP)
    seen = "Chairs in a row in a bright room, before anybody came"
    Photograph.add(event, _picture(), by=lead, people=0, description=seen)
    event.move("write_up", by=lead)


def _to_come(world):
    """One with places, one that is full, and one that is still being planned."""
    spring = _conversation(
        world,
        _weekday(world, 26),
        20,
        "Peers and teams: the first weeks",
        "What helps when somebody starts as a Peer Support Worker? For peers, teams, families and "
        "anybody who is curious.",
        [
            (time(13), "A first day", "Two people who began this year, and their team."),
            (time(14, 30), "Supervision", "Line supervision and peer supervision, side by side."),
        ],
        places=40,
        link="https://meet.demo.example/conversation",
    )
    world.goto(world.ago(5))
    _guests(
        spring,
        [world.person[name] for name in ("peer", "sponsor", "staffcolead")] + world.people[14:22],
        GUESTS[:3],
    )
    mine = spring.bookings.get(user=world.person["peer"])
    BookingSupport.ask(
        mine, "A seat near the door, and the slides on paper.", by=world.person["peer"]
    )
    small = _conversation(
        world,
        _weekday(world, 47),
        18,
        "Writing for the intranet",
        "A small round for people who would like to tell how peer support works, in plain words.",
        [(time(13), "Say it plainly", "We rewrite two pages together.")],
        places=6,
        place="Room 2, Pinewood House, Bexley",
    )
    world.goto(world.ago(6))
    _guests(small, world.people[20:27], GUESTS[3:5])
    lead = _lead(world.network, LIVED)
    day = _weekday(world, 96)
    Conversation.objects.create(
        network=world.network,
        title="A summer Conversation",
        created_by=lead,
        organiser=lead,
        summary="Outdoors, if the weather lets us.",
        places=80,
        starts_at=wall_clock(day, time(11)),
        ends_at=wall_clock(day, time(15)),
    )


def _weekday(world, days):
    day = world.today + timedelta(days=days)
    return day + timedelta(days=max(0, day.weekday() - 4) and 7 - day.weekday())


def _picture():
    """Drawn, so that nobody is in it."""
    picture = Image.new("RGB", (1200, 700), "#e8edee")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 430, 1200, 700), fill="#aeb7bd")
    draw.rectangle((90, 70, 420, 330), fill="#ffffff", outline="#768692", width=8)
    for left in range(220, 1000, 130):
        draw.rounded_rectangle((left, 380, left + 80, 470), 12, fill="#005eb8")
        draw.rectangle((left, 470, left + 80, 490), fill="#003087")
        for leg in (left + 8, left + 64):
            draw.rectangle((leg, 490, leg + 8, 580), fill="#425563")
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=85)
    return SimpleUploadedFile("chairs.jpg", out.getvalue())


# --- the large programme --------------------------------------------------------------------------
CLAIMS_AT_LARGE, BATCH = 10_000, 1000


def load_large(world):
    """Ten thousand claims, seats of the past, and Conversations with many bookings: in bulk, so
    nothing here moves a state."""
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
    groups = [group for group in world.groups.values() if group.kind == "task"]
    Membership.objects.bulk_create(
        Membership(
            group=groups[number % len(groups)],
            user=user,
            role=Role.REPRESENTATIVE,
            represents=Represents.NETWORK,
            starts=world.ago(700),
            ends=world.ago(400 - number % 90),
        )
        for number, user in enumerate(peers[20:620])
    )
    SeatRequest.objects.bulk_create(
        SeatRequest(
            group=group,
            network=world.network,
            seats=1,
            purpose="Measured.",
            asked_by=world.office,
            by_when=world.ago(number % 300),
            starts=world.ago(200),
            ends=world.ago(-200),
            state=SeatRequest.State.CLOSED,
        )
        for number, group in enumerate(groups)
    )
    past = Conversation.objects.bulk_create(
        Conversation(
            network=world.network,
            title=f"Conversation {number} (measured)",
            summary="Measured.",
            created_by=world.office,
            organiser=world.office,
            place="Room 1",
            places=500,
            published_at=world.now,
            starts_at=world.now - timedelta(days=30 + number),
            ends_at=world.now - timedelta(days=30 + number, hours=-3),
            state=Conversation.State.WRITTEN_UP,
            write_up=WRITE_UP,
        )
        for number in range(60)
    )
    Booking.objects.bulk_create(
        (
            Booking(conversation=event, user=user, state=Booking.State.BOOKED, came=True)
            for number, event in enumerate(past)
            for user in peers[number * 7 : number * 7 + 200]
        ),
        batch_size=BATCH,
    )
    ConversationFeedback.objects.bulk_create(
        ConversationFeedback(conversation=event, rating=5, heard="yes")
        for event in past
        for _ in range(20)
    )
