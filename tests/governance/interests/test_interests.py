"""Declarations of interest: whose they are, who reads them, who owes one and is reminded."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.accounts.roles import OFFICE
from apps.core.models import AuditEntry
from apps.core.needs import needs_of
from apps.governance.interests.models import Declaration, DeclaredInterest, overdue
from apps.groups.models import WorkingGroup
from apps.groups.roles import Role
from apps.notifications.models import Delivery
from apps.notifications.planning import plan
from tests import factories as make
from tests.factories import UserFactory, programme_user, working_group
from tests.factories import appoint as factories_appoint

pytestmark = pytest.mark.django_db
URL = "/governance/interests/"
WORDS = {"kind": "personal", "text": "I campaign for a crisis house."}


def appoint(group, user, role=Role.MEMBER, **fields):
    """As the other tests do, but nobody has declared."""
    factories_appoint(group, user, role, **fields)
    Declaration.objects.filter(user=user).delete()


@pytest.fixture
def group():
    made = working_group(name="Role design", slug="role-design")
    Declaration.objects.all().delete()
    return made


@pytest.fixture
def member(group):
    member = UserFactory(full_name="Robin Vale")
    appoint(group, member, starts=timezone.localdate())
    return member


@pytest.fixture
def as_(client):
    def sign_in(user):
        client.logout()
        client.force_login(user, "apps.accounts.backends.SignIn")
        return client

    return sign_in


def add(user, text="I sit on a board.", **fields):
    return DeclaredInterest.add(user, **{"kind": "professional", "text": text} | fields)


def declared(user, days_ago=0):
    seen = DeclaredInterest.objects.current().filter(user=user).values_list("pk", flat=True)
    with time_machine.travel(timezone.now() - timedelta(days=days_ago)):
        return Declaration.make(user, seen=list(seen))


def titles(user):
    return [need.title for need in needs_of(user)]


# --- declaring ------------------------------------------------------------------------------------
def test_given_nothing_to_say_one_tick_declares_it(as_, member):
    assert "Declare your interests" in titles(member)
    client = as_(member)
    assert client.post(URL, {"seen": ""}).status_code == 422
    assert client.post(URL, {"seen": "", "complete": "on"}).status_code == 302
    made = Declaration.objects.get()
    assert (made.user, made.interests) == (member, 0)
    assert "Declare your interests" not in titles(member)


def test_given_a_list_that_changed_meanwhile_it_is_read_again_before_it_is_declared(as_, member):
    client = as_(member)
    late = add(member)
    page = client.post(URL, {"seen": "", "complete": "on"})
    assert page.status_code == 422
    assert b"has changed since you opened this page" in page.content
    assert not Declaration.objects.exists()
    seen = page.context["form"]["seen"].value()
    assert seen == str(late.pk)
    assert client.post(URL, {"seen": seen, "complete": "on"}).status_code == 302
    assert Declaration.objects.get().interests == 1


def test_an_interest_is_added_changed_and_ended_by_its_person_alone(as_, member):
    client = as_(member)
    assert client.post(f"{URL}add/", {"text": "Something"}).status_code == 422
    assert client.post(f"{URL}add/", WORDS).status_code == 302
    mine = DeclaredInterest.objects.get()
    assert (mine.user, mine.is_public) == (member, False)
    page = f"{URL}{mine.pk}/"
    assert as_(programme_user(OFFICE)).post(page, WORDS).status_code == 404
    client = as_(member)
    assert client.post(page, WORDS | {"text": " "}).status_code == 422
    assert client.post(page, WORDS | {"is_public": "on"}).status_code == 302
    mine.refresh_from_db()
    assert mine.is_public
    assert client.post(page, {"end": "yes"}).status_code == 302
    assert client.get(page).status_code == 404
    said = AuditEntry.objects.about(mine).values_list("action", "note")
    assert list(said) == [("end_interest", ""), ("change_interest", ""), ("declare_interest", "")]


# --- who owes one ---------------------------------------------------------------------------------
def test_only_people_who_take_part_in_decisions_are_asked(group, member):
    observer, networker, gone = UserFactory(), UserFactory(), UserFactory()
    appoint(group, observer, Role.OBSERVER)
    appoint(group, gone)
    gone.close(by=programme_user(OFFICE), reason="Moved away.")
    network = working_group(name="Network", slug="network", kind=WorkingGroup.Kind.NETWORK)
    appoint(network, networker)
    leads = set(make.leads(group))
    assert set(overdue()) == leads | {member}
    declared(member)
    assert set(overdue()) == leads


def test_a_declaration_holds_for_a_year_to_the_second(member):
    made = declared(member)
    with time_machine.travel(made.ends - timedelta(seconds=1), tick=False):
        assert member not in overdue()
    with time_machine.travel(made.ends, tick=False):
        assert member in overdue()


def test_a_month_before_it_ends_what_needs_you_asks_for_the_next(member):
    made = declared(member)
    with time_machine.travel(made.ends - timedelta(days=31), tick=False):
        assert "Declare your interests" not in titles(member)
    with time_machine.travel(made.ends - timedelta(days=29), tick=False):
        assert "Declare your interests" in titles(member)


def reminded(kind):
    """How often each person was reminded, whatever the channel."""
    rows = Delivery.objects.filter(occurrence__rule__kind=kind, channel="in_app").values_list(
        "recipient", flat=True
    )
    return sorted(rows)


def test_who_never_declared_is_reminded_once_a_week_after_joining(group, member):
    leads = make.leads(group)
    for lead in leads:
        declared(lead)
    kind = "governance.first_declaration"
    joined = timezone.now()
    for days, times in ((6, 0), (8, 1), (9, 1), (60, 1)):
        with time_machine.travel(joined + timedelta(days=days)):
            plan()
        assert reminded(kind) == [member.pk] * times, days


def test_who_declared_is_reminded_before_and_after_the_year_and_not_once_it_is_done(group, member):
    for lead in make.leads(group):
        declared(lead)
    made = declared(member)
    for lead in make.leads(group):
        Declaration.objects.filter(user=lead).update(at=made.at + timedelta(days=200))
    kind = "governance.yearly_declaration"
    for days, times in ((-15, 0), (-13, 1), (1, 2), (15, 3)):
        with time_machine.travel(made.ends + timedelta(days=days)):
            plan()
        assert reminded(kind) == [member.pk] * times, days
    with time_machine.travel(made.ends + timedelta(days=16)):
        declared(member)
    with time_machine.travel(made.ends + timedelta(days=17)):
        plan()
    assert reminded(kind) == [member.pk] * 3


# --- who reads them -------------------------------------------------------------------------------
def test_who_chairs_reads_what_those_asked_to_come_declared_and_each_look_is_kept(
    as_, group, member
):
    lead = make.leads(group)[0]
    meeting = make.published(group, by=lead)
    add(member, "I sit on a board.")
    add(member, "I was on a panel.").end(by=member)
    add(UserFactory(), "I am not in this group.")
    declared(member)
    first = as_(lead).get(f"/meetings/{meeting.pk}/interests/")
    assert first["Location"] == "/profile/second-factor/"
    make.with_second_factor(lead)
    page = as_(lead).get(f"/meetings/{meeting.pk}/interests/")
    assert [one.text for one in page.context["object_list"]] == ["I sit on a board."]
    assert set(page.context["silent"]) == set(make.leads(group))
    seen = AuditEntry.objects.about(meeting).first()
    assert (seen.action, seen.by) == ("read_interests", lead)
    assert as_(member).get(f"/meetings/{meeting.pk}/interests/").status_code == 403
    link = f"/meetings/{meeting.pk}/interests/".encode()
    assert link not in as_(member).get(meeting.get_absolute_url()).content
    assert link in as_(lead).get(meeting.get_absolute_url()).content


def test_the_public_register_holds_what_its_people_agreed_to_while_they_are_there(client, member):
    shown = add(member, "I sit on a board.", is_public=True)
    add(member, "I campaign.", is_public=False)
    add(UserFactory(is_active=False), "I left.", is_public=True)
    add(member, "It is over.", is_public=True).end(by=member)
    page = client.get(f"{URL}register/")
    assert list(page.context["object_list"]) == [shown]
    assert list(client.get(f"{URL}register/?q=vale").context["object_list"]) == [shown]
    assert list(client.get(f"{URL}register/?q=nobody").context["object_list"]) == []


@pytest.mark.parametrize("path", ["register/", "due/", "meeting"])
def test_lists_ask_as_much_for_one_as_for_many(client, as_, group, path):
    def fill(number):
        for _ in range(number):
            person = UserFactory()
            appoint(group, person)
            add(person, is_public=True)

    lead = make.with_second_factor(make.leads(group)[0])
    meeting = make.published(group, by=lead)
    url = f"/meetings/{meeting.pk}/interests/" if path == "meeting" else URL + path
    client = as_(lead if path == "meeting" else programme_user(OFFICE))

    def count():
        client.get(url)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url).status_code == 200
        return len(captured)

    fill(1)
    one = count()
    fill(8)
    assert count() == one <= 15
