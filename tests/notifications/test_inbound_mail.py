"""What comes in by e-mail: what it is, whether it is ours, and that nobody makes us stumble."""

import time
from base64 import b64encode
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.core.exceptions import ImproperlyConfigured

from apps.accounts.models.unreachable import Unreachable
from apps.notifications.calendar import Entry, part
from apps.notifications.inbound import mail, reading
from apps.notifications.inbound.addresses import (
    LONGEST,
    TOKEN,
    Token,
    answer_address,
    bounce_address,
    tokens,
)
from apps.notifications.inbound.postbox import AUTOMATIC, PERSON, TAKEN
from apps.notifications.kinds import notify
from apps.notifications.models import Address, Delivery, Status
from apps.notifications.sending import BACK_WITHIN, CAME_BACK, retry, send
from oxleas_peer.settings import base
from oxleas_peer.settings import inbound as settings_of

from ..calendars import faults
from ..factories import UserFactory
from ..services import mailbox
from . import incoming
from .incoming import PROGRAMS, Asked
from .things import Called

AT = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
PERSON_ASKED = SimpleNamespace(pk=7, email="kit@test.example", name="Kit")
BOX = "replies@peer.example"


@pytest.fixture(autouse=True)
def _set_up(settings):
    settings.INBOUND = mailbox()


@pytest.fixture
def asked():
    entry = Entry(
        key="8d3f",
        sequence=2,
        stamp=AT,
        starts_at=AT + timedelta(days=9),
        ends_at=AT + timedelta(days=9, hours=2),
        title="Monthly meeting",
        page="/meetings/1/",
    )
    return Asked.of(part(entry, PERSON_ASKED, answers=answer_address("m", 12, PERSON_ASKED))[1])


# --- what we ask ---------------------------------------------------------------------------------
def entry_text(answers):
    entry = Entry(
        key="1",
        sequence=0,
        stamp=AT,
        starts_at=AT,
        ends_at=AT + timedelta(hours=1),
        title="M",
        page="/m/",
    )
    text = part(entry, PERSON_ASKED, answers=answers)[1]
    off = part(replace(entry, cancelled=True), PERSON_ASKED, answers=answers)[1]
    assert faults(text, off) == []
    # Who called it off is who asked (RFC 5546, 3.2.5).
    assert Asked.of(off).organiser == Asked.of(text).organiser
    return text.replace("\r\n ", "")


def test_where_a_mailbox_is_read_the_entry_asks_for_an_answer_there(settings):
    text = entry_text(answer_address("m", 12, PERSON_ASKED))
    assert "RSVP=TRUE" in text
    assert "mailto:replies+mc-7-" in text
    assert "We do not see an answer" not in text
    settings.INBOUND = {}
    text = entry_text(answer_address("m", 12, PERSON_ASKED))
    assert "RSVP=FALSE" in text
    assert "replies" not in text
    assert "We do not see an answer" in text


# --- addresses that nobody else can make ---------------------------------------------------------
def test_a_token_says_its_keys_and_survives_capitals_and_an_older_key(settings):
    address = answer_address("m", 12, PERSON_ASKED)
    [token] = tokens(f'"Peer" <{address.upper()}>, other@x.example')
    assert (token.letter, token.keys, token.is_ours()) == ("m", [12, 7], True)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", [settings.SECRET_KEY]
    assert token.is_ours()
    settings.SECRET_KEY_FALLBACKS = []
    assert not token.is_ours()


def test_no_key_is_so_large_that_a_local_part_is_too_long():
    largest = SimpleNamespace(pk=36**8 - 1)
    address = answer_address("m", 36**8 - 1, largest)
    assert len(address.partition("@")[0]) <= 64
    assert LONGEST + 24 + 1 == 64
    [token] = tokens(address)
    assert token.is_ours()
    assert answer_address("m", 36**13, largest) == ""


