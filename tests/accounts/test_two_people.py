"""Another address for somebody, and a confidential role: each takes two people, and is told."""

from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.db.models import Q
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from apps.accounts import second_factor, sign_in_log
from apps.accounts.models.addresses import AddressChange
from apps.accounts.models.people import User
from apps.accounts.models.role_changes import RoleChange
from apps.accounts.roles import ADMIN, HR, OFFICE, SUPERUSER, sync_programme_roles
from apps.accounts.tasks import settle_addresses
from apps.core.dates import moment
from apps.core.exceptions import IllegalMove, NotYet
from apps.core.models import AuditEntry
from apps.notifications.models import Channel, Delivery, ReminderRule
from apps.notifications.sending import send

from ..factories import UserFactory, just_shown, programme_user
from .conftest import with_password
from .test_becoming import browser
from .test_sign_in import code_in, code_to

pytestmark = pytest.mark.django_db
State = AddressChange.State


@pytest.fixture
def administrator():
    return programme_user(ADMIN, is_staff=True, full_name="Grace Okafor")


@pytest.fixture
def amara():
    return with_password(email="amara@test.example", full_name="Amara Osei")


def asked(person, by, address="new@test.example"):
    return AddressChange.ask(person, address, "Rang them.", by=by)


def confirmed(person, first, second):
    change = asked(person, first)
    change.move("confirm", by=second)
    return change


def told(kind):
    """Who is told of something by e-mail."""
    sent = Delivery.objects.filter(occurrence__rule__kind=kind, channel=Channel.EMAIL)
    return {one.recipient for one in sent.select_related("recipient")}


def a_day_later():
    return time_machine.travel(timezone.now() + timedelta(days=1, minutes=1), tick=True)


# --- another address ------------------------------------------------------------------------------
@pytest.mark.differs
def test_two_people_a_day_and_the_old_address_is_told_twice(
    amara, office, administrator, mailoutbox
):
    theirs, desk = browser(amara), browser(office)
    assert theirs.get("/profile/").status_code == 200
    page = reverse("person_address", args=[amara.pk])
    answer = desk.post(page, {"address": "New@Test.Example", "reason": "Rang them."})
    change = AddressChange.objects.get()
    assert answer["Location"] == change.get_absolute_url()
    send()
    other = browser(administrator)
    assert "Confirm another sign-in address for Amara Osei" in other.get("/").content.decode()
    move = reverse("address_change_move", args=[change.pk, "confirm"])
    assert desk.post(move).status_code == 422
    other.post(move)
    send()
    letters = [one for one in mailoutbox if "sign-in address" in one.subject]
    to = [one.to for one in letters if "waits" not in one.subject]
    assert to == [["amara@test.example"]] * 2
    to = [one.to for one in letters if "waits" in one.subject]
    assert to == [[administrator.email]]  # whoever may confirm it, and not who asked
    assert settle_addresses() == 0
    assert User.objects.get(pk=amara.pk).email == "amara@test.example"
    with a_day_later():
        assert settle_addresses() == 1
    amara.refresh_from_db()
    assert amara.email == "new@test.example"
    address = EmailAddress.objects.get(user=amara)
    assert (address.email, address.verified) == ("new@test.example", False)
    assert theirs.get("/profile/")["Location"].startswith(reverse("account_login"))
    assert told("accounts.address_changed") == {amara, office, administrator}
    actions = AuditEntry.objects.about(change).values_list("action", "by")
    assert list(actions) == [
        ("take_effect", None),
        ("confirm", administrator.pk),
        ("ask_for_address", office.pk),
    ]


def test_it_takes_effect_at_a_sign_in_where_no_worker_is_there(
    amara, office, administrator, mailoutbox
):
    confirmed(amara, office, administrator)
    with a_day_later():
        client = Client()
        client.post(reverse("account_request_login_code"), {"email": "new@test.example"})
        code = code_to(mailoutbox, "new@test.example")
        answer = client.post(reverse("account_confirm_login_code"), {"code": code})
        assert answer["Location"] == "/"
        assert EmailAddress.objects.get(user=amara).verified


def test_nobody_does_it_alone_or_for_themselves(amara, office, administrator):
    root = User.objects.create_superuser("root@test.example", full_name="Root")
    for one in (office, administrator, root):
        with pytest.raises(PermissionDenied):
            asked(one, one)
        change = asked(amara, one)
        with pytest.raises(NotYet, match="Somebody else"):
            change.move("confirm", by=one)
        with pytest.raises(PermissionDenied):
            change.move("confirm", by=amara)
        change.move("stop", by=amara)
    change = asked(root, administrator)
    with pytest.raises(PermissionDenied):
        change.move("confirm", by=root)


