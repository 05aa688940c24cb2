"""Pages that say that somebody is told say who gets no e-mail of it."""

import pytest
from django.urls import reverse

from apps.accounts.models.unreachable import Unreachable
from apps.core.moves import Tells
from apps.meetings.models.meeting import Meeting
from apps.notifications.kinds import KINDS
from apps.notifications.models import Preference, ReminderRule
from apps.notifications.reach import missed
from tests import factories as make

from ..factories import UserFactory, appoint

pytestmark = pytest.mark.django_db


@pytest.fixture
def meeting():
    group = make.working_group()
    appoint(group, UserFactory(full_name="Robin Ash"))
    appoint(group, UserFactory(full_name="Amara Okafor"))
    appoint(group, UserFactory(full_name="Sam Lee"))
    return make.meeting(group)


@pytest.fixture
def page(client, meeting):
    """The words of a page on which the meeting's lead presses a move."""

    def read(name="publish", thing=meeting, address="meeting_move"):
        client.force_login(meeting.created_by, "apps.accounts.backends.SignIn")
        page = client.get(reverse(address, args=[thing.pk, name]))
        assert page.status_code == 200
        return " ".join(page.content.decode().split())

    return read


def member(meeting, name):
    return meeting.invited().get(full_name=name)


def test_all_get_an_email_and_nothing_is_said(page):
    assert "no e-mail" not in page()


def test_whoever_stopped_them_and_whose_address_fails_are_named(page, meeting):
    Preference.of(member(meeting, "Robin Ash")).choose(meetings="none")
    Preference.of(member(meeting, "Sam Lee")).choose(meetings="daily")
    Unreachable.note(member(meeting, "Amara Okafor").email, Unreachable.Why.REFUSED)

    words = page()

    assert "These people get no e-mail of this." in words
    assert "<li> Robin Ash: chose no e-mails like this </li>" in words
    assert "<li> Amara Okafor: our e-mails do not arrive, so please call </li>" in words
    assert "Sam Lee" not in words


def test_a_cancellation_comes_whatever_they_chose(page, meeting):
    Preference.of(member(meeting, "Robin Ash")).choose(meetings="none")
    Unreachable.note(member(meeting, "Amara Okafor").email, Unreachable.Why.REFUSED)

    words = page("cancel")

    assert "Robin Ash" not in words
    assert "Amara Okafor" in words


def test_of_many_only_the_number_is_said(page, meeting):
    for number in range(11):
        appoint(meeting.group, user := UserFactory(full_name=f"Person No {number}"))
        Preference.of(user).choose(meetings="none")

    words = page()

    assert "11 of 16 people get no e-mail of this." in words
    assert "Person No" not in words


def test_of_a_consultation_the_number_alone(page, meeting):
    fields = {"audience": "groups", "groups": [meeting.group], "by": meeting.created_by}
    made = make.consultation(meeting.group, to="draft", questions=["text"], **fields)
    Preference.of(member(meeting, "Robin Ash")).choose(consultations="none")

    words = page("open", made, "consultation_move")

    assert "1 of 5 people gets no e-mail of this." in words
    assert "Robin Ash" not in words


def test_what_is_switched_off_on_the_site_is_said(page):
    ReminderRule.objects.filter(kind="meetings.published").update(enabled=False)
    assert "E-mails like this are switched off on this site." in page()


def test_only_what_needs_me_leaves_news_out_and_nothing_else(meeting):
    user = member(meeting, "Robin Ash")
    Preference.objects.create(user=user, overall="needs")
    people = meeting.invited()
    assert missed("meetings.published", meeting, people).unwilling == []
    assert missed("conversations.conversation", meeting, people).unwilling == [user]


def test_it_costs_the_same_however_many(meeting, django_assert_num_queries):
    for _ in range(3):
        appoint(meeting.group, user := UserFactory())
        Preference.of(user).choose(meetings="none")
    with django_assert_num_queries(3):
        assert len(missed("meetings.published", meeting, meeting.invited()).people) == 3


def test_every_move_that_tells_names_a_kind_and_people_that_are_there():
    from django.apps import apps

    found = [
        (model, move.tells)
        for model in apps.get_models()
        for move in getattr(model, "moves", {}).values()
        if isinstance(getattr(move, "tells", None), Tells)
    ]
    assert len(found) >= 8
    assert Meeting in {model for model, _ in found}
    for model, tells in found:
        assert tells.kind in KINDS
        assert hasattr(model, tells.people)