@pytest.mark.parametrize(
    "forge",
    [
        lambda text: text.replace("mc-7", "mc-8"),  # another person
        lambda text: text.replace("mc-7", "md-7"),  # another meeting
        lambda text: text.replace("mc-7", "nc-7"),  # another sort of thing
        lambda text: text[:-1] + ("a" if text[-1] != "a" else "b"),
        lambda text: "d" + text[1:],
    ],
)
def test_a_token_that_was_changed_is_not_ours(forge):
    text = answer_address("m", 12, PERSON_ASKED).partition("@")[0].partition("+")[2]
    assert text.startswith("mc-7-")
    changed = forge(text)
    assert not TOKEN.fullmatch(changed) or not Token(changed).is_ours()


def test_only_addresses_of_our_mailbox_are_looked_at():
    token = answer_address("m", 12, PERSON_ASKED).partition("+")[2].partition("@")[0]
    for other in (
        f"replies+{token}@peer.example.evil.example-",
        f"xreplies+{token}@peer.example",
        f"replies+{token}@peer.example2",
        f"replies-{token}@peer.example",
        "replies+@peer.example",
        "replies+m-@peer.example",
        "replies@peer.example",
    ):
        assert tokens(other) == set(), other


# --- answers as programs write them --------------------------------------------------------------
@pytest.mark.parametrize("program", PROGRAMS, ids=lambda one: one.__name__)
@pytest.mark.parametrize("answer", ["ACCEPTED", "TENTATIVE", "DECLINED"])
def test_an_answer_is_read_as_each_program_writes_it(asked, program, answer):
    came = mail.read(program(asked, answer, at=AT))
    assert came.said == mail.Said(asked.uid, "kit@test.example", answer, 2, AT)
    [token] = came.tokens
    assert (token.keys, token.is_ours()) == ([12, 7], True)


def test_an_address_is_read_as_we_wrote_it():
    """What a calendar may not have in an address is escaped there."""
    odd = SimpleNamespace(pk=7, email="o'kit+a%b@test.example", name="Kit")
    entry = Entry(
        key="1",
        sequence=0,
        stamp=AT,
        starts_at=AT,
        ends_at=AT + timedelta(hours=1),
        title="M",
        page="/m/",
    )
    request = Asked.of(part(entry, odd, answers=answer_address("m", 12, odd))[1])
    assert "%25" in request.attendee
    assert mail.read(incoming.apple(request, at=AT)).said.attendee == odd.email


@pytest.mark.parametrize("program", [incoming.outlook, incoming.google, incoming.thunderbird])
def test_a_note_is_read_and_bounded(asked, program):
    note = "Late; ten past, at \u2018Room 4\u2019 \u2013 sorry"
    assert mail.read(program(asked, note=note, at=AT)).said.note == note
    assert len(mail.read(program(asked, note="x" * 9000, at=AT)).said.note) == 500


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("METHOD:REPLY", "METHOD:COUNTER"),  # another time is proposed
        ("METHOD:REPLY", "METHOD:REQUEST"),
        ("PARTSTAT=ACCEPTED", "PARTSTAT=DELEGATED"),
        ("PARTSTAT=ACCEPTED", "PARTSTAT=NEEDS-ACTION"),
        ("ATTENDEE;", "X-NOBODY;"),
        ("DTSTAMP:", "X-STAMP:"),
        ("DTSTAMP:2026", "DTSTAMP:9926X"),
        ("UID:", "X-UID:"),
        ("SEQUENCE:2", "SEQUENCE:-2"),
        ("SEQUENCE:2", "SEQUENCE:x"),
        ("TRANSP:OPAQUE", "RECURRENCE-ID:20261123T140000Z"),
        ("TRANSP:OPAQUE", "ATTENDEE;PARTSTAT=DECLINED:mailto:other@test.example"),
        ("END:VCALENDAR", "BEGIN:VEVENT\r\nUID:2\r\nEND:VEVENT\r\nEND:VCALENDAR"),
    ],
)
def test_what_is_no_plain_answer_is_for_a_person(asked, was, becomes):
    raw = incoming.thunderbird(asked, at=AT)
    changed = raw.replace(was.encode(), becomes.encode())
    assert changed != raw
    assert mail.read(changed).said is None
    assert reading.sort(changed) == PERSON


