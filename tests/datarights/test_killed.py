"""SIGKILL in the middle of a copy, an erasure, a night's retention: nothing is lost or done twice.

A process of its own works on the same database and is killed; then another worker comes.
"""

from datetime import timedelta
from functools import partial

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone

from apps.accounts.models.support import SupportProfile
from apps.accounts.roles import ADMIN
from apps.core.models import AuditEntry
from apps.datarights import retention
from apps.datarights.models import STALE, DataExport, DataRequest, RetentionRun
from apps.datarights.tasks import data_rights
from apps.notifications.models import Delivery
from tests import killing

from ..factories import UserFactory, programme_user

pytestmark = pytest.mark.django_db(transaction=True)


killed_while = partial(killing.killed_while, "tests.datarights.dying")


@pytest.mark.parametrize(
    ("point", "left"), [("writing_the_copy", 0), ("copy_stored", 1)], ids=["before", "after"]
)
def test_given_a_worker_killed_in_a_copy_then_another_makes_it_once(point, left):
    person = UserFactory()
    export = DataExport.ask(person)
    settings.UPLOAD_DIR.mkdir(parents=True, exist_ok=True)
    killed_while(point)
    export.refresh_from_db()
    assert (export.state, export.attempts, export.is_open) == ("making", 1, False)
    assert len(list(settings.UPLOAD_DIR.iterdir())) == left
    assert data_rights() == 0  # it may be at work still
    DataExport.objects.update(claimed_at=timezone.now() - STALE - timedelta(seconds=1))
    assert data_rights() == 1
    export.refresh_from_db()
    assert (export.state, export.attempts, export.is_open) == ("ready", 2, True)
    [file] = settings.UPLOAD_DIR.iterdir()
    assert (file.name, file.stat().st_size) == (export.file, export.size)
    told = Delivery.objects.filter(recipient=person, channel="in_app")
    assert told.count() == 1
    assert data_rights() == 0


def test_given_a_worker_killed_in_an_erasure_then_nothing_is_gone_and_another_does_it_once():
    person, admin = UserFactory(full_name="Ann Abbott"), programme_user(ADMIN)
    SupportProfile.objects.create(user=person, what_helps="A quiet room")
    request = DataRequest.ask(person, "erase")
    DataRequest.objects.filter(pk=request.pk).update(state="erasing")
    AuditEntry.objects.create(action="erase", subject=request, by=admin)
    killed_while("erasing")
    person.refresh_from_db()
    assert (person.full_name, person.is_active) == ("Ann Abbott", True)
    assert SupportProfile.objects.filter(user=person).exists()
    assert data_rights() == 1
    person.refresh_from_db()
    assert (person.full_name != "Ann Abbott", person.is_active) == (True, False)
    assert AuditEntry.objects.about(person).filter(action="erase_person").count() == 1


def test_given_a_worker_killed_in_the_night_then_the_run_goes_on_and_counts_each_once():
    long_ago = timezone.now() - timedelta(days=5000)
    for n in range(5):
        Session.objects.create(session_key=f"k{n}", expire_date=long_ago + timedelta(seconds=n))
    killed_while("second_batch")
    report = RetentionRun.objects.get()
    assert (report.counts, report.finished_at) == ({"sessions": 2}, None)
    assert Session.objects.count() == 3
    assert retention.run().total == 5
    report = RetentionRun.objects.get()
    assert report.counts == {"sessions": 5}
    assert report.finished_at is not None
