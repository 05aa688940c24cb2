"""On PostgreSQL: at once, and many."""

import re
import threading
import time

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection, transaction
from django.urls import reverse

from apps.accounts.inviting import Wanted, carry_out
from apps.accounts.models.invitations import Invitation
from apps.accounts.roles import OFFICE
from apps.core import clock as core_clock
from apps.core import waking
from apps.notifications import sending
from apps.notifications.kinds import notify, seed_rules
from apps.notifications.models import Address, Channel, Delivery, Status
from apps.notifications.sending import claim, send

from .. import factories as make

AMARA = "amara@test.example"
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.differs]


@pytest.fixture
def office(transactional_db, monkeypatch):
    monkeypatch.setattr(waking, "ask", lambda task: None)  # the tests send
    seed_rules()
    return make.programme_user(OFFICE, full_name="Helen Marsh")


def in_threads(*works):
    failed = []

    def run(work):
        try:
            work()
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return failed


def test_two_who_write_the_same_addresses_at_once(office):
    carry_out([Wanted(AMARA, "Amara", "partner")], by=office)
    invitation = Invitation.objects.get()
    addresses = [Address.of(f"a{number}@test.example") for number in range(300)]
    works = [
        lambda: notify("accounts.invitation", invitation, addresses, version=9),
        lambda: notify("accounts.invitation", invitation, addresses[::-1], version=9),
    ]
    failed = in_threads(*works * 3)
    assert failed == []
    assert Delivery.objects.filter(occurrence__schedule_version=9).count() == 300


def test_two_who_claim_at_once_share_and_codes_come_first(office):
    carry_out([Wanted(AMARA, "Amara", "partner")], by=office)
    invitation = Invitation.objects.get()
    occurrence = notify(
        "accounts.invitation",
        invitation,
        [Address.of(f"a{number}@test.example") for number in range(250)],
        version=9,
    )
    Delivery.objects.filter(address__startswith="a24").update(pressing=True)
    got = []
    failed = in_threads(*[lambda: got.append(claim(Channel.EMAIL))] * 3)
    assert failed == []
    keys = [one.pk for batch in got for one in batch]
    assert len(keys) == len(set(keys)) == 251
    assert occurrence.pk
    assert all(batch == sorted(batch, key=lambda one: -one.pressing) for batch in got)


@pytest.fixture
def noting(monkeypatch):
    """Set while the sender notes that an invitation has left: slowly, the first time."""
    event, has_left = threading.Event(), Invitation.has_left

    def slowly(invitation):
        if not event.is_set():
            event.set()
            time.sleep(1)
        has_left(invitation)

    monkeypatch.setattr(Invitation, "has_left", slowly)
    return event


def test_erased_while_the_letter_is_noted_as_sent(office, noting, mailoutbox):
    if connection.vendor == "sqlite":
        pytest.skip("one writer at a time")
    carry_out([Wanted(AMARA, "Amara", "partner")], by=office)

    def erase():
        assert noting.wait(20)
        call_command("erase_address", AMARA, "--erase")

    failed = in_threads(lambda: send(30), erase)
    left = list(Delivery.objects.to(AMARA).values_list("status", flat=True))
    email = Invitation.objects.get().email
    assert (failed, left, email.endswith("@erased.invalid"), len(mailoutbox)) == ([], [], True, 1)


def test_resent_while_the_letter_is_noted_as_sent(office, noting, mailoutbox):
    if connection.vendor == "sqlite":
        pytest.skip("one writer at a time")
    carry_out([Wanted(AMARA, "Amara", "partner")], by=office)

    def resend():
        assert noting.wait(20)
        Invitation.objects.get().move("resend", by=office)

    failed = in_threads(lambda: send(30), resend)
    assert failed == []
    send(30)
    states = list(Delivery.objects.order_by("pk").values_list("status", flat=True))
    assert states == [Status.SENT, Status.SENT]


@pytest.mark.parametrize("case", ["due", "later"])
def test_a_hundred_thousand_wait(office, case):
    if connection.vendor == "sqlite":
        pytest.skip("PostgreSQL")
    carry_out([Wanted(AMARA, "Amara", "partner")], by=office)
    one = Delivery.objects.get()
    now = core_clock.now()
    shift = "-1 hour" if case == "due" else "9 hours"
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO notifications_delivery (occurrence_id, address, pressing, channel,
            status, attempts, next_attempt_at, error, title, text, url, action)
            SELECT %s, 'p' || n || '@x.example', n %% 50 = 0, 'email', 'waiting', 0,
            now() + %s::interval + n * interval '1 ms', '', '', '', '', ''
            FROM generate_series(1, 100000) n""",
            [one.occurrence_id, shift],
        )
        cursor.execute("ANALYZE notifications_delivery")
    rows = Delivery.objects.filter(channel="email", pressing=False).claimable(now)
    with transaction.atomic():
        query = rows.order_by(*sending.FIRST).select_for_update(skip_locked=True)
        plan = query.values_list("pk", flat=True)[:100].explain(analyze=True)
    assert "notifications_waiting" in plan
    assert float(re.search(r"Execution Time: ([\d.]+) ms", plan)[1]) < 50
    assert len(claim(Channel.EMAIL, pressing=False)) == (100 if case == "due" else 1)


@pytest.mark.parametrize("name", ["account_request_login_code", "account_reset_password"])
def test_an_address_that_no_mail_server_has_is_no_server_fault(office, client, name):
    """A form takes 320 characters; the letter's column has 254."""
    cache.clear()
    address = f"{'a' * 250}@{'b' * 40}.example"
    answer = client.post(reverse(name), {"email": address})
    assert answer.status_code in (302, 422)
