"""What letters tell nobody: who has an account, who was invited, enquired or booked."""

import logging
import re
from contextlib import suppress
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from apps.accounts import adapters
from apps.accounts.inviting import Wanted, carry_out
from apps.accounts.models.invitations import Invitation
from apps.accounts.models.letters import Letter
from apps.accounts.roles import OFFICE
from apps.conversations.models.booking import Booking, amend
from apps.core.migrations._letters import wait
from apps.network.joining.models import Interest
from apps.notifications.kinds import seed_rules
from apps.notifications.models import Delivery
from apps.notifications.planning import plan
from apps.notifications.sending import BACK_OFF, retry, send, sweep

from .. import factories as make

AMARA = "amara@test.example"
WORDS = "lantern river thimble"


@pytest.fixture
def office(db, clock):
    seed_rules()
    cache.clear()
    return make.programme_user(OFFICE, full_name="Helen Marsh")


def account(email, **fields):
    person = make.UserFactory(email=email, **fields)
    EmailAddress.objects.create(user=person, email=email, verified=True, primary=True)
    return person


def plain(page, email):
    text = page.content.decode().replace(email, "X")
    text = re.sub(r'value="[^"]{20,}"|nonce="[^"]*"', "", text)
    return re.sub(r"\s+", " ", text)


@pytest.mark.parametrize("name", ["account_request_login_code", "account_reset_password"])
def test_whoever_asks_learns_nothing(office, name):
    account("known@test.example")
    account("closed@test.example").close(by=office, reason="Left")
    carry_out([Wanted("invited@test.example", "I", "partner")], by=office)
    said, asked = {}, {}
    for who in ("known", "closed", "invited", "unknown"):
        email = f"{who}@test.example"
        client = Client()
        before = Delivery.objects.to(email).count(), Letter.objects.count()
        queries = []

        def note(execute, sql, params, many, context, queries=queries):
            queries.append(re.sub(r"'[^']*'", "", sql)[:70])
            return execute(sql, params, many, context)

        with connection.execute_wrapper(note):
            answer = client.post(reverse(name), {"email": email})
        page = client.get(answer["Location"]) if answer.status_code == 302 else answer
        made = Delivery.objects.to(email).count() - before[0], Letter.objects.count() - before[1]
        said[who] = (answer.status_code, answer.get("Location"), plain(page, email), made)
        asked[who] = queries
    counts = [len(queries) for queries in asked.values()]
    assert max(counts) - min(counts) <= 1
    assert said["known"] == said["unknown"] == said["closed"] == said["invited"]


HOSTILE = (
    'Hi <script>alert(1)</script> <a href="https://evil.example">x</a> & "q"'
    "\r\n\r\nBcc: a@b.example"
)


def test_words_of_the_office_are_text(office, mailoutbox):
    make.network()
    interest = Interest.receive(
        full_name="R\nBcc: x@y.example", email="r@test.example", wish="peer"
    )
    interest.answer(HOSTILE, by=office)
    send()
    answer = mailoutbox[-1]
    html = answer.alternatives[0][0]
    assert "<script" not in html
    assert '<a href="https://evil' not in html.replace('<a href="https://evil.example" rel', "")
    assert "\n" not in answer.subject


def test_no_log_says_an_address_or_a_code(office, client, server, mailoutbox, caplog, clock):
    caplog.set_level(logging.DEBUG)
    account(AMARA)
    client.post(reverse("account_request_login_code"), {"email": AMARA})
    text = Letter.objects.get().said["text"]
    server.refuses = (AMARA,)
    for _ in range(9):
        send()
        clock.shift(60)
    code = re.search(r"^\S{4,}-?\S*$", text, re.M)
    said = caplog.text
    assert AMARA not in said
    assert code is None or code[0] not in said


def test_one_address_in_two_capitals_gets_one_letter(office, mailoutbox):
    event = make.conversation(make.network())
    one = Booking.ask(event, name="R", email="Robin@Test.example")
    two = Booking.ask(event, name="R", email="robin@test.EXAMPLE")
    assert one.pk == two.pk
    one.confirm()
    event.move("cancel", by=event.organiser, note="Snow.")
    send()
    assert [m.to for m in mailoutbox] == [["robin@test.example"]]


