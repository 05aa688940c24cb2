"""A decision takes effect on what its agenda item named, once the other co-lead stands by it."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models.people import Constituency
from apps.core.exceptions import IllegalMove, NotYet
from apps.groups.models import TermsOfReference
from apps.meetings.models.meeting import AgendaItem, Meeting
from tests import factories as make

from ..factories import StaffFactory, UserFactory, appoint, working_group
from ..groups.test_terms import propose
from .test_quorum import correct, side

pytestmark = pytest.mark.django_db
STATE = TermsOfReference.State


@pytest.fixture
def group():
    group = working_group()
    for person in (UserFactory(), StaffFactory()):
        appoint(group, person)
    return group


@pytest.fixture
def terms(group):
    first, second = group.leads()
    terms = propose(group, first)
    terms.move("sign", by=second)
    return terms


def decided(group, terms, present=None):
    """A meeting with the terms on its agenda is held and decides; recorded by its first co-lead."""
    meeting = make.published(group)
    lead = group.leads()[0]
    item = AgendaItem.objects.create(meeting=meeting, title="T", about=terms, proposed_by=lead)
    item.move("accept", by=lead)
    began = timezone.now() - timezone.timedelta(hours=3)
    Meeting.objects.filter(pk=meeting.pk).update(
        starts_at=began, ends_at=began + timezone.timedelta(hours=2)
    )
    meeting.refresh_from_db()
    people = present or meeting.invited()
    meeting.record_attendance([user.pk for user in people], by=lead)
    return make.decision(meeting, item=item)


def test_what_one_co_lead_recorded_the_other_confirms(group, terms):
    decision, (first, second) = decided(group, terms), group.leads()
    assert (decision.about, terms.state) == (terms, STATE.SIGNED)
    with pytest.raises(NotYet, match="Another co-lead"):
        decision.confirm(by=first)
    terms.refresh_from_db()
    assert terms.state == STATE.SIGNED
    decision.confirm(by=second)
    terms.refresh_from_db()
    assert terms.state == STATE.ADOPTED
    with pytest.raises(NotYet, match="has confirmed this already"):
        decision.confirm(by=second)


def test_nobody_else_confirms(group, terms):
    decision = decided(group, terms)
    secretary = UserFactory()
    appoint(group, secretary, "secretary")
    with pytest.raises(PermissionDenied):
        decision.confirm(by=secretary)
    root = UserFactory(is_superuser=True)
    with pytest.raises(NotYet, match="Another co-lead"):
        decision.confirm(by=root)


def test_a_provisional_decision_adopts_nothing(group, terms):
    decision = decided(group, terms, side(group, Constituency.STAFF, 2))
    with pytest.raises(IllegalMove, match="provisional"):
        decision.confirm(by=group.leads()[1])


def test_a_decision_about_something_else_adopts_nothing(group, terms):
    decision = make.decision(make.held(group))
    with pytest.raises(NotYet, match="not about anything"):
        decision.confirm(by=group.leads()[1])
    terms.refresh_from_db()
    assert terms.state == STATE.SIGNED


def test_a_second_decision_about_the_same_adopts_nothing(group, terms):
    one, two, second = decided(group, terms), decided(group, terms), group.leads()[1]
    one.confirm(by=second)
    with pytest.raises(NotYet, match="Nothing is left to decide"):
        two.confirm(by=second)
    two.refresh_from_db()
    assert two.confirmed_by is None


def test_a_decision_that_loses_its_quorum_takes_its_effect_along(group, terms):
    decision = decided(group, terms)
    decision.confirm(by=group.leads()[1])
    correct(decision.meeting, [user.pk for user in side(group, Constituency.STAFF, 2)])
    terms.refresh_from_db()
    decision.refresh_from_db()
    assert (terms.state, decision.state) == (STATE.SIGNED, "provisional")
    assert decision.confirmed_by is None


def test_nothing_is_put_on_the_agenda_of_a_meeting_that_has_begun(client, group, terms):
    meeting, lead = make.begun(group), group.leads()[0]
    client.force_login(lead, "apps.accounts.backends.SignIn")
    page = reverse("agenda_propose", args=[meeting.pk])
    sent = {
        "title": "Terms",
        "kind": "decision",
        "minutes_allowed": 5,
        "about": f"groups.termsofreference:{terms.pk}",
    }
    answer = client.post(page, sent)
    assert answer.status_code == 422
    assert "The meeting has begun" in answer.content.decode()
    assert not meeting.agenda.exists()


def test_the_way_through_the_pages(client, group, terms):
    first, second = group.leads()
    meeting = make.published(group)
    client.force_login(first, "apps.accounts.backends.SignIn")
    page = reverse("agenda_propose", args=[meeting.pk])
    sent = {
        "title": "Terms",
        "kind": "information",
        "minutes_allowed": 5,
        "about": f"groups.termsofreference:{terms.pk}",
    }
    assert "since the meeting decides on it" in client.post(page, sent).content.decode()
    assert client.post(page, sent | {"kind": "decision"}).status_code == 302
    assert "Decides on:" in client.get(meeting.get_absolute_url()).content.decode()
    decision = decided(group, terms)
    body = client.get(decision.get_absolute_url()).content.decode()
    assert "Takes no effect until the second co-lead confirms it" in body
    confirm = reverse("decision_confirm", args=[decision.pk])
    assert confirm not in body
    assert "This cannot be confirmed yet" in client.get(confirm).content.decode()
    client.force_login(second, "apps.accounts.backends.SignIn")
    assert confirm in client.get(reverse("home")).content.decode()
    assert client.post(confirm).status_code == 302
    body = client.get(decision.get_absolute_url()).content.decode()
    assert f"Confirmed by {second.name}" in body


def test_a_meeting_ratifies_what_it_had_on_its_agenda(group, terms):
    """The two co-leads alone, and any later meeting, do not make the group's decision."""
    decision, lead = decided(group, terms, group.leads()), group.leads()[0]
    assert decision.state == "provisional"
    Meeting.objects.filter(pk=decision.meeting_id).update(
        starts_at=timezone.now() - timezone.timedelta(days=9),
        ends_at=timezone.now() - timezone.timedelta(days=8),
    )
    decision.meeting.refresh_from_db()
    later = make.held(group, days_ago=1)
    with pytest.raises(NotYet, match="did not have"):
        decision.move("ratify", by=lead, settled_at=later)
    AgendaItem.objects.create(
        meeting=later, title="T", about=terms, proposed_by=lead, state="accepted"
    )
    decision.move("ratify", by=lead, settled_at=later)


