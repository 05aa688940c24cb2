"""Letters to people without an account, and about accounts: sent as any message, by one sender."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from apps.accounts.inviting import Wanted, carry_out
from apps.accounts.models.letters import Letter
from apps.accounts.roles import ADMIN, OFFICE
from apps.conversations.models.booking import Booking
from apps.notifications import sending
from apps.notifications.kinds import forget, notify
from apps.notifications.models import Address, Delivery, Occurrence, Status
from apps.notifications.sending import BACK_OFF, retry, send, sweep

from .. import factories as make
from ..accounts.test_sign_in import code_in
from .things import Called, Note, Off, recipients

KIT = Address.of(" Kit@Test.Example ")


@pytest.fixture
def account(group):
    """Somebody who signs in by codes."""
    cache.clear()
    person = make.UserFactory(email="amara@test.example")
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


def ask_for_a_code(client):
    return client.post(reverse("account_request_login_code"), {"email": "amara@test.example"})


# --- to an address --------------------------------------------------------------------------------
def test_an_address_gets_one_mail_and_nothing_that_asks_for_an_account(group, people, mailoutbox):
    for _ in range(2):
        notify(Called.name, group, [KIT, people[0], KIT])
        send()
    assert sorted(recipients(mailoutbox)) == sorted(["kit@test.example", people[0].email])
    letter = next(one for one in mailoutbox if one.to == ["kit@test.example"])
    assert [one.reply_to for one in mailoutbox] == [[settings.SUPPORT_EMAIL]] * 2
    assert letter.body.startswith("Hello,\n")
    assert "List-Unsubscribe" not in letter.extra_headers
    assert "Choose what you get" not in letter.body
    assert Delivery.objects.to("KIT@test.example").get().status == Status.SENT


def test_a_letter_is_to_somebody_and_never_to_two(group, people):
    notify(Called.name, group, [KIT])
    letter = Delivery.objects.get()
    for wrong in ({"address": ""}, {"recipient": people[0]}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Delivery.objects.filter(pk=letter.pk).update(**wrong)


def test_a_letter_in_flight_as_the_worker_dies_comes_again_under_the_same_id(
    clock, group, mailoutbox, monkeypatch
):
    notify(Called.name, group, [KIT])
    with monkeypatch.context() as patch:
        patch.setattr(sending, "done", lambda delivery, **shown: None)
        send()
    clock.shift(3600)
    sweep()
    send()
    assert [one.extra_headers["Message-ID"] for one in mailoutbox] == [
        mailoutbox[0].extra_headers["Message-ID"]
    ] * 2


def test_a_refused_address_is_tried_eight_times_then_fails_and_can_be_tried_again(
    clock, group, server, mailoutbox
):
    server.refuses = ("kit@test.example",)
    notify(Called.name, group, [KIT])
    for minutes in (0, *BACK_OFF):
        clock.shift(minutes * 60)
        send()
    assert Delivery.objects.get().status == Status.FAILED
    server.refuses = ()
    assert retry(Delivery.objects.all()) == 1
    send()
    assert recipients(mailoutbox) == ["kit@test.example"]


def test_what_is_not_urgent_waits_for_the_morning_at_an_address_too(clock, group, mailoutbox):
    clock.shift(timedelta(hours=9))  # 11pm
    notify(Note.name, group, [KIT])
    notify(Called.name, group, [Address.of("robin@test.example")])
    send()
    assert recipients(mailoutbox) == ["robin@test.example"]
    clock.shift(timedelta(hours=9, minutes=1))
    send()
    assert recipients(mailoutbox) == ["robin@test.example", "kit@test.example"]


def test_only_an_address_that_was_told_hears_that_it_is_off(group, mailoutbox):
    notify(Called.name, group, [KIT])
    send()
    mailoutbox.clear()
    notify(Off.name, group, [KIT, Address.of("robin@test.example")])
    send()
    assert recipients(mailoutbox) == ["kit@test.example"]


def test_what_was_written_to_somebody_who_is_forgotten_is_gone_and_never_leaves(
    group, people, mailoutbox
):
    notify(Called.name, group, [KIT, Address.of("robin@test.example"), people[0]])
    forget(group, "Kit@test.example")
    send()
    assert recipients(mailoutbox) == ["robin@test.example", people[0].email]
    forget(group)
    assert set(Delivery.objects.values_list("recipient", flat=True)) == {people[0].pk}


def test_a_code_leaves_before_all_that_waits(group, people, account, client, mailoutbox):
    notify(Called.name, group, people)
    ask_for_a_code(client)
    send()
    assert mailoutbox[0].subject == "Your sign-in code"
    assert len(mailoutbox) == 1 + len(people)


# --- account mail ---------------------------------------------------------------------------------
def test_a_mail_server_that_is_away_stops_no_sign_in_and_the_code_comes_once_it_is_back(
    clock, account, client, server, mailoutbox
):
    server.down = True
    assert ask_for_a_code(client).status_code == 302
    send()
    assert mailoutbox == []
    server.down = False
    clock.shift(60)
    send()
    [letter] = mailoutbox
    code = code_in(letter)
    assert letter.alternatives[0][0].count(code) == 1
    answer = client.post(reverse("account_confirm_login_code"), {"code": code})
    assert answer["Location"] == "/"


def test_a_code_that_is_good_no_more_is_not_sent(clock, account, client, server, mailoutbox):
    server.down = True
    ask_for_a_code(client)
    server.down = False
    clock.shift(601)
    send()
    assert mailoutbox == []
    assert Delivery.objects.get().status == Status.VOID


def test_a_code_stands_nowhere_readable_and_nothing_of_it_is_left_once_it_left(
    account, client, mailoutbox
):
    ask_for_a_code(client)
    with connection.cursor() as cursor:
        cursor.execute("SELECT sealed FROM accounts_letter")
        [[sealed]] = cursor.fetchall()
    said = Letter.objects.get().said
    send()
    code = code_in(mailoutbox[0])
    assert code in said["text"]
    assert code not in sealed
    assert not Letter.objects.exists()
    kept = str([*Delivery.objects.values(), *Occurrence.objects.values()])
    assert code not in kept


def test_an_address_without_an_account_is_written_to_as_one_that_has_one(account):
    for address in ("amara@test.example", "nobody@test.example"):
        Client().post(reverse("account_request_login_code"), {"email": address})
    assert Delivery.objects.to("amara@test.example").count() == 1
    assert Delivery.objects.to("nobody@test.example").count() == 1


# --- the admin ------------------------------------------------------------------------------------
def shown(client, query=""):
    page = client.get(reverse("admin:notifications_delivery_changelist") + query)
    return page.content.decode()


def test_the_admin_shows_letters_and_never_who_booked(group, client):
    admin = make.programme_user(ADMIN, is_staff=True)
    office = make.programme_user(OFFICE)
    carry_out([Wanted("amara@test.example", "Amara", "partner")], by=office)
    event = make.conversation(make.network())
    booking = Booking.ask(event, name="Robin", email="robin@test.example")
    booking.confirm()
    event.move("cancel", by=event.organiser, note="Snow.")
    client.force_login(admin, "apps.accounts.backends.SignIn")
    assert "amara@test.example" in shown(client)
    assert "amara@test.example" in shown(client, "?q=amara")
    assert "robin@test.example" not in shown(client)
    Delivery.objects.filter(recipient=None).update(status=Status.FAILED)
    page = shown(client)
    assert "robin@test.example" not in page
    assert "Not shown" in page
    assert "0 deliveries" in shown(client, "?q=robin@test")
