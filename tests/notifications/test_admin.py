"""What administrators see and may change."""

import pytest
from django.urls import reverse

from apps.accounts.roles import ADMIN
from apps.core.models import AuditEntry
from apps.notifications.kinds import notify, rule_of
from apps.notifications.models import Delivery, ReminderRule, Status, Wording
from apps.notifications.sending import send

from ..factories import programme_user
from .things import Reminder


@pytest.fixture
def admin(group, client):
    admin = programme_user(ADMIN, is_staff=True)
    client.force_login(admin, "apps.accounts.backends.SignIn")
    return admin


def url(model, page, *args):
    return reverse(f"admin:notifications_{model}_{page}", args=args)


def test_what_waits_was_sent_and_failed_can_be_found(client, admin, group, people):
    notify("test.note", group, people)
    send()
    Delivery.objects.filter(channel="email").update(status=Status.FAILED)
    for query in ("?status__exact=failed", "?kind=test.note", f"?q={people[0].email}", ""):
        assert client.get(url("delivery", "changelist") + query).status_code == 200
    shown = client.get(url("delivery", "changelist") + "?status__exact=failed").context["cl"]
    assert shown.result_count == len(people)
    assert client.get(url("occurrence", "changelist") + "?kind=test.note").status_code == 200


def test_what_a_message_said_is_not_shown(client, admin, group, people):
    notify("test.note", group, people)
    send()
    message = Delivery.objects.visible_to(people[0]).get()
    page = client.get(url("delivery", "change", message.pk)).content.decode()
    assert people[0].name in page
    assert "Please read it." not in page


def test_deliveries_and_occurrences_cannot_be_changed_or_deleted(client, admin, group, people):
    notify("test.note", group, people)
    for model, pk in (
        ("delivery", Delivery.objects.first().pk),
        ("occurrence", Delivery.objects.first().occurrence_id),
    ):
        assert client.get(url(model, "add")).status_code == 403
        assert client.post(url(model, "change", pk), {"status": "sent"}).status_code == 403
        assert client.post(url(model, "delete", pk), {"post": "yes"}).status_code == 403


def test_failed_messages_can_be_sent_again_and_only_those(client, admin, group, people, mailoutbox):
    notify("test.note", group, people)
    send()
    mailoutbox.clear()
    failed = Delivery.objects.get(channel="email", recipient=people[0])
    Delivery.objects.filter(pk=failed.pk).update(status=Status.FAILED, attempts=8)
    chosen = {
        "action": "retry_failed",
        "_selected_action": list(Delivery.objects.values_list("pk", flat=True)),
    }
    client.post(url("delivery", "changelist"), chosen)
    assert [message.to for message in mailoutbox] == [[people[0].email]]
    assert AuditEntry.objects.get(action="retry_delivery").subject == failed


def test_rules_and_words_are_read_here_and_changed_on_the_page_of_the_message(client, admin):
    rule = ReminderRule.objects.filter(kind=Reminder.name).first()
    wording = Wording.objects.create(kind=Reminder.name, title="Other")
    for model, pk in (("reminderrule", rule.pk), ("wording", wording.pk)):
        assert client.get(url(model, "changelist")).status_code == 200
        assert client.get(url(model, "changelist") + f"?kind={Reminder.name}").status_code == 200
        assert client.get(url(model, "add")).status_code == 403
        assert client.post(url(model, "change", pk), {"enabled": ""}).status_code == 403
        assert client.post(url(model, "delete", pk), {"post": "yes"}).status_code == 403


def test_rules_are_not_deleted(client, admin):
    rule = rule_of("test.note")
    page = client.post(url("reminderrule", "delete", rule.pk), {"post": "yes"})
    assert page.status_code == 403


def test_the_secret_address_of_a_calendar_is_not_shown(client, admin, people):
    from apps.notifications.models import Preference

    preference = Preference.of(people[0])
    page = client.get(url("preference", "change", preference.pk)).content.decode()
    assert preference.calendar_token not in page
