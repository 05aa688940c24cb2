"""Who has an entry in their calendar, and loses it."""

import pytest

from apps.conversations.links import booking_path
from apps.conversations.models.booking import Booking, amend
from apps.notifications.kinds import KINDS
from apps.notifications.models import Delivery, Occurrence
from apps.notifications.sending import send
from tests import factories as make
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def parts(kind, subject, reader):
    said = Occurrence.objects.about(subject).filter(rule__kind=kind).latest("pk")
    return list(KINDS[kind].attachments(said, reader))


def test_whoever_only_waits_is_given_no_entry_that_says_they_come():
    """Nothing takes it out again: to give up a place in the line sends no CANCEL."""
    event = make.conversation(make.network(), places=1)
    Booking.book(event, UserFactory())
    waits = Booking.book(event, UserFactory())
    assert waits.state == "waiting"
    event.refresh_from_db()
    amend(event, by=event.created_by, seen=event.sequence, reason="Flooded.", place="Room 9")
    given = parts("conversations.conversation_changed", event, waits.user)
    waits.move("cancel", by=waits.user)
    taken = parts("conversations.booking_given_up", waits, waits.user)
    assert bool(given) == bool(taken)


def test_whoever_had_a_place_loses_the_entry_though_the_letter_is_forgotten(mailoutbox):
    """Letters to people without an account go by a rule of their own, and those of before the
    update went with their table."""
    event = make.conversation(make.network())
    Booking.ask(event, name="Amara", email="amara@test.example")
    booking = Booking.objects.get()
    booking.confirm()
    send()
    Delivery.objects.filter(recipient=None).delete()  # as retention does
    booking.refresh_from_db()
    booking.follow("release")
    assert parts("conversations.booking_given_up", booking, booking.reader)


def test_the_page_of_a_booking_says_that_it_was_called_off_and_why(client):
    event = make.conversation(make.network(), link="https://meet.example/1")
    booking = Booking.ask(event, name="Amara", email="amara@test.example")
    booking.confirm()
    peer = UserFactory()
    Booking.book(event, peer)
    event.refresh_from_db()
    event.move("cancel", by=event.organiser, note="The room is flooded.")
    page = client.get(booking_path(booking)).content.decode()
    client.force_login(peer, "apps.accounts.backends.SignIn")
    for words in (page, client.get(event.get_absolute_url()).content.decode()):
        assert "The room is flooded." in words
        assert "meet.example" not in words
        assert "Booked" not in words