# --- what makes others stumble -------------------------------------------------------------------
def zip_of_rules():
    return (
        "BEGIN:VTIMEZONE\nTZID:X\nBEGIN:STANDARD\nDTSTART:16010101T000000\nTZOFFSETFROM:+0100\n"
        + ("TZOFFSETTO:+0000\nRRULE:FREQ=SECONDLY\nEND:STANDARD\nEND:VTIMEZONE\nBEGIN:VEVENT")
    )


def hostile(asked):
    good = incoming.thunderbird(asked, at=AT)
    head = b"To: %s\r\n" % asked.organiser.encode()
    deep = b"Content-Type: message/rfc822\r\n\r\n"
    yield "nothing", b""
    yield "no mail", bytes(range(256)) * 40
    yield "huge", head + b"\r\n" + b"x" * 2_000_000
    yield "nested", head + deep * 40 + b"x"
    yield "nested without end", head + deep * 20_000 + b"x"
    yield (
        "many parts",
        head
        + (b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n' + b"--b\r\n\r\nx\r\n" * 10_000),
    )
    yield "no charset that there is", good.replace(b"charset=UTF-8", b"charset=klingon-1")
    yield "another charset", good.replace(b"charset=UTF-8", b"charset=utf-16")
    yield "no base64", good.replace(b"8bit", b"base64")
    yield "no lines of a calendar", good.replace(b"UID:", b"\x00\x01 UID")
    yield "a calendar without end", good.replace(b"END:VEVENT", b"X:" + b"y" * 200_000)
    yield "names in names", head + b"Content-Type: " + b'text/calendar; a*0="' * 3000 + b"\r\n\r\n"
    yield "many addresses", b"To: " + b"a@b.example, " * 60_000 + b"\r\n\r\nx"
    yield "reports", head + b"Content-Type: message/delivery-status\r\n\r\n" + b"\n" * 900_000
    yield "few reports", head + b"Content-Type: message/delivery-status\r\n\r\n" + b"\n" * 3000
    digest = b"Content-Type: multipart/digest; boundary=b\n\n"
    yield "parts of a digest", head + digest + b"--b\n\n" * 900
    yield "lines", head + b"\r\n" + b"x\r" * 400_000
    yield "parameters", head + b"Content-Type: multipart/mixed; " + b"a*0=b;\r\n " * 90_000
    yield "a long boundary", head + b"Content-Type: multipart/mixed; boundary=" + b"b" * 900_000
    slow = b"Content-Type: text/calendar; charset=punycode\r\n\r\n\x80a-" + b"99" * 49_000
    yield "letters that take hours", head + slow
    yield "begins", head + b"Content-Type: text/calendar\r\n\r\n" + b"BEGIN:VEVENT\r\n" * 3000


def test_nothing_that_somebody_sends_makes_us_stumble_or_wait(asked, caplog):
    for name, raw in hostile(asked):
        began = time.process_time()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(reading, "_answered", lambda came: True)  # whatever is said
            box = SimpleNamespace(begin=lambda key, tries: None, fetch=lambda key, raw=raw: raw)
            folder = reading._folder_of(box, 1, min(len(raw), 999), 0)
        assert folder in (PERSON, TAKEN), name
        assert time.process_time() - began < 3, name
    assert "kit@test.example" not in caplog.text
    assert asked.organiser not in caplog.text


@pytest.mark.parametrize(
    "name",
    [
        "huge",
        "nested",
        "nested without end",
        "many parts",
        "reports",
        "few reports",
        "parts of a digest",
        "lines",
        "parameters",
        "a long boundary",
    ],
)
def test_what_is_too_large_or_tangled_is_not_looked_into(asked, name, monkeypatch):
    raw = dict(hostile(asked))[name]
    monkeypatch.setattr(mail, "MOST_HEADS", 30)
    taken_apart = []
    monkeypatch.setattr(mail.email, "message_from_bytes", lambda *args, **kw: taken_apart.append(1))
    with pytest.raises(mail.TooMuchError):
        mail.read(raw)
    assert taken_apart == []


def test_what_is_just_within_the_bounds_is_looked_into(asked):
    """What calendar programs and mail servers write is far from them."""
    raw = incoming.thunderbird(asked, at=AT)
    lines = mail.MOST_LINES - raw.count(b"\n")
    assert mail.read(raw + b"x\r\n" * lines).said.answer == "ACCEPTED"
    with pytest.raises(mail.TooMuchError):
        mail.read(raw + b"x\r\n" * (lines + 1))


@pytest.mark.parametrize("charset", ["klingon-1", "punycode", "unicode_escape", "zip"])
def test_an_answer_in_letters_that_we_do_not_read_is_an_answer(asked, charset):
    """Its note may be odd; nobody's program writes so."""
    raw = incoming.thunderbird(asked, note="Caf\u00e9", at=AT)
    said = mail.read(raw.replace(b"charset=UTF-8", b"charset=" + charset.encode())).said
    assert (said.answer, said.note) == ("ACCEPTED", "Caf\u00e9")


@pytest.mark.parametrize("charset", ["iso-8859-1", "windows-1252", "utf-16"])
def test_a_note_is_read_in_the_letters_of_its_program(asked, charset):
    raw = incoming.thunderbird(asked, note="Caf\u00e9", at=AT)
    head, _, rest = raw.rpartition(b"\r\n\r\nBEGIN:VCALENDAR")
    calendar = b"BEGIN:VCALENDAR" + rest.partition(b"\r\n--=_one--")[0]
    written = calendar.decode().encode(charset)
    head = head.replace(b"REPLY; charset=UTF-8", b"REPLY; charset=" + charset.encode())
    head = head.replace(b"8bit", b"base64")
    raw = head + b"\r\n\r\n" + b64encode(written) + b"\r\n--=_one--\r\n"
    assert mail.read(raw).said.note == "Caf\u00e9"


def test_rules_of_time_zones_are_not_worked_out(asked):
    """A second each since 1601 would take hours."""
    raw = incoming.thunderbird(asked, at=AT)
    began = time.process_time()
    odd = raw.replace(b"BEGIN:VEVENT", zip_of_rules().replace("\n", "\r\n").encode())
    assert mail.read(odd).said is not None
    assert time.process_time() - began < 1


# --- what nobody wrote ---------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("headers", "folder"),
    [
        ({}, PERSON),
        ({"Auto_Submitted": "no"}, PERSON),
        ({"Auto_Submitted": "auto-replied; owner=x"}, AUTOMATIC),
        ({"Auto_Submitted": "Auto-Generated"}, AUTOMATIC),
        ({"Precedence": "Bulk"}, AUTOMATIC),
        ({"X_Auto_Response_Suppress": "All"}, AUTOMATIC),
        ({"List_Id": "<news.example>"}, AUTOMATIC),
        ({"Content_Type": "multipart/report; boundary=x"}, AUTOMATIC),  # it was read, say
    ],
)
def test_what_a_program_wrote_troubles_nobody(headers, folder):
    assert reading.sort(incoming.plain(BOX, **headers)) == folder