def test_lost_and_ratified_it_is_confirmed_anew(group, terms):
    decision, (first, second) = decided(group, terms), group.leads()
    decision.confirm(by=second)
    correct(decision.meeting, [user.pk for user in side(group, Constituency.STAFF, 2)])
    Meeting.objects.filter(pk=decision.meeting_id).update(
        starts_at=timezone.now() - timezone.timedelta(days=9),
        ends_at=timezone.now() - timezone.timedelta(days=8),
    )
    decision = type(decision).objects.get(pk=decision.pk)
    later = make.held(group, days_ago=1)
    AgendaItem.objects.create(
        meeting=later, title="T", about=terms, proposed_by=first, state="accepted"
    )
    decision.move("ratify", by=first, settled_at=later)
    decision.confirm(by=second)
    terms.refresh_from_db()
    assert terms.state == STATE.ADOPTED


def test_a_deputy_reads_no_name_of_what_they_may_not_see(client, group, terms):
    meeting, deputy = make.published(group), UserFactory()
    lead = group.leads()[0]
    AgendaItem.objects.create(
        meeting=meeting, title="T", about=terms, proposed_by=lead, state="accepted"
    )
    meeting.attendances.create(user=deputy, extra=True)
    client.force_login(deputy, "apps.accounts.backends.SignIn")
    assert terms.get_absolute_url() not in client.get(meeting.get_absolute_url()).content.decode()
    client.force_login(lead, "apps.accounts.backends.SignIn")
    assert terms.get_absolute_url() in client.get(meeting.get_absolute_url()).content.decode()
