"""With a full dump of the database nobody can join an anonymous response to a person.

Ten people respond in a known order, and every trace that they leave is looked at: keys, order,
times, numbers of requests, sessions, the audit trail, messages. The same search finds the join in
a table that leaks, so that it can fail.
"""

import json
import random
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.core.models import record
from apps.governance.consultations.models.response import Participation, Response, shuffle
from tests import factories as make
from tests.on_disk import dump, from_the_start, transactions

pytestmark = [pytest.mark.django_db, pytest.mark.differs, pytest.mark.both]

# In no order: people respond one after another as they stand here.
TREES = ("hazel", "elm", "larch", "beech", "juniper", "alder", "fir", "cedar", "gorse", "dogwood")
SECRETS = [f"only {tree} said so" for tree in TREES]


@pytest.fixture(autouse=True)
def _from_the_start(db):
    from_the_start("governance_response", "governance_participation")


@pytest.fixture
def asked():
    group = make.working_group()
    return make.consultation(group, questions=["text"])


@pytest.fixture
def people():
    """People whose accounts were not made in the order in which they respond."""
    people = [make.UserFactory() for _ in SECRETS]
    random.Random(4).shuffle(people)  # noqa: S311 - the same every time
    return people


def respond(asked, person, words, *, change=None):
    """As a person does: sign in, open the page, send it, perhaps change it. Gives the code."""
    client = Client()
    client.force_login(person, "apps.accounts.backends.SignIn")
    page = client.get(reverse("respond", args=[asked.pk]))
    question = asked.questions.get()
    form = {"code": page.context["form"]["code"].value(), f"q{question.pk}": words}
    sent = client.post(reverse("respond", args=[asked.pk]), form)
    assert sent.status_code == 200
    code = sent.context["code"]
    if change:
        form[f"q{question.pk}"] = change
        assert client.post(reverse("respond", args=[asked.pk]), form).status_code == 200
    return code


@pytest.fixture
def answered(asked, people):
    """All have responded, an hour apart; some changed what they had said. The codes."""
    codes = []
    now = timezone.now()
    for hour, (person, words) in enumerate(zip(people, SECRETS, strict=True)):
        with time_machine.travel(now + timedelta(hours=hour), tick=False):
            first = words if hour % 3 else "nothing yet"
            codes.append(respond(asked, person, first, change=words))
    return codes


def order_of_people(tables, people):
    """Every order of the people that some column of some table gives away."""
    keys = {str(person.pk): place for place, person in enumerate(people)}
    for table, rows in tables.items():
        for column in rows[0] if rows else ():
            found = [keys[row[column]] for row in rows if row[column] in keys]
            if len(found) == len(people) == len(set(found)):
                yield f"{table}.{column}", found


def order_of_responses(rows):
    """Every order of the responses: as they lie, and by each column."""

    def places(rows):
        found = []
        for row in rows:
            found += [place for place, words in enumerate(SECRETS) if words in str(row)]
        return found

    yield "as they lie", places(rows)
    for column in rows[0] if rows else ():
        yield column, places(sorted(rows, key=lambda row: row[column]))


def plain(value):
    """A key as it may be written elsewhere: a UUID with or without dashes."""
    return value.replace("-", "").lower()


def said_in(table_rows):
    return [row for row in table_rows if any(words in str(row) for words in SECRETS)]


def joins(tables, people, responses):
    """How the dump joins responses to people: sentences, none where it does not."""
    rows = tables[responses]
    in_turn = list(range(len(people)))
    for table, others in tables.items():
        if table != responses and said_in(others):
            yield f"{table} has what was said"
    for column in ("id", "code_hash", "user_id"):
        values = {plain(row[column]) for row in rows} - {"none"}
        for table, others in tables.items():
            for key, value in [pair for other in others for pair in other.items()]:
                if table != responses and plain(value) in values:
                    yield f"{column} is {key} of {table}"
    for name, order in order_of_responses(rows):
        if order in (in_turn, in_turn[::-1]):
            yield f"responses in turn: {name}"
        for place, found in order_of_people(tables, people):
            if len(order) == len(people) and order in (found, found[::-1]):
                yield f"responses {name} go with {place}"
    for column in rows[0]:
        if any(row[column][:4] in ("2025", "2026", "2027") for row in rows):
            yield f"{column} is a time"


