"""Putting off what waits for nobody else."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.accounts.models.put_off import PutOff
from apps.core import clock
from apps.core.dates import weekday
from apps.core.needs import NEEDS, needs_of, waiting_for
from apps.governance.interests.models import Declaration
from apps.groups.models import Membership
from apps.groups.roles import Role

from ..factories import UserFactory, appoint, working_group

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def member():
    """Somebody whose term ends within weeks: the one thing that waits for them."""
    user = UserFactory()
    appoint(working_group(name="Pay", slug="pay"), user, Role.MEMBER)
    Membership.objects.filter(user=user).update(ends=clock.today() + 30 * DAY)
    return user


@pytest.fixture
def client(member):
    client = Client()
    client.force_login(member, "apps.accounts.backends.SignIn")
    return client


def ending(member):
    return next(need for need in needs_of(member) if need.source == "groups.terms")


def shown(member):
    groups = waiting_for(type(member).objects.get(pk=member.pk)).groups
    return [need.source for group in groups for need in group.needs]


def put_off(client, key, **data):
    return client.post(f"{reverse('put_off_add')}?{'need='}{key}", data)


def test_given_something_of_ones_own_then_it_is_put_off_and_comes_back_on_the_day(member, client):
    need = ending(member)
    page = client.get(reverse("home")).content.decode()
    assert "Put\n" in page
    assert put_off(client, need.key, how_long="week").url == reverse("home")
    assert "groups.terms" not in shown(member)
    assert "1 put off" in client.get(reverse("home")).content.decode()
    assert need.title in client.get(reverse("put_offs")).content.decode()
    with time_machine.travel(clock.now() + 6 * DAY):
        assert "groups.terms" not in shown(member)
    with time_machine.travel(clock.now() + 7 * DAY):
        assert "groups.terms" in shown(member)


def test_given_it_falls_due_earlier_then_it_comes_back_at_once(member, client):
    put_off(client, ending(member).key, how_long="never")
    assert "groups.terms" not in shown(member)
    Membership.objects.filter(user=member).update(ends=clock.today() + 40 * DAY)
    assert "groups.terms" not in shown(member)
    Membership.objects.filter(user=member).update(ends=clock.today() + 29 * DAY)
    assert "groups.terms" in shown(member)


def test_given_it_is_taken_back_then_it_is_there_again_and_only_its_own_person_can(member, client):
    put_off(client, ending(member).key, how_long="never")
    one = PutOff.objects.get()
    other = Client()
    other.force_login(UserFactory(), "apps.accounts.backends.SignIn")
    assert other.post(reverse("put_back", args=[one.pk])).status_code == 404
    client.post(reverse("put_back", args=[one.pk]))
    assert "groups.terms" in shown(member)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"how_long": "day"}, "Enter the day on which it should come back."),
        (
            {"how_long": "day", "day_day": "1", "day_month": "1", "day_year": "2020"},
            "Choose a day after",
        ),
        ({}, "Answer this: When should it come back?"),
    ],
)
def test_given_no_day_then_the_form_says_what_is_missing(member, client, data, words):
    answer = put_off(client, ending(member).key, **data)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not PutOff.objects.exists()


def test_what_others_wait_for_cannot_be_put_off(member, client):
    assert {one.name for one in NEEDS if one.put_off} == {
        "accounts.second_factor",
        "experience.questions",
        "governance.consultations.responses",
        "groups.terms",
        "network.joining.welcome",
        "recruitment.applications.drafts",
        "reports.to_sign",
        "reports.unwritten",
    }
    Declaration.objects.all().delete()
    declare = next(need for need in needs_of(member) if need.source.endswith("declare"))
    assert put_off(client, declare.key, how_long="week").status_code == 404
    PutOff.put(member, declare, None)  # nor does a row of another time hide it
    assert declare.source in shown(member)


def test_given_nobody_put_anything_off_then_home_asks_no_further_query(member, client):
    client.get(reverse("home"))
    with CaptureQueriesContext(connection) as none:
        client.get(reverse("home"))
    put_off(client, ending(member).key, how_long="week")
    client.get(reverse("home"))  # the message that it is put off
    with CaptureQueriesContext(connection) as one:
        client.get(reverse("home"))
    assert len(one) == len(none) + 1


def test_given_it_ends_then_it_cannot_be_put_off_beyond_its_end(member, client):
    Membership.objects.filter(user=member).update(ends=clock.today() + 3 * DAY)
    need = ending(member)
    last = clock.date_of(need.due_at)
    page = put_off(client, need.key, how_long="week")
    assert page.status_code == 422
    assert f"It ends on {weekday(last)}. Choose a day until then." in page.content.decode()
    assert put_off(client, need.key, how_long="never").status_code == 302