def test_the_office_alone_does_not_become_an_administrator(office, administrator):
    change = asked(administrator, office)
    with pytest.raises(NotYet, match="must be an administrator"):
        change.move("confirm", by=programme_user(OFFICE))
    change.move("confirm", by=programme_user(ADMIN, is_staff=True))


def test_the_person_stops_it_while_they_can_sign_in(amara, office, administrator):
    change = confirmed(amara, office, administrator)
    client = browser(amara, shown=False)  # asked for nothing more: saying no is easy
    assert "Stop it if you did not ask for it" in client.get("/").content.decode()
    client.post(reverse("address_change_move", args=[change.pk, "stop"]))
    with a_day_later():
        assert settle_addresses() == 0
    assert User.objects.get(pk=amara.pk).email == "amara@test.example"
    assert told("accounts.address_stopped") == {office, administrator}
    with pytest.raises(IllegalMove):
        AddressChange.objects.get().move("confirm", by=administrator)


@pytest.mark.parametrize("what", ["taken", "closed", "asked_left", "confirmed_left"])
def test_what_no_longer_holds_after_a_day_lapses(amara, office, administrator, what):
    change = confirmed(amara, office, administrator)
    if what == "taken":
        UserFactory(email="NEW@test.example")
    elif what == "closed":
        amara.close(by=office, reason="Left.")
    elif what == "asked_left":
        office.groups.clear()
    else:
        administrator.close(by=programme_user(ADMIN), reason="Left.")
    with a_day_later():
        assert settle_addresses() == 0
    change.refresh_from_db()
    assert change.state == State.STOPPED
    assert User.objects.get(pk=amara.pk).email == "amara@test.example"


def test_whoever_changes_their_own_address_has_it(amara, office, administrator, mailoutbox):
    change = confirmed(amara, office, administrator)
    client = browser(amara)
    client.post(reverse("account_email"), {"email": "own@test.example", "action_add": "1"})
    page = reverse("account_email_verification_sent")
    client.post(page, {"code": code_to(mailoutbox, "own@test.example")})
    change.refresh_from_db()
    assert (change.state, User.objects.get(pk=amara.pk).email) == (
        State.STOPPED,
        "own@test.example",
    )


def test_an_address_of_somebody_else_is_refused_beside_its_field(amara, office):
    UserFactory(email="new@test.example")
    page = reverse("person_address", args=[amara.pk])
    answer = browser(office).post(page, {"address": "new@test.example", "reason": "Rang them."})
    assert answer.status_code == 422
    assert "This e-mail address cannot be used." in answer.content.decode()
    assert not AddressChange.objects.exists()


def test_no_administrator_keeps_it_from_the_person(amara, office, administrator, mailoutbox):
    ReminderRule.objects.filter(kind__startswith="accounts.").update(enabled=False)
    asked(amara, office)
    send()
    to = sorted(one.to[0] for one in mailoutbox)
    assert to == sorted(["amara@test.example", administrator.email])
    rule = ReminderRule.objects.get(kind="accounts.address_asked")
    url = reverse("admin:notifications_reminderrule_change", args=[rule.pk])
    root = programme_user(ADMIN, is_staff=True, is_superuser=True)
    assert browser(root).post(url, {"channel": "email"}).status_code == 403
    page = reverse("message_rule", args=[rule.pk])
    assert browser(root).post(page, {"channel": "email"}).status_code == 404


# --- a role ---------------------------------------------------------------------------------------
@pytest.mark.differs
def test_a_confidential_role_waits_for_a_second_person_and_is_told(office, administrator):
    person, holder = UserFactory(full_name="Amara Osei"), programme_user(HR)
    change = RoleChange.ask(person, HR, True, "She joined.", by=administrator)
    assert told("accounts.role_asked") == {person, holder, office}
    desk = browser(office)
    assert "Confirm the role Human Resources for Amara Osei" in desk.get("/").content.decode()
    assert "Asked for: Human Resources" in desk.get(person.get_absolute_url()).content.decode()
    move = reverse("role_change_move", args=[change.pk, "confirm"])
    assert browser(administrator).post(move).status_code == 422
    assert not User.objects.get(pk=person.pk).programme_roles
    assert desk.post(move).status_code == 302
    assert User.objects.get(pk=person.pk).programme_roles == {HR}
    assert told("accounts.role_changed") == {person, holder, administrator}


