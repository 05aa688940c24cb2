"""The small demonstration programme, loaded once: what is in it, made as on the site."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.accounts.models import Constituency, User
from apps.core import demo
from apps.core.models import AuditEntry
from apps.core.registry import NEED_GATES, NEEDS, needs_of
from apps.groups.models import Membership, WorkingGroup, WorkingGroupUserPermission
from apps.groups.tasks import nightly_sync
from apps.taskgroups.models import Output, Suggestion

from .test_demo import load

pytestmark = [pytest.mark.django_db, pytest.mark.alike]


@pytest.fixture(scope="module")
def small(django_db_setup, django_db_blocker):
    """The small programme, as it stands today: loaded once for those who only read it."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield load(today=timezone.localdate())
        transaction.set_rollback(True)


def test_every_sign_in_is_there_with_its_password_and_role(small):
    for one in demo.sign_ins():
        user = User.objects.get(email=one.email)
        assert user.is_demo
        assert user.check_password(demo.PASSWORD)
        assert one.email in small
    assert demo.PASSWORD in small
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


def test_the_small_programme_is_that_of_the_poster(small):
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


def test_there_is_an_output_in_every_state_and_words_from_both_sides(small):
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
        "not_taken_up",
    }
    assert made.filter(by=None).exists()


def test_what_happened_two_years_ago_is_recorded_as_then(small):
    first = AuditEntry.objects.order_by("pk").first()
    assert (timezone.now() - first.at).days >= 720


def test_grants_are_those_that_the_nightly_sync_would_give(small):
    assert WorkingGroupUserPermission.objects.exists()
    assert nightly_sync() == 0


def test_each_kind_of_need_asks_once_and_only_where_it_waits(small):
    """So that *What needs you* costs as much as it shows, however much there is in all."""
    for one in demo.sign_ins():
        user = User.objects.get(email=one.email)
        needs_of(user)  # what is asked once a request: roles and grants
        for source in NEEDS:
            with CaptureQueriesContext(connection) as asked:
                waits = list(source(user))
            allowed = 1 if waits or source in NEED_GATES else 0
            assert len(asked) <= allowed, (one.email, source.__module__, source.__name__)
        with CaptureQueriesContext(connection) as asked:
            needs_of(user)
        kinds = sum(bool(list(source(user))) for source in NEEDS)
        assert len(asked) <= kinds + 1, one.email
