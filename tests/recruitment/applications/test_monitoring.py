"""Equality answers: nothing joins them to an application; only counts are left in the end."""

import base64
import json
import random

import pytest
from django.db import connection
from django.test import override_settings
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from apps.core.disclosure import SRHAD_LEAST as LEAST
from apps.core.disclosure import rounded, suppressed, total
from apps.recruitment.applications.models.monitoring import (
    PADDED,
    QUESTIONS,
    Count,
    Envelope,
    NoKey,
    Ticket,
    _private,
    new_keys,
    tally,
    to_tally,
)
from apps.recruitment.applications.models.survey import SurveyCount
from apps.recruitment.applications.tasks import tally_monitoring
from tests.factories import UserFactory
from tests.on_disk import from_the_start

from .. import making

pytestmark = pytest.mark.django_db
SIGN_IN = "apps.accounts.backends.SignIn"
PUBLIC, PRIVATE = new_keys()
WORKER = override_settings(MONITORING_PUBLIC_KEY=PUBLIC, MONITORING_PRIVATE_KEY=PRIVATE)
AGES = [value for value, _ in QUESTIONS["age"][1]]


@pytest.fixture(autouse=True)
def _web(settings):
    """As in the process that serves pages: the public key alone."""
    settings.MONITORING_PUBLIC_KEY, settings.MONITORING_PRIVATE_KEY = PUBLIC, ""


def answered(client, number=6):
    """A vacancy whose applicants, in a random order of accounts, each gave another age."""
    vacancy = making.vacancy(state="open")
    people = [UserFactory() for _ in range(number)]
    random.Random(7).shuffle(people)  # noqa: S311 - the same every time
    made = []
    for place, person in enumerate(people):
        one = making.application(vacancy, person)
        client.force_login(person, SIGN_IN)
        url = reverse("application_monitoring", args=[one.reference])
        assert client.post(url, {"age": AGES[place % len(AGES)]}).status_code == 302
        made.append(one)
    return vacancy, made


def in_place(table, columns):
    """Rows as they lie on the disk, with the transaction that wrote each where one can tell."""
    postgres = connection.vendor == "postgresql"
    place, written = ("ctid", "xmin::text") if postgres else ("rowid", "''")
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {columns}, {written} FROM {table} ORDER BY {place}"  # noqa: S608 - our own
        )
        return cursor.fetchall()


@pytest.mark.differs
def test_no_key_place_transaction_length_or_time_joins_an_envelope_to_an_application(client):
    from_the_start("recruitment_envelope", "recruitment_ticket")
    _, made = answered(client)
    envelopes = in_place("recruitment_envelope", "token, sealed")
    tickets = in_place("recruitment_ticket", "application_id, sealed")
    assert len(envelopes) == len(tickets) == len(made)
    # One length, one transaction, and tokens of which the other side has no trace.
    assert {len(bytes(row[1])) for row in envelopes} == {PADDED + 48}
    assert len({row[2] for row in [*envelopes, *tickets]}) == 1
    for token, *_ in envelopes:
        assert not any(token.encode() in bytes(row[1]) for row in tickets)
    # Tickets lie in the order of the applications' numbers, not of answering.
    assert [row[0] for row in tickets] == sorted(row[0] for row in tickets)
    with WORKER:
        box = _private()
        order = [json.loads(box.decrypt(bytes(row[1])))["age"] for row in envelopes]
    assert sorted(order) == sorted(AGES)


def test_envelopes_lie_in_an_order_of_chance(client):
    """Were they in the order of answering, all of many tries would be; one in 720 is by chance."""
    answered(client)
    one = UserFactory()
    orders = set()
    for _ in range(5):
        vacancy = making.vacancy(state="open")
        Ticket.post(making.application(vacancy, one), {})
        orders.add(tuple(row[0] for row in in_place("recruitment_envelope", "token"))[:6])
    assert len(orders) > 1


def test_the_process_that_serves_pages_can_open_nothing(client):
    vacancy, _ = answered(client, 2)
    with pytest.raises(NoKey):
        tally(vacancy)
    making.put(vacancy, "filled")
    tally_monitoring()
    assert (Envelope.objects.count(), Count.objects.count()) == (2, 0)


def test_nothing_of_the_answers_is_in_any_other_table_or_the_audit_trail(client):
    answered(client, 3)
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            rows = [row for row in cursor.fetchall() if any(str(v) in AGES for v in row)]
            assert (table, rows) == (table, [])


