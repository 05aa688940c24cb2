"""The demonstration is the same whoever loads it."""

import shutil

import pytest
from django.core import serializers
from django.db import connection
from django.utils import timezone

from apps.accounts.models.people import User
from apps.core import demo
from apps.core.models import AuditEntry
from apps.groups.models import Membership, WorkingGroup

from ..prepared import elsewhere
from .test_demo import load


@pytest.fixture
def unblocked(django_db_setup, django_db_blocker):
    """Databases without a transaction around them."""
    with django_db_blocker.unblock():
        yield


@pytest.mark.nightly
@pytest.mark.skipif(connection.vendor != "sqlite", reason="it compares two files")
def test_given_the_same_day_then_the_same_data(unblocked, migrated_sqlite, loaded_sqlite, tmp_path):
    """As another process loaded it, where sets and dictionaries have another order."""
    with elsewhere(shutil.copy(migrated_sqlite, tmp_path / "afresh.sqlite3")):
        said = load(today=timezone.localdate())
        here = everything()
    with elsewhere(loaded_sqlite):
        assert everything() == here
    assert demo.PASSWORD in said
    assert [one.email for one in demo.sign_ins() if one.email not in said] == []


def everything():
    """All that is loaded, but for what is drawn anew each time."""
    return [
        serializers.serialize(
            "json",
            model.objects.order_by("pk"),
            fields=[field.name for field in model._meta.get_fields() if field.name not in DRAWN],
        )
        for model in (User, WorkingGroup, Membership, AuditEntry)
    ]


# So that nobody can guess at a password, or at what was blanked in the audit trail.
DRAWN = {"password", "salt", "note_digest", "digest"}
