"""Answers, deputies, and support: who may, and what they see."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from apps.accounts.models.support import SupportProfile
from apps.core.exceptions import IllegalMove, NotYet
from apps.meetings.links import reply_token
from apps.meetings.models.meeting import Meeting
from apps.meetings.models.people import Attendance, SupportRequest
from apps.notifications import sending
from apps.notifications.models import Delivery
from tests import factories as make

from ..factories import StaffFactory, UserFactory, appoint, working_group

pytestmark = [pytest.mark.django_db, pytest.mark.differs]


@pytest.fixture
def group():
    return working_group()


@pytest.fixture
def peer(group):
    person = UserFactory()
    appoint(group, person)
    return person


@pytest.fixture
def meeting(group, peer):
    return make.published(group)


def waiting(user, kind):
    return Delivery.objects.filter(
        recipient=user, occurrence__rule__kind=kind, channel="email"
    ).unsent()


# --- by link ------------------------------------------------------------------------------------
def test_given_the_link_when_opened_then_nothing_is_answered_yet(client, meeting, peer):
    url = reverse("reply_by_link", args=[reply_token(meeting, peer)])
    page = client.get(url, {"answer": "yes"})
    assert page.status_code == 200
    assert not Attendance.objects.filter(meeting=meeting, user=peer).exists()


def test_given_the_link_when_pressed_then_answered_without_signing_in(client, meeting, peer):
    url = reverse("reply_by_link", args=[reply_token(meeting, peer)])
    assert b"Thank you" in client.post(url, {"reply": "yes"}).content
    assert Attendance.objects.get(meeting=meeting, user=peer).reply == "yes"


def test_only_who_comes_by_the_link_reads_that_it_answers_for_another(client, meeting, peer):
    url = reverse("reply_by_link", args=[reply_token(meeting, peer)])
    assert "passed on to you" in client.get(url).content.decode()
    client.force_login(peer, "apps.accounts.backends.SignIn")
    own = client.get(reverse("reply", args=[meeting.pk]))
    assert own.status_code == 200
    assert "passed on to you" not in own.content.decode()


@pytest.mark.parametrize("change", [lambda t: t[:-1], lambda t: "x" + t, lambda t: t.upper()])
def test_given_a_forged_link_when_opened_then_404(client, meeting, peer, change):
    url = reverse("reply_by_link", args=[change(reply_token(meeting, peer))])
    assert client.get(url).status_code == 404
    assert client.post(url, {"reply": "no"}).status_code == 404


def test_given_a_link_to_a_cancelled_meeting_when_opened_then_it_says_so(client, meeting, peer):
    meeting.move("cancel", by=meeting.created_by, note="The room flooded.")
    url = reverse("reply_by_link", args=[reply_token(meeting, peer)])
    assert b"This meeting is cancelled. The room flooded." in client.get(url).content
    assert client.post(url, {"reply": "yes"}).status_code == 409


def test_given_a_link_of_somebody_who_left_then_it_shows_nothing(client, meeting, peer):
    office = make.programme_user("Programme office")
    meeting.group.memberships.get(user=peer).end(by=office)
    url = reverse("reply_by_link", args=[reply_token(meeting, peer)])
    assert client.get(url).status_code == 404
    assert client.post(url, {"reply": "yes"}).status_code == 404


# --- apologies and deputies -----------------------------------------------------------------------
@pytest.fixture
def deputy(peer):
    network = working_group(kind="network")
    person = UserFactory()
    appoint(network, peer)
    appoint(network, person)
    return person


def test_given_apologies_when_a_deputy_is_named_then_the_deputy_is_invited(meeting, peer, deputy):
    Attendance.answer(meeting, peer, "no", deputy)
    assert deputy in meeting.invited()
    assert Meeting.objects.visible_to(deputy).filter(pk=meeting.pk).exists()
    assert waiting(deputy, "meetings.deputy_asked").count() == 1


def test_given_a_deputy_when_the_member_can_come_after_all_then_the_deputy_is_released(
    meeting, peer, deputy
):
    Attendance.answer(meeting, peer, "no", deputy)
    Attendance.answer(meeting, peer, "yes")
    assert deputy not in meeting.invited()
    assert not Meeting.objects.visible_to(deputy).filter(pk=meeting.pk).exists()


def test_given_people_of_the_other_side_when_choosing_a_deputy_then_not_offered(
    meeting, peer, deputy
):
    staff = StaffFactory()
    appoint(deputy.memberships.get().group, staff)
    stranger = UserFactory()
    for person in (staff, stranger, meeting.created_by):
        with pytest.raises(NotYet, match="from the list"):
            Attendance.answer(meeting, peer, "no", person)
    assert Attendance.answer(meeting, peer, "no", deputy).deputy == deputy


def test_given_a_deputy_with_a_yes_when_sent_then_the_form_says_why_not(
    client, meeting, peer, deputy
):
    client.force_login(peer, "apps.accounts.backends.SignIn")
    page = client.post(reverse("reply", args=[meeting.pk]), {"reply": "yes", "deputy": deputy.pk})
    assert page.status_code == 422
    assert b"only if you send apologies" in page.content


@pytest.mark.parametrize("state", ["held", "cancelled"])
def test_given_a_meeting_that_is_over_when_answering_then_closed(meeting, peer, state):
    Meeting.objects.filter(pk=meeting.pk).update(state=state)
    with pytest.raises(IllegalMove):
        Attendance.answer(meeting, peer, "yes")


def test_given_an_outsider_when_answering_then_forbidden(meeting):
    with pytest.raises(PermissionDenied):
        Attendance.answer(meeting, UserFactory(), "yes")


# --- support ------------------------------------------------------------------------------------
def test_given_support_asked_when_anyone_else_looks_then_it_does_not_exist(meeting, peer):
    asked = SupportRequest.ask(meeting, peer, "A seat near the door")
    assert SupportRequest.objects.visible_to(peer).get() == asked
    assert SupportRequest.objects.visible_to(meeting.support_organiser).get() == asked
    root = UserFactory(is_superuser=True, is_staff=True)
    for other in (
        *[
            m.user
            for m in meeting.group.people()
            if m.user not in (peer, meeting.support_organiser)
        ],
        make.programme_user("Programme office"),
        make.programme_user("Administrators"),
        root,
    ):
        assert not SupportRequest.objects.visible_to(other).exists()


def test_given_support_arranged_when_marked_then_the_person_is_told_without_the_need(
    meeting, peer, mailoutbox
):
    asked = SupportRequest.ask(meeting, peer, "A seat near the door")
    asked.move("arrange", by=asked.organiser, arrangement="Seat 1 is yours.")
    sending.send()
    mails = [mail for mail in mailoutbox if "arranged" in mail.subject.lower()]
    assert [mail.to for mail in mails] == [[peer.email]]
    for mail in mailoutbox:
        assert "door" not in mail.subject + mail.body
        assert "Seat 1" not in mail.subject + mail.body


def test_given_a_changed_request_when_already_arranged_then_asked_again(meeting, peer):
    asked = SupportRequest.ask(meeting, peer, "A seat near the door")
    asked.move("arrange", by=asked.organiser, arrangement="Seat 1 is yours.")
    asked = SupportRequest.ask(meeting, peer, "And a taxi home")
    assert (asked.state, asked.text) == ("asked", "And a taxi home")
    assert waiting(asked.organiser, "meetings.support_changed").count() == 1


def test_given_another_organiser_when_the_meeting_changes_then_the_request_goes_with_it(
    meeting, peer
):
    asked = SupportRequest.ask(meeting, peer, "A seat near the door")
    lead = next(m.user for m in meeting.group.people() if m.user != meeting.support_organiser)
    meeting.amend(by=meeting.created_by, seen=0, support_organiser=lead)
    asked.refresh_from_db()
    assert asked.organiser == lead
    assert waiting(lead, "meetings.support_asked").count() == 1


def test_given_a_support_profile_when_asking_then_the_form_begins_with_it(client, meeting, peer):
    SupportProfile.objects.create(user=peer, what_helps="Breaks every half hour")
    client.force_login(peer, "apps.accounts.backends.SignIn")
    page = client.get(reverse("support", args=[meeting.pk]))
    assert b"Breaks every half hour" in page.content


def test_no_admin_page_shows_support(admin_client):
    assert b"upport request" not in admin_client.get("/admin/").content
