"""Letters to an address that nobody confirmed carry nothing that a stranger typed; and every signed
link has an age and asks again who may."""

import ast
import re
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache
from django.urls import reverse

from apps.accounts import adapters
from apps.accounts.inviting import Wanted, carry_out
from apps.accounts.roles import OFFICE
from apps.conversations import events
from apps.conversations.links import booking_path, feedback_path
from apps.conversations.models.booking import Booking, BookingSupport
from apps.core import clock
from apps.core.clock import LONDON
from apps.core.says import unlinked
from apps.meetings.links import reply_token
from apps.network.joining.models import Interest, Letter
from apps.notifications.kinds import KINDS, notify
from apps.notifications.mail import unsubscribe_token
from apps.notifications.models import Delivery
from apps.notifications.planning import plan
from apps.notifications.sending import send

from .. import factories as make
from .conftest import PASSWORD, with_password

pytestmark = pytest.mark.django_db
NAME = 'Claim your prize at https://evil.example/x <a href="https://evil.example">here</a>'
VICTIM = "victim@elsewhere.example"


def is_clean(message):
    """Whether no part of it, however a mail program reads it, leads where a stranger wants."""
    parts = [message.subject, message.body, *(str(text) for text, _ in message.alternatives)]
    links = {link for text in parts for link in re.findall(r"https?://[^\s\"'<]+", text)}
    assert "evil" not in " ".join(parts), message.subject
    assert all(link.startswith(settings.SITE_URL) for link in links), links
    return message.to == [VICTIM]


# --- letters --------------------------------------------------------------------------------------
def test_an_invitation_begun_from_what_a_stranger_typed(mailoutbox):
    office = make.programme_user(OFFICE, full_name="Dr. Helen Marsh")
    carry_out([Wanted(email=VICTIM, full_name=NAME, constituency="partner")], by=office)
    assert is_clean(mailoutbox[0])
    assert "Dr. Helen Marsh invites you" in mailoutbox[0].body


@pytest.mark.parametrize("kind", Letter.Kind)
def test_every_letter_to_an_enquirer(kind, mailoutbox):
    make.network()
    interest = Interest.objects.create(full_name=NAME, email=VICTIM, wish="peer", words=NAME)
    office = make.programme_user(OFFICE, full_name="Dr. Helen Marsh")
    interest.write(kind, "We would love to meet you.", office)
    assert is_clean(mailoutbox[0])


def booked(state="booked", **fields):
    """A place of somebody without an account, under the name that a stranger typed."""
    event = make.conversation(make.network())
    return Booking.objects.create(
        conversation=event, name=NAME, email=VICTIM, state=state, queued_at=event.published_at
    )


# How each letter to somebody who booked without an account comes about.
BOOKED = {
    "booking_asked": lambda: events.booking_asked(booked("asked")),
    "booking_stands": lambda: events.booking_asked(booked()),
    "booked": lambda: booked("asked").confirm(),
    "waiting": lambda: notify("conversations.waiting", one := booked("waiting"), [one.reader]),
    "booking_given_up": lambda: booked().follow("release"),
    "conversation_changed": lambda: events.conversation_changed(booked().conversation),
    "conversation_cancelled": lambda: called_off(booked().conversation),
    "conversation_reminder": lambda: remind(booked().conversation),
    "support_arranged": lambda: arrange(booked()),
    "support_handed": lambda: hand_over(booked()),
    "feedback_asked": lambda: hold(booked()),
}


def called_off(event):
    event.move("cancel", by=event.organiser, note="Snow.")


def remind(event):
    with time_machine.travel(event.starts_at - timedelta(days=1), tick=False):
        plan()
        send()


def arrange(booking):
    support = BookingSupport.ask(booking, "A quiet seat")
    support.move("arrange", by=support.organiser, arrangement="It is yours.")


