"""The mailbox on a real server (Dovecot): from the mail that asks to the answer on the page."""

import email
import logging
import socket
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse
from imapclient import SocketTimeout

from apps.accounts.models.unreachable import Unreachable
from apps.accounts.roles import OFFICE
from apps.core import health
from apps.core.clock import LONDON
from apps.meetings.models.people import Attendance
from apps.notifications import tasks
from apps.notifications.inbound import mail, reading
from apps.notifications.inbound import postbox as at
from apps.notifications.inbound.postbox import AUTOMATIC, FOLDERS, PERSON, TAKEN, Folders
from apps.notifications.models import Postbox
from apps.notifications.sending import send
from tests import factories as make

from ..factories import UserFactory, appoint, working_group
from ..services import Dovecot, free_port, mailbox
from . import incoming
from .incoming import Asked

pytestmark = [pytest.mark.django_db, pytest.mark.services]

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=LONDON)
BOX = "replies@peer.example"


@pytest.fixture
def noon():
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


@pytest.fixture
def asked(noon, postbox, mail_sink, settings):
    """(the meeting, its member, the mail that asked them, the sender of its envelope), by SMTP."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", mail_sink.port
    group, person = working_group(), UserFactory(email="kit.quill@test.example")
    appoint(group, person)
    meeting = make.published(group)
    send()
    [(raw, sender)] = [
        (raw, sender)
        for raw, sender, (to, _) in zip(
            mail_sink.raw, mail_sink.senders, mail_sink.received, strict=True
        )
        if to == person.email
    ]
    return meeting, person, email.message_from_bytes(raw), sender


def calendar_of(letter):
    [text] = [
        part.get_payload(decode=True).decode()
        for part in letter.walk()
        if part.get_content_type() == "text/calendar" and not part.get_filename()
    ]
    return Asked.of(text)


# --- from the mail to the page -------------------------------------------------------------------
def test_accept_in_a_calendar_stands_on_the_page(asked, postbox, client):
    meeting, person, letter, _ = asked
    request = calendar_of(letter)
    assert request.organiser.startswith("replies+m")
    postbox.deliver(incoming.outlook(request, note="Ten past", at=NOON))
    tasks.read_mail()
    assert list(postbox.folders()) == [TAKEN]
    client.force_login(person, "apps.accounts.backends.SignIn")
    page = client.get(meeting.get_absolute_url()).content.decode()
    assert "You said: <strong>Yes, I will come</strong>" in page
    assert "Your note: Ten past" in page


def test_what_comes_back_to_the_sender_of_the_envelope_marks_the_address(asked, postbox):
    _, person, letter, sender = asked
    assert sender.startswith("replies+d")
    assert letter["From"] == "Oxleas Peer <no-reply@demo.example>"
    postbox.deliver(incoming.bounce(sender, person.email))
    tasks.read_mail()
    assert Unreachable.objects.get().address == person.email
    assert list(postbox.folders()) == [TAKEN]


def test_each_goes_where_it_belongs_and_the_office_hears_how_many_wait(
    asked, postbox, client, caplog, monkeypatch
):
    _, _, letter, _ = asked
    caplog.set_level(logging.DEBUG)
    request = calendar_of(letter)
    huge = incoming.plain(BOX, "x" * (mail.MOST_BYTES + 1))
    came = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
    postbox.deliver(
        incoming.plain(BOX),
        incoming.outlook(request.but(attendee="cat@test.example"), at=NOON),
        b"\x00\xff",
        huge,
        msg_time=came,
    )
    postbox.deliver(incoming.out_of_office(request.organiser), incoming.plain(BOX, "Later"))
    fetch, fetched = Folders.fetch, []
    monkeypatch.setattr(
        Folders, "fetch", lambda self, key: fetched.append(fetch(self, key)) or fetched[-1]
    )
    tasks.read_mail()
    assert max(map(len, fetched)) < mail.MOST_BYTES  # what is huge stays where it is read
    found = {name: len(mails) for name, mails in postbox.folders().items()}
    assert found == {PERSON: 5, AUTOMATIC: 1}
    box = Postbox.objects.get()
    assert (box.waiting, box.waiting_since, box.read_at) == (5, came, NOON)
    with postbox.signed_in() as program:  # who looks for what is new finds it
        program.select_folder(PERSON)
        assert len(program.search("UNSEEN")) == 5

    office = make.programme_user(OFFICE)
    client.force_login(office, "apps.accounts.backends.SignIn")
    assert "Read the e-mails that we could not sort" in client.get("/").content.decode()
    page = client.get(reverse("inbound_mail")).content.decode()
    assert "5 e-mails wait" in page
    assert "20 November 2026" in page
    logged = "".join(one.getMessage() for one in caplog.records if one.name.startswith("apps."))
    for private in ("kit.quill", "cat@test", "ring me", request.organiser.partition("@")[0]):
        assert private not in page
        assert private not in logged

    with postbox.signed_in() as program:
        program.select_folder(PERSON)
        program.delete_messages(program.search("ALL"))
        program.expunge()
    tasks.read_mail()
    assert (Postbox.objects.get().waiting, Postbox.objects.get().waiting_since) == (0, None)
    assert "could not sort" not in client.get("/").content.decode()


# --- nothing is lost, nothing stops the next -----------------------------------------------------
class Killed(BaseException):
    """What nothing here catches: the worker is gone."""


@pytest.mark.parametrize("where", ["begin", "fetch", "move"])
def test_a_reader_that_is_killed_loses_nothing_and_takes_nothing_twice(
    asked, postbox, monkeypatch, where
):
    meeting, person, letter, _ = asked
    postbox.deliver(incoming.outlook(calendar_of(letter), "DECLINED", "Away", at=NOON))

    def killed(self, *args):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(Folders, where, killed)
        with pytest.raises(Killed):
            reading.read_mail()
    reading.read_mail()
    assert {name: len(mails) for name, mails in postbox.folders().items()} == {TAKEN: 1}
    assert Attendance.objects.get(meeting=meeting, user=person).note == "Away"


def test_a_mail_that_kills_its_readers_is_left_to_a_person_and_stops_nobody(
    asked, postbox, monkeypatch
):
    meeting, person, letter, _ = asked
    postbox.deliver(incoming.plain(BOX, "deadly"))
    sort = reading.sort

    def deadly(raw):
        if b"deadly" in raw:
            raise Killed
        return sort(raw)

    monkeypatch.setattr(reading, "sort", deadly)
    for _ in range(2):
        with pytest.raises(Killed):
            reading.read_mail()
        postbox.deliver(incoming.outlook(calendar_of(letter), at=NOON))
    reading.read_mail()
    found = {name: len(mails) for name, mails in postbox.folders().items()}
    assert found == {TAKEN: 2, PERSON: 1}
    assert Attendance.objects.get(meeting=meeting, user=person).reply == "yes"


def test_a_fault_of_ours_leaves_the_mail_to_a_person(asked, postbox, monkeypatch, caplog):
    postbox.deliver(incoming.plain(BOX, "secret"), incoming.out_of_office(BOX))
    sort = reading.sort

    def faulty(raw):
        if b"secret" in raw:
            raise ValueError(raw)
        return sort(raw)

    monkeypatch.setattr(reading, "sort", faulty)
    reading.read_mail()
    assert {name: len(mails) for name, mails in postbox.folders().items()} == {
        PERSON: 1,
        AUTOMATIC: 1,
    }
    assert "An e-mail could not be read (ValueError)" in caplog.text
    assert "secret" not in caplog.text


def test_one_reads_at_a_time_and_who_died_is_followed(asked, postbox, noon, monkeypatch):
    postbox.deliver(incoming.plain(BOX))
    opened, times = at.opened, []

    def noted():
        times.append(1)
        reading.read_mail()  # another worker, meanwhile
        return opened()

    monkeypatch.setattr(reading, "opened", noted)
    reading.read_mail()
    assert len(times) == 1
    Postbox.objects.update(claim="00000000-0000-0000-0000-000000000001", claimed_at=NOON)
    reading.read_mail()
    assert len(times) == 1
    noon.shift(301)
    reading.read_mail()
    assert len(times) == 2


def test_a_long_queue_is_read_bit_by_bit(asked, postbox, monkeypatch):
    monkeypatch.setattr(at, "AT_ONCE", 2)
    postbox.deliver(*[incoming.plain(BOX)] * 3)
    reading.read_mail()
    assert {name: len(mails) for name, mails in postbox.folders().items()} == {
        "INBOX": 1,
        PERSON: 2,
    }
    reading.read_mail(seconds=-1)  # no time is left
    assert len(postbox.folders()["INBOX"]) == 1
    reading.read_mail()
    assert len(postbox.folders()[PERSON]) == 3


@pytest.mark.parametrize("lacks", [("MOVE",), ("MOVE", "UIDPLUS"), ("NAMESPACE",)])
def test_servers_that_know_less_are_read_as_well(asked, postbox, monkeypatch, lacks):
    knows = at.IMAPClient.has_capability
    monkeypatch.setattr(
        at.IMAPClient, "has_capability", lambda self, name: name not in lacks and knows(self, name)
    )
    postbox.deliver(incoming.plain(BOX), incoming.out_of_office(BOX))
    reading.read_mail()
    assert {name: len(mails) for name, mails in postbox.folders().items()} == {
        PERSON: 1,
        AUTOMATIC: 1,
    }


def test_folders_stand_where_the_server_wants_them(monkeypatch, settings, noon):
    server = Dovecot(prefix="INBOX/")
    try:
        server.start()
        monkeypatch.setenv("SSL_CERT_FILE", str(server.certificate))
        settings.INBOUND = mailbox(port=server.port)
        server.deliver(incoming.plain(BOX))
        reading.read_mail()
        assert list(server.folders()) == [f"INBOX/{PERSON}"]
    finally:
        server.close()


def test_what_was_dealt_with_goes_after_some_days_and_nothing_else(asked, postbox, settings):
    reading.read_mail()  # which makes the folders
    old = NOON - timedelta(days=settings.INBOUND_KEEP_DAYS + 2)
    for folder in (*FOLDERS, "INBOX"):
        postbox.deliver(incoming.plain(BOX, "old"), folder=folder, msg_time=old)
        postbox.deliver(incoming.plain(BOX, "new"), folder=folder, msg_time=NOON)
    tasks.keep_mail_no_longer()
    left = {name: len(mails) for name, mails in postbox.folders().items()}
    assert left == {TAKEN: 1, AUTOMATIC: 1, PERSON: 2, "INBOX": 2}


# --- the server ----------------------------------------------------------------------------------
def test_without_a_mailbox_nothing_is_read(settings, db):
    settings.INBOUND = {}
    tasks.read_mail()
    tasks.keep_mail_no_longer()
    assert not Postbox.objects.exists()
    assert "inbound mail" not in health.behind()


def test_a_mailbox_that_is_away_is_named_and_read_again(asked, postbox, noon, caplog):
    reading.read_mail()
    postbox.deliver(incoming.plain(BOX))
    postbox.stop()
    noon.shift(170)
    reading.read_mail()
    assert "The mailbox cannot be read (ConnectionRefusedError)" in caplog.text
    assert "inbound mail" not in health.behind()
    noon.shift(20)
    assert health.behind()["inbound mail"] == 190
    postbox.start()
    reading.read_mail()
    assert "inbound mail" not in health.behind()
    assert Postbox.objects.get().waiting == 1


def test_a_server_that_says_nothing_keeps_nobody_waiting(settings, monkeypatch, noon, caplog):
    monkeypatch.setattr(at, "SECONDS", SocketTimeout(connect=0.3, read=0.3))
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.INBOUND = mailbox(port=silent.getsockname()[1])
        reading.read_mail()
    assert "The mailbox cannot be read (" in caplog.text
    assert Postbox.objects.get().claim is None


def test_nobody_reads_with_a_wrong_password_or_from_a_server_that_we_do_not_know(
    postbox, settings, monkeypatch, noon, caplog
):
    settings.INBOUND = settings.INBOUND | {"password": "wrong"}
    reading.read_mail()
    assert "LoginError" in caplog.text
    assert "wrong" not in caplog.text
    settings.INBOUND = mailbox(port=postbox.port)
    monkeypatch.delenv("SSL_CERT_FILE")
    reading.read_mail()
    assert "SSLCertVerificationError" in caplog.text
    assert Postbox.objects.get().read_at is None


def test_an_application_signs_in_with_an_access_token(postbox, settings, noon, caplog):
    """XOAUTH2 with client credentials, as Exchange Online wants it."""
    provider = postbox.provider
    oauth = {
        "password": "",
        "token_url": f"{provider.url}/token",
        "client_id": "peer",
        "client_secret": provider.SECRET,
    }
    settings.INBOUND = settings.INBOUND | oauth
    postbox.deliver(incoming.plain(BOX))
    reading.read_mail()
    assert Postbox.objects.get().waiting == 1
    assert provider.asked[-1] == {
        "grant_type": "client_credentials",
        "client_id": "peer",
        "client_secret": provider.SECRET,
        "scope": "https://outlook.office365.com/.default",
    }
    for wrong in ({"client_secret": "x"}, {"token_url": f"http://127.0.0.1:{free_port()}/"}):
        settings.INBOUND = settings.INBOUND | oauth | wrong
        reading.read_mail()
        assert "The mailbox cannot be read (NoTokenError)" in caplog.text
        caplog.clear()
    settings.INBOUND = settings.INBOUND | oauth
    provider.token = "of-yesterday"
    reading.read_mail()
    assert "The mailbox cannot be read (LoginError)" in caplog.text
    provider.token = "good-token"
    assert provider.SECRET not in caplog.text
