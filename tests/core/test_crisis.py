"""*I am worried about someone*: who to call is always there, and costs nothing."""

import pytest
from django.core.cache import cache
from django.template import engines
from django.urls import reverse

from apps.accounts.roles import ADMIN
from apps.core.models import AuditEntry, CrisisContact

from ..factories import programme_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh():
    cache.delete(CrisisContact.KEY)
    yield
    cache.delete(CrisisContact.KEY)


def shown():
    return engines["django"].from_string('{% include "components/worried.html" %}').render({})


def test_the_general_contacts_are_there_from_the_start(client):
    page = client.get(reverse("worried")).content.decode()
    for number in ('href="tel:999"', 'href="tel:116123"', 'href="sms:85258"'):
        assert number in page


def test_a_page_asks_the_database_for_them_once(django_assert_num_queries):
    with django_assert_num_queries(1):
        shown()
    with django_assert_num_queries(0):
        shown()


def test_a_change_in_the_admin_shows_at_once_and_is_audited(
    client, django_capture_on_commit_callbacks
):
    assert "020 1234" not in shown()
    admin = programme_user(ADMIN, is_staff=True)
    client.force_login(admin, "apps.accounts.backends.SignIn")
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(
            reverse("admin:core_crisiscontact_add"),
            {
                "name": "Crisis line",
                "way": "call",
                "number": "020 1234 5678",
                "when": "Any time",
                "note": "",
                "order": "1",
            },
        )
    assert answer.status_code == 302
    line = CrisisContact.objects.get(name="Crisis line")
    assert AuditEntry.objects.about(line).first().action == "admin_added"
    assert "020 1234 5678" in shown()


def test_where_redis_is_away_they_are_still_there_and_a_change_shows(no_redis):
    assert "116 123" in shown()
    CrisisContact.objects.filter(number="116 123").update(number="116 999")
    assert "116 123" in shown()
    CrisisContact.forget()
    assert "116 999" in shown()


def test_an_empty_table_is_filled_again_and_a_filled_one_is_left_alone():
    CrisisContact.objects.exclude(name="Samaritans").delete()
    CrisisContact.seed()
    assert CrisisContact.objects.count() == 1
    CrisisContact.objects.all().delete()
    CrisisContact.seed()
    assert CrisisContact.objects.count() == len(CrisisContact.GENERAL)


def test_nobody_takes_away_all_whom_to_call(client):
    client.force_login(programme_user(ADMIN, is_staff=True), "apps.accounts.backends.SignIn")
    numbers = list(CrisisContact.objects.values_list("pk", flat=True))
    chosen = {"action": "delete_selected", "_selected_action": numbers, "post": "yes"}
    client.post("/admin/core/crisiscontact/", chosen)
    assert CrisisContact.objects.count() == len(numbers)
    for number in numbers:
        client.post(f"/admin/core/crisiscontact/{number}/delete/", {"post": "yes"})
    assert CrisisContact.objects.count() == 1
