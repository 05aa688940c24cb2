"""Statements whose plan is kept: they answer as any other, and a connection keeps few."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from apps.core import prepared
from apps.core.compiled import Kept, late
from apps.groups.models import WorkingGroup

from ..factories import UserFactory, WorkingGroupFactory

pytestmark = [pytest.mark.django_db, pytest.mark.differs]
NAMED = (
    "SELECT count(*) FROM groups_workinggroup WHERE name = %s AND id >= %s AND name LIKE '%%oup%%'"
)
on_a_server = pytest.mark.skipif("connection.vendor != 'postgresql'", reason="it keeps no plans")


def ask(sql, *params):
    with connection.cursor() as cursor:
        prepared.execute(cursor, sql, params)
        return cursor.fetchone()[0]


def kept():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'kept%%'", [])
        return cursor.fetchone()[0]


@pytest.mark.both
def test_given_other_parameters_when_asked_again_then_the_answer_is_theirs():
    WorkingGroupFactory(name="Group one")
    WorkingGroupFactory(name="Group two")
    asked = [("Group one", 0), ("Group two", 0), ("Group three", 0), ("Group one", 2**40)]
    assert [ask(NAMED, *given) for given in asked] == [1, 1, 0, 0]
    assert ask("SELECT count(*) FROM groups_workinggroup") == WorkingGroup.objects.count()


@on_a_server
def test_when_asked_again_then_nothing_is_planned_anew_even_after_a_transaction_that_failed():
    with transaction.atomic():
        ask(NAMED, "Group one", 0)
        transaction.set_rollback(True)
    before = kept()
    with CaptureQueriesContext(connection) as queries:
        ask(NAMED, "Group one", 0)
    assert not [one for one in queries if "PREPARE" in one["sql"]]
    assert kept() == before


@on_a_server
def test_when_many_are_asked_then_the_last_ones_are_kept(monkeypatch):
    monkeypatch.setattr(prepared, "MOST", 2)
    more = "SELECT count(*) + {} FROM groups_workinggroup WHERE id > %s"
    for number in (0, 1, 2, 3, 4, 0):
        assert ask(more.format(number), 2**40) == number
    assert kept() == 2


@pytest.mark.both
def test_given_people_with_some_keys_more_or_fewer_then_their_sql_is_the_same():
    groups = [WorkingGroupFactory() for _ in range(5)]
    of = {UserFactory(): groups[:many] for many in (3, 4, 5)}
    keys = late(lambda user: {group.pk for group in of[user]})
    mine = Kept(lambda user: WorkingGroup.objects.order_by("pk").filter(pk__in=keys(user)))
    three, four, five = (mine.sql(user)[0] for user in of)
    assert three == four != five
    assert [list(mine.rows(user)) for user in of] == list(of.values())
