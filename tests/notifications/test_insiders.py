"""What a hostile insider, and a mail system, do to letters. Each test states what should hold."""

import re
import smtplib
from contextlib import nullcontext, suppress
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.core.management import call_command
from django.db import DatabaseError
from django.test import Client
from django.urls import reverse

from apps.accounts.inviting import Wanted, carry_out
from apps.accounts.models.invitations import Invitation
from apps.accounts.models.letters import Letter
from apps.accounts.roles import ADMIN, OFFICE
from apps.conversations.models.booking import Booking
from apps.datarights import retention
from apps.network.joining.models import Interest
from apps.notifications import outlets, sending
from apps.notifications.kinds import notify, seed_rules
from apps.notifications.models import Channel, Delivery, ReminderRule, Status
from apps.notifications.outlets import Mailer
from apps.notifications.sending import BACK_OFF, send, sweep

from .. import factories as make
from .things import Called, Server

AMARA = "amara@test.example"


@pytest.fixture
def office(db, clock):
    seed_rules()
    cache.clear()
    return make.programme_user(OFFICE, full_name="Helen Marsh")


@pytest.fixture
def invitation(office):
    carry_out([Wanted(AMARA, "Amara", "partner")], by=office)
    return Invitation.objects.get()


def link_in(message):
    return re.search(r"(/invitation/\S+)", message.body)[1]


def works(client, path):
    return client.get(path, follow=True).status_code == 200


# --- an invitation that is resent while its letter is in flight -----------------------------------
def test_resent_while_the_first_letter_is_with_the_mail_server_the_new_link_arrives(
    invitation, office, server, mailoutbox, client
):
    def resend():
        server.during = None
        Invitation.objects.get().move("resend", by=office)

    server.during = resend
    send()
    send()
    invitation.refresh_from_db()
    stand = [invitation.sealed_token != "", *Delivery.objects.values_list("status", flat=True)]
    assert [works(client, link_in(one)) for one in mailoutbox][-1], stand


def test_resent_after_a_worker_died_no_id_carries_two_links(
    clock, invitation, office, mailoutbox, client, monkeypatch
):
    with monkeypatch.context() as patch:
        patch.setattr(sending, "done", lambda delivery, **shown: None)
        send()
    Invitation.objects.get().move("resend", by=office)
    clock.shift(3600)
    sweep()
    send()
    by_id = {}
    for one in mailoutbox:
        by_id.setdefault(one.extra_headers["Message-ID"], set()).add(link_in(one))
    assert all(len(links) == 1 for links in by_id.values())


# --- an invitation that failed --------------------------------------------------------------------
def fail_for_good(clock, server, address):
    server.refuses = (address,)
    for minutes in (0, *BACK_OFF):
        clock.shift(minutes * 60)
        send()
    assert Delivery.objects.to(address).get().status == Status.FAILED


class HangsUp(Server):
    """Takes each mail, and hangs up before it says so."""

    def send_messages(self, messages):
        super().send_messages(messages)
        raise smtplib.SMTPServerDisconnected


def test_the_link_of_an_invitation_that_is_not_known_to_have_left_ends_of_itself(
    clock, invitation, settings, mailoutbox, client
):
    """The mail says that it works for 14 days."""
    settings.EMAIL_BACKEND = f"{__name__}.HangsUp"
    for minutes in (0, *BACK_OFF):
        clock.shift(minutes * 60)
        send()
    assert Delivery.objects.get().status == Status.FAILED
    clock.shift(timedelta(days=400))
    assert not works(client, link_in(mailoutbox[0]))


def test_who_could_not_be_invited_is_forgotten_by_the_rule_of_invitations(
    clock, invitation, server
):
    fail_for_good(clock, server, AMARA)
    clock.shift(timedelta(days=3 * 365))
    retention.run()
    assert not Invitation.objects.filter(email=AMARA).exists()


# --- taken back between claim and sending ---------------------------------------------------------
def test_an_invitation_revoked_while_its_letter_is_claimed_does_not_leave(
    invitation, office, mailoutbox
):
    with sending.claimed(Channel.EMAIL) as batch, Mailer() as mailer:
        Invitation.objects.get().move("revoke", by=office)
        for delivery in batch:
            sending.dispatch(delivery, sending.Preference(), mailer)
    assert [one.to for one in mailoutbox] == []


# --- order ----------------------------------------------------------------------------------------
def test_a_code_does_not_wait_for_the_messages_page(clock, group, client, mailoutbox, monkeypatch):
    """10,000 deliveries on the Messages page are announced; somebody waits for a code."""
    cache.clear()
    person = make.UserFactory(email=AMARA)
    EmailAddress.objects.create(user=person, email=AMARA, verified=True, primary=True)
    notify(Called.name, group, [make.UserFactory() for _ in range(5)])
    client.post(reverse("account_request_login_code"), {"email": AMARA})
    monkeypatch.setattr(sending, "BATCH", 2)
    ticks = iter(range(10_000))
    monkeypatch.setattr(sending.time, "monotonic", lambda: next(ticks))
    send(seconds=6)  # a slice is over before the Messages page is done
    assert [one.subject for one in mailoutbox] == ["Your sign-in code"]


