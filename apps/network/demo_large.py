"""A network of thousands, for measuring: made in bulk, so nothing here moves a state."""

from itertools import islice

from apps.accounts.models.people import Constituency
from apps.groups.demo import _grant
from apps.groups.models import Membership
from apps.groups.roles import Role

from .board.models import Post
from .joining.models import Interest, Welcomed
from .pairs.models import Pair
from .practice.models import Practice, PracticeName, boroughs

PAIRS, ENTRIES, POSTS, ENQUIRIES = 2000, 2000, 2000, 1000
BATCH = 1000


def _in_bulk(model, rows):
    rows = iter(rows)
    while batch := list(islice(rows, BATCH)):
        model.objects.bulk_create(batch)


def load_large(world):
    """Everybody with lived experience and all staff join the network, and write."""
    network, begun = world.network, world.goto(world.ago(300))
    there = set(network.memberships.values_list("user_id", flat=True))
    joining = [
        Membership(group=network, user=user, role=Role.MEMBER, starts=begun.date())
        for user in world.people
        if user.pk not in there
        and user.constituency != Constituency.PARTNER
        and user.pk > world.person["admin"].pk
    ]
    _in_bulk(Membership, joining)
    _grant(joining)
    _in_bulk(Welcomed, (Welcomed(user=one.user, at=begun) for one in joining))
    peers = [one.user for one in joining if one.user.constituency == Constituency.LIVED_EXPERIENCE]
    staff = [one.user for one in joining if one.user.constituency == Constituency.STAFF]
    _in_bulk(
        Pair,
        (
            Pair(
                network=network,
                peer=peers[number % len(peers)],
                sponsor=staff[number % len(staff)],
                proposed_by=peers[number % len(peers)],
                about=f"Measured practice {number}",
                state=Pair.State.ACTIVE,
                begun_on=begun.date(),
                counted_from=begun.date(),
                every="",
                proposed_at=begun,
            )
            for number in range(min(PAIRS, len(peers) * len(staff)))
        ),
    )
    places = [slug for slug, _ in boroughs()]
    kinds = list(Practice.Kind)
    _in_bulk(
        Practice,
        (
            Practice(
                network=network,
                owner=peers[number % len(peers)],
                title=f"Measured entry {number}",
                kind=kinds[number % len(kinds)],
                borough=places[number % len(places)],
                service="A service",
                what_happens="We meet.",
                state=Practice.State.PUBLISHED,
                since_year=2000 + number % 20,
                published_at=begun,
                created_at=begun,
                slug=f"measured-{number}",
                public_title=f"Measured entry {number}",
                public_text="We meet.",
                public_since=begun,
            )
            for number in range(ENTRIES)
        ),
    )
    made = Practice.objects.filter(title__startswith="Measured").order_by("pk")
    _in_bulk(
        PracticeName,
        (
            PracticeName(
                practice=practice,
                user_id=practice.owner_id,
                part=PracticeName.Part.PEER,
                state=PracticeName.State.AGREED,
                level=PracticeName.Level.PUBLIC,
                asked_by_id=practice.owner_id,
                asked_at=begun,
            )
            for practice in made
        ),
    )
    _in_bulk(
        Post,
        (
            Post(
                network=network,
                author=peers[number % len(peers)],
                title=f"Measured post {number}",
                text="Hello.",
                created_at=begun,
            )
            for number in range(POSTS)
        ),
    )
    _in_bulk(
        Interest,
        (
            Interest(
                full_name=f"Measured enquirer {number}",
                email=f"m{number}@demo.example",
                wish=Interest.Wish.PEER,
                state=Interest.State.ANSWERED,
                created_at=begun,
            )
            for number in range(ENQUIRIES)
        ),
    )
