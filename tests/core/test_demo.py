"""The demonstration programme: the same each time, real grants, and only where it belongs."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.accounts.models.people import User
from apps.core import demo
from apps.groups.models import Membership, WorkingGroup
from apps.groups.roles import Role
from apps.groups.tasks import nightly_sync
from apps.taskgroups.models.output import Output

from ..factories import UserFactory

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


@pytest.mark.nightly
@pytest.mark.services  # scale is PostgreSQL's matter, where it is
@pytest.mark.django_db(transaction=True)
def test_the_large_programme_has_its_size_and_the_grants_of_its_roles(programme):
    with programme("large"):
        assert nightly_sync() == 0
        assert User.objects.count() == 5000
        assert WorkingGroup.objects.count() == 200
        assert Output.objects.count() == 10_000
        leads = Membership.objects.filter(role=Role.CO_LEAD)
        twice = leads.values_list("group", "user__constituency")
        assert len(set(twice)) == len(twice)
        assert not Membership.objects.filter(user__email="candidate@demo.example").exists()


def test_the_database_then_knows_how_much_it_holds(monkeypatch):
    monkeypatch.setattr(demo, "load", lambda **options: None)
    with CaptureQueriesContext(connection) as queries:
        load()
    assert queries.captured_queries[-1]["sql"] == "ANALYZE"
