"""Minutes: generated, written without lost edits, circulated, approved, then frozen."""

import pytest
from django.urls import reverse

from apps.core.exceptions import Conflict, IllegalMove, NotYet, StaleEdit
from apps.core.models import AuditEntry
from apps.groups.roles import Role
from apps.meetings.models.agenda import AgendaItem
from apps.meetings.models.meeting import Meeting
from apps.meetings.models.minutes import Minutes, settled_by
from apps.meetings.models.people import Attendance
from apps.notifications.models import Delivery
from tests import factories as make

from ..factories import StaffFactory, UserFactory, appoint, working_group

pytestmark = [pytest.mark.django_db, pytest.mark.differs]


@pytest.fixture
def group():
    group = working_group()
    appoint(group, UserFactory(known_as="Ade"))
    appoint(group, StaffFactory(known_as="Secretary Sam"), Role.SECRETARY)
    return group


@pytest.fixture
def lead(group):
    return group.people().filter(role=Role.CO_LEAD).first().user


@pytest.fixture
def meeting(group, lead):
    """A held meeting with an agenda, a decision on it, and an action."""
    made = make.published(group, by=lead)
    item = AgendaItem.objects.create(
        meeting=made,
        title="Rooms",
        detail="Which one?",
        proposed_by=lead,
        state=AgendaItem.State.ACCEPTED,
        position=1,
    )
    Attendance.answer(made, group.people().get(user__known_as="Ade").user, "no")
    Meeting.objects.filter(pk=made.pk).update(
        starts_at="2026-11-20T10:00Z", ends_at="2026-11-20T12:00Z"
    )
    made.refresh_from_db()
    came = [user.pk for user in made.invited() if user.known_as != "Ade"]
    made.record_attendance(came, by=lead)
    make.decision(made, item=item, text="We take the large one.")
    make.action(made, lead, text="Book it")
    return made


def test_given_what_was_recorded_when_drafted_then_the_minutes_say_all_of_it(meeting, lead):
    body = Minutes.draft(meeting, by=lead).body
    for part in (
        "Secretary Sam",
        "Apologies: Ade",
        "reached its quorum",
        "1. Rooms",
        "Which one?",
        "**Carried**",
        "We take the large one.",
        "Book it",
    ):
        assert part in body
    assert body.index("1. Rooms") < body.index("We take the large one.") < body.index("Book it")


def test_given_two_writers_when_both_save_then_the_second_sees_both_texts(client, meeting, lead):
    minutes = Minutes.draft(meeting, by=lead)
    client.force_login(lead, "apps.accounts.backends.SignIn")
    url = reverse("minutes_edit", args=[meeting.pk])
    assert client.post(url, {"body": "Theirs", "seen": 1}).status_code == 302
    page = client.post(url, {"body": "Mine, typed for an hour", "seen": 1})
    assert page.status_code == 409
    content = page.content.decode()
    assert "Theirs" in content
    assert "Mine, typed for an hour" in content
    minutes.refresh_from_db()
    assert minutes.body == "Theirs"
    # The page carries the newer revision: saving now is a choice, not an accident.
    assert client.post(url, {"body": "Both", "seen": 2}).status_code == 302


def test_a_stale_save_raises_and_keeps_what_is_saved(meeting, lead):
    minutes = Minutes.draft(meeting, by=lead)
    minutes.write("First", by=lead, seen=1)
    with pytest.raises(StaleEdit):
        Minutes.objects.get(pk=minutes.pk).write("Second", by=lead, seen=1)
    minutes.refresh_from_db()
    assert (minutes.body, minutes.revision) == ("First", 2)


def test_given_circulated_when_members_look_then_they_read_and_nothing_changes(meeting, lead):
    minutes = Minutes.draft(meeting, by=lead)
    member = meeting.group.people().get(user__known_as="Ade").user
    assert not Minutes.objects.visible_to(member).exists()
    minutes.move("circulate", by=lead)
    assert Minutes.objects.visible_to(member).get() == minutes
    meeting.refresh_from_db()
    assert meeting.state == Meeting.State.MINUTED
    with pytest.raises(IllegalMove):
        minutes.write("Other", by=lead, seen=minutes.revision)
    with pytest.raises(IllegalMove):
        meeting.record_attendance([lead.pk], by=lead)
    with pytest.raises(IllegalMove):
        make.decision(meeting)


