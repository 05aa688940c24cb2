"""The demonstration programme: the same each time, real grants, and only where it belongs."""

from datetime import date
from io import StringIO

import pytest
from django.core import serializers
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.accounts.models import Constituency, User
from apps.core import demo
from apps.core.models import AuditEntry
from apps.groups.models import Membership, WorkingGroup, WorkingGroupUserPermission
from apps.groups.roles import Role
from apps.groups.tasks import nightly_sync
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)


def load(**options):
    output = StringIO()
    call_command("load_demo", today=options.pop("today", TODAY), stdout=output, **options)
    return output.getvalue()


def test_given_a_used_database_then_nothing_is_loaded():
    UserFactory()
    with pytest.raises(CommandError, match="not empty"):
        load()
    assert User.objects.count() == 1


def test_given_production_then_nothing_is_loaded(settings):
    settings.DEMO_ALLOWED = False
    with pytest.raises(CommandError, match="production"):
        load()
    assert not User.objects.exists()


def test_given_a_failure_in_the_middle_then_nothing_stays(monkeypatch):
    def fail(world):
        raise RuntimeError("half way")

    monkeypatch.setattr("apps.groups.demo._what_needs_care", fail)
    with pytest.raises(RuntimeError):
        load()
    assert not User.objects.exists()


def test_every_sign_in_is_there_with_its_password_and_role():
    output = load()
    for one in demo.sign_ins():
        user = User.objects.get(email=one.email)
        assert user.is_demo
        assert user.check_password(demo.PASSWORD)
        assert one.email in output
    assert demo.PASSWORD in output
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
    load()
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
    empty = {group.slug: group.empty_seats(on=TODAY) for group in WorkingGroup.objects.all()}
    assert empty.pop("communication") == [Constituency.LIVED_EXPERIENCE]
    assert set(map(tuple, empty.values())) == {()}
    panel = User.objects.get(email="panelpeer@demo.example")
    assert panel.constituency == Constituency.LIVED_EXPERIENCE


def test_what_happened_two_years_ago_is_recorded_as_then():
    load(today=timezone.localdate())
    first = AuditEntry.objects.order_by("pk").first()
    assert (timezone.now() - first.at).days >= 720


@pytest.mark.parametrize("scale", ["small", "large"])
def test_grants_are_those_that_the_nightly_sync_would_give(scale):
    load(scale=scale, today=timezone.localdate())
    assert WorkingGroupUserPermission.objects.exists()
    assert nightly_sync() == 0


def test_the_large_programme_has_its_size():
    load(scale="large")
    assert User.objects.count() == 5000
    assert WorkingGroup.objects.count() == 200
    twice = Membership.objects.filter(role=Role.CO_LEAD).values_list("group", "user__constituency")
    assert len(set(twice)) == len(twice)
    assert not Membership.objects.filter(user__email="candidate@demo.example").exists()


@pytest.mark.django_db(transaction=True)
def test_given_the_same_day_then_the_same_data():
    assert load_afresh() == load_afresh()


def load_afresh():
    """Everything that is loaded, from the same first primary keys."""
    call_command("flush", interactive=False, verbosity=0)
    load()
    models = (User, WorkingGroup, Membership, AuditEntry)
    return [serializers.serialize("json", model.objects.order_by("pk")) for model in models]


def test_the_database_then_knows_how_much_it_holds(monkeypatch):
    monkeypatch.setattr(demo, "load", lambda **options: None)
    with CaptureQueriesContext(connection) as queries:
        load()
    assert queries.captured_queries[-1]["sql"] == "ANALYZE"