def test_of_an_erased_address_nothing_is_left(office, mailoutbox):
    event = make.conversation(make.network())
    booking = Booking.ask(event, name="R", email=AMARA)
    booking.confirm()
    Interest.receive(full_name="Robin", email="Amara@Test.Example", wish="peer")
    carry_out([Wanted(AMARA, "Amara", "partner")], by=office)
    Client().post(reverse("account_request_login_code"), {"email": AMARA})
    call_command("erase_address", "AMARA@test.example", "--erase")
    send()
    assert [m.to for m in mailoutbox if AMARA in m.to[0].lower()] == []
    assert not Delivery.objects.filter(recipient=None).exists()
    assert not Letter.objects.exists()
    event.move("cancel", by=event.organiser, note="Snow.")
    send()
    assert [m.to for m in mailoutbox if AMARA in m.to[0].lower()] == []


# --- bookings, one thing after another before anything was sent ---
def subjects(mailoutbox, address):
    return [one.subject.split(":")[0] for one in mailoutbox if one.to == [address]]


def test_waiting_then_promoted_then_given_up_is_one_letter(office, mailoutbox):
    event = make.conversation(make.network(), places=1)
    first = Booking.ask(event, name="R", email="robin@test.example")
    first.confirm()
    second = Booking.ask(event, name="S", email="sam@test.example")
    second.confirm()
    Booking.objects.get(pk=first.pk).follow("release")
    assert Booking.objects.get(pk=second.pk).has_place
    Booking.objects.get(pk=second.pk).follow("release")
    send()
    for who in ("robin", "sam"):
        assert subjects(mailoutbox, f"{who}@test.example") == ["Your booking is given up"]


def test_moved_then_cancelled_then_only_that_it_is_off(office, mailoutbox):
    event = make.conversation(make.network())
    Booking.ask(event, name="R", email="robin@test.example").confirm()
    later = {"starts_at": event.starts_at + timedelta(days=1)}
    later["ends_at"] = event.ends_at + timedelta(days=1)
    amend(event, by=event.organiser, seen=event.sequence, reason="Snow.", **later)
    event.refresh_from_db()
    event.move("cancel", by=event.organiser, note="Snow.")
    send()
    assert subjects(mailoutbox, "robin@test.example") == ["Conversation cancelled"]


def test_of_a_forgotten_booking_no_reminder_is_planned(office, mailoutbox, clock):
    event = make.conversation(make.network())
    for who in ("robin", "sam"):
        Booking.ask(event, name="R", email=f"{who}@test.example").confirm()
    call_command("erase_address", "robin@test.example", "--erase")
    clock.move_to(event.starts_at - timedelta(days=6, hours=20))
    plan()
    send()
    assert "robin@test.example" not in [one.to[0] for one in mailoutbox]
    assert "Conversation coming up" in subjects(mailoutbox, "sam@test.example")


def test_failed_twice_and_tried_again_one_link_leaves_and_works(
    office, mailoutbox, client, server, clock
):
    carry_out([Wanted(AMARA, "Amara", "partner")], by=office)
    server.refuses = (AMARA,)
    for _ in range(2):
        for minutes in (0, *BACK_OFF):
            clock.shift(minutes * 60)
            send()
        Invitation.objects.get().move("resend", by=office)
    Invitation.objects.get().move("revoke", by=office)
    server.refuses = ()
    retry(Delivery.objects.all())
    send()
    assert mailoutbox == []
    carry_out([Wanted(AMARA, "Amara", "partner")], by=office)
    retry(Delivery.objects.all())
    send()
    [one] = mailoutbox
    path = re.search(r"(/invitation/\S+)", one.body)[1]
    assert client.get(path, follow=True).status_code == 200


def test_a_code_that_failed_is_not_sent_by_a_retry(office, mailoutbox, server, clock):
    account(AMARA)
    Client().post(reverse("account_request_login_code"), {"email": AMARA})
    server.refuses = (AMARA,)
    for minutes in (0, *BACK_OFF):
        clock.shift(minutes * 60)
        send()
    server.refuses = ()
    retry(Delivery.objects.all())
    Delivery.objects.update(status="waiting", attempts=0)
    send()
    assert mailoutbox == []


