"""With a full dump of the database nobody can join an answer, or words, to a person.

As under consultations: ten people answer in a known order, and all that lies on the disk is looked
at. And what pages, files, the admin, the search and the audit trail tell of a round that is open.
"""

import json
from datetime import timedelta

import pytest
import time_machine
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.roles import ADMIN
from apps.core.models import AuditEntry
from apps.experience.links import answer_token
from apps.experience.models.batch import Batch, Remark, Told
from apps.experience.models.round import Answer, Asked, Round, Written
from apps.search.models import Entry
from tests import factories as make
from tests.governance.consultations.test_anonymity import (
    SECRETS,
    order_of_people,
    order_of_responses,
    plain,
)
from tests.on_disk import dump, from_the_start, transactions

from .making import LIVED, STAFF, YES, asked, ended, people, told, words_of

pytestmark = [pytest.mark.django_db, pytest.mark.differs, pytest.mark.both]

OURS = ("experience_answer", "experience_written", "experience_asked")
# Ten people on their way through all combinations that can be told apart.
SAID = [
    {"heard": heard, "part": part, "changed": changed}
    for heard in ("yes", "partly", "no")
    for part in ("yes", "no")
    for changed in ("yes", "no")
][:10]


@pytest.fixture(autouse=True)
def _from_the_start(db):
    from_the_start(*OURS)


@pytest.fixture
def some():
    """People whose accounts were not made in the order in which they answer."""
    some = people(lived=5, staff=5)
    return [some[place * 7 % 10] for place in range(10)]


@pytest.fixture
def one(some):
    return asked(make.working_group(), some)


def answer(round_, person, said, words):
    """As a person does: by the link, page after page."""
    client, path = Client(), reverse("how_it_was_by_link", args=[answer_token(round_, person)])
    client.get(path)
    sent = client.post(path, said | {"words": words, "send": "yes"})
    assert "Your answers are sent" in sent.content.decode()
    return sent


@pytest.fixture
def answered(one, some):
    now = timezone.now()
    for hour, (person, said, words) in enumerate(zip(some, SAID, SECRETS, strict=True)):
        with time_machine.travel(now + timedelta(hours=hour), tick=False):
            answer(one, person, said, words)
    return one


def of(row):
    return {name: row[name] for name in ("heard", "part", "changed")}


def joins(tables, some, name, places):
    """How the dump joins rows of a table to people: ``places(rows)`` is who wrote each."""
    rows, in_turn = tables[name], list(range(len(some)))
    keys = {plain(row["id"]) for row in rows}
    for table, others in tables.items():
        for key, value in [pair for other in others for pair in other.items()]:
            if table != name and plain(value) in keys:
                yield f"id is {key} of {table}"
    orders = {"as they lie": rows}
    orders |= {one: sorted(rows, key=lambda row, one=one: row[one]) for one in ("id",)}
    for how, these in orders.items():
        order = places(these)
        if order in (in_turn, in_turn[::-1]):
            yield f"in turn: {how}"
        for where, found in order_of_people(tables, some):
            if order in (found, found[::-1]):
                yield f"{how} goes with {where}"


def test_nothing_in_the_database_joins_an_answer_to_a_person(some, answered):
    tables = dump()
    rows, words = tables["experience_answer"], tables["experience_written"]
    assert set(rows[0]) == {"id", "round_id", "side", "heard", "part", "changed"}
    assert set(words[0]) == {"id", "round_id", "text"}
    assert set(tables["experience_asked"][0]) == {"id", "round_id", "user_id", "side", "answered"}
    assert len(rows) == len(words) == 10
    who_said = [SAID.index(of(row)) for row in rows]
    assert sorted(who_said) == list(range(10))

    def by_answers(rows):
        return [SAID.index(of(row)) for row in rows]

    def by_words(rows):
        return [SECRETS.index(row["text"]) for row in rows]

    assert list(joins(tables, some, "experience_answer", by_answers)) == []
    assert list(joins(tables, some, "experience_written", by_words)) == []
    # Nor are the words joined to the answers.
    assert by_words(words) != by_answers(rows)


def test_each_list_lies_in_an_order_that_tells_nothing(some, answered):
    tables = dump()
    who = [int(row["user_id"]) for row in tables["experience_asked"]]
    assert who == sorted(who)
    assert who != [person.pk for person in some]
    for table in OURS:
        assert len(set(transactions(table))) <= 1


def test_answering_leaves_no_entry_message_or_session(one, some):
    before = dump()
    answer(one, some[0], SAID[0], SECRETS[0])
    after = dump()
    assert {table for table in after if after[table] != before[table]} == set(OURS)


def test_nothing_is_logged_when_somebody_answers(one, some, caplog):
    with caplog.at_level("DEBUG", logger="apps"), caplog.at_level("DEBUG", logger="django.request"):
        sent = answer(one, some[0], SAID[0], SECRETS[0])
    assert [one.getMessage() for one in caplog.records] == []
    assert "no-store" in sent["Cache-Control"]


