"""What undoes a test that commits (tests/emptied.py)."""

import pytest
from django.apps import apps
from django.core.management import call_command

from apps.core.models import AuditEntry

from ..factories import working_group


@pytest.mark.django_db(transaction=True)
def test_given_rows_that_were_committed_when_emptied_then_none_is_left():
    working_group()
    assert AuditEntry.objects.exists()  # nothing else takes an entry away

    call_command("flush", verbosity=0, interactive=False, inhibit_post_migrate=True)

    models = [model for model in apps.get_models(include_auto_created=True) if model._meta.managed]
    assert [model for model in models if model._base_manager.exists()] == []
