"""Invitations: one link, one account, in the right groups; and every link that does not work."""

from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from apps.accounts.inviting import Wanted, carry_out
from apps.accounts.models.invitations import LIFE, Invitation
from apps.accounts.models.people import User
from apps.accounts.needs import people_without_their_groups
from apps.core.dates import weekday_near
from apps.core.exceptions import Conflict, IllegalMove
from apps.core.models import AuditEntry
from apps.groups.roles import Role
from apps.notifications import sending, tasks
from apps.notifications.models import Delivery, Status
from apps.notifications.sending import send

from ..factories import UserFactory, appoint, working_group
from .conftest import PASSWORD, link_in, with_password

pytestmark = [pytest.mark.django_db, pytest.mark.differs]
State = Invitation.State
ANSWER = {
    "full_name": "Amara Osei",
    "known_as": "Amara",
    "password1": PASSWORD,
    "password2": PASSWORD,
}


def follow(client, path):
    return client.get(path, follow=True)


def accept(client, path, **changes):
    follow(client, path)
    return client.post(reverse("invitation_accept"), ANSWER | changes)


def placing(group, role=Role.MEMBER):
    return {"group": group.slug, "role": role}


# --- accepting --------------------------------------------------------------------------------
def test_given_a_link_when_followed_then_it_says_who_invites_to_what(client, invite):
    group = working_group(name="Role design", slug="role-design")
    _, path = invite(memberships=[placing(group)])
    answer = follow(client, path)
    page = answer.content.decode()
    assert "Helen Marsh invites you to Oxleas Peer" in page
    assert "Member of Role design" in page
    assert "amara@test.example" in page
    assert path not in answer.request["PATH_INFO"]  # the token leaves the address


def test_given_an_answer_then_an_account_in_its_groups_signed_in_and_verified(client, invite):
    group = working_group(name="Role design", slug="role-design")
    invitation, path = invite(memberships=[placing(group, Role.SECRETARY)])
    assert accept(client, path)["Location"] == reverse("welcome")
    user = User.objects.get(email="amara@test.example")
    assert (user.name, user.constituency, user.check_password(PASSWORD)) == (
        "Amara",
        "lived_experience",
        True,
    )
    assert user.has_perm("groups.plan_meeting", group)
    assert EmailAddress.objects.get(user=user).verified
    assert "Welcome, Amara" in client.get(reverse("welcome")).content.decode()
    invitation.refresh_from_db()
    assert (invitation.state, invitation.accepted_by) == (State.ACCEPTED, user)
    actions = AuditEntry.objects.about(invitation).values_list("action", "by__email")
    assert list(actions) == [("accept", user.email), ("invite", "office@test.example")]


def test_given_no_password_then_the_account_is_signed_in_to_by_code(client, invite, mailoutbox):
    _, path = invite()
    accept(client, path, password1="", password2="")
    user = User.objects.get(email="amara@test.example")
    assert not user.has_usable_password()
    client.logout()
    client.post(reverse("account_request_login_code"), {"email": user.email})
    assert mailoutbox[-1].subject == "Your sign-in code"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"full_name": ""}, "Enter your name."),
        ({"password2": "another"}, "Type the same password in both boxes."),
        ({"password1": "short", "password2": "short"}, "This password is too short."),
        ({"password1": "amara@test.example", "password2": "amara@test.example"}, "too similar"),
        ({"full_name": "A\x07"}, "Use letters, spaces and punctuation only."),
    ],
)
def test_given_a_poor_answer_then_422_and_what_was_typed_stays(client, invite, change, message):
    _, path = invite()
    answer = accept(client, path, known_as="Typed", **change)
    page = answer.content.decode()
    assert (answer.status_code, message in page, 'value="Typed"' in page) == (422, True, True)
    assert PASSWORD not in page
    assert not User.objects.filter(email="amara@test.example").exists()


def test_given_another_address_in_the_answer_then_it_is_ignored(client, invite):
    _, path = invite()
    accept(client, path, email="mallory@test.example", constituency="staff")
    user = User.objects.get(email="amara@test.example")
    assert user.constituency == "lived_experience"
    assert not User.objects.filter(email="mallory@test.example").exists()


# --- links that do not work -----------------------------------------------------------------
def test_a_forged_link_is_a_kind_404(client):
    answer = client.get("/invitation/forged/")
    assert answer.status_code == 404
    assert "This link does not work any more" in answer.content.decode()


def test_a_used_link_is_a_kind_page(client, invite):
    _, path = invite()
    accept(client, path)
    client.logout()
    answer = follow(client, path)
    assert answer.status_code in (404, 410)
    assert "sign in" in answer.content.decode()


