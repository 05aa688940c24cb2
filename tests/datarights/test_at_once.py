"""Two at once: one copy is made, one erasure carried out."""

import pytest
from django.db import connection

from apps.accounts.roles import ADMIN
from apps.core.models import AuditEntry
from apps.datarights import erasure
from apps.datarights.models import DataExport, DataRequest

from ..at_once import at_once
from ..factories import UserFactory, programme_user

pytestmark = pytest.mark.django_db(transaction=True)


def test_asking_twice_at_once_makes_one_copy():
    person = UserFactory()
    outcomes = at_once(lambda: DataExport.ask(person), lambda: DataExport.ask(person))
    assert sorted(outcomes) in (["done", "told"], ["done", "done"])
    assert DataExport.objects.filter(user=person).count() == 1


def test_two_workers_carry_out_an_erasure_once():
    person, admin = UserFactory(full_name="Ann Abbott"), programme_user(ADMIN)
    request = DataRequest.ask(person, "erase")
    DataRequest.objects.filter(pk=request.pk).update(state="erasing")
    AuditEntry.objects.create(action="erase", subject=request, by=admin)
    assert at_once(erasure.erase_waiting, erasure.erase_waiting) == ["done", "done"]
    assert AuditEntry.objects.about(person).filter(action="erase_person").count() == 1
    assert connection.vendor