# --- who sees what --------------------------------------------------------------------------------
@pytest.fixture
def admin_page(office, client):
    admin = make.programme_user(ADMIN, is_staff=True)
    client.force_login(admin, "apps.accounts.backends.SignIn")

    def page(name, query=""):
        return client.get(reverse(f"admin:{name}_changelist") + query, follow=True).content.decode()

    return page


def test_administrators_do_not_learn_who_enquired(admin_page):
    """docs/data-protection.md: enquirers are the programme office's."""
    make.network()
    Interest.receive(full_name="Robin", email="robin@test.example", wish="peer")
    assert "Robin" not in admin_page("network_interest")
    assert "robin@test.example" not in admin_page("notifications_delivery")


@pytest.mark.parametrize(
    "query",
    [
        "?address=robin@test.example",
        "?address__startswith=r",
        "?recipient__isnull=1",
        "?q=robin",
        "?o=3",
        "?occurrence__subject_id=1",
    ],
)
def test_no_address_of_the_admin_tells_who_booked(admin_page, query):
    event = make.conversation(make.network())
    for name in ("robin", "sam"):
        Booking.ask(event, name=name, email=f"{name}@test.example").confirm()
    Delivery.objects.filter(recipient=None).update(status=Status.FAILED)
    page = admin_page("notifications_delivery", query)
    assert "robin@test.example" not in page.replace('value="robin', "").replace(query, "")
    counted = re.search(r"(\d+) deliver", page)
    assert counted is None or counted[1] in ("0", str(Delivery.objects.count())), counted


# --- what an administrator can silence ---
def test_who_booked_by_an_address_hears_it_whatever_an_administrator_switches_off(
    office, mailoutbox
):
    ReminderRule.objects.update(enabled=False)
    event = make.conversation(make.network())
    booking = Booking.ask(event, name="R", email="robin@test.example")
    booking.confirm()
    send()
    subjects = [one.subject for one in mailoutbox]
    assert any("You have a place" in one for one in subjects), subjects


# --- what is no longer true ---
def test_nobody_is_told_of_a_waiting_list_after_the_conversation_is_off(office, mailoutbox):
    event = make.conversation(make.network(), places=1)
    for name in ("robin", "sam"):
        Booking.ask(event, name=name, email=f"{name}@test.example").confirm()
    event.move("cancel", by=event.organiser, note="Snow.")
    send()
    to_sam = [one.subject for one in mailoutbox if one.to == ["sam@test.example"]]
    assert [one for one in to_sam if "Conversation cancelled" not in one] == []


# --- hooks ---
def test_a_hook_that_fails_repeats_no_mail_and_keeps_nobody_waiting(
    clock, invitation, office, server, mailoutbox, monkeypatch
):
    def broken(self):
        raise DatabaseError("Save with update_fields did not affect any rows.")

    monkeypatch.setattr(Invitation, "has_left", broken)
    carry_out([Wanted("kit@test.example", "Kit", "partner")], by=office)
    for _ in range(3):
        with suppress(DatabaseError):
            send()
        clock.shift(3600)
        sweep()
    to = [one.to[0] for one in mailoutbox]
    assert sorted(to) == [AMARA, "kit@test.example"], to


def test_one_lost_message_whose_subject_is_gone_does_not_stop_the_sweeper(
    clock, invitation, office, monkeypatch
):
    carry_out([Wanted("kit@test.example", "Kit", "partner")], by=office)
    with monkeypatch.context() as patch:
        patch.setattr(sending, "done", lambda delivery, **shown: None)
        send()
    Delivery.objects.to(AMARA).update(attempts=9)
    Invitation.objects.filter(email=AMARA).delete()
    clock.shift(3600)
    sweep()
    assert Delivery.objects.to("kit@test.example").get().status == Status.WAITING


def test_codes_do_not_wait_for_letters_to_addresses_without_an_account(
    clock, office, client, mailoutbox
):
    """One place may ask a hundred times a minute (ACCOUNT_RATE_LIMITS)."""
    person = make.UserFactory(email=AMARA)
    EmailAddress.objects.create(user=person, email=AMARA, verified=True, primary=True)
    url = reverse("account_request_login_code")
    for number in range(40):
        assert Client().post(url, {"email": f"n{number}@x.example"}).status_code == 302
    Client().post(url, {"email": AMARA})
    send(seconds=60)
    assert [one.to[0] for one in mailoutbox].index(AMARA) == 0


# --- another key ---
def test_after_rewrite_secrets_the_old_key_encrypts_nothing_any_more(
    clock, invitation, settings, mailoutbox
):
    """docs/security.md: then it encrypts nothing any more, and can go."""
    old, settings.SECRET_KEY = settings.SECRET_KEY, "n" * 50
    settings.SECRET_KEY_FALLBACKS = [old]
    call_command("rewrite_secrets")
    settings.SECRET_KEY_FALLBACKS = []
    send()
    assert [one.to for one in mailoutbox] == [[AMARA]]