def test_an_expired_link_is_410_and_still_waits_for_the_office(client, invite):
    invitation, path = invite()
    with time_machine.travel(timezone.now() + timedelta(days=14, minutes=1)):
        assert follow(client, path).status_code == 410
        assert invitation.is_expired is True
    assert follow(client, path).status_code == 200


def test_a_link_that_expires_on_the_form_is_410(client, invite):
    _, path = invite()
    follow(client, path)
    Invitation.objects.update(expires_at=timezone.now())
    assert client.post(reverse("invitation_accept"), ANSWER).status_code == 410
    assert not User.objects.filter(email="amara@test.example").exists()


def test_a_revoked_invitation_is_dead_at_once(client, invite, office):
    invitation, path = invite()
    follow(client, path)
    invitation.move("revoke", by=office)
    assert client.post(reverse("invitation_accept"), ANSWER).status_code == 410
    assert follow(client, path).status_code == 404


def test_sending_again_kills_the_old_link(client, invite, office, mailoutbox):
    invitation, old = invite()
    invitation.move("resend", by=office)
    assert follow(client, old).status_code == 404
    new = link_in(mailoutbox[-1])
    assert new != old
    assert accept(client, new)["Location"] == reverse("welcome")


def test_an_expired_invitation_sent_again_works(client, invite, office, mailoutbox):
    invitation, _ = invite()
    with time_machine.travel(timezone.now() + timedelta(days=20)):
        invitation.refresh_from_db()
        invitation.move("resend", by=office)
        assert accept(client, link_in(mailoutbox[-1]))["Location"] == reverse("welcome")


def test_a_used_invitation_can_be_neither_sent_again_nor_taken_back(client, invite, office):
    invitation, path = invite()
    accept(client, path)
    for move in ("resend", "revoke"):
        with pytest.raises(IllegalMove):
            invitation.move(move, by=office)


def test_of_two_who_use_one_link_the_first_has_it(client, invite):
    invitation, _ = invite()
    same = Invitation.objects.get(pk=invitation.pk)
    invitation.accept(full_name="First")
    with pytest.raises(Conflict):
        same.accept(full_name="Second")
    assert User.objects.get(email="amara@test.example").full_name == "First"


def test_the_second_of_two_on_the_form_gets_a_clear_page(client, invite):
    _, path = invite()
    other = type(client)()
    follow(other, path)
    accept(client, path)
    answer = other.post(reverse("invitation_accept"), ANSWER)
    assert answer.status_code == 410
    assert "This link does not work any more" in answer.content.decode()


def test_an_account_made_in_the_meantime_wins_over_the_link(client, invite):
    _, path = invite()
    follow(client, path)
    UserFactory(email="amara@test.example")
    assert client.post(reverse("invitation_accept"), ANSWER).status_code == 409
    assert Invitation.objects.get().state == State.WAITING


def test_without_a_link_the_page_is_dead(client):
    assert client.get(reverse("invitation_accept")).status_code == 410


def test_somebody_signed_in_is_told_to_sign_out_first(client, invite):
    _, path = invite()
    client.force_login(UserFactory(known_as="Somebody"))
    answer = follow(client, path)
    assert answer.status_code == 409
    assert "You are signed in as Somebody" in answer.content.decode()


# --- groups that changed between invitation and answer ----------------------------------------
def test_a_seat_taken_meanwhile_is_left_to_the_office(client, invite, office):
    group = working_group(leads=False, name="Training", slug="training")
    other = working_group(name="Piloting", slug="piloting")
    invitation, path = invite(memberships=[placing(group, Role.CO_LEAD), placing(other)])
    appoint(group, UserFactory(full_name="Quick"), Role.CO_LEAD)
    assert accept(client, path)["Location"] == reverse("welcome")
    invitation.refresh_from_db()
    assert invitation.state == State.PARTLY
    assert invitation.problem_list == [
        "Training: Quick is already the lived experience co-lead. End that term first."
    ]
    user = invitation.accepted_by
    assert user.has_perm("groups.view_workinggroup", other)
    assert not user.has_perm("groups.view_workinggroup", group)
    assert [need.url for need in people_without_their_groups(office)] == [
        invitation.get_absolute_url()
    ]
    assert AuditEntry.objects.about(invitation).first().action == "accept_partly"
    invitation.move("settle", by=office)
    assert people_without_their_groups(office) == []
    assert people_without_their_groups(user) == []


def test_an_inviter_who_lost_the_right_places_nobody(client, invite, office):
    group = working_group(name="Training", slug="training")
    invitation, path = invite(memberships=[placing(group)])
    office.groups.clear()
    accept(client, path)
    invitation.refresh_from_db()
    assert invitation.problem_list == ["Training: Helen Marsh can no longer appoint people to it."]
    assert not invitation.accepted_by.memberships.exists()


