"""What people need at a meeting or a Conversation: one request, asked and arranged alike."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from apps.accounts.roles import OFFICE
from apps.conversations.models.booking import Booking, BookingSupport
from apps.conversations.models.booking import amend as amend_conversation
from apps.core.models import AuditEntry
from apps.core.needs import needs_of
from apps.meetings.models.meeting import Meeting
from apps.meetings.models.people import SupportRequest
from apps.notifications.models import Delivery
from tests import factories as make

from ..factories import StaffFactory, UserFactory, appoint, programme_user, with_second_factor

pytestmark = [pytest.mark.django_db, pytest.mark.differs]
SIGN_IN = "apps.accounts.backends.SignIn"


class AtAMeeting:
    """Somebody invited to a meeting, its organiser, and somebody who could be."""

    model, page, arrange = SupportRequest, "support", "support_arrange"

    def __init__(self):
        group = make.working_group()
        appoint(group, peer := UserFactory())
        appoint(group, other := StaffFactory())
        self.gathering = make.published(group)
        self.peer, self.other = peer, other
        self.organiser = self.gathering.support_organiser

    def ask(self, text):
        meeting = Meeting.objects.get(pk=self.gathering.pk)
        return SupportRequest.ask(meeting, self.peer, text)

    def hand_to(self, organiser):
        meeting = Meeting.objects.get(pk=self.gathering.pk)
        changes = {"seen": meeting.sequence, "support_organiser": organiser}
        meeting.amend(by=self.gathering.created_by, **changes)


class AtAConversation:
    model, page, arrange = BookingSupport, "conversation_support", "conversation_arrange"

    def __init__(self):
        network = make.network()
        appoint(network, peer := UserFactory())
        appoint(network, other := StaffFactory())
        self.gathering = make.conversation(network)
        self.peer, self.other = peer, other
        self.organiser = self.gathering.organiser
        self.booking = Booking.book(self.gathering, peer)

    def ask(self, text):
        booking = Booking.objects.get(pk=self.booking.pk)
        return BookingSupport.ask(booking, text, by=self.peer)

    def hand_to(self, organiser):
        self.gathering.refresh_from_db()
        changes = {"seen": self.gathering.sequence, "organiser": organiser}
        amend_conversation(self.gathering, by=self.gathering.created_by, **changes)


@pytest.fixture(params=[AtAMeeting, AtAConversation], ids=["meeting", "conversation"])
def place(request):
    return request.param()


def told(person, support):
    """How often somebody was told of a request."""
    return Delivery.objects.about(support).filter(recipient=person, channel="email").count()


def waits(person):
    found = needs_of(type(person).objects.get(pk=person.pk))
    return len([one for one in found if "Arrange support" in one.do])


def test_what_is_asked_is_told_and_the_same_again_is_not(place):
    support = place.ask(" A seat near the door ")
    assert (support.text, told(place.organiser, support)) == ("A seat near the door", 1)
    place.ask("A seat near the door")
    assert told(place.organiser, support) == 1
    place.ask("A seat near the door, and tea")
    assert told(place.organiser, support) == 2
    actions = AuditEntry.objects.about(support).order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["ask", "change"]


def test_what_is_arranged_stays_so_while_the_same_is_asked(place):
    support = place.ask("A seat near the door")
    support.move("arrange", by=place.organiser, arrangement="Seat 1")
    assert told(place.peer, support) == 1
    assert place.ask("A seat near the door").is_arranged
    again = place.ask("A seat near the door, and tea")
    assert (again.is_asked, told(place.organiser, support)) == (True, 2)


def test_whoever_asks_for_nothing_any_more_leaves_no_words(place):
    assert place.ask("  ") is None
    support = place.ask("A quiet seat")
    support.move("arrange", by=place.organiser, arrangement="The corner")
    support = place.ask("")
    support.refresh_from_db()
    assert (support.state, support.text, support.arrangement) == ("withdrawn", "", "The corner")
    assert told(place.organiser, support) == 2
    place.ask("")
    assert told(place.organiser, support) == 2
    assert place.ask("A quiet seat").is_asked


def test_what_is_open_goes_to_a_new_organiser_who_hears_of_it_each_time(place):
    """And whoever had it before sees it no more."""
    support, first = place.ask("A quiet seat"), place.organiser
    place.hand_to(place.other)
    place.hand_to(first)
    place.hand_to(place.other)
    support.refresh_from_db()
    assert support.organiser == place.other
    assert (told(place.other, support), told(first, support)) == (2, 2)
    assert not type(support).objects.visible_to(first).exists()
    handed = AuditEntry.objects.about(support).filter(action="hand_over")
    assert {entry.by for entry in handed} == {place.gathering.created_by}


def test_what_was_arranged_stays_with_who_arranged_it_until_it_is_asked_anew(place, client):
    support, first = place.ask("A quiet seat"), place.organiser
    support.move("arrange", by=first, arrangement="The corner")
    place.hand_to(place.other)
    client.force_login(place.peer, SIGN_IN)
    url = reverse(place.page, args=[place.gathering.pk])
    assert f"<strong>{first.name}</strong>" in client.get(url).content.decode()
    assert place.ask("A quiet seat, please").organiser == place.other
    assert f"<strong>{place.other.name}</strong>" in client.get(url).content.decode()


def test_nobody_else_asks_or_arranges_past_the_page(place):
    support = place.ask("A quiet seat")
    root = programme_user(OFFICE, is_superuser=True, is_staff=True)
    for person in (root, place.other, place.peer):
        with pytest.raises(PermissionDenied):
            support.move("arrange", by=person, arrangement="Mine")
    for person in (root, place.other, place.organiser):
        with pytest.raises(PermissionDenied):
            support.move("withdraw", by=person)


def test_it_waits_for_its_organiser_while_the_day_is_ahead(place):
    support = place.ask("A quiet seat")
    assert waits(place.organiser) == 1
    rows = type(place.gathering).objects.filter(pk=place.gathering.pk)
    rows.update(state="cancelled")
    assert waits(place.organiser) == 0
    ago = place.gathering.starts_at - timedelta(days=60)
    rows.update(state="published", starts_at=ago, ends_at=ago + timedelta(hours=1))
    assert waits(place.organiser) == 0
    assert type(support).objects.visible_to(place.organiser).exists()


def test_asked_again_its_organiser_begins_with_what_was_arranged(place, client):
    support = place.ask("A quiet seat")
    support.move("arrange", by=place.organiser, arrangement="The corner")
    place.ask("A quiet seat, and tea")
    client.force_login(with_second_factor(place.organiser), SIGN_IN)
    page = client.get(reverse(place.arrange, args=[support.pk]))
    assert page.context["form"]["arrangement"].value() == "The corner"


def test_one_press_withdraws_what_was_asked(place, client):
    """The button sends an empty box to the page itself."""
    client.force_login(place.peer, SIGN_IN)
    url = reverse(place.page, args=[place.gathering.pk])
    button = "I no longer need this"
    assert button not in client.get(url).content.decode()
    sent = client.post(url, {"text": "A quiet seat"}, follow=True)
    assert "sent to the organiser" in sent.content.decode()
    sent = client.post(url, {"text": "A quiet seat"}, follow=True)
    assert "Nothing was changed." in sent.content.decode()
    page = client.get(url).content.decode()
    assert (button in page, "I need nothing" in page) == (True, False)
    sent = client.post(url, {"text": ""}, follow=True)
    assert "Your request is withdrawn." in sent.content.decode()
    assert not place.model.objects.exclude(text="", state="withdrawn").exists()


def test_an_empty_box_asks_for_nothing(client):
    """Whoever came in order to ask is told; whoever was led there after booking needs nothing."""
    for place, status in ((AtAMeeting(), 422), (AtAConversation(), 302)):
        client.force_login(place.peer, SIGN_IN)
        url = reverse(place.page, args=[place.gathering.pk])
        assert client.post(url, {"text": ""}).status_code == status
        assert not place.model.objects.exists()