def test_a_letter_that_nobody_can_read_keeps_no_second_factor_from_the_new_key(db):
    user = make.with_second_factor(make.UserFactory())
    Letter.objects.create(
        to=user.email, sealed="gAAAAABnot-of-a-key-we-have", good_until="2026-12-01T00:00Z"
    )
    call_command("rewrite_secrets")


# --- what the documents say ---
@pytest.mark.parametrize(
    "kind",
    [
        "datarights.data_ready",  # docs/messages.md: These cannot be switched off
        "recruitment.left_recorded",  # docs/messages.md: and cannot be switched off
        "conversations.booked",  # before, no rule had power over letters to an address
        # apps/notifications/kinds.py, ALWAYS: the page of preferences says that these always come
        "conversations.conversation_cancelled",
        "conversations.support_arranged",
        "meetings.cancelled",
        "meetings.support_arranged",
        "recruitment.outcome",
        "recruitment.interviews_released",
        "recruitment.offer_made",
        # these hold
        "accounts.letter",
        "accounts.invitation",
        "network.letter_answer",
        "conversations.booking_asked",
    ],
)
def test_no_administrator_switches_it_off(office, client, kind):
    admin = make.programme_user(ADMIN, is_staff=True)
    client.force_login(admin, "apps.accounts.backends.SignIn")
    rule = ReminderRule.objects.get(kind=kind)
    for page in ("message_rule", "admin:notifications_reminderrule_change"):
        answer = client.post(reverse(page, args=[rule.pk]), {"channel": "in_app"})
        assert answer.status_code in (403, 404)
    rule.refresh_from_db()
    assert rule.enabled


def test_the_address_of_a_letter_goes_with_what_it_was_about(invitation, mailoutbox):
    """ADR 6: it goes with what it was about. An address changed since is not found by the new."""
    send()
    Invitation.forget([Invitation.objects.get()])
    assert not Delivery.objects.to(AMARA).exists()


# --- who reads a reply ---
def test_a_letter_with_a_link_for_one_alone_says_so_to_whoever_answers_it(
    invitation, office, mailoutbox
):
    """People press Reply, and mail programs quote."""
    event = make.conversation(make.network())
    Booking.ask(event, name="R", email="robin@test.example").confirm()
    send()
    letters = [one for one in mailoutbox if one.to[0] in (AMARA, "robin@test.example")]
    assert len(letters) == 2
    for one in letters:
        said = " ".join(one.body.split())
        assert "Take it out before you answer this e-mail or send it on." in said
        assert "Take it out before you answer" in " ".join(one.alternatives[0][0].split())


# --- killed, and resent while claimed ---
class Killed(BaseException):
    """SIGKILL."""


@pytest.mark.parametrize(
    "where", ["judge", "start", "_carry", "compose", "settle", "done", "has_left"]
)
@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_at_any_line_an_invitation_arrives_with_one_link(
    clock, invitation, mailoutbox, client, monkeypatch, where, when
):
    owner = {"has_left": Invitation, "compose": outlets}.get(where, sending)
    real = getattr(owner, where)

    def kill(*args, **kwargs):
        if when == "after":
            real(*args, **kwargs)
        raise Killed

    with monkeypatch.context() as patch, suppress(Killed):
        patch.setattr(owner, where, kill)
        patch.setattr(sending, "claimed", lambda *asked: nullcontext(sending.claim(*asked)))
        send()
    clock.shift(3600)
    sweep()
    send()
    assert 1 <= len(mailoutbox) <= 2
    assert len({link_in(one) for one in mailoutbox}) == 1
    assert len({one.extra_headers["Message-ID"] for one in mailoutbox}) == 1
    assert works(client, link_in(mailoutbox[0]))
    invitation.refresh_from_db()
    assert (invitation.sent_at is not None, invitation.sealed_token) == (True, "")
    assert Delivery.objects.get().status == Status.SENT


def test_resent_while_its_letter_is_claimed_the_new_link_alone_leaves(
    invitation, office, mailoutbox, client
):
    with sending.claimed(Channel.EMAIL) as batch, Mailer() as mailer:
        Invitation.objects.get().move("resend", by=office)
        for delivery in batch:
            sending.dispatch(delivery, sending.Preference(), mailer)
    assert mailoutbox == []
    send()
    [one] = mailoutbox
    assert works(client, link_in(one))


def test_that_a_booked_conversation_is_cancelled_always_comes(office, mailoutbox):
    """As the page of preferences says, with and without an account."""
    event = make.conversation(make.network())
    peer = make.UserFactory()
    Booking.book(event, peer)
    Booking.ask(event, name="R", email="robin@test.example").confirm()
    send()
    mailoutbox.clear()
    ReminderRule.objects.filter(kind="conversations.conversation_cancelled").update(enabled=False)
    event.move("cancel", by=event.organiser, note="Snow.")
    send()
    assert {one.to[0] for one in mailoutbox} >= {peer.email, "robin@test.example"}