def test_what_a_rolled_back_request_wrote_never_leaves(office, mailoutbox):
    with suppress(ZeroDivisionError), transaction.atomic():
        carry_out([Wanted(AMARA, "Amara", "partner")], by=office)
        raise ZeroDivisionError
    send()
    assert mailoutbox == []


def test_who_signs_up_learns_nothing(office, client, mailoutbox, monkeypatch):
    monkeypatch.setattr(adapters, "SIGN_UP_DOORS", [lambda request: True])
    account("known@test.example")
    account("closed@test.example").close(by=office, reason="Left")
    carry_out([Wanted("invited@test.example", "I", "partner")], by=office)
    said = {}
    for who in ("known", "closed", "invited", "unknown"):
        email = f"{who}@test.example"
        form = {"full_name": "N", "email": email, "password1": WORDS, "password2": WORDS}
        browser = Client()
        answer = browser.post(reverse("account_signup"), form)
        page = browser.get(answer["Location"]) if answer.status_code == 302 else answer
        made = Delivery.objects.to(email).exclude(occurrence__rule__kind="accounts.invitation")
        said[who] = (answer.status_code, answer.get("Location"), plain(page, email), made.count())
    assert said["known"] == said["unknown"] == said["closed"] == said["invited"]


# --- what the migration carries over ---
def test_who_asked_twice_before_the_update_and_asks_again_gets_a_letter(office, mailoutbox, clock):
    """The first letter had left (version 0), the second waited (version 1) and is carried over."""
    event = make.conversation(make.network())
    booking = Booking.objects.create(conversation=event, name="R", email="robin@test.example")
    wait(apps, "conversations.booking_asked", booking, booking.email, 1)
    send()
    assert len(subjects(mailoutbox, booking.email)) == 1
    for number in (2, 3):
        clock.shift(7200)
        Booking.ask(event, name="R", email=booking.email)
        send()
        assert len(subjects(mailoutbox, booking.email)) == number


# --- forgotten, revoked or accepted while the letter is with the mail server ---
def written(kind, office):
    if kind == "invitation":
        carry_out([Wanted(AMARA, "Amara", "partner")], by=office)
    elif kind == "enquiry":
        make.network()
        Interest.receive(full_name="A", email=AMARA, wish="peer")
    elif kind == "booking":
        Booking.ask(make.conversation(make.network()), name="A", email=AMARA)
    else:
        account("kit@test.example")
        Client().post(reverse("account_request_login_code"), {"email": AMARA})


@pytest.mark.parametrize("kind", ["invitation", "enquiry", "booking", "code"])
def test_erased_while_with_the_mail_server_nothing_is_left_and_nobody_waits(
    office, server, mailoutbox, kind, clock
):
    written(kind, office)

    def erase():
        server.during = None
        call_command("erase_address", AMARA, "--erase")

    server.during = erase
    send()
    clock.shift(3600)
    sweep()
    send()
    assert len(subjects(mailoutbox, AMARA)) <= 1
    assert not Delivery.objects.filter(address=AMARA).exists()
    assert not Delivery.objects.filter(status__in=["waiting", "sending"]).exists()
    assert not Letter.objects.exists()


@pytest.mark.parametrize("what", ["revoke", "accept", "forget"])
def test_settled_while_with_the_mail_server_it_stays_settled(
    office, server, mailoutbox, what, client
):
    written("invitation", office)
    path = Invitation.objects.get().path

    def settle():
        server.during = None
        invitation = Invitation.objects.get()
        if what == "revoke":
            invitation.move("revoke", by=office)
        elif what == "forget":
            Invitation.forget([invitation])
        else:
            invitation.accept(full_name="Amara")

    server.during = settle
    send()
    after = Invitation.objects.get()
    assert (after.token_hash, after.sealed_token) == (None, "")
    assert after.state == ("accepted" if what == "accept" else "revoked")
    assert client.get(path, follow=True).status_code in (404, 410)
