"""The demonstration's Conversations: held, and to come."""

import io
from datetime import time, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from apps.accounts.models.people import Constituency
from apps.conversations.models.booking import Booking, BookingSupport
from apps.conversations.models.conversation import Conversation, ConversationFeedback, Session
from apps.conversations.models.photograph import Photograph
from apps.core.dates import wall_clock
from apps.groups.demo import lead_of, members_of
from apps.notifications.silence import silence

LIVED, STAFF = Constituency.LIVED_EXPERIENCE, Constituency.STAFF


def load(world):
    """One with its write-up, one with places, one that is full, and one that is being planned."""
    # Letters to the public are not written, and nobody is told.
    with silence():
        _held(world)
        _to_come(world)
    world.goto(world.today)
    if world.large:
        load_large(world)


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
    lead = lead_of(world.network, LIVED)
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
    peers, staff = members_of(world.network, LIVED), members_of(world.network, STAFF)
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
    lead = lead_of(world.network, LIVED)
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
BATCH = 1000


def load_large(world):
    """Many of the past with many bookings: in bulk, so nothing here moves a state."""
    peers = [user for user in world.people if user.constituency == LIVED]
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