def test_given_circulated_when_taken_back_then_all_can_be_corrected(meeting, lead):
    minutes = Minutes.draft(meeting, by=lead)
    minutes.move("circulate", by=lead)
    minutes.move("revise", by=lead, note="A name was wrong.")
    minutes.meeting.refresh_from_db()
    assert minutes.meeting.state == Meeting.State.HELD
    minutes.write("Corrected", by=lead, seen=minutes.revision)
    minutes.move("circulate", by=lead)
    assert minutes.state == Minutes.State.CIRCULATED


def test_given_a_later_quorate_meeting_when_both_say_approved_then_frozen(client, meeting, lead):
    minutes = Minutes.draft(meeting, by=lead)
    minutes.move("circulate", by=lead)
    earlier = make.held(meeting.group, days_ago=20, by=lead)
    inquorate = make.held(meeting.group, [lead], days_ago=2, by=lead)
    for unfit in (None, earlier, inquorate, meeting):
        with pytest.raises(NotYet):
            Minutes.objects.get(pk=minutes.pk).settle("approve", unfit, by=lead)
    later = make.held(meeting.group, days_ago=1, by=lead)
    assert not minutes.settle("approve", later, by=lead)
    assert not minutes.settle("approve", later, by=lead)
    assert (minutes.state, minutes.approval, settled_by(later)) == ("circulated", None, [])
    other = make.second_lead(meeting.group, lead)
    told = Delivery.objects.filter(occurrence__rule__kind="meetings.minutes_to_approve")
    assert {one.recipient for one in told} == {other}
    for one in (lead, other):
        client.force_login(one, "apps.accounts.backends.SignIn")
        waits = "Say whether the minutes were approved" in client.get("/").content.decode()
        assert waits == (one == other)
    shown = minutes.shown(minutes.first_press("approve"))
    root = UserFactory(is_superuser=True)
    with pytest.raises(NotYet, match="The two co-leads say together"):  # a role is no seat
        Minutes.objects.get(pk=minutes.pk).move("approve", by=root)
    last = make.held(meeting.group, days_ago=0, by=lead)
    minutes.settle("approve", last, by=lead)
    with pytest.raises(Conflict):
        minutes.move("approve", by=other, seen=shown)  # another meeting than their page showed
    minutes.settle("approve", later, by=lead)
    assert "half done" in client.get(minutes.get_absolute_url()).content.decode()
    page = reverse("minutes_move", args=[minutes.pk, "approve"])
    assert later.title in client.get(page).content.decode()
    client.post(page, {"seen": minutes.shown(minutes.first_press("approve"))})
    minutes.refresh_from_db()
    assert minutes.approval == later
    for change in (
        lambda: minutes.write("Other", by=lead, seen=minutes.revision),
        lambda: minutes.move("revise", by=lead, note="Late."),
    ):
        with pytest.raises(IllegalMove):
            change()
    actions = AuditEntry.objects.about(minutes).values_list("action", flat=True)
    assert list(actions) == [
        "approve",
        *["approve_first_of_two"] * 3,
        "circulate",
        "draft",
    ]


def test_given_circulated_minutes_when_asked_as_pdf_then_a_tagged_pdf(client, meeting, lead):
    Minutes.draft(meeting, by=lead).move("circulate", by=lead)
    client.force_login(lead, "apps.accounts.backends.SignIn")
    response = client.get(reverse("minutes_pdf", args=[meeting.pk]))
    assert response["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF-")
    page = client.get(reverse("minutes_print", args=[meeting.pk]))
    assert b"We take the large one." in page.content


def test_given_markup_in_minutes_when_read_then_harmless(client, meeting, lead):
    minutes = Minutes.draft(meeting, by=lead)
    minutes.write(
        "<script>alert(1)</script> [x](javascript:alert(1)) <img src=x onerror=alert(1)>",
        by=lead,
        seen=1,
    )
    client.force_login(lead, "apps.accounts.backends.SignIn")
    content = client.get(reverse("minutes", args=[meeting.pk])).content.decode()
    assert "<script>alert" not in content
    assert 'href="javascript' not in content
    assert "<img" not in content