def test_a_role_without_a_second_person_is_none(office, administrator):
    person = UserFactory()
    with pytest.raises(NotYet, match="Enter a reason"):
        RoleChange.ask(person, HR, True, " ", by=administrator)
    with pytest.raises(PermissionDenied):
        RoleChange.ask(person, HR, True, "Because.", by=office)
    with pytest.raises(PermissionDenied):
        RoleChange.ask(administrator, HR, True, "Because.", by=administrator)
    with pytest.raises(NotYet, match="Only a superuser"):
        RoleChange.ask(person, SUPERUSER, True, "Because.", by=administrator)
    change = RoleChange.ask(person, HR, True, "Because.", by=administrator)
    with pytest.raises(NotYet, match="asked for already"):
        RoleChange.ask(person, HR, True, "Because.", by=administrator)
    administrator.groups.clear()
    with pytest.raises(NotYet, match="can no longer give roles"):
        change.move("confirm", by=office)
    change.move("decline", by=office, note="Not known to us.")
    assert not User.objects.get(pk=person.pk).programme_roles


def test_somebody_who_is_to_get_a_role_does_not_confirm_it(office, administrator):
    change = RoleChange.ask(office, HR, True, "Because.", by=administrator)
    with pytest.raises(PermissionDenied):
        change.move("confirm", by=User.objects.get(pk=office.pk))


def test_taking_a_role_needs_one_person_at_once(administrator):
    person = programme_user(ADMIN, is_staff=True)
    with pytest.raises(NotYet, match="Enter a reason"):
        RoleChange.ask(person, ADMIN, False, by=administrator)
    RoleChange.ask(person, ADMIN, False, "Left.", by=administrator)
    person = User.objects.get(pk=person.pk)
    assert (person.programme_roles, person.is_staff) == (set(), False)
    assert told("accounts.role_changed") == {person}


def test_two_superusers_make_a_third():
    first, second = (programme_user(ADMIN, is_staff=True, is_superuser=True) for _ in range(2))
    person = UserFactory()
    RoleChange.ask(person, SUPERUSER, True, "Because.", by=first).move("confirm", by=second)
    person.refresh_from_db()
    assert (person.is_superuser, person.is_staff) == (True, True)


def test_the_first_ones_are_given_roles_on_the_server():
    sync_programme_roles()
    person = UserFactory(email="first@test.example")
    call_command("give_role", "First@Test.Example", OFFICE, "--reason", "The first one.")
    assert User.objects.get(pk=person.pk).programme_roles == {OFFICE}
    entry = AuditEntry.objects.about(person).get()
    assert (entry.action, entry.by, entry.note) == ("change_roles", None, "gave Programme office")
    assert told("accounts.role_changed") == {person}
    with pytest.raises(CommandError, match="has this role already"):
        call_command("give_role", person.email, OFFICE, "--reason", "Again.")
    root = User.objects.create_superuser("root@test.example", full_name="Root")
    assert AuditEntry.objects.about(root).get().action == "make_superuser"


# --- what may come in between ---------------------------------------------------------------------
def test_closing_an_account_ends_a_change_of_its_address(amara, office, administrator):
    """Whoever was kept out could not say no."""
    change = confirmed(amara, administrator, office)
    amara.close(by=administrator, reason="Stolen phone.")
    change.refresh_from_db()
    assert change.state == State.STOPPED
    assert f"Stopped by Grace Okafor, {moment(change.settled_at)}" in said(change)
    with a_day_later():
        amara.reopen(by=administrator, reason="A mistake.")
        assert settle_addresses() == 0


def said(change):
    return [f"{label} {words}" for label, words in change.facts]


@pytest.mark.parametrize("what", ["role", "panel"])
def test_the_office_alone_does_not_become_who_reads_more_by_then(
    amara, office, administrator, what, monkeypatch
):
    change = confirmed(amara, office, programme_user(OFFICE))
    if what == "role":
        RoleChange.ask(amara, HR, True, "Joined.", by=administrator).move("confirm", by=office)
    else:
        on_a_panel = Q(pk=amara.pk)
        monkeypatch.setattr(second_factor, "REQUIRED_OF", [lambda: on_a_panel])
    with a_day_later():
        assert settle_addresses() == 0
    change.refresh_from_db()
    assert change.state == State.STOPPED


def test_nobody_opens_again_whom_they_closed_by_taking_the_role_first(administrator):
    other = programme_user(ADMIN, is_staff=True)
    other.close(by=administrator, reason="Left.")
    other = User.objects.get(pk=other.pk)
    RoleChange.ask(other, ADMIN, False, "Left.", by=administrator)
    with pytest.raises(NotYet, match="held a role"):
        User.objects.get(pk=other.pk).reopen(by=administrator, reason="A mistake.")