def test_a_group_that_closed_is_reported(client, invite):
    group = working_group(name="Training", slug="training")
    invitation, path = invite(memberships=[placing(group)])
    type(group).objects.update(state=group.State.CLOSED)
    accept(client, path)
    invitation.refresh_from_db()
    assert invitation.problem_list == ["The group training is no longer open."]


# --- sending ----------------------------------------------------------------------------------
def test_the_mail_is_plain_neutral_and_the_link_is_kept_nowhere(invite, mailoutbox):
    invitation, path = invite()
    (message,) = mailoutbox
    until = weekday_near(invitation.expires_at)
    subject = f"Your invitation: it works until {until}"
    assert (message.subject, message.to) == (subject, ["amara@test.example"])
    html, _ = message.alternatives[0]
    assert f"http://127.0.0.1:8000{path}" in html
    token = path.split("/")[2]
    kept = Invitation.objects.values().get(pk=invitation.pk)
    assert token not in str(kept)
    assert len(token) >= 43


def test_the_office_reads_how_an_invitation_stands(office, desk, server):
    """On its way, then late while the mail server is away, then refused, then sent."""

    def shown():
        words = desk.get(reverse("invitations")).content.decode()
        return [one for one in ("On its way.", "We keep trying.", "We could not") if one in words]

    server.down = True
    with time_machine.travel(timezone.now(), tick=False) as clock:
        carry_out([Wanted("amara@test.example", "Amara", "partner")], by=office)
        send()
        assert shown() == ["On its way."]
        clock.shift(timedelta(minutes=6))
        assert shown() == ["We keep trying."]
        server.down, server.refuses = False, ("amara@test.example",)
        send()
        assert shown() == ["We could not"]
        server.refuses = ()
        clock.shift(timedelta(minutes=2))
        send()
        assert shown() == []
    invitation = Invitation.objects.get()
    assert invitation.expires_at == invitation.sent_at + LIFE


def test_a_letter_that_is_sent_twice_has_the_same_link(office, mailoutbox, client, monkeypatch):
    """The worker died after the mail server took it: the first of the two works as the second."""
    carry_out([Wanted("amara@test.example", "Amara", "partner")], by=office)
    with monkeypatch.context() as patch:
        patch.setattr(sending, "done", lambda delivery, **shown: None)
        send()
    Delivery.objects.update(status=Status.WAITING, claim=None, claimed_at=None)
    send()
    first, second = (link_in(one) for one in mailoutbox)
    assert first == second
    assert accept(client, first)["Location"] == reverse("welcome")


def test_an_invitation_goes_out_when_it_is_made(
    office, mailoutbox, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        carry_out([Wanted("amara@test.example", "Amara", "partner")], by=office)
    assert len(mailoutbox.outbox) == 1


def test_sending_again_goes_out_at_once(
    invite, office, mailoutbox, django_capture_on_commit_callbacks
):
    invitation, _ = invite()
    connection.run_on_commit.clear()  # as if the transaction that made it had ended
    with django_capture_on_commit_callbacks(execute=True):
        invitation.move("resend", by=office)
    assert len(mailoutbox.outbox) == 2


def test_given_who_it_was_is_forgotten_then_the_invitation_has_lapsed(invite):
    invitation, _ = invite()
    Invitation.forget([invitation])
    invitation.refresh_from_db()
    assert (invitation.state, invitation.token_hash) == (State.REVOKED, None)
    assert AuditEntry.objects.about(invitation).first().action == "lapse"


def test_two_colleagues_at_once_invite_once(office, monkeypatch):
    carry_out([Wanted("amara@test.example", "Amara", "partner")], by=office)
    # What the slower of the two saw before the faster was done:
    monkeypatch.setattr(type(Invitation.objects.all()), "waiting", lambda self: self.none())
    with pytest.raises(Conflict, match="Amara has just been invited"):
        carry_out([Wanted("amara@test.example", "Amara", "partner")], by=office)
    assert Invitation.objects.count() == 1


def test_an_invitation_survives_a_broker_that_does_not_answer(
    office, monkeypatch, django_capture_on_commit_callbacks
):
    def silent(*args, **options):
        raise tasks.send.OperationalError

    monkeypatch.setattr(tasks.send, "apply_async", silent)
    with django_capture_on_commit_callbacks(execute=True):
        carry_out([Wanted("amara@test.example", "Amara", "partner")], by=office)
    assert Delivery.objects.to("amara@test.example").unsent().count() == 1


# --- the office invites one ---------------------------------------------------------------------
FORM = {
    "email": "Amara@Test.Example",
    "full_name": "Amara Osei",
    "constituency": "lived_experience",
    "department": "",
}


def test_given_the_form_then_an_invitation(desk):
    group = working_group(name="Role design", slug="role-design")
    form = FORM | {"first_group": group.slug, "first_role": Role.MEMBER}
    assert desk.post(reverse("people_invite"), form)["Location"] == reverse("invitations")
    invitation = Invitation.objects.get()
    assert (invitation.email, invitation.memberships) == (
        "amara@test.example",
        [{"group": "role-design", "role": "member"}],
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"email": "nonsense"}, "Enter an e-mail address in the right form"),
        ({"full_name": " "}, "Enter a name."),
        ({"full_name": "x" * 121}, "at most 120 characters"),
        ({"constituency": ""}, "Choose how the person takes part."),
        ({"constituency": "staff"}, "Choose the department of a member of staff."),
        ({"department": "hr"}, "Only staff have a department."),
        ({"first_group": "role-design"}, "Choose the role in the first group."),
        ({"second_role": "member"}, "Choose the second group, or no role."),
        ({"first_group": "secret", "first_role": "member"}, "That is not in the list."),
        ({"first_group": "role-design", "first_role": "co_lead"}, "has a lived experience co-lead"),
    ],
)
def test_given_a_poor_form_then_422_says_why(desk, change, message):
    working_group(name="Role design", slug="role-design")
    answer = desk.post(reverse("people_invite"), FORM | change)
    assert (answer.status_code, message in answer.content.decode()) == (422, True)
    assert not Invitation.objects.exists()