def hand_over(booking):
    support = BookingSupport.ask(booking, "A quiet seat")
    BookingSupport.hand_over(booking.conversation, make.UserFactory(), by=support.organiser)


def hold(booking):
    with time_machine.travel(booking.conversation.ends_at, tick=False):
        booking.conversation.sign_in([booking.pk], by=booking.conversation.organiser)
        send()


def kinds_for_addresses():
    """The kinds of Conversations that can go to an address: all but those for its organisers and
    the network."""
    only_people = {"conversation", "support_asked", "support_changed", "photo_consent"}
    only_people |= {"arranging", "arranging_ends"}
    names = {name.partition(".")[2] for name in KINDS if name.startswith("conversations.")}
    return names - only_people


@pytest.fixture
def noon():
    """Outside quiet hours, whenever the tests run."""
    with time_machine.travel(clock.now().astimezone(LONDON).replace(hour=12), tick=False):
        yield


@pytest.mark.usefixtures("noon")
@pytest.mark.parametrize("kind", BOOKED)
def test_every_letter_to_somebody_who_booked(kind, mailoutbox):
    assert kinds_for_addresses() == BOOKED.keys()
    BOOKED[kind]()
    [message] = [one for one in mailoutbox if is_clean(one)]
    delivery = Delivery.objects.to(VICTIM).get()
    assert delivery.occurrence.rule.kind == f"conversations.{kind}"
    leads = bool(re.search(r"/network/conversations/(booking|feedback)/", message.body))
    assert leads == (kind != "conversation_cancelled")  # of which nothing is left to do


def test_what_is_sent_to_who_makes_an_account(client, mailoutbox, monkeypatch):
    monkeypatch.setattr(adapters, "SIGN_UP_DOORS", [lambda request: True])
    form = {"full_name": NAME, "email": VICTIM, "password1": PASSWORD, "password2": PASSWORD}
    client.post(reverse("account_signup"), form)
    assert is_clean(mailoutbox[0])
    cache.clear()
    type(client)().post(reverse("account_signup"), form)
    assert is_clean(mailoutbox[1])


@pytest.mark.parametrize("name", ["account_request_login_code", "account_reset_password"])
def test_what_is_sent_to_an_address_without_an_account(client, mailoutbox, name):
    cache.clear()
    client.post(reverse(name), {"email": VICTIM})
    assert is_clean(mailoutbox[0])


def test_what_is_sent_to_a_new_address_before_it_is_confirmed(client, mailoutbox):
    user = with_password(make.UserFactory(full_name=NAME))
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    client.post(reverse("account_email"), {"email": VICTIM, "action_add": "1"})
    assert is_clean(mailoutbox[-1])


# What sends mail, and to whom it may go; the tests above have each. Another place is looked at.
SENDERS = {
    "apps/accounts/adapters.py": "allauth's: sign-up, codes, a new address; or the account's owner",
    "apps/accounts/models/people.py": "the owner of an account",
    "apps/accounts/sign_in_log.py": "the owner of an account",
    "apps/accounts/views/again.py": "the owner of an account",
    "apps/core/anchors.py": "whom the operator named for the audit trail",
    "apps/notifications/mail.py": "all that is a message",
}


def test_no_other_place_sends_mail():
    sends = re.compile(r"EmailMultiAlternatives\(|EmailMessage\(|send_mail\(|(?<!\w)mail\.send\(")
    apps = Path(settings.BASE_DIR, "apps")
    found = {
        str(path.relative_to(settings.BASE_DIR))
        for path in apps.rglob("*.py")
        if sends.search(path.read_text())
    }
    assert found == SENDERS.keys()


@pytest.mark.parametrize(
    ("name", "reads"),
    [
        ("Dr. Helen Marsh", "Dr. Helen Marsh"),
        ("J. M. O'Neill-Smith (he/him)", "J. M. O'Neill-Smith (he/him)"),
        ("https://evil.example/x", "https //evil example/x"),
        ("me@evil.example", "me evil example"),
        ("www.evil.example", "www evil example"),
    ],
)
def test_a_name_in_a_letter_is_no_link(name, reads):
    assert unlinked(name) == reads


