"""Queries that are kept: for whom, and for how long, each is what building it anew would give."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection

from apps.accounts.models.people import Constituency, User
from apps.accounts.roles import OFFICE
from apps.core import clock
from apps.core.compiled import Kept, KeptFor, KeptOf, asked, late
from apps.core.permissions import grants
from apps.groups.models import Membership, WorkingGroup
from apps.groups.roles import Role

from ..factories import UserFactory, WorkingGroupFactory, programme_user

pytestmark = [pytest.mark.django_db, pytest.mark.differs]


class Counted:
    """A function that makes a query, and how often it was called."""

    def __init__(self, make):
        self.make, self.calls = make, 0

    def __call__(self, user):
        self.calls += 1
        return self.make(user)


def test_given_two_people_then_each_has_their_own_rows_and_the_query_is_built_once():
    make = Counted(lambda user: User.objects.filter(pk=user.pk))
    kept, people = Kept(make), [UserFactory(), UserFactory()]
    assert [list(kept.rows(user)) for user in people] == [[user] for user in people]
    assert make.calls == 2  # at two moments, to see what goes with the clock


@pytest.mark.parametrize("held", [0, 1, 3])
def test_given_so_many_keys_then_a_condition_holds_of_those_and_its_opposite_of_the_others(held):
    groups = [WorkingGroupFactory() for _ in range(4)]
    mine, others = groups[:held], groups[held:]
    keys = late(lambda user: {group.pk for group in mine})
    every = WorkingGroup.objects.order_by("pk")
    these = Kept(lambda user: every.filter(pk__in=keys(user)))
    rest = Kept(lambda user: every.exclude(pk__in=keys(user)))
    user = UserFactory()
    assert list(these.rows(user)) == mine
    assert list(rest.rows(user)) == others


def test_when_time_passes_then_a_kept_moment_goes_along():
    make = Counted(lambda user: User.objects.filter(date_joined__lt=clock.now() - hour))
    kept, hour, noon = Kept(make), timedelta(hours=1), clock.now().replace(hour=12)
    user = UserFactory(date_joined=noon)
    seen = {}
    for minutes in (30, 60, 61, 119):
        with time_machine.travel(noon + timedelta(minutes=minutes), tick=False):
            seen[minutes] = list(kept.rows(user))
    assert seen == {30: [], 60: [], 61: [user], 119: [user]}
    assert make.calls == 2


def test_on_the_next_day_a_query_is_built_anew():
    kept = Kept(lambda user: User.objects.filter(date_joined__date__lt=clock.today()))
    user, noon = UserFactory(date_joined=clock.now()), clock.now().replace(hour=12)
    for days, rows in ((0, []), (1, [user])):
        with time_machine.travel(noon + timedelta(days=days), tick=False):
            assert list(kept.rows(user)) == rows


def test_given_a_query_that_asks_no_clock_then_it_is_built_once_for_all_days():
    mine = Counted(lambda user: User.objects.filter(pk=user.pk))
    joined = Counted(lambda user: User.objects.filter(date_joined__date__lt=clock.today()))
    user, noon = UserFactory(date_joined=clock.now()), clock.now().replace(hour=12)
    kept, days = Kept(mine), Kept(joined)
    for after in range(3):
        with time_machine.travel(noon + timedelta(days=after), tick=False):
            assert list(kept.rows(user)) == [user]
            assert list(days.rows(user)) == [user] * bool(after)
    assert (mine.calls, joined.calls) == (2, 6)


def test_whether_there_are_rows_is_built_when_it_is_asked():
    make = Counted(lambda user: User.objects.filter(pk=user.pk))
    kept, user = Kept(make), UserFactory()
    list(kept.rows(user))
    assert make.calls == 2
    for _ in range(2):
        sql, given = kept.gate(user)
        with connection.cursor() as cursor:
            cursor.execute(sql, given)
            assert cursor.fetchone()
    assert make.calls == 4
    assert Kept(lambda user: User.objects.none()).gate(user) is None


def test_given_another_answer_then_the_query_has_another_form():
    reads_all = asked(lambda user: user.email.startswith("all"))

    @Counted
    def make(user):
        rows = User.objects.order_by("pk")
        if reads_all(user) or user.has_perm("accounts.view_user"):
            return rows
        if user.constituency == Constituency.STAFF:
            return rows.none()
        return rows.filter(pk=user.pk)

    kept = Kept(make)
    peer = UserFactory(constituency=Constituency.LIVED_EXPERIENCE)
    staff = UserFactory(constituency=Constituency.STAFF)
    every = UserFactory(email="all@demo.example")
    office = programme_user(OFFICE)
    everybody = [peer, staff, every, office]
    for _ in range(2):
        assert [list(kept.rows(user)) for user in everybody] == [[peer], [], everybody, everybody]
        assert kept.gate(staff) is None
    assert make.calls == 1 + 3 * 2  # where there can be nothing, once is enough


def test_at_most_so_many_rows_are_read():
    users = [UserFactory() for _ in range(3)]
    kept = Kept(lambda user: User.objects.order_by("pk"), 2)
    assert list(kept.rows(users[0])) == users[:2]


@pytest.mark.parametrize(
    "make",
    [
        lambda user: User.objects.filter(pk__in=user.memberships.values("pk")),
        lambda user: User.objects.filter(is_active=user.has_perm("groups.view_workinggroup", user)),
        lambda user: User.objects.filter(pk__in=grants(user, WorkingGroup)["view_workinggroup"]),
        lambda user: User.objects.filter(date_joined__lt=clock.now().replace(microsecond=0)),
        lambda user: User.objects.filter(email__in=["a", "b"][: clock.now().hour // 10 + 1]),
    ],
    ids=[
        "a person's own query",
        "a permission on one thing",
        "grants as they are",
        "a rounded moment",
        "the hour",
    ],
)
def test_a_query_that_depends_on_more_than_it_may_is_refused(make):
    with pytest.raises(TypeError):
        Kept(make).rows(UserFactory())


def test_given_keys_of_things_then_each_has_its_own_rows_and_the_query_is_built_once():
    calls = []

    def make(group):
        calls.append(group)
        return WorkingGroup.objects.filter(pk=group)

    kept, groups = KeptOf(make), [WorkingGroupFactory() for _ in range(3)]
    assert [list(kept.rows(one.pk)) for one in groups] == [[one] for one in groups]
    assert len(calls) == 2


def test_given_people_and_things_then_each_has_their_own_rows_of_each():
    keys = late(lambda user: mine[user])
    kept = KeptFor(
        lambda user, group: WorkingGroup.objects.filter(pk__in=keys(user)).filter(pk=group)
    )
    one, other = WorkingGroupFactory(), WorkingGroupFactory()
    mine = {UserFactory(): {one.pk}, UserFactory(): {one.pk, other.pk}, UserFactory(): set()}
    found = [[list(kept.rows(user, group.pk)) for group in (one, other)] for user in mine]
    assert found == [[[one], []], [[one], [other]], [[], []]]


def test_who_leads_a_group_is_asked_anew_when_a_term_begins_or_ends():
    group, person, noon = WorkingGroupFactory(), UserFactory(), clock.now().replace(hour=12)
    tomorrow = clock.today() + timedelta(days=1)
    Membership.objects.create(
        group=group, user=person, role=Role.CO_LEAD, starts=tomorrow, ends=tomorrow
    )
    leads = []
    for days in range(3):
        with time_machine.travel(noon + timedelta(days=days), tick=False):
            leads.append(group.leads())
            assert group.leads() == group.leads(clock.today())
    assert leads == [[], [person], []]