def test_a_slip_while_answering_leaves_no_line_either(one, some, caplog):
    """Signed in it would say whose: too many words, nothing at all, too late."""
    client, path = Client(), one.get_absolute_url()
    client.force_login(some[0], "apps.accounts.backends.SignIn")
    slips = [({"words": "x" * 2000}, 422), ({}, 422), (YES, 409)]
    with caplog.at_level("DEBUG", logger="apps"), caplog.at_level("DEBUG", logger="django.request"):
        for typed, status in slips:
            if status == 409:
                Round.objects.update(closes_at="2020-01-01T00:00Z")
            for where in (path, reverse("how_it_was_by_link", args=[answer_token(one, some[0])])):
                assert client.post(where, typed | {"send": "yes"}).status_code == status
    assert [one.getMessage() for one in caplog.records] == []


def test_once_it_is_over_there_is_nobodys_answer_any_more(some, answered):
    """Numbers by side, words without a side, and no list of who answered."""
    ended(answered)
    tables = dump()
    assert not [one for one in (Asked, Answer, Written) if one.objects.exists()]
    assert {(one.side, one.answers) for one in Told.objects.all()} == {(LIVED, 5), (STAFF, 5)}
    order = [SECRETS.index(row["text"]) for row in tables["experience_remark"]]
    assert sorted(order) == list(range(10))
    assert order not in (list(range(10)), list(range(10))[::-1])
    everything = json.dumps({name: rows for name, rows in tables.items() if "remark" not in name})
    assert not [words for words in SECRETS if words in everything]
    for _, found in order_of_people(tables, some):
        assert order not in (found, found[::-1])


def test_the_search_itself_finds_rows_that_lie_as_they_came(one, some, monkeypatch):
    def as_they_came(rows, *more):
        for row in more:
            row.save(force_insert=True)

    monkeypatch.setattr("apps.experience.models.round.by_chance", as_they_came)
    for person, said, words in zip(some, SAID, SECRETS, strict=True):
        answer(one, person, said, words)
    found = list(
        joins(
            dump(),
            some,
            "experience_answer",
            lambda rows: [SAID.index(of(row)) for row in rows],
        )
    )
    assert "in turn: as they lie" in found
    assert next(order_of_responses(dump()["experience_written"]))[1] == list(range(10))


# --- the side -------------------------------------------------------------------------------------
def test_a_side_of_fewer_than_five_is_written_down_nowhere(db):
    one = asked(make.working_group(), people(lived=6, staff=4))
    assert set(one.asked.values_list("side", flat=True)) == {LIVED, ""}
    alone = one.asked.filter(side="").first().user
    one.answer(alone, **YES)
    assert Answer.objects.get().side == ""


def test_numbers_of_a_side_are_kept_only_from_five_answers_on(db):
    some = people(lived=6, staff=6)
    group = make.working_group()
    told(group, [(one, YES) for one in some[:9]], silent=some[9:])  # six and three
    assert {(one.side, one.answers) for one in Told.objects.all()} == {("", 9)}


def test_one_of_a_third_side_takes_the_smallest_other_along(db):
    some = people(lived=7, staff=5, partner=1)
    told(make.working_group(), [(one, YES) for one in some])
    assert {(one.side, one.answers) for one in Told.objects.all()} == {(LIVED, 7), ("", 6)}


# --- while it is open -----------------------------------------------------------------------------
def test_nobody_reads_anything_of_a_round_that_is_open(one, some):
    """Co-leads, the office, an administrator: pages, files, the admin, the search, the audit."""
    group, lead = one.group, make.leads(one.group)[0]
    for person, said, words in zip(some[:9], SAID, SECRETS, strict=False):
        one.answer(person, words=words, **said)
    admin = make.programme_user(ADMIN, is_staff=True, is_superuser=True)
    _, steers = make.steering_group()
    for reader in (lead, steers):
        make.with_second_factor(reader)
    for reader in (lead, make.programme_user("Programme office"), admin, steers):
        client = Client()
        client.force_login(reader, "apps.accounts.backends.SignIn")
        for path in (
            group.get_absolute_url(),
            reverse("group_heard", args=[group.slug]),
            reverse("insight_group", args=[group.slug]),
            reverse("insight_group_file", args=[group.slug, "together_heard", "csv"]),
            reverse("insight_topic", args=["together"]),
            reverse("insight_topic_file", args=["together", "together_heard", "csv"]),
            "/audit/",
            "/search/?q=only",
            "/admin/",
            f"/admin/experience/answer/?round={one.pk}",
        ):
            found = client.get(path, follow=True)
            assert not [url for url, _ in found.redirect_chain if "second-factor" in url], path
            words = words_of(found)
            assert not [secret for secret in SECRETS if secret in words], path
            assert "more than half said" not in words
            assert "9 answered" not in words
            assert "What we heard, " not in words
    assert not AuditEntry.objects.about(one).exclude(action="ask").exists()
    assert not Entry.objects.filter(kind__startswith="experience").exists()
    assert not Remark.objects.exists()


def test_the_admin_shows_what_groups_were_told_and_no_number_or_words_of_it(one, client):
    ours = [model for model in admin.site._registry if model._meta.app_label == "experience"]
    assert ours == [Batch]
    Batch.objects.create(group=one.group, since=timezone.now())  # it gathers answers still
    client.force_login(make.programme_user(ADMIN, is_staff=True, is_superuser=True))
    page = client.get("/admin/experience/batch/")
    assert page.context["cl"].result_count == 0


@pytest.mark.skipif(connection.vendor != "sqlite", reason="it has a log of its own")
def test_its_log_is_emptied(one, some, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as left:
        one.answer(some[0], **YES)
    assert [one.__name__ for one in left] == ["_empty_log"]
