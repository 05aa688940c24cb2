"""Conversations: led by both sides, booked by anybody, remembered with consent."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
import time_machine
from django.core import mail
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar
from PIL import Image

from apps.accounts.models.people import Constituency, User
from apps.accounts.roles import ADMIN, COMMS, OFFICE
from apps.conversations.calendar import feed
from apps.conversations.links import booking_path, booking_token, feedback_path
from apps.conversations.models.booking import Booking, BookingSupport, amend
from apps.conversations.models.conversation import Conversation, ConversationFeedback, Session
from apps.conversations.models.photograph import PhotoConsent, Photograph
from apps.core.exceptions import Conflict, IllegalMove, NotYet
from apps.core.forms import PublicForm
from apps.core.models import AuditEntry
from apps.core.needs import NEEDS
from apps.datarights import retention
from apps.notifications.calendar import CALENDAR
from apps.notifications.kinds import KINDS, notify
from apps.notifications.mail import content
from apps.notifications.models import Address, Delivery
from apps.notifications.planning import plan
from apps.notifications.sending import send
from tests import factories as make

from ..at_once import at_once
from ..factories import UserFactory, appoint, just_shown, programme_user

pytestmark = pytest.mark.differs

BACKEND = "apps.accounts.backends.SignIn"


@pytest.fixture(autouse=True)
def _quick_hands(monkeypatch):
    """The test types faster than people; how often is counted from nothing."""
    monkeypatch.setattr(PublicForm, "LEAST_SECONDS", 0)
    cache.clear()


@pytest.fixture
def network(db):
    return make.network()


@pytest.fixture
def event(network):
    return make.conversation(network)


@pytest.fixture
def lead(network):
    return make.lead_of(network)


def told(user, kind):
    found = Delivery.objects.filter(recipient=user, channel="email")
    return found.filter(occurrence__rule__kind=f"conversations.{kind}").count()


def letters(booking):
    """The kinds of what was written to whoever booked without an account."""
    kinds = Delivery.objects.to(booking.email).order_by("pk")
    names = kinds.values_list("occurrence__rule__kind", flat=True)
    return [name.removeprefix("conversations.") for name in names]


def asked_anew():
    """A test is one transaction, in which a worker is asked but once: as if the last had ended."""
    connection.run_on_commit.clear()


def needs(user):
    return [one.title for source in NEEDS for one in source(User.objects.get(pk=user.pk))]


def publicly(event, name="Robin", email="robin@test.example"):
    """Book by the public page, as a browser without a session does."""
    client = Client()
    url = reverse("conversation_places", args=[event.pk])
    opened = re.search(r'name="opened" value="([^"]+)"', client.get(url).content.decode())[1]
    return client.post(url, {"name": name, "email": email, "opened": opened})


# --- announcing -----------------------------------------------------------------------------------
def test_given_a_part_without_both_sides_then_it_is_not_announced(network, lead):
    event = make.conversation(network, to="draft")
    part = event.sessions.get()
    Session.objects.filter(pk=part.pk).update(staff=None)
    with pytest.raises(NotYet, match="a peer and a member of staff"):
        event.move("publish", by=lead)
    Session.objects.filter(pk=part.pk).update(staff=part.peer)  # a peer in the staff's place
    with pytest.raises(NotYet, match="a peer and a member of staff"):
        event.move("publish", by=lead)
    part.delete()
    with pytest.raises(NotYet, match="Add a session"):
        event.move("publish", by=lead)
    assert not Conversation.objects.visible_to(UserFactory()).exists()


def test_what_it_still_needs_stands_on_its_page_with_where_to_mend_it(network, lead, client):
    event = make.conversation(network, to="draft")
    part = event.sessions.get()
    Session.objects.filter(pk=part.pk).update(staff=None)
    client.force_login(lead, BACKEND)
    page = client.get(event.get_absolute_url()).content.decode()
    mend = reverse("session_change", args=[event.pk, part.pk])
    assert f'<a href="{mend}">{part.title} needs a peer and a member of staff' in page
    assert reverse("conversation_move", args=[event.pk, "publish"]) not in page


def test_given_an_announced_one_then_its_programme_keeps_both_sides(event, lead, client):
    client.force_login(lead, BACKEND)
    part = event.sessions.get()
    url = reverse("session_change", args=[event.pk, part.pk])
    data = {"at": "2pm", "title": "What helps", "peer": part.peer_id, "staff": ""}
    assert client.post(url, data).status_code == 422
    response = client.post(reverse("session_remove", args=[event.pk, part.pk]))
    assert response.status_code == 422
    assert event.sessions.count() == 1


def test_given_it_is_announced_then_the_network_hears_and_anybody_sees_it(network, client):
    peer = UserFactory()
    appoint(network, peer)
    event = make.conversation(network, link="https://meet.test.example/secret")
    assert told(peer, "conversation") == 1
    page = client.get(event.get_absolute_url())
    assert page.status_code == 200
    assert b"meet.test.example" not in page.content  # the link is for those with a place
    client.force_login(peer, BACKEND)
    client.post(reverse("conversation_book", args=[event.pk]))
    assert b"meet.test.example" in client.get(event.get_absolute_url()).content


# --- places ---------------------------------------------------------------------------------------
def test_given_all_places_taken_then_the_next_wait_and_move_up_in_turn(event):
    people = [UserFactory() for _ in range(4)]
    bookings = [Booking.book(event, person) for person in people]
    assert [one.state for one in bookings] == ["booked", "booked", "waiting", "waiting"]
    assert told(people[2], "waiting") == 1
    bookings[0].move("cancel", by=people[0])
    states = [Booking.objects.get(pk=one.pk).state for one in bookings]
    assert states == ["cancelled", "booked", "booked", "waiting"]
    assert told(people[2], "booked") == 1
    assert told(people[3], "booked") == 0
    with pytest.raises(Conflict, match="booked already"):
        Booking.book(event, people[1])
    again = Booking.book(event, people[0])
    assert again.state == "waiting"


@pytest.mark.django_db(transaction=True)
def test_given_the_last_place_wanted_twice_at_once_then_one_has_it_and_the_other_waits():
    event = make.conversation(make.network(), places=1)
    people = [UserFactory() for _ in range(2)]
    outcomes = at_once(
        *(
            lambda person=person: Booking.book(Conversation.objects.get(pk=event.pk), person)
            for person in people
        )
    )
    assert outcomes == ["done", "done"]
    assert sorted(event.bookings.values_list("state", flat=True)) == ["booked", "waiting"]


@pytest.mark.django_db(transaction=True)
def test_given_two_give_up_at_once_then_two_who_waited_have_their_places():
    event = make.conversation(make.network())
    people = [UserFactory() for _ in range(4)]
    first, second, *_ = [Booking.book(event, person) for person in people]

    def give_up(booking, person):
        return lambda: Booking.objects.get(pk=booking.pk).move("cancel", by=person)

    assert at_once(give_up(first, people[0]), give_up(second, people[1])) == ["done", "done"]
    assert sorted(event.bookings.values_list("state", flat=True)) == [
        "booked",
        "booked",
        "cancelled",
        "cancelled",
    ]


def test_given_more_places_then_those_who_wait_move_up_and_never_fewer_than_are_taken(event, lead):
    people = [UserFactory() for _ in range(3)]
    bookings = [Booking.book(event, person) for person in people]
    with pytest.raises(NotYet, match="2 people have booked"):
        amend(event, by=lead, seen=0, places=1)
    event.refresh_from_db()
    amend(event, by=lead, seen=0, places=3)
    bookings[2].refresh_from_db()
    assert bookings[2].state == "booked"


def test_given_it_has_begun_or_is_off_then_no_place_can_be_booked(network, lead):
    begun = make.conversation_over(network, to="begun")
    off = make.conversation(network)
    off.move("cancel", by=lead, note="The room is lost.")
    for event in (begun, off):
        with pytest.raises(Conflict, match="no longer"):
            Booking.book(event, UserFactory())
        with pytest.raises(Conflict, match="no longer"):
            Booking.ask(event, name="Robin", email="robin@test.example")


# --- without an account -------------------------------------------------------------------------
def test_given_the_public_then_a_link_confirms_a_place_and_gives_it_up(
    at_one_moment, event, client, django_capture_on_commit_callbacks
):
    Booking.book(event, UserFactory())
    asked_anew()
    with django_capture_on_commit_callbacks(execute=True):
        assert publicly(event).status_code == 302
    [first] = [one for one in mail.outbox if one.to == ["robin@test.example"]]
    assert event.title not in first.subject
    booking = Booking.objects.get(email="robin@test.example")
    assert booking.state == "asked"
    assert Booking.free(event) == 1  # nothing is taken before the link is used
    url = booking_path(booking)
    assert url in first.body
    client.get(url)
    booking.refresh_from_db()
    assert booking.state == "asked"  # programs that scan mail open links too
    asked_anew()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(url, {"confirm": "yes"})
        client.post(url, {"confirm": "yes"})
    booking.refresh_from_db()
    assert booking.state == "booked"
    [_, place] = [one for one in mail.outbox if one.to == [booking.email]]
    entry = next(part for part in place.alternatives if part[1].startswith("text/calendar"))
    found = Calendar.from_ical(entry[0]).walk("VEVENT")[0]
    assert found["dtstart"].dt == event.starts_at.replace(microsecond=0)
    assert str(event.uid) in found["uid"]
    asked_anew()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(url, {"give_up": "yes"})
    booking.refresh_from_db()
    assert booking.state == "cancelled"
    assert letters(booking) == ["booking_asked", "booked", "booking_given_up"]
    assert [one.to for one in mail.outbox].count([booking.email]) == 3


def test_given_an_address_that_booked_before_then_the_page_says_the_same(
    event, django_capture_on_commit_callbacks
):
    publicly(event)
    booking = Booking.objects.get(email="robin@test.example")
    booking.confirm()
    again = publicly(event, email="ROBIN@test.example")
    other = publicly(event, email="other@test.example")
    assert again.status_code == other.status_code == 302
    assert again.url == other.url
    assert Booking.objects.filter(email="robin@test.example").count() == 1
    assert letters(booking) == ["booking_asked", "booked", "booking_stands"]


def test_given_a_program_or_too_many_then_nothing_is_kept(event, settings, client):
    settings.BOOKINGS_AT_MOST_AN_HOUR = 2
    url = reverse("conversation_places", args=[event.pk])
    opened = re.search(r'name="opened" value="([^"]+)"', client.get(url).content.decode())[1]
    trapped = {"name": "R", "email": "r@test.example", "opened": opened, "website": "http://x"}
    assert client.post(url, trapped).status_code == 302
    assert not Booking.objects.exists()
    assert publicly(event).status_code == 302
    refused = publicly(event, email="c@test.example")
    assert refused.status_code == 429
    assert 'value="c@test.example"' in refused.content.decode()
    assert Booking.objects.count() == 1


def test_given_wrong_input_then_422_keeps_what_was_typed(event, client):
    response = client.post(
        reverse("conversation_places", args=[event.pk]), {"name": "Robin Typed", "email": "no"}
    )
    assert response.status_code == 422
    assert b"Robin Typed" in response.content
    assert b"name@example.com" in response.content


def test_given_weeks_after_then_names_and_addresses_of_the_public_are_gone(network, lead):
    event = make.conversation(network)
    booking = Booking.ask(event, name="Robin", email="robin@test.example")
    booking.confirm()
    BookingSupport.ask(booking, "A quiet seat")
    assert letters(booking) == ["booking_asked", "booked"]
    stale = Booking.ask(event, name="Kit", email="kit@test.example")
    with time_machine.travel(timezone.now() + timedelta(days=3)):
        assert retention.run().counts == {"bookings-unconfirmed": 1}
    assert not Booking.objects.filter(pk=stale.pk).exists()
    assert not letters(stale)
    with time_machine.travel(event.ends_at + timedelta(days=89)):
        assert retention.run().counts == {}
    with time_machine.travel(event.ends_at + timedelta(days=91)):
        assert retention.run().counts == {"bookings": 1, "booking-support": 1}
        assert retention.run().counts == {}
    booking.refresh_from_db()
    assert (booking.name, booking.email, booking.who) == ("", "", "Somebody")
    assert not Delivery.objects.filter(recipient=None).exists()
    assert not BookingSupport.objects.exists()


# --- letters and reminders ----------------------------------------------------------------------
def test_given_a_week_and_a_day_before_then_each_is_reminded_once(network):
    with time_machine.travel("2026-11-02T11:00:00Z", tick=False) as clock:
        event = make.conversation(network)
        peer = UserFactory()
        Booking.book(event, peer)
        booking = Booking.ask(event, name="Robin", email="robin@test.example")
        booking.confirm()
        clock.move_to(event.starts_at - timedelta(days=6, hours=20))
        late = Booking.ask(event, name="Kit", email="kit@test.example")
        late.confirm()
        for _ in range(2):
            plan()
            send()
        clock.move_to(event.starts_at - timedelta(hours=20))
        for _ in range(2):
            plan()
            send()
    reminders = ["conversation_reminder", "conversation_reminder"]
    assert letters(booking) == ["booking_asked", "booked", *reminders]
    assert told(peer, "conversation_reminder") == 2
    last = [one for one in mail.outbox if one.to == ["robin@test.example"]][-1]
    assert "Coming up" in last.body
    assert "/network/conversations/booking/" in last.body
    assert "text/calendar; method=PUBLISH" in [kind for _, kind in last.alternatives]
    assert letters(late) == ["booking_asked", "waiting"]  # without a place, nothing to remind of


def test_given_a_place_after_the_reminder_was_due_then_the_place_is_all_they_hear_of(network):
    """With an account or without: who booked late has just been told the time."""
    with time_machine.travel("2026-11-02T11:00:00Z", tick=False) as clock:
        event = make.conversation(network)
        event.places = 5
        event.save(update_fields=["places"])
        clock.move_to(event.starts_at - timedelta(days=6, hours=20))
        peer = UserFactory()
        Booking.book(event, peer)
        booking = Booking.ask(event, name="Robin", email="robin@test.example")
        booking.confirm()
        plan()
    assert told(peer, "conversation_reminder") == 0
    assert letters(booking) == ["booking_asked", "booked"]


def test_given_a_place_given_up_then_the_reminder_that_waits_does_not_go(network):
    with time_machine.travel("2026-11-02T11:00:00Z", tick=False) as clock:
        event = make.conversation(network)
        booking = Booking.ask(event, name="Robin", email="robin@test.example")
        booking.confirm()
        send()
        clock.move_to(event.starts_at - timedelta(hours=20))
        plan()
        booking.follow("release")
        mail.outbox.clear()
        send()
    theirs = [one for one in mail.outbox if one.to == [booking.email]]
    assert [one.body.count("given up") for one in theirs] == [1]


def test_given_no_account_then_what_is_off_leads_nowhere_and_what_moved_to_the_booking(event):
    """Nobody signs in from it; whoever has an account comes to the Conversation."""
    booking = Booking.ask(event, name="Robin", email="robin@test.example")
    booking.confirm()
    peer = UserFactory()
    Booking.book(event, peer)

    def leads(name, reader):
        occurrence = notify(f"conversations.{name}", event, ())
        said = content(KINDS[f"conversations.{name}"], occurrence, reader)
        return said["url"], said["action"]

    robin = Address.of(booking.email)
    assert leads("conversation_cancelled", robin)[0] == ""
    assert leads("conversation_changed", robin) == (booking_path(booking), "See your booking")
    at_it = (event.get_absolute_url(), "See the Conversation")
    assert leads("conversation_cancelled", peer) == leads("conversation_changed", peer) == at_it


def test_given_a_place_given_up_then_it_goes_from_the_calendar_of_whoever_had_it(event, network):
    """And whoever only waited has no entry to lose; who booked again has it again."""

    def entries(address):
        mails = [one for one in mail.outbox if one.to == [address]]
        parts = [kind for one in mails for _, kind in one.alternatives]
        return [kind.partition("method=")[2] for kind in parts if kind.startswith("text/calendar")]

    peer = UserFactory(email="pat@test.example")
    had = [Booking.book(event, peer), Booking.ask(event, name="R", email="robin@test.example")]
    had[1].confirm()
    waits = Booking.ask(event, name="Kit", email="kit@test.example")
    waits.confirm()
    send()
    for booking in (waits, *had):
        booking.follow("release")
    send()
    assert entries("pat@test.example") == entries("robin@test.example") == ["PUBLISH", "CANCEL"]
    assert entries("kit@test.example") == []
    Booking.book(event, peer)
    send()
    assert entries("pat@test.example") == ["PUBLISH", "CANCEL", "PUBLISH"]


def test_given_a_booking_late_at_night_then_its_letter_does_not_wait_for_the_morning(event):
    with time_machine.travel(timezone.now().replace(hour=23), tick=False):
        booking = Booking.ask(event, name="Robin", email="robin@test.example")
        send()
        booking.confirm()
        send()
    assert [one.to for one in mail.outbox] == [["robin@test.example"]] * 2


def test_given_it_moves_or_is_off_then_all_who_booked_or_wait_are_told(event, lead):
    people = [UserFactory() for _ in range(2)]
    for person in people:
        Booking.book(event, person)
    booking = Booking.ask(event, name="Robin", email="robin@test.example")
    booking.confirm()
    unconfirmed = Booking.ask(event, name="Kit", email="kit@test.example")
    with pytest.raises(NotYet, match="Say why"):
        amend(event, by=lead, seen=0, place="Elsewhere")
    event.refresh_from_db()
    amend(event, by=lead, seen=0, place="Elsewhere", reason="The room is lost.")
    with pytest.raises(Conflict):
        amend(event, by=lead, seen=0, place="A third place", reason="Again.")
    event.refresh_from_db()
    event.move("cancel", by=lead, note="Snow.")
    for person in people:
        assert told(person, "conversation_changed") == 1
        assert told(person, "conversation_cancelled") == 1
    heard = ["booking_asked", "waiting", "conversation_changed", "conversation_cancelled"]
    assert letters(booking) == heard
    assert letters(unconfirmed) == ["booking_asked"]
    assert feed in CALENDAR
    assert [item.cancelled for item in feed(people[0])] == [True]


# --- support --------------------------------------------------------------------------------------
def test_given_a_need_then_the_person_and_the_named_organiser_alone_read_it(network, event, client):
    organiser, peer = event.organiser, UserFactory()
    appoint(network, peer)
    booking = Booking.book(event, peer)
    support = BookingSupport.ask(booking, "A seat near the door", by=peer)
    assert told(organiser, "support_asked") == 1
    assert "Arrange support for somebody" in needs(organiser)
    readers = {
        "office": programme_user(OFFICE),
        "admin": programme_user(ADMIN, is_staff=True),
        "root": programme_user(ADMIN, is_staff=True, is_superuser=True),
        "other lead": make.lead_of(network),
        "outsider": UserFactory(),
    }
    url = reverse("conversation_arrange", args=[support.pk])
    for reader in readers.values():
        client.force_login(reader, BACKEND)
        assert client.get(url).status_code == 404
        assert b"near the door" not in client.get(event.get_absolute_url()).content
    client.force_login(organiser, BACKEND)
    assert client.get(url)["Location"] == reverse("second_factor")
    make.with_second_factor(organiser)
    assert b"near the door" in client.get(url).content
    assert AuditEntry.objects.about(support).filter(action="read", by=organiser).exists()
    assert client.post(url, {"arrangement": "The first one is yours."}).status_code == 302
    assert told(peer, "support_arranged") == 1
    client.force_login(peer, BACKEND)
    assert b"The first one is yours." in client.get(event.get_absolute_url()).content
    notes = AuditEntry.objects.exclude(note="").values_list("note", flat=True)
    assert not any("door" in note for note in notes)


def test_given_somebody_without_an_account_then_they_ask_by_their_link(event, client):
    booking = Booking.ask(event, name="Robin", email="robin@test.example")
    url = booking_path(booking)
    assert client.post(url, {"text": "Large print"}).status_code == 422  # not confirmed yet
    booking.confirm()
    assert client.post(url, {"text": "Large print"}).status_code == 302
    support = BookingSupport.objects.get()
    support.move("arrange", by=event.organiser, arrangement="Printed for you.")
    assert letters(booking)[-1] == "support_arranged"
    assert b"Printed for you." in client.get(url).content
    client.post(url, {"text": "Large print, and tea"})
    support.refresh_from_db()
    assert support.state == "asked"
    client.post(url, {"text": ""})
    support.refresh_from_db()
    assert (support.state, support.text) == ("withdrawn", "")


def test_given_another_organiser_then_what_is_open_goes_to_them(event, lead, network):
    peer = UserFactory()
    booking = Booking.book(event, peer)
    support = BookingSupport.ask(booking, "A quiet seat", by=peer)
    amend(event, by=lead, seen=0, organiser=lead)
    support.refresh_from_db()
    assert support.organiser == lead
    assert told(lead, "support_asked") == 1
    booking.move("cancel", by=peer)
    assert not BookingSupport.objects.exists()


# --- afterwards -----------------------------------------------------------------------------------
def test_given_it_was_held_then_those_who_came_say_how_it_was_without_a_name(network, lead, client):
    people = [UserFactory() for _ in range(4)]
    event = make.conversation_over(network, *people)
    absent = Booking.objects.create(conversation=event, user=UserFactory(), state="booked")
    bookings = list(event.bookings.filter(came=True))
    assert [told(person, "feedback_asked") for person in people] == [1, 1, 1, 1]
    client.force_login(lead, BACKEND)
    report = reverse("conversation_report", args=[event.pk])
    before = AuditEntry.objects.count()
    for number, booking in enumerate(bookings[:3]):
        url = feedback_path(booking)
        data = {"rating": "5", "heard": "yes", "best": f"Tea {number}"}
        assert Client().post(url, {"best": "no rating"}).status_code == 422
        assert Client().post(url, data).status_code == 302
        assert Client().post(url, data).status_code == 409
        shown = b"Tea 0" in client.get(report).content
        assert shown == (number == 2)  # only once nobody can be told apart
    assert Client().post(feedback_path(absent), data).status_code == 409
    assert AuditEntry.objects.count() == before
    assert ConversationFeedback.objects.count() == 3
    fields = {field.name for field in ConversationFeedback._meta.get_fields()}
    assert fields == {"id", "conversation", "rating", "heard", "best", "change"}


def test_given_nobody_came_or_it_is_ahead_then_it_is_not_held(network, lead):
    ahead = make.conversation(network)
    with pytest.raises(NotYet, match="not started"):
        ahead.sign_in([], by=lead)
    begun = make.conversation_over(network, UserFactory(), to="begun")
    assert f"Record who came: {begun.title}" in needs(lead)
    with pytest.raises(NotYet, match="at least one"):
        begun.sign_in([], by=lead)
    begun.sign_in([begun.bookings.get().pk], by=lead)
    assert begun.state == "held"
    assert f"Write up: {begun.title}" in needs(lead)


def test_given_two_writers_then_neither_loses_what_they_wrote(network, lead, client):
    event = make.conversation_over(network, UserFactory())
    client.force_login(lead, BACKEND)
    url = reverse("conversation_write_up", args=[event.pk])
    for _ in range(2):
        first = client.post(url, {"write_up": "Mine.", "seen": event.revision})
        assert first.status_code == 302
    assert AuditEntry.objects.about(event).filter(action="write").count() == 1
    second = client.post(url, {"write_up": "Yours.", "seen": event.revision})
    assert second.status_code == 409
    assert b"Mine." in second.content
    assert b"Yours." in second.content


def test_given_communications_then_they_write_up_but_do_not_run(network, client):
    event = make.conversation_over(network, UserFactory())
    client.force_login(programme_user(COMMS), BACKEND)
    assert client.get(reverse("conversation_write_up", args=[event.pk])).status_code == 200
    assert client.get(reverse("conversation_sign_in", args=[event.pk])).status_code == 403


# --- photographs ----------------------------------------------------------------------------------
def test_a_photograph_is_public_only_with_every_consent_and_gone_when_one_is_taken_back(
    network, lead, client, django_capture_on_commit_callbacks
):
    peer = UserFactory()
    event = make.conversation_over(network, peer)
    event.save_revision(event.revision, write_up="A lot was said.")
    photo = Photograph.add(event, make.picture(), by=lead, description="Two people", people=2)
    paper = PhotoConsent.note(
        photo, by=lead, name="Robin", how="paper", given_on=timezone.localdate()
    )
    url = reverse("photograph", args=[photo.pk])
    with pytest.raises(NotYet, match="1 photograph lacks"):
        event.move("write_up", by=lead)
    consent = PhotoConsent.note(photo, by=lead, user=peer)
    assert told(peer, "photo_consent") == 1
    assert "Say whether we may use a photograph of you" in needs(peer)
    with pytest.raises(NotYet, match="1 photograph lacks"):
        event.move("write_up", by=lead)
    assert client.get(url).status_code == 404
    consent.move("give", by=peer)
    assert client.get(url).status_code == 404  # agreed, but not published yet
    event.move("write_up", by=lead)
    response = client.get(url)
    assert response.status_code == 200
    assert b"".join(response.streaming_content).startswith(b"\xff\xd8")
    assert response["Cache-Control"] == "private, no-store"
    assert url in client.get(event.get_absolute_url()).content.decode()
    event.move("take_down", by=lead, note="A mistake.")
    assert client.get(url).status_code == 404
    event.move("write_up", by=lead)
    storage, name = photo.file.storage, photo.file.name
    assert storage.exists(name)
    with django_capture_on_commit_callbacks(execute=True):
        PhotoConsent.objects.get(pk=consent.pk).move("withdraw", by=peer)
    assert client.get(url).status_code == 404
    assert not storage.exists(name)
    assert not Photograph.objects.exists()
    assert not PhotoConsent.objects.filter(pk=paper.pk).exists()
    assert url not in client.get(event.get_absolute_url()).content.decode()


def test_only_the_person_agrees_and_somebody_without_an_account_is_recorded(network, lead):
    peer = UserFactory()
    event = make.conversation_over(network, peer)
    photo = Photograph.add(event, make.picture(), by=lead, description="A person", people=1)
    consent = PhotoConsent.note(photo, by=lead, user=peer)
    with pytest.raises(PermissionDenied):
        consent.move("give", by=lead)
    with pytest.raises(Conflict, match="asked already"):
        PhotoConsent.note(photo, by=lead, user=peer)
    consent.refresh_from_db()
    assert consent.state == "asked"


def test_a_photograph_loses_where_and_when_it_was_taken(network, lead, client):
    event = make.conversation_over(network, UserFactory())
    client.force_login(lead, BACKEND)
    exif = Image.Exif()
    exif[0x010F] = "A camera"  # maker
    exif[0x0132] = "2026:11:23 11:00:00"  # when
    exif.get_ifd(0x8825)[2] = (51.0, 24.0, 0.0)  # latitude
    url = reverse("photograph_add", args=[event.pk])
    for file, status in (
        (make.picture(size=(3000, 200), exif=exif), 302),
        (SimpleUploadedFile("x.jpg", b"\xff\xd8\xff\xe0 no picture"), 422),
        (SimpleUploadedFile("x.pdf", b"%PDF-1.7"), 422),
    ):
        data = {"file": file, "description": "A garden", "people": "0"}
        assert client.post(url, data).status_code == status
    photo = Photograph.objects.get()
    with Image.open(BytesIO(photo.file.read())) as stored:
        assert dict(stored.getexif()) == {}
        assert max(stored.size) == 1600
    photo.file.close()


# --- somebody leaves ------------------------------------------------------------------------------
def test_given_a_leaver_then_their_place_goes_to_whoever_waits(event):
    people = [UserFactory() for _ in range(3)]
    bookings = [Booking.book(event, person) for person in people]
    people[0].close(by=programme_user(OFFICE), reason="Moved away")
    states = [Booking.objects.get(pk=one.pk).state for one in bookings]
    assert states == ["cancelled", "booked", "booked"]


def test_a_link_that_nobody_signed_opens_nothing(event, client):
    token = booking_token(Booking.ask(event, name="Robin", email="robin@test.example"))
    for forged in (token[:-1] + ("a" if token[-1] != "a" else "b"), "1:x:y", "1"):
        for name in ("booking", "conversation_feedback"):
            assert client.get(reverse(name, args=[forged])).status_code == 404


def test_given_it_is_held_then_the_programme_can_no_longer_change(network, lead):
    event = make.conversation_over(network, UserFactory())
    with pytest.raises(IllegalMove):
        event.permit("change_programme", by=lead)
    with pytest.raises(IllegalMove):
        amend(event, by=lead, seen=0, title="Other")
    assert lead.constituency == Constituency.STAFF


def test_given_it_is_held_then_no_session_is_added(network, lead, client):
    event = make.conversation_over(network, UserFactory())
    client.force_login(lead, BACKEND)
    part = event.sessions.get()
    data = {"at": "2pm", "title": "Late", "peer": part.peer_id, "staff": part.staff_id}
    assert client.post(reverse("session_add", args=[event.pk]), data).status_code == 409
    assert event.sessions.get() == part


def test_given_it_has_begun_then_no_place_is_given_up(network, lead, client):
    peer = UserFactory()
    begun = make.conversation_over(network, peer, to="begun")
    booking = begun.bookings.get(user=peer)
    client.force_login(peer, BACKEND)
    assert client.post(reverse("booking_move", args=[booking.pk, "cancel"])).status_code == 422
    outsider = begun.bookings.create(
        name="Robin", email="robin@test.example", state=Booking.State.BOOKED
    )
    assert Client().post(booking_path(outsider), {"give_up": "yes"}).status_code == 422
    assert set(begun.bookings.values_list("state", flat=True)) == {"booked"}


# --- as many as there are -------------------------------------------------------------------------
@pytest.mark.parametrize(
    "name",
    [
        "conversations",
        "conversation",
        "bookings",
        "bookings_csv",
        "photographs",
        "conversation_support_list",
        "conversation_sign_in",
    ],
)
def test_pages_take_as_many_queries_for_three_as_for_one(client, network, name):
    organiser = make.lead_of(network, Constituency.LIVED_EXPERIENCE)
    client.force_login(organiser, BACKEND)
    just_shown(client)
    to = {"photographs": "held", "conversation_sign_in": "begun"}.get(name)
    first = (
        make.conversation_over(network, UserFactory(), to=to)
        if to
        else make.conversation(network, places=50)
    )
    plain = name in ("conversations", "conversation_support_list")
    url = reverse(name, args=[] if plain else [first.pk])
    counts = []
    for number in (1, 2):
        for step in range(number):
            make.conversation(network)
            if to is None:
                peer = UserFactory()
                BookingSupport.ask(Booking.book(first, peer), "A quiet seat", by=peer)
                Booking.ask(first, name="Robin", email=f"r{number}{step}@test.example").confirm()
                Session.objects.create(
                    conversation=first,
                    at="15:00",
                    title="Tea",
                    peer=peer,
                    staff=make.lead_of(network),
                )
            elif to == "held":
                photo = Photograph.add(
                    first, make.picture(), by=organiser, description="A garden", people=1
                )
                PhotoConsent.note(photo, by=organiser, user=UserFactory())
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            response = client.get(url)
            assert response.getvalue() if response.streaming else response.content
        counts.append(len(queries))
    assert counts[0] == counts[1]
