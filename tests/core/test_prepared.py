"""Statements whose plan is kept: they answer as any other, and a connection keeps few."""

import pytest
from django.db import connection, transaction

from apps.core import compiled, prepared
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


def prepared_at():
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, prepare_time FROM pg_prepared_statements ORDER BY name")
        return cursor.fetchall()


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
    before = prepared_at()
    ask(NAMED, "Group one", 0)
    assert prepared_at() == before


@on_a_server
def test_when_many_are_asked_then_the_last_ones_are_kept(monkeypatch):
    more = "SELECT count(*) + {} FROM groups_workinggroup WHERE id > %s"
    monkeypatch.setattr(prepared, "MOST", 2 * len(more))
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


@on_a_server
def test_what_is_prepared_is_planned_for_whoever_asks_on_each_connection():
    with connection.cursor() as cursor:
        cursor.execute("SHOW plan_cache_mode")
        assert cursor.fetchone() == ("force_generic_plan",)


@on_a_server
@pytest.mark.parametrize(("anew", "plans"), [(False, 1), (True, 0)])
def test_a_long_query_is_prepared_unless_it_is_to_be_planned_anew(monkeypatch, anew, plans):
    monkeypatch.setattr(prepared, "MOST", prepared.MOST * 10)  # none goes for it
    many = {"pk__in": range(compiled.LONG)}
    long = Kept(lambda user: WorkingGroup.objects.filter(**many, slug=str(anew)), anew=anew)
    before = kept()
    assert list(long.rows(UserFactory())) == []
    assert kept() - before == plans
