"""Support: whose words they are, who reads them, and what they are arranged for."""

from datetime import timedelta

import pytest
from django.urls import reverse

from apps.conversations.models.booking import amend
from apps.core import clock
from apps.core.exceptions import Conflict, NotYet
from apps.meetings.models.meeting import Meeting
from apps.meetings.models.people import Attendance, SupportRequest
from apps.notifications.kinds import KINDS
from apps.notifications.models import Delivery

from ..factories import UserFactory, with_second_factor
from .test_support import SIGN_IN, AtAConversation, AtAMeeting, told

pytestmark = pytest.mark.django_db


@pytest.fixture(params=[AtAMeeting, AtAConversation], ids=["meeting", "conversation"])
def place(request):
    return request.param()


def test_a_page_that_is_behind_gives_nobody_what_was_handed_over(place):
    """A planner whose page is older than the new organiser saves another title."""
    support, first = place.ask("A quiet seat"), place.organiser
    row = type(place.gathering).objects.get(pk=place.gathering.pk)
    behind = {"by": row.created_by, "seen": row.details, "title": "Another title"}
    place.hand_to(place.other)
    row.refresh_from_db()
    named = "support_organiser" if isinstance(row, Meeting) else "organiser"
    change = Meeting.amend if isinstance(row, Meeting) else amend
    with pytest.raises(Conflict):
        change(row, **behind, **{named: first})
    support.refresh_from_db()
    assert support.organiser == place.other


def test_whoever_asked_hears_that_somebody_else_reads_it_now(place):
    support = place.ask("A quiet seat, and why")
    place.hand_to(place.other)
    assert told(place.peer, support) == 1


def test_what_was_withdrawn_before_the_organiser_heard_asks_nothing_of_them(place):
    """Both messages still wait: quiet hours."""
    support = place.ask("A quiet seat")
    support = place.ask("")
    waiting = Delivery.objects.about(support).unsent().filter(recipient=place.organiser)
    said = [
        KINDS[one.occurrence.rule.kind].label
        for one in waiting.filter(channel="email")
        if KINDS[one.occurrence.rule.kind].wanted(one.occurrence.rule, support, place.organiser)
    ]
    assert not [label for label in said if "asks you to arrange" in label]


def test_what_changed_while_the_organiser_wrote_is_not_arranged_unread(place, client):
    """The organiser sends what answers the words that they read; other words stand there by now."""
    support = place.ask("A quiet seat")
    client.force_login(with_second_factor(place.organiser), SIGN_IN)
    url = reverse(place.arrange, args=[support.pk])
    shown = client.get(url)
    assert "A quiet seat" in shown.content.decode()
    form = {name: field.value() for name, field in ((f.name, f) for f in shown.context["form"])}
    place.ask("Step-free access: I come in a wheelchair")
    client.post(url, form | {"arrangement": "The corner seat"})
    support.refresh_from_db()
    assert (support.state, support.text) == ("asked", "Step-free access: I come in a wheelchair")


def called_off(place):
    type(place.gathering).objects.get(pk=place.gathering.pk).move(
        "cancel", by=place.gathering.created_by, note="The room is flooded."
    )


def test_who_asked_can_take_it_back_once_it_was_called_off(place, client):
    """The words rest with the organiser for months."""
    support = place.ask("A quiet seat, and why")
    called_off(place)
    client.force_login(place.peer, SIGN_IN)
    url = reverse(place.page, args=[place.gathering.pk])
    shows = "I no longer need this" in client.get(url).content.decode()
    client.post(url, {"text": ""})
    support.refresh_from_db()
    assert (shows, support.text) in ((True, ""), (False, ""))


def test_a_deputy_who_is_no_longer_asked_can_take_back_what_they_needed(client):
    place = AtAMeeting()
    deputy = UserFactory()
    row = Attendance.objects.create(meeting=place.gathering, user=deputy, extra=True)
    support = SupportRequest.ask(Meeting.objects.get(pk=place.gathering.pk), deputy, "A ramp")
    row.delete()  # as Attendance.answer does
    client.force_login(deputy, SIGN_IN)
    client.post(reverse(place.page, args=[place.gathering.pk]), {"text": ""})
    support.refresh_from_db()
    assert support.text == ""


def test_nobody_is_told_that_what_is_over_has_moved():
    """Nobody has recorded yet who came; a planner mends the address for the minutes."""
    place = AtAConversation()
    ago = clock.now() - timedelta(days=3)
    rows = type(place.gathering).objects.filter(pk=place.gathering.pk)
    rows.update(starts_at=ago, ends_at=ago + timedelta(hours=2))
    row = rows.get()
    with pytest.raises(NotYet, match="It is over"):
        amend(row, by=row.created_by, seen=row.sequence, reason="A slip.", place="Room 2")


def test_that_it_is_arranged_is_not_said_of_what_was_asked_anew(place):
    """The letter waits for the morning; the person asked for something else meanwhile."""
    support = place.ask("A quiet seat")
    support.move("arrange", by=place.organiser, arrangement="The corner")
    support = place.ask("A ramp")
    said = (
        Delivery.objects.about(support)
        .unsent()
        .filter(occurrence__rule__kind__endswith="support_arranged", channel="email")
    )
    for one in said:
        kind = KINDS[one.occurrence.rule.kind]
        assert not kind.wanted(one.occurrence.rule, support, place.peer)


def test_nothing_is_arranged_for_what_was_called_off(place, client):
    support = place.ask("A quiet seat")
    called_off(place)
    client.force_login(with_second_factor(place.organiser), SIGN_IN)
    page = client.post(reverse(place.arrange, args=[support.pk]), {"arrangement": "Yours."})
    assert page.status_code == 422
    assert "It was called off" in page.content.decode()
    support.refresh_from_db()
    assert support.is_asked