# --- what comes back -----------------------------------------------------------------------------
@pytest.fixture
def sent(clock, group):
    """Two of our mails left: to a person, and to an address."""
    kit = UserFactory(email="Kit@test.example")
    notify(Called.name, group, [kit, Address.of("ann@test.example")])
    send()
    mails = Delivery.objects.filter(channel="email", status=Status.SENT)
    return {one.reader.email.lower(): one for one in mails}


def came_back(delivery, **how):
    to = bounce_address(delivery.pk, delivery.reader.email)
    return incoming.bounce(to, how.pop("recipient", delivery.reader.email), **how)


def test_each_mail_leaves_with_a_sender_of_its_own_and_the_usual_one_in_sight(
    sent, mailoutbox, settings
):
    for letter in mailoutbox:
        delivery = sent[letter.to[0].lower()]
        assert letter.from_email == bounce_address(delivery.pk, letter.to[0])
        assert letter.message()["From"] == settings.DEFAULT_FROM_EMAIL
        assert letter.message()["Reply-To"] == settings.SUPPORT_EMAIL
    assert len({letter.from_email for letter in mailoutbox}) == 2


@pytest.mark.parametrize("address", ["kit@test.example", "ann@test.example"])
def test_a_mail_that_came_back_marks_its_address_once(sent, address):
    raw = came_back(sent[address])
    assert [reading.sort(raw), reading.sort(raw)] == [TAKEN, TAKEN]
    assert list(Unreachable.objects.values_list("address", flat=True)) == [address]
    delivery = Delivery.objects.get(pk=sent[address].pk)
    assert (delivery.status, delivery.error) == (Status.FAILED, CAME_BACK)


