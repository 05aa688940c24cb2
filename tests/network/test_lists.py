"""Lists: filters, order, pages, files; as many queries for three rows as for one."""

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.core.models import AuditEntry
from apps.network.board.models import Post, PostReport
from apps.network.joining.models import Interest
from apps.network.pairs.models import CheckIn
from apps.network.practice.models import PracticeName
from tests import factories as make

from ..factories import StaffFactory, UserFactory, appoint

pytestmark = pytest.mark.django_db


def enquiry(number):
    Interest.objects.create(full_name=f"E{number}", email=f"e{number}@test.example", wish="peer")


@pytest.fixture
def rows(network, peer, sponsor, comms, lead):
    """``rows(number)``: one more row for every list; its names differ by the number."""
    ours = make.pair(network, peer, sponsor)
    topic = Post.write(network, by=peer, title="Topic", text="x")
    register = make.practice(network, peer, title="Register")

    def add(number):
        enquiry(number)
        make.pair(network, peer, about=f"About {number}")
        CheckIn.write(ours, by=sponsor, on=timezone.localdate(), how="x")
        practice = make.practice(network, state="published", title=f"Practice {number}")
        practice.edit_public(
            practice.revision,
            by=comms,
            show=True,
            public_title=f"P{number}",
            public_text="x",
            public_join="",
        )
        name = PracticeName.ask(practice, practice.owner, "peer", by=practice.owner)
        name.answer("public", by=practice.owner)
        member = StaffFactory()
        appoint(network, member)
        PracticeName.ask(register, member, "other", by=peer)
        post = Post.write(network, by=member, title=f"Post {number}", text="x")
        Post.write(network, by=member, topic=topic, text="x")
        PostReport.make(post, by=peer, reason="x")

    add.pair, add.topic, add.register = ours, topic, register
    return add


@pytest.mark.parametrize(
    ("name", "who", "thing"),
    [
        ("network", "lead", None),
        ("network_members", "lead", None),
        ("network_members_csv", "office", None),
        ("interests", "office", None),
        ("pairs", "lead", None),
        ("pairs", "peer", None),
        ("pair", "peer", "pair"),
        ("practices", "lead", None),
        ("practices_csv", "lead", None),
        ("practice_names", "peer", "register"),
        ("public_practices", None, None),
        ("board", "lead", None),
        ("post", "lead", "topic"),
        ("post_reports", "lead", None),
        ("home", "lead", None),
        ("home", "peer", None),
        ("home", "office", None),
    ],
)
def test_as_many_queries_for_three_rows_as_for_one(
    client, sign_in, request, rows, name, who, thing
):
    url = reverse(name, args=[getattr(rows, thing).pk] if thing else [])
    if who:
        sign_in(request.getfixturevalue(who))
    rows(1)

    def queries():
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(url)
            assert answer.status_code == 200
            if answer.streaming:
                list(answer)
        return [query["sql"] for query in asked]

    queries()
    one = queries()
    rows(2)
    rows(3)
    three = queries()
    assert len(three) == len(one), "\n".join(three)
    assert len(three) <= 20


def test_members_are_filtered_and_ordered_and_have_no_addresses(network, lead, sign_in):
    for name in ("Zoe", "Adam"):
        appoint(network, UserFactory(full_name=name, email=f"{name.lower()}@test.example"))
    client = sign_in(lead)
    url = reverse("network_members")

    def names(**query):
        return [str(one.user) for one in client.get(url, query).context["object_list"]]

    assert names(q="zo") == ["Zoe"]
    both = [name for name in names() if name in ("Zoe", "Adam")]
    assert both == ["Adam", "Zoe"]
    assert "Zoe" not in names(side="staff")
    assert names(role="co_lead") == sorted(str(one.user) for one in network.people()[:2])
    assert names(role="nonsense") == names()  # a mistyped address shows the whole list
    assert "zoe@test.example" not in client.get(url).content.decode()


def test_the_members_file_is_the_offices_and_audited(network, office, sign_in):
    appoint(network, UserFactory(full_name="+Zoe"))
    answer = sign_in(office).get(reverse("network_members_csv"))
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0][:3] == ["Name", "Known as", "E-mail"]
    assert "'+Zoe" in [row[0] for row in rows]
    assert AuditEntry.objects.about(network).first().action == "export_members"


@pytest.mark.parametrize("name", ["interests", "practices", "board", "network_members", "pairs"])
def test_twenty_five_on_a_page(network, office, lead, sign_in, name):
    people = UserFactory.create_batch(30)
    for number, person in enumerate(people):
        if name == "interests":
            enquiry(number)
        elif name == "board":
            Post.write(network, by=lead, title=f"P{number}", text="x")
        else:
            appoint(network, person)
            if name == "practices":
                make.practice(network, person, state="published", title=f"P{number}")
            if name == "pairs":
                make.pair(network, person)
    client = sign_in(office)
    assert len(client.get(reverse(name)).context["object_list"]) == 25
    assert 5 <= len(client.get(reverse(name), {"page": 2}).context["object_list"]) <= 25


def test_enquiries_are_filtered_by_state_wish_and_words(office, sign_in):
    enquiry(1)
    Interest.objects.create(full_name="Kim", email="kim@test.example", wish="sponsor")
    Interest.objects.get(full_name="Kim").decline("No", by=office)
    client = sign_in(office)

    def found(**query):
        listed = client.get(reverse("interests"), query).context["object_list"]
        return [one.full_name for one in listed]

    assert found() == ["Kim", "E1"]
    assert found(sort="oldest") == ["E1", "Kim"]
    assert found(state="open") == ["E1"]
    assert found(state="declined") == ["Kim"]
    assert found(wish="sponsor", q="kim@") == ["Kim"]


def test_the_page_of_a_very_large_group_lists_some_and_says_how_many(
    network, lead, sign_in, monkeypatch
):
    monkeypatch.setattr("apps.groups.views.LISTED", 3)
    for name in ("Zoe", "Adam", "Bea"):
        appoint(network, UserFactory(full_name=name))
    shown = sign_in(lead).get(network.get_absolute_url()).content.decode()
    assert "5 people are in this group. The first 3 are listed" in shown
    assert "Adam" in shown
    assert "Zoe" not in shown
