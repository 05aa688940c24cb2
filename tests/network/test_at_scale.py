"""Five thousand people: each list asks the database as often as for ten, page by page and as a
file, filtered and in each of its orders; and sums are exact."""

import csv
import io
from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.hashers import make_password
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models.people import Constituency, User
from apps.accounts.roles import OFFICE
from apps.conversations.models.booking import Booking
from apps.conversations.models.conversation import Conversation
from apps.groups.models import Membership
from apps.groups.roles import Role
from apps.network.board.models import Post
from apps.network.joining.models import Interest
from apps.network.pairs.models import Pair
from apps.network.practice.models import Practice
from apps.network.seats.models import SeatRequest
from apps.payments.models import InvolvementClaim
from tests import factories as make

from ..factories import appoint, just_shown, programme_user
from ..scale import analyze

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.differs,
    pytest.mark.usefixtures("at_one_moment"),
]

FEW, MANY = 10, 5_000
# Each list: its page, its file, and a filter with each of its orders.
LISTS = {
    "network_members": ("network_members_csv", [{"q": "person 4", "sort": "newest"}]),
    "interests": ("interests_csv", [{"state": "open", "sort": "oldest"}]),
    "pairs": ("pairs_csv", [{"q": "walk", "sort": "about"}, {"state": "active", "sort": "oldest"}]),
    "practices": ("practices_csv", [{"q": "walk", "sort": "oldest"}]),
    "claims": ("my_claims_csv", [{"state": "paid", "sort": "sum"}, {"sort": "oldest"}]),
    "claims_all": (
        "claims_csv",
        [{"q": "person 4", "sort": "name"}, {"sort": "sum"}, {"state": "paid", "sort": "newest"}],
    ),
    "seats": ("seats_csv", [{"state": "closed", "sort": "group"}]),
    "turns": ("turns_csv", [{"had": "never", "sort": "name"}]),
    "conversations": ("conversations_csv", [{"show": "all", "sort": "title"}]),
    "bookings": ("bookings_csv", [{"state": "booked", "sort": "name"}]),
    "public_practices": ("public_practices_csv", [{"q": "walk", "sort": "oldest"}]),
    "board": ("board_csv", [{"q": "hello", "sort": "oldest"}]),  # by time alone: no ranking
}
EVENT = ("bookings", "bookings_csv")


@pytest.fixture
def everybody(network, client):
    """Somebody who may open every list: office, member of the network, lived experience."""
    who = programme_user(OFFICE, constituency=Constituency.LIVED_EXPERIENCE)
    appoint(network, who)
    client.force_login(who, "apps.accounts.backends.SignIn")
    just_shown(client)
    return who


def fill(network, who, event, group, numbers):
    """One more of everything for each number."""
    today, now, locked = timezone.localdate(), timezone.now(), make_password(None)
    sides = (Constituency.LIVED_EXPERIENCE, Constituency.STAFF)

    def bulk(model, rows):
        return model.objects.bulk_create(rows, batch_size=1000)

    people = bulk(
        User,
        [
            User(
                full_name=f"Person {n}",
                email=f"scale{n}@test.example",
                constituency=sides[n % 2],
                password=locked,
            )
            for n in numbers
        ],
    )
    bulk(
        Membership,
        [Membership(group=network, user=one, role=Role.MEMBER, starts=today) for one in people],
    )
    bulk(
        Interest,
        [Interest(full_name=one.full_name, email=one.email, wish="peer") for one in people],
    )
    bulk(
        Pair,
        [
            Pair(
                network=network,
                peer=peer,
                sponsor=sponsor,
                proposed_by=peer,
                about="The walk",
                state=Pair.State.ACTIVE,
                begun_on=today,
                every="",
            )
            for shift in (0, 1)  # so that there are as many pairs as people
            for peer, sponsor in zip(
                people[::2], people[1 + 2 * shift :: 2] + people[1 : 1 + 2 * shift : 2], strict=True
            )
        ],
    )
    bulk(
        Practice,
        [
            Practice(
                network=network,
                owner=one,
                title=f"Walk {n}",
                kind="informal",
                borough="bexley",
                what_happens="We walk.",
                state="published",
                published_at=now,
                public_since=now,
                slug=f"walk-{n}",
                public_title=f"Walk {n}",
                public_text="We walk.",
            )
            for n, one in zip(numbers, people, strict=True)
        ],
    )
    for claimant in (None, who):
        bulk(
            InvolvementClaim,
            [
                InvolvementClaim(
                    user=claimant or one,
                    state="paid",
                    submitted_at=now,
                    paid_on=today,
                    work_total=Decimal("12.34"),
                    expenses_total=Decimal("0.10"),
                )
                for one in people
            ],
        )
    bulk(
        SeatRequest,
        [
            SeatRequest(
                group=group,
                network=network,
                seats=1,
                purpose="To plan.",
                by_when=today,
                starts=today,
                ends=today + timedelta(days=365),
                state="closed",
                asked_by=who,
            )
            for _ in people
        ],
    )
    bulk(
        Conversation,
        [
            Conversation(
                network=network,
                title=f"Talk {n}",
                summary="x",
                place="Hub",
                places=5,
                starts_at=now + timedelta(days=9),
                ends_at=now + timedelta(days=10),
                state="published",
                organiser=who,
                created_by=who,
            )
            for n in numbers
        ],
    )
    bulk(Booking, [Booking(conversation=event, user=one, state="booked") for one in people])
    bulk(Post, [Post(network=network, author=one, title="Hello", text="x") for one in people])


def cost(client, name, event, **query):
    """(queries, size in bytes, answer) of a list; a file is read to its end."""
    url = reverse(name, args=[event.pk] if name in EVENT else [])
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(url, query)
        assert answer.status_code == 200, name
        body = b"".join(answer) if answer.streaming else answer.content
    return len(asked), body


def test_each_list_asks_as_much_for_five_thousand_people_as_for_ten(network, everybody, client):
    event, group = make.conversation(network), make.working_group()
    asked = [
        (name, query)
        for page, (file, queries) in LISTS.items()
        for name in (page, file)
        for query in ({}, *queries)
        if name
    ]
    fill(network, everybody, event, group, range(FEW))
    for name in {name for name, _ in asked}:
        cost(client, name, event)  # what is asked once and remembered
    few = {(name, str(query)): cost(client, name, event, **query) for name, query in asked}
    fill(network, everybody, event, group, range(FEW, MANY))
    analyze()
    for name, query in asked:
        before, small = few[name, str(query)]
        after, large = cost(client, name, event, **query)
        assert after == before <= 20, (name, query)
        if name in LISTS:
            assert len(large) < len(small) * 3.5, (name, query)  # 25 rows for 10, and no more
        elif not query:
            rows = list(csv.reader(io.StringIO(large.decode("utf-8-sig"))))
            assert len(rows) > MANY, name

    _, file = cost(client, "claims_csv", event)
    sums = [Decimal(row["Total"]) for row in csv.DictReader(io.StringIO(file.decode("utf-8-sig")))]
    assert (len(sums), sum(sums)) == (2 * MANY, Decimal("124400.00"))