@pytest.mark.parametrize(
    ("address", "words"),
    [("x@Erased.invalid", "cannot be used"), ("Amara@test.example", "address already")],
)
def test_an_address_that_is_none_or_their_own_is_refused(amara, administrator, address, words):
    page = reverse("person_address", args=[amara.pk])
    answer = browser(administrator).post(page, {"address": address, "reason": "Rang them."})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    if "invalid" in address.lower():
        new = {"full_name": "New", "email": address, "constituency": "staff", "department": "hr"}
        answer = browser(administrator).post("/admin/accounts/user/add/", new)
        assert words in answer.content.decode()


def test_those_who_may_confirm_an_address_are_told_and_that_it_is_their_turn(
    amara, office, administrator
):
    page = reverse("person_address", args=[amara.pk])
    new = {"address": "new@test.example", "reason": "Rang them."}
    answer = browser(administrator).post(page, new, follow=True)
    assert "It waits for a second person." in answer.content.decode()
    assert told("accounts.address_waits") == {office}
    change = AddressChange.objects.get()
    assert said(change)[:2] == [f"Person {amara.full_name}", "Old address amara@test.example"]
    change.move("confirm", by=office)
    assert any(line.startswith("Takes effect") for line in said(change))
    with a_day_later():
        settle_addresses()
    change.refresh_from_db()
    assert said(change)[-1] == f"Changed on {moment(change.settled_at)}"


def test_a_role_says_whose_turn_it_is_and_then_who_confirmed_it(office, administrator, mailoutbox):
    person, holder = UserFactory(), programme_user(HR)
    change = RoleChange.ask(person, HR, True, "She joined.", by=administrator)
    send()
    letters = {one.to[0]: " ".join(one.body.split()) for one in mailoutbox}
    assert "Confirm it, or decline it" in letters[office.email]
    assert "Confirm it" not in letters[person.email]
    page = change.get_absolute_url()
    assert {to for to, body in letters.items() if page in body} == {office.email, person.email}
    assert "for you. Somebody else has to confirm it." in letters[person.email]
    assert "See it" not in letters[holder.email]  # who holds the role does not see its page
    change.move("confirm", by=office)
    assert said(change)[-1] == f"Confirmed by Helen Marsh, {moment(change.settled_at)}"


# --- asked again, by a code -----------------------------------------------------------------------
def test_a_code_shows_who_it_is_and_what_was_sent_goes_on(mailoutbox):
    person = UserFactory()
    client = browser(person, shown=False)
    answer = client.post(reverse("account_email"), {"email": "n@test.example", "action_add": "1"})
    page = answer["Location"]
    assert page.startswith(reverse("reauthenticate_by_code"))
    client.get(page)
    assert len(mailoutbox) == 1
    client.get(page)
    assert len(mailoutbox) == 1
    assert "This code is not right" in client.post(page, {"code": "WRONG1"}).content.decode()
    answer = client.post(page, {"code": code_in(mailoutbox[0])})
    assert answer["Location"] == reverse("account_email_verification_sent")
    assert mailoutbox[-1].to == ["n@test.example"]


def test_three_wrong_codes_kill_the_code(mailoutbox):
    person = UserFactory()
    client = browser(person, shown=False)
    page = reverse("reauthenticate_by_code")
    client.get(page)
    for _ in range(3):
        answer = client.post(page, {"code": "WRONG1"})
    assert answer.status_code == 302
    noted = sign_in_log.mine(person).values_list("action", flat=True)
    assert list(noted) == ["wrong_code"] * 3
    answer = client.post(page, {"code": code_in(mailoutbox[0])})
    assert answer["Location"] == page  # a new code is sent
    client.get(page)
    assert code_in(mailoutbox[-1]) != code_in(mailoutbox[0])


def test_a_code_is_no_way_round_a_second_factor():
    client = browser(programme_user(HR), shown=False)
    answer = client.get(reverse("reauthenticate_by_code"))
    assert answer["Location"] == reverse("mfa_reauthenticate")


def test_words_typed_before_being_asked_again_are_kept(administrator):
    person = with_password(programme_user(HR))
    client = just_shown(Client())
    client.force_login(with_password(administrator), "apps.accounts.backends.SignIn")
    administrator.authenticator_set.all().delete()
    administrator.is_demo = True
    administrator.save()
    page = reverse("person_close", args=[person.pk])
    with override_settings(SECOND_FACTOR_EXEMPT_DEMO=True):
        answer = client.post(page, {"reason": "Stolen laptop"})
        answer = client.post(answer["Location"], {"password": "lantern river thimble"})
    person.refresh_from_db()
    assert not person.is_active
    assert AuditEntry.objects.about(person).first().note == "Stolen laptop"