def test_nobody_fills_anothers_post_by_asking_again_and_again(mailoutbox):
    event = make.conversation(make.network())
    for _ in range(5):
        booking = Booking.ask(event, name="R", email=VICTIM)
        Interest.receive(full_name="R", email=VICTIM, wish="peer")
    assert Delivery.objects.about(booking).to(VICTIM).count() == 3
    assert Letter.objects.count() == 3
    with time_machine.travel(clock.now() + timedelta(hours=1, minutes=1)):
        Booking.ask(event, name="R", email=VICTIM)
    assert Delivery.objects.about(booking).to(VICTIM).count() == 4


# --- signed links ---------------------------------------------------------------------------------
READS = {"loads", "unsign", "unsign_object", "get_signed_cookie"}
AGELESS = {
    "apps/governance/consultations/forms/responding.py": "opens nothing: it says that a receipt "
    "code in a form was made by us, and people write for as long as they need",
}


def reads_without_age():
    """Where something signed is read without asking how old it is."""
    root = Path(settings.BASE_DIR)
    for path in (root / "apps").rglob("*.py"):
        text = path.read_text()
        if "signing" not in text and "signed_cookie" not in text:
            continue
        for node in ast.walk(ast.parse(text)):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            is_json = getattr(node.func.value, "id", "") == "json"
            ages = {keyword.arg for keyword in node.keywords}
            if node.func.attr in READS and not is_json and "max_age" not in ages:
                yield str(path.relative_to(root))


def test_whatever_is_signed_has_an_age_or_a_reason_why_not():
    assert set(reads_without_age()) == AGELESS.keys()


@pytest.fixture
def links(db):
    """{days it lives: the path of a link}, each of them good."""
    event = make.conversation(make.network())
    booking = Booking.ask(event, name="Robin", email="robin@test.example")
    group = make.working_group()
    peer = make.UserFactory()
    make.appoint(group, peer)
    meeting = make.published(group)
    return [
        (180, booking_path(booking)),
        (180, feedback_path(booking)),
        (180, reverse("reply_by_link", args=[reply_token(meeting, peer)])),
        (730, reverse("unsubscribe", args=[unsubscribe_token(peer, ["meetings"])])),
    ]


def test_a_signed_link_ends_of_itself(client, links):
    begun = clock.now()
    for days, path in links:
        with time_machine.travel(begun + timedelta(days=days - 1)):
            assert client.get(path).status_code == 200, path
        with time_machine.travel(begun + timedelta(days=days, minutes=1)):
            assert client.get(path).status_code == 404, path


def test_a_signed_link_of_a_closed_account_shows_nothing(client):
    office, peer = make.programme_user(OFFICE), make.UserFactory()
    group = make.working_group()
    make.appoint(group, peer)
    event = make.conversation(make.network())
    booking = Booking.objects.create(conversation=event, user=peer, state="booked", came=True)
    paths = [
        reverse("reply_by_link", args=[reply_token(make.published(group), peer)]),
        reverse("unsubscribe", args=[unsubscribe_token(peer, ["meetings"])]),
        feedback_path(booking),
    ]
    assert [client.get(path).status_code for path in paths] == [200, 200, 200]
    peer.close(by=office, reason="Left")
    assert [client.get(path).status_code for path in paths] == [404, 404, 404]


def test_the_link_of_somebody_who_is_forgotten_shows_nothing(client):
    event = make.conversation(make.network())
    booking = Booking.ask(event, name="Robin", email="robin@test.example")
    assert client.get(feedback_path(booking)).status_code == 200
    Booking.objects.update(name="", email="")
    for path in (booking_path(booking), feedback_path(booking)):
        assert client.get(path).status_code == 404