def test_it_may_name_the_address_that_it_was_passed_on_to(sent):
    raw = came_back(
        sent["kit@test.example"], recipient="k@home.example", original="kit@Test.example"
    )
    assert reading.sort(raw) == TAKEN
    assert Unreachable.objects.get().address == "kit@test.example"


@pytest.mark.parametrize(
    ("how", "folder"),
    [
        ({"action": "delayed", "status": "4.4.7"}, AUTOMATIC),
        ({"action": "delayed", "status": "5.1.1"}, AUTOMATIC),
        ({"status": "4.2.2"}, AUTOMATIC),
        ({"action": "relayed", "status": "2.0.0"}, AUTOMATIC),
        ({"recipient": "ann@test.example"}, PERSON),
    ],
)
def test_what_may_come_yet_or_is_anothers_marks_nobody(sent, how, folder):
    assert reading.sort(came_back(sent["kit@test.example"], **how)) == folder
    assert not Unreachable.objects.exists()


def test_nobody_marks_the_address_of_another(sent):
    """With a token of their own, one that they made up, or one of a mail that did not leave."""
    kit, ann = sent["kit@test.example"], sent["ann@test.example"]
    own = bounce_address(ann.pk, "ann@test.example")
    guessed = bounce_address(kit.pk, "ann@test.example")
    answer = answer_address("m", 12, PERSON_ASKED)
    for to in (own, guessed, answer, BOX):
        assert reading.sort(incoming.bounce(to, "kit@test.example")) == PERSON
    Delivery.objects.filter(pk=kit.pk).update(status=Status.WAITING)
    assert reading.sort(came_back(kit)) == PERSON
    assert not Unreachable.objects.exists()


def test_who_has_another_address_since_is_not_marked(sent):
    raw = came_back(sent["kit@test.example"])
    person = sent["kit@test.example"].recipient
    person.email = "new@test.example"
    person.save()
    assert reading.sort(raw) == PERSON
    assert not Unreachable.objects.exists()


def test_our_own_mail_server_takes_it_and_yet_it_does_not_arrive(sent, clock, group):
    """Until nothing came back for some days: servers take much that they send back."""
    delivery = sent["ann@test.example"]
    reading.sort(came_back(delivery))
    retry(Delivery.objects.filter(pk=delivery.pk))
    notify(Called.name, group, [Address.of("ann@test.example")], version=2)
    send()
    assert Delivery.objects.filter(status=Status.SENT, address="ann@test.example").count() == 2
    assert not Delivery.objects.filter(error=CAME_BACK).exists()  # it left again
    reading.sort(came_back(delivery))
    notify(Called.name, group, [Address.of("ann@test.example")], version=3)
    send()
    assert Unreachable.objects.exists()
    clock.shift(BACK_WITHIN + timedelta(hours=1))
    notify(Called.name, group, [Address.of("ann@test.example")], version=4)
    send()
    assert not Unreachable.objects.exists()