def test_nothing_in_the_database_joins_a_response_to_a_person(asked, people, answered):
    tables = dump()
    rows = tables["governance_response"]
    assert len(rows) == len(tables["governance_participation"]) == len(people)
    assert {column for row in rows for column in row} == {
        "id",
        "consultation_id",
        "answers",
        "user_id",
        "given_name",
        "code_hash",
        "channel",
        "sent",
    }
    assert {row["user_id"] for row in rows} == {"None"}
    assert sorted(set(joins(tables, people, "governance_response"))) == []


def test_no_code_is_anywhere(asked, people, answered):
    everything = json.dumps(dump())
    for code in answered:
        assert code not in everything
        assert code.replace("-", "") not in everything


def test_each_list_lies_in_an_order_that_tells_nothing(asked, people, answered):
    tables = dump()
    took_part = [int(row["user_id"]) for row in tables["governance_participation"]]
    assert took_part == sorted(took_part)
    assert took_part != [person.pk for person in people]
    assert set(tables["governance_participation"][0]) == {"id", "consultation_id", "user_id"}
    for table in ("governance_participation", "governance_response"):
        assert len(set(transactions(table))) <= 1


def test_responding_leaves_no_entry_message_or_note_in_the_session(asked, people):
    person = people[0]
    client = Client()
    client.force_login(person, "apps.accounts.backends.SignIn")
    page = client.get(reverse("respond", args=[asked.pk]))  # notes that the session is in use
    form = {"code": page.context["form"]["code"].value()}
    form[f"q{asked.questions.get().pk}"] = SECRETS[0]
    before = dump()
    client.post(reverse("respond", args=[asked.pk]), form)
    after = dump()
    changed = {table for table in after if after[table] != before[table]}
    assert changed == {"governance_participation", "governance_response"}


def test_nothing_is_logged_when_somebody_responds(asked, people, caplog):
    with caplog.at_level("DEBUG", logger="apps"), caplog.at_level("DEBUG", logger="django.request"):
        respond(asked, people[0], SECRETS[0])
    assert [one.getMessage() for one in caplog.records] == []


def test_the_code_and_the_answers_are_in_no_cookie_and_no_address(asked, people):
    client = Client()
    client.force_login(people[0], "apps.accounts.backends.SignIn")
    page = client.get(reverse("respond", args=[asked.pk]))
    form = {"code": page.context["form"]["code"].value()}
    sent = client.post(reverse("respond", args=[asked.pk]), form)
    code = sent.context["code"]
    assert sent.status_code == 200  # no redirect: nothing is carried to another page
    assert "no-store" in sent["Cache-Control"]
    assert code not in str(client.cookies)
    assert code not in str(dict(client.session))
    assert code in sent.content.decode()


# --- the search itself can find something ---------------------------------------------------------
def test_the_search_finds_rows_that_lie_as_they_came(asked, people, monkeypatch):
    monkeypatch.setattr(
        "apps.governance.consultations.models.response.shuffle", lambda consultation: None
    )
    for person, words in zip(people, SECRETS, strict=True):
        respond(asked, person, words)
    found = set(joins(dump(), people, "governance_response"))
    assert "responses in turn: as they lie" in found
    assert "responses as they lie go with governance_participation.user_id" in found


def test_the_search_finds_an_audit_entry_with_the_key_of_a_response(asked, people, monkeypatch):
    for person, words in zip(people, SECRETS, strict=True):
        respond(asked, person, words)
        said = next(one for one in Response.objects.all() if words in one.answers.values())
        record("respond", said, by=person)
    found = set(joins(dump(), people, "governance_response"))
    assert "id is subject_id of core_auditentry" in found


def test_the_search_finds_words_in_another_table(asked, people):
    for person, words in zip(people, SECRETS, strict=True):
        respond(asked, person, words)
        record("respond", asked, by=person, note=words)
    found = set(joins(dump(), people, "governance_response"))
    assert "core_auditentry has what was said" in found


def test_shuffling_keeps_every_row(asked, people, answered):
    before = {(one.pk, str(one.answers), one.code_hash) for one in Response.objects.all()}
    who = set(Participation.objects.values_list("user", flat=True))
    shuffle(asked)
    assert {(one.pk, str(one.answers), one.code_hash) for one in Response.objects.all()} == before
    assert set(Participation.objects.values_list("user", flat=True)) == who
