"""The small demonstration programme, loaded once: what is in it, made as on the site."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.accounts.backends import SignIn
from apps.accounts.models.people import Constituency, User
from apps.core import demo
from apps.core.models import AuditEntry
from apps.core.needs import NEEDS, _place, needs_of
from apps.groups.models import Membership, WorkingGroup, WorkingGroupUserPermission
from apps.groups.tasks import nightly_sync
from apps.notifications.kinds import KINDS
from apps.notifications.models import ReminderRule
from apps.taskgroups.models.output import Output
from apps.taskgroups.models.suggestion import Suggestion

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demonstration")]


def test_every_sign_in_is_there_with_its_password_and_role():
    for one in demo.sign_ins():
        user = User.objects.get(email=one.email)
        assert user.is_demo
        assert user.check_password(demo.PASSWORD)
    assert len(demo.sign_ins()) == 12
    roles = {
        name: set(User.objects.get(email=f"{name}@demo.example").programme_roles)
        for name in ("hr", "comms", "equality", "office", "admin", "peer")
    }
    assert roles == {
        "hr": {"Human Resources"},
        "comms": {"Communications"},
        "equality": {"Equality and Human Rights"},
        "office": {"Programme office"},
        "admin": {"Administrators"},
        "peer": set(),
    }


def test_the_small_programme_is_that_of_the_poster():
    assert User.objects.count() == 60
    assert set(WorkingGroup.objects.values_list("kind", "name")) == {
        ("steering", "Peer Support Steering Group"),
        ("network", "Peers and Sponsors Network"),
        ("task", "Role design"),
        ("task", "Training"),
        ("task", "Piloting"),
        ("task", "Career pathways"),
        ("task", "Communication"),
    }
    assert not Membership.objects.filter(user__email="candidate@demo.example").exists()
    empty = {
        group.slug: group.empty_seats(on=timezone.localdate())
        for group in WorkingGroup.objects.all()
    }
    assert empty.pop("communication") == [Constituency.LIVED_EXPERIENCE]
    assert set(map(tuple, empty.values())) == {()}
    panel = User.objects.get(email="panelpeer@demo.example")
    assert panel.constituency == Constituency.LIVED_EXPERIENCE


def test_there_is_an_output_in_every_state_and_words_from_both_sides():
    assert set(Output.objects.values_list("state", flat=True)) == set(Output.State.values)
    groups = {slug for (slug,) in Output.objects.values_list("group__slug")}
    assert groups == {"role-design", "training", "piloting", "career-pathways", "communication"}
    made = Suggestion.objects.all()
    both = {(slug, side) for slug in groups for side in ("lived_experience", "staff")}
    assert set(made.values_list("output__group__slug", "constituency")) == both
    assert set(made.values_list("state", flat=True)) == {
        "open",
        "taken_up",
        "adapted",
        "agreed",
        "not_taken_up",
    }
    assert made.filter(by=None).exists()
    # Whatever is said to have changed a text shows the words, before and after.
    changed = made.filter(state__in=Suggestion.CHANGED_IT)
    assert all(one.revision and one.before_and_after for one in changed)
    assert changed.exclude(objection="").exists()


def test_what_happened_two_years_ago_is_recorded_as_then():
    first = AuditEntry.objects.order_by("pk").first()
    assert (timezone.now() - first.at).days >= 720


def test_grants_are_those_that_the_nightly_sync_would_give():
    assert WorkingGroupUserPermission.objects.exists()
    assert nightly_sync() == 0


# By day the twelve sign-ins, one of each kind of person; by night everybody.
TWELVE, EVERYBODY = "the twelve", "everybody"
each_of = pytest.mark.parametrize(
    "whom", [TWELVE, pytest.param(EVERYBODY, marks=pytest.mark.nightly)]
)


def people(whom):
    """Who may sign in, as their session knows them: once, and afresh."""
    found = User.objects.active()
    if whom == TWELVE:
        found = found.filter(email__in=[one.email for one in demo.sign_ins()])
    for pk in found.values_list("pk", flat=True):
        yield SignIn().get_user(pk), SignIn().get_user(pk)


def fresh(source, user):
    """What a source reads for somebody, as a query that is built for them."""
    return source.read.make(user)[: source.read.at_most]


@each_of
def test_the_home_page_lists_what_asking_every_source_would_list(whom):
    """Whatever it leaves out for a person by what is known of them anyway, they never miss."""
    listed = 0
    for user, same in people(whom):
        read = [(source, fresh(source, same)) for source in NEEDS]
        needs = [need for source, rows in read if rows for need in source.of(rows, same)]
        needs.sort(key=_place)
        assert needs_of(user) == needs, user.email
        listed += len(needs)
    assert listed > (200 if whom == EVERYBODY else 60)


@each_of
def test_a_source_says_of_nobody_that_there_can_be_nothing_where_there_is(whom):
    left_out = 0
    for user, same in people(whom):
        for source in NEEDS:
            if source.may is not None and not source.may(user):
                assert not source.read.make(same).exists(), (user.email, source.needs)
                left_out += 1
    assert left_out > (500 if whom == EVERYBODY else 100)


@each_of
def test_a_query_that_is_kept_reads_for_everybody_at_any_hour_what_it_would_read_built_anew(whom):
    at_noon = timezone.now().replace(hour=12)
    read = 0
    for hours in (5, 24):
        with time_machine.travel(at_noon + timedelta(hours=hours), tick=False):
            for user, same in people(whom):
                for source in NEEDS:
                    rows = list(fresh(source, same))
                    assert list(source.read.rows(user)) == rows, (user.email, source.needs)
                    read += len(rows)
    assert read > (400 if whom == EVERYBODY else 120)


def test_each_kind_of_need_asks_once_and_only_where_it_waits():
    """So that *What needs you* costs as much as it shows, however much there is in all."""
    for one in demo.sign_ins():
        user = User.objects.get(email=one.email)
        needs_of(user)  # what is asked once a request: roles and grants
        for source in NEEDS:
            with CaptureQueriesContext(connection) as asked:
                list(source(user))
            assert len(asked) <= 1, (one.email, source.needs)
        with CaptureQueriesContext(connection) as asked:
            needs_of(user)
        kinds = sum(bool(list(source(user))) for source in NEEDS)
        assert len(asked) <= kinds + 1, one.email


# Beside the query of each rule: what belongs to the things that it found, for all of them at once.
MORE = {"governance.half_way": 1, "taskgroups.easy_read_missing": 2}


def test_the_planner_asks_each_rule_once_however_much_is_due():
    asked, due = {}, 0
    for rule in ReminderRule.objects.filter(enabled=True):
        kind = KINDS[rule.kind]
        if not kind.is_event:
            with CaptureQueriesContext(connection) as queries:
                due += len(list(kind.due(rule, timezone.now())))
            asked.setdefault(rule.kind, set()).add(len(queries) - 1)
    assert due > 50
    more = {kind: max(counts) for kind, counts in asked.items() if max(counts) > 0}
    assert more == MORE