@pytest.mark.parametrize("late", [False, True])
def test_a_server_that_takes_no_sender_of_ours_still_sends(clock, group, server, settings, late):
    """Whether it says so of the sender, or not before it is told the recipient."""
    people = UserFactory(email="kit@test.example"), UserFactory(email="ann@test.example")
    server.senders, server.late = (settings.DEFAULT_FROM_EMAIL,), late
    server.refuses = ("ann@test.example",)
    notify(Called.name, group, people)
    send()
    sent, refused = (Delivery.objects.get(channel="email", recipient=one) for one in people)
    assert (sent.status, sent.attempts) == (Status.SENT, 1)
    assert (refused.status, refused.attempts) == (Status.WAITING, 1)
    assert Unreachable.objects.get().address == "ann@test.example"


def test_bounces_can_be_left_out(settings, sent):
    settings.INBOUND = mailbox(bounces=False)
    assert bounce_address(1, "kit@test.example") == ""
    assert answer_address("m", 12, PERSON_ASKED)


# --- settings ------------------------------------------------------------------------------------
GOOD = {
    "INBOUND_MAIL_URL": "imaps://replies%40peer.example:p%40ss@mail.example/Answers",
    "INBOUND_MAIL_ADDRESS": "Replies@Peer.example",
}
OAUTH = {
    "INBOUND_OAUTH_TOKEN_URL": "https://login.example/token",
    "INBOUND_OAUTH_CLIENT_ID": "id",
    "INBOUND_OAUTH_CLIENT_SECRET": "secret",
}
NO_PASSWORD = {"INBOUND_MAIL_URL": "imaps://replies@mail.example"}


def configured(monkeypatch, **given):
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    return settings_of.mailbox(base.env)


def test_settings_say_all_of_the_mailbox(monkeypatch):
    assert configured(monkeypatch) == {}
    at = configured(monkeypatch, **GOOD)
    assert (at["tls"], at["host"], at["port"], at["folder"]) == (
        True,
        "mail.example",
        993,
        "Answers",
    )
    assert (at["user"], at["password"], at["address"]) == ("replies@peer.example", "p@ss", BOX)
    assert at["bounces"]
    at = configured(monkeypatch, **GOOD | NO_PASSWORD | OAUTH)
    assert (at["folder"], at["client_id"], at["scope"]) == ("INBOX", "id", settings_of.SCOPE)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"INBOUND_MAIL_URL": ""}, "INBOUND_MAIL_URL must be"),
        ({"INBOUND_MAIL_URL": "pop3://a:b@mail.example"}, "INBOUND_MAIL_URL must be"),
        ({"INBOUND_MAIL_URL": "imaps://a:b@mail.example:x/"}, "INBOUND_MAIL_URL must be"),
        ({"INBOUND_MAIL_URL": "imaps://mail.example/"}, "INBOUND_MAIL_URL must be"),
        (NO_PASSWORD, "no password"),
        ({"INBOUND_MAIL_ADDRESS": ""}, "INBOUND_MAIL_ADDRESS must be"),
        ({"INBOUND_MAIL_ADDRESS": "a+b@peer.example"}, "INBOUND_MAIL_ADDRESS must be"),
        ({"INBOUND_MAIL_ADDRESS": "a" * 25 + "@peer.example"}, "INBOUND_MAIL_ADDRESS must be"),
        ({"INBOUND_OAUTH_CLIENT_ID": "id"}, "belong together"),
    ],
)
def test_settings_that_cannot_work_are_refused_at_the_start(monkeypatch, change, said):
    with pytest.raises(ImproperlyConfigured, match=said):
        configured(monkeypatch, **GOOD | change)
