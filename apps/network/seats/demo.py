"""The demonstration's seats: asked for, offered, filled."""

from datetime import timedelta

from apps.accounts.models.people import Constituency
from apps.groups.demo import lead_of, members_of
from apps.groups.models import Membership, Represents
from apps.groups.roles import Role
from apps.notifications.silence import silence

from .models import Nomination, SeatRequest

LIVED, STAFF = Constituency.LIVED_EXPERIENCE, Constituency.STAFF


def load(world):
    """Half a year ago and now. Nobody is told today what happened in the past."""
    with silence():
        _settled(world)
        _asked(world)
    world.goto(world.today)


WHY = (
    "I have been through the service and would like others to have it easier.",
    "I have sponsored two peers on our ward, and know what teams ask beforehand.",
    "I like to write, and I read slowly and carefully.",
    "I have time on Tuesdays, and the bus stops at the door.",
)


def _ask(world, slug, seats, purpose, ago, days):
    world.goto(world.ago(ago), 11)
    group = world.groups[slug]
    return SeatRequest.ask(
        group,
        world.network,
        by=lead_of(group, STAFF),
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
    lived = members_of(world.network, LIVED)
    chosen, other = (
        Nomination.offer(asked, user, by=user, statement=WHY[number])
        for number, user in enumerate(lived[-2:])
    )
    world.goto(world.ago(179), 16)
    network_lead, group_lead = lead_of(world.network, LIVED), lead_of(asked.group, LIVED)
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
    gone.move("withdraw", by=lead_of(gone.group, LIVED), note="We meet less often this winter.")


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
    lived, staff = members_of(world.network, LIVED), members_of(world.network, STAFF)
    world.goto(world.ago(7), 12)
    first = Nomination.offer(asked, lived[3], by=lived[3], statement=WHY[2])
    Nomination.offer(asked, staff[1], by=staff[1], statement=WHY[1])
    world.goto(world.ago(4), 12)
    first.move("accept", by=lead_of(world.network, LIVED))
    Nomination.offer(
        asked,
        world.person["peer"],
        by=staff[1],
        statement="She asks the questions that the rest of us forget.",
    )


# --- the large programme --------------------------------------------------------------------------
def load_large(world):
    """Seats of the past, in bulk."""
    peers = [user for user in world.people if user.constituency == LIVED]
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