def test_given_a_waiting_invitation_then_no_second_one(desk, invite):
    invite()
    answer = desk.post(reverse("people_invite"), FORM)
    assert answer.status_code == 422
    assert "This person has an invitation already" in answer.content.decode()


def test_given_an_account_then_the_office_is_offered_to_add_to_the_groups(desk, mailoutbox):
    user = with_password(email="amara@test.example")
    group = working_group(name="Role design", slug="role-design")
    form = FORM | {"first_group": group.slug, "first_role": Role.MEMBER}
    offer = desk.post(reverse("people_invite"), form)
    assert "This person has an account already" in offer.content.decode()
    assert not user.memberships.exists()
    answer = desk.post(reverse("people_invite"), form | {"add": "yes"})
    assert answer["Location"] == reverse("person", args=[user.pk])
    assert user.memberships.get().role == Role.MEMBER
    assert (Invitation.objects.count(), mailoutbox) == (0, [])


def test_given_an_account_and_no_group_then_a_clear_message(desk):
    user = UserFactory(email="amara@test.example")
    answer = desk.post(reverse("people_invite"), FORM)
    page = answer.content.decode()
    assert (answer.status_code, user.get_absolute_url() in page) == (422, True)
    assert "has an account already, and no group is given" in page


def test_given_a_closed_account_then_it_must_be_opened_first(desk):
    UserFactory(email="amara@test.example", is_active=False)
    answer = desk.post(reverse("people_invite"), FORM)
    assert "account is closed. Open it again first" in answer.content.decode()


# --- the lists --------------------------------------------------------------------------------
def test_the_page_of_an_invitation_offers_what_can_be_done(desk, invite):
    invitation, _ = invite()
    page = desk.get(invitation.get_absolute_url()).content.decode()
    assert "Send the invitation again" in page
    assert "Take the invitation back" in page
    desk.post(reverse("invitation_move", args=[invitation.pk, "revoke"]))
    page = desk.get(invitation.get_absolute_url()).content.decode()
    assert "Taken back" in page
    assert "Send the invitation again" not in page


def test_the_list_shows_how_each_invitation_stands(desk, invite, office):
    invite()
    taken, _ = invite("taken@test.example")
    taken.move("revoke", by=office)
    expired, _ = invite("expired@test.example")
    Invitation.objects.filter(pk=expired.pk).update(expires_at=timezone.now())
    page = desk.get(reverse("invitations")).content.decode()
    assert [word in page for word in ("Waiting", "Taken back", "Expired")] == [True] * 3
    only = desk.get(reverse("invitations"), {"state": "revoked"}).context["page_obj"]
    assert list(only) == [taken]


def test_the_list_of_invitations_costs_the_same_for_one_and_three(
    desk, invite, django_assert_num_queries
):
    counts = []
    for number in range(3):
        invite(f"p{number}@test.example")
        desk.get(reverse("invitations"))
        with django_assert_num_queries(1000, exact=False) as seen:
            desk.get(reverse("invitations"))
        counts.append(len(seen))
    assert counts[0] == counts[2] <= 12
