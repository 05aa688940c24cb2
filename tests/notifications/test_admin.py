"""What administrators see and may change."""

from datetime import timedelta

import pytest
from django.urls import reverse

from apps.accounts.roles import ADMIN
from apps.core.models import AuditEntry
from apps.notifications.kinds import notify, rule_of
from apps.notifications.models import Delivery, ReminderRule, Status
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


def test_a_rule_can_be_moved_and_switched_off(client, admin):
    rule = ReminderRule.objects.get(kind=Reminder.name, offset=timedelta(days=7))
    sent = {"offset": "5 00:00:00", "audience": "leads", "channel": "in_app"}
    assert client.post(url("reminderrule", "change", rule.pk), sent).status_code == 302
    rule.refresh_from_db()
    assert (rule.offset, rule.audience, rule.channel, rule.enabled) == (
        timedelta(days=5),
        "leads",
        "in_app",
        False,
    )


def test_a_further_rule_can_be_added_but_not_the_same_twice(client, admin):
    sent = {
        "kind": Reminder.name,
        "offset": "3 00:00:00",
        "audience": "everyone",
        "channel": "email",
        "enabled": "on",
    }
    assert client.post(url("reminderrule", "add"), sent).status_code == 302
    again = client.post(url("reminderrule", "add"), sent)
    assert "There is a rule like this already." in again.content.decode()
    assert ReminderRule.objects.filter(kind=Reminder.name).count() == 4


def test_a_rule_for_people_that_its_kind_does_not_know_is_refused(client, admin):
    ReminderRule.objects.filter(kind=Reminder.name).delete()
    sent = {"kind": "test.reminder", "offset": "1", "audience": "nobody", "channel": "email"}
    page = client.post(url("reminderrule", "add"), sent)
    assert page.context["adminform"].errors["audience"]


def test_an_event_goes_when_it_happens_so_its_rule_has_no_time_to_change(client, admin):
    rule = rule_of("test.note")
    sent = {"offset": "5 00:00:00", "channel": "email", "enabled": "on"}
    client.post(url("reminderrule", "change", rule.pk), sent)
    rule.refresh_from_db()
    assert rule.offset == timedelta(0)


def test_the_rule_of_the_digest_cannot_be_switched_off(client, admin):
    rule = rule_of("notifications.digest")
    page = client.post(url("reminderrule", "change", rule.pk), {"channel": "in_app"})
    assert page.status_code == 403


def test_rules_are_not_deleted(client, admin):
    rule = rule_of("test.note")
    page = client.post(url("reminderrule", "delete", rule.pk), {"post": "yes"})
    assert page.status_code == 403


def test_the_secret_address_of_a_calendar_is_not_shown(client, admin, people):
    from apps.notifications.models import Preference

    preference = Preference.of(people[0])
    page = client.get(url("preference", "change", preference.pk)).content.decode()
    assert preference.calendar_token not in page


@pytest.mark.parametrize("offset", ["999999999 00:00:00", "-999999999 00:00:00", "3661 00:00:00"])
def test_a_rule_so_long_before_that_nothing_can_be_counted_is_refused(client, admin, offset):
    rule = ReminderRule.objects.filter(kind=Reminder.name).first()
    sent = {"offset": offset, "audience": "everyone", "channel": "email"}
    page = client.post(url("reminderrule", "change", rule.pk), sent)
    assert page.context["adminform"].errors["offset"] == ["Enter at most 3660 days."]


def test_a_rule_does_not_become_one_that_is_there(client, admin):
    one, other = ReminderRule.objects.filter(kind=Reminder.name)[:2]
    sent = {"offset": f"{other.offset.days} 00:00:00"}
    sent |= {"audience": other.audience, "channel": other.channel}
    page = client.post(url("reminderrule", "change", one.pk), sent)
    assert page.context["adminform"].errors["offset"] == ["There is a rule like this already."]
