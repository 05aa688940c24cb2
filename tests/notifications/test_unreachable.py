"""An address that takes no e-mail is shown to those who have to reach the person, until it does."""

import pytest
from django.urls import reverse

from apps.accounts.models.unreachable import Unreachable
from apps.accounts.roles import HR, OFFICE
from apps.conversations.models.booking import Booking
from apps.notifications.kinds import notify
from apps.notifications.models import Address, Delivery, Status
from apps.notifications.sending import BACK_OFF, send

from .. import factories as make
from ..recruitment.selection import choosing
from .things import Called

TAG = "E-mail does not arrive"


@pytest.fixture
def person(group):
    return make.UserFactory(full_name="Pat Quill", email="pat@test.example")


def page(client, user, name, *args, query=""):
    client.force_login(user, "apps.accounts.backends.SignIn")
    return client.get(reverse(name, args=args) + query).content.decode()


def test_what_is_refused_is_noted_at_once_and_gone_once_something_arrives(
    clock, group, person, server
):
    server.refuses = ("pat@test.example", "kit@test.example")
    notify(Called.name, group, [person, Address.of("Kit@test.example")])
    send()
    assert Unreachable.objects.among(["PAT@test.example", "kit@test.example", ""]) == {
        "pat@test.example",
        "kit@test.example",
    }
    since = Unreachable.objects.get(address="pat@test.example").since
    clock.shift(60)
    send()
    assert Unreachable.objects.get(address="pat@test.example").since == since
    server.refuses = ("kit@test.example",)
    clock.shift(600)
    send()
    assert list(Unreachable.objects.values_list("address", flat=True)) == ["kit@test.example"]


def test_a_server_that_puts_off_is_noted_when_it_has_done_so_for_a_day(
    clock, group, person, server
):
    server.refuses, server.code = ("pat@test.example",), 450
    notify(Called.name, group, [person])
    for minutes in (0, *BACK_OFF):
        assert not Unreachable.objects.exists()
        clock.shift(minutes * 60)
        send()
    assert Delivery.objects.get(channel="email").status == Status.FAILED
    assert Unreachable.objects.get().why == Unreachable.Why.GAVE_UP


def test_a_fault_of_ours_says_nothing_of_an_address(clock, group, person, server, monkeypatch):
    monkeypatch.setattr(Called, "values", lambda *asked: 1 / 0)
    notify(Called.name, group, [person])
    for minutes in (0, *BACK_OFF):
        clock.shift(minutes * 60)
        send()
    assert not Unreachable.objects.exists()


# --- who reads it ---------------------------------------------------------------------------------
def test_the_office_reads_who_is_not_reached_and_what_to_do(group, person, client):
    office, hr = make.programme_user(OFFICE), make.programme_user(HR)
    assert TAG not in page(client, office, "person", person.pk)
    Unreachable.note("Pat@test.example", Unreachable.Why.REFUSED)
    words = page(client, office, "person", person.pk)
    assert TAG in words
    assert "Ask them by\n" in words
    listed = page(client, office, "people", query="?state=unreachable")
    assert ("Pat Quill" in listed, "1 person" in listed) == (True, True)
    assert "Ask Pat Quill for another e-mail address" in page(client, office, "home")
    assert "Ask Pat Quill for another e-mail address" not in page(client, hr, "home")


def test_whoever_is_not_reached_reads_it_on_their_own_home_page(person, client):
    assert "Check your e-mail address" not in page(client, person, "home")
    Unreachable.note(person.email, Unreachable.Why.REFUSED)
    assert "Check your e-mail address" in page(client, person, "home")
    assert "does not arrive since" in page(client, person, "account_email")
    assert "does not arrive since" not in page(client, make.UserFactory(), "account_email")
    assert "Check your e-mail address" not in page(client, make.UserFactory(), "home")


def test_whoever_plans_a_meeting_reads_whom_to_tell_and_other_members_do_not(person, client):
    group = make.working_group()
    member = make.UserFactory()
    for one in (person, member):
        make.appoint(group, one)
    meeting = make.published(group)
    Unreachable.note(person.email, Unreachable.Why.REFUSED)
    lead = group.leads()[0]
    words = page(client, lead, "meeting", meeting.pk)
    assert "Tell them yourself" in words
    assert f"<li>{person.name}</li>" in words.split("Tell them yourself")[1]
    assert "Tell them yourself" not in page(client, member, "meeting", meeting.pk)


def test_whoever_runs_a_conversation_reads_who_of_those_who_booked(person, client):
    event = make.conversation(make.network())
    Booking.book(event, person)
    Booking.ask(event, name="Kit", email="kit@test.example").confirm()
    Unreachable.note("kit@test.example", Unreachable.Why.REFUSED)
    words = page(client, event.organiser, "bookings", event.pk)
    assert words.count(TAG) == 1
    assert TAG in words.split("Kit")[1]


def test_human_resources_read_which_candidate_to_call(group, client):
    vacancy, _ = choosing.planned("yes", "yes")
    first = vacancy.interviews.order_by("pk").first()
    officer = make.with_second_factor(choosing.anew(vacancy.created_by))
    assert TAG not in page(client, officer, "interviews", vacancy.reference)
    Unreachable.note(first.application.candidate.email, Unreachable.Why.REFUSED)
    assert page(client, officer, "interviews", vacancy.reference).count(TAG) == 1