def test_answers_are_given_once(client):
    _, [one] = answered(client, 1)
    assert not Ticket.post(one, {"age": "65_up"})
    assert Envelope.objects.count() == 1


@WORKER
def test_once_a_vacancy_is_over_each_is_counted_once_and_destroyed(client):
    vacancy, _ = answered(client)
    assert list(to_tally()) == []
    making.put(vacancy, "unfilled")
    tally_monitoring()
    tally_monitoring()
    assert (Envelope.objects.count(), Ticket.objects.count()) == (0, 0)
    ages = Count.objects.filter(characteristic="age", stage="applied")
    assert {row.value: row.number for row in ages} == dict.fromkeys(AGES, 1)
    assert not Count.objects.filter(stage="appointed").exists()
    vacancy.refresh_from_db()
    assert vacancy.tallied_at is not None


@WORKER
def test_a_count_that_was_killed_begins_anew_and_counts_nothing_twice(client, monkeypatch):
    vacancy, _ = answered(client)
    making.put(vacancy, "unfilled")

    def killed(*args, **kwargs):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Ticket.objects.none().__class__, "delete", killed)
        with pytest.raises(KeyboardInterrupt):
            tally(vacancy)
    assert (Envelope.objects.count(), Count.objects.count()) == (6, 0)
    vacancy.refresh_from_db()
    tally(vacancy)
    assert sum(Count.objects.filter(characteristic="age").values_list("number", flat=True)) == 6


@WORKER
def test_envelopes_of_other_vacancies_stay(client):
    over, _ = answered(client, 2)
    answered(client, 3)
    making.put(over, "unfilled")
    tally(over)
    assert (Envelope.objects.count(), Ticket.objects.count()) == (3, 3)


# --- what is shown ----------------------------------------------------------------------------
@given(st.lists(st.integers(0, 60), min_size=2, max_size=9))
def test_no_small_number_is_shown_nor_can_be_worked_out(numbers):
    shown = suppressed(numbers)
    hidden = [place for place, number in enumerate(shown) if number is None]
    assert all(number is None or number % 5 == 0 for number in shown)
    for place, number in enumerate(numbers):
        if 0 < number < LEAST:
            assert shown[place] is None
    if hidden:
        assert len(hidden) > 1 or len(numbers) == 1
    assert total(numbers) is None or total(numbers) % 5 == 0


def test_rounding_is_to_the_nearest_five():
    assert [rounded(n) for n in (8, 12, 13, 17, 18)] == [10, 10, 15, 15, 20]


def test_the_report_hides_small_numbers_on_the_page_and_in_the_file(client):
    for value, number in (("white", 41), ("black", 6), ("asian", 23)):
        Count.objects.create(
            year=2026,
            bands="2 to 4",
            stage="applied",
            characteristic="ethnicity",
            value=value,
            number=number,
        )
    client.force_login(making.hr_officer(), SIGN_IN)
    page = client.get(reverse("equality")).content.decode()
    file = b"".join(client.get(reverse("equality_csv")).streaming_content).decode()
    [line] = [
        stages
        for question, _, stages in client.get(reverse("equality")).context["tables"]
        if "ethnic" in question
    ]
    assert line[0][1][:4] == [40, 0, None, None]
    assert ">6<" not in "".join(page.split())
    assert ",6\r\n" not in file
    assert file.count("hidden") == 2


def test_what_candidates_say_is_only_counted(client):
    one = making.application(making.vacancy(state="unfilled"), state="unsuccessful")
    client.force_login(one.candidate, SIGN_IN)
    url = reverse("application_survey", args=[one.reference])
    assert client.post(url, {"fair": "5", "clear": "2"}).status_code == 302
    assert client.post(url, {"fair": "1"}).status_code == 409
    assert {(row.statement, row.answer): row.number for row in SurveyCount.objects.all()} == {
        ("fair", "5"): 1,
        ("clear", "2"): 1,
    }
    client.force_login(making.hr_officer(), SIGN_IN)
    assert b"hidden" in client.get(reverse("experience")).content


def test_keys_are_made_in_pairs():
    public, private = new_keys()
    assert [len(base64.b64decode(key)) for key in (public, private)] == [32, 32]
    assert public != private
