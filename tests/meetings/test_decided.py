"""A decision takes effect on what its agenda item named, once the other co-lead stands by it."""

from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models.people import Constituency, User
from apps.accounts.roles import OFFICE
from apps.core.exceptions import IllegalMove, NotYet
from apps.governance.decisions.models import RegisterChange
from apps.groups.models import TermsOfReference
from apps.groups.roles import Role
from apps.meetings.models.about import no_decision_is_on_its_way
from apps.meetings.models.agenda import AgendaItem
from apps.meetings.models.meeting import Meeting
from apps.meetings.models.minutes import outline
from apps.meetings.models.outcome import Decision
from apps.notifications.models import Occurrence
from tests import factories as make

from ..at_once import locks_in_order
from ..factories import StaffFactory, UserFactory, appoint, programme_user, working_group
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
    return make.decision(meeting, item=item, confirmed=False)


def test_what_the_meeting_did_not_agree_to_the_other_co_lead_confirms_too(group, client):
    first, second = group.leads()
    decision = make.decision(make.held(group), agreed=False, confirmed=False)
    assert (decision.state, decision.standing) == ("recorded", "Not agreed, not confirmed yet")
    assert "(" + decision.reference in outline(decision.meeting)
    assert "**Not agreed, not confirmed yet**" in outline(decision.meeting)
    with pytest.raises(NotYet, match="not confirmed yet"):
        RegisterChange.makes_public(decision, "Nobody wanted it.", by=second)
    with pytest.raises(NotYet, match="did not agree"):
        decision.move("confirm", by=second)
    with pytest.raises(NotYet, match="Another co-lead"):
        decision.confirm(by=first)
    url = reverse("decision_confirm", args=[decision.pk])
    client.force_login(second, "apps.accounts.backends.SignIn")
    page = client.get(url).content.decode()
    assert "It then counts as not carried." in " ".join(page.split())
    client.post(url)
    decision.refresh_from_db()
    assert (decision.state, decision.confirmed_by) == ("not_carried", second)
    assert Decision.objects.get(pk=decision.pk).standing == "Not carried"
    other = make.decision(make.held(group, days_ago=5), confirmed=False)
    with pytest.raises(NotYet, match="The meeting agreed"):
        other.move("confirm_refusal", by=second)


def test_a_refusal_that_nobody_confirmed_stands_in_nobodys_way(group, terms):
    decision = make.decision(make.held(group), about=terms, agreed=False, confirmed=False)
    assert decision.open_to("confirm_refusal")
    assert not list(no_decision_is_on_its_way(terms, group.leads()[0]))


def test_a_correction_of_who_came_makes_no_refusal_provisional(group):
    first, _ = group.leads()
    decision = make.decision(make.held(group, days_ago=2), agreed=False, confirmed=False)
    correct(decision.meeting, [first.pk])
    decision.refresh_from_db()
    assert (decision.state, decision.members_present) == ("recorded", 1)


def test_old_decisions_come_to_wait_for_the_other_and_go_back(group, terms):
    about, loose, refused, ratified = (
        make.decision(make.held(group, days_ago=n + 2), agreed=n != 2) for n in range(4)
    )
    kind = ContentType.objects.get_for_model(terms)
    for one in (about, ratified):
        Decision.objects.filter(pk=one.pk).update(about_type=kind, about_id=terms.pk)
    Decision.objects.filter(pk=ratified.pk).update(state="ratified", settled_at=about.meeting)
    Decision.objects.update(confirmed_by=None, agreed=True)

    def states():
        return [Decision.objects.get(pk=one.pk).state for one in (about, loose, refused, ratified)]

    two = import_module("apps.meetings.migrations.0004_decisions_of_two")
    refusals = import_module("apps.meetings.migrations.0005_refusals_of_two")
    two.wait_for_the_other(apps, None)
    assert states() == ["recorded", "carried", "not_carried", "provisional"]
    refusals.tell_what_was_agreed(apps, None)
    assert list(Decision.objects.filter(agreed=False)) == [refused]
    Decision.objects.filter(pk=refused.pk).update(state="recorded")
    refusals.count_as_not_carried(apps, None)
    two.count_as_carried(apps, None)
    assert states() == ["carried", "carried", "not_carried", "provisional"]


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
    with pytest.raises(IllegalMove, match="carried, so there is nothing to confirm"):
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
    assert decision.state == "carried"
    terms.refresh_from_db()
    assert terms.state == STATE.SIGNED


def test_a_decision_counts_once_the_other_co_lead_confirms_it(client, group):
    """Whoever recorded it alone carries nothing, whatever it is about."""
    first, second = group.leads()
    decision = make.decision(make.held(group), confirmed=False)
    assert decision.state == "recorded"
    for alone in (first, UserFactory(is_superuser=True)):
        with pytest.raises(NotYet, match="Another co-lead") as refusal:
            decision.confirm(by=alone)
        assert refusal.value.missing[0].turn == f"the other co-lead of {group}"
    told = Occurrence.objects.get(rule__kind="meetings.decision_to_confirm")
    assert {one.recipient for one in told.deliveries.all()} == {second}
    client.force_login(first, "apps.accounts.backends.SignIn")
    confirm = reverse("decision_confirm", args=[decision.pk])
    assert "Another co-lead" in client.post(confirm).content.decode()
    decision.refresh_from_db()
    assert decision.state == "recorded"
    client.force_login(second, "apps.accounts.backends.SignIn")
    assert client.post(confirm).status_code == 302
    decision.refresh_from_db()
    assert (decision.state, decision.confirmed_by) == ("carried", second)
    assert client.post(confirm).status_code == 409


def test_one_co_lead_alone_settles_nothing(client, group):
    first, second = group.leads()
    few = side(group, Constituency.STAFF, 2)
    decision = make.decision(make.held(group, few, days_ago=40))
    later = make.held(group, days_ago=10)
    for _ in range(2):  # pressed twice: still the first of two
        assert not decision.settle("ratify", later, by=first)
    decision.refresh_from_db()
    assert (decision.state, decision.settlement) == ("provisional", None)
    told = Occurrence.objects.get(rule__kind="meetings.decision_to_settle")
    assert {one.recipient for one in told.deliveries.all()} == {second}
    client.force_login(second, "apps.accounts.backends.SignIn")
    assert decision.get_absolute_url() in client.get(reverse("home")).content.decode()
    page = client.get(decision.get_absolute_url()).content.decode()
    assert f"{first.name} says that" in " ".join(page.split())
    confirm = reverse("decision_move", args=[decision.pk, "ratify"])
    assert confirm in page
    assert later.title in client.get(confirm).content.decode()
    assert client.post(confirm).status_code == 302
    decision.refresh_from_db()
    assert (decision.state, decision.settlement, decision.confirmed_by) == (
        "ratified",
        later,
        second,
    )


def test_a_first_word_on_one_meeting_is_none_on_another(group):
    """What the second confirms is what the first said: the same meeting, and the same outcome."""
    first, second = group.leads()
    few = side(group, Constituency.STAFF, 2)
    decision = make.decision(make.held(group, few, days_ago=40))
    one, other = make.held(group, days_ago=10), make.held(group, days_ago=5)
    assert not decision.settle("ratify", one, by=first)
    with pytest.raises(NotYet, match="say no and why, first"):
        decision.settle("ratify", other, by=second)
    decision.refresh_from_db()
    decision.say_no("ratify", by=second, note="It was the next one.")
    assert not decision.settle("ratify", other, by=second)
    assert not decision.settle("lapse", other, by=first, note="No longer needed.")
    decision.refresh_from_db()
    assert decision.state == "provisional"
    assert decision.settle("ratify", other, by=first)


def test_nobody_takes_away_terms_on_which_a_meeting_has_decided(group, terms):
    """Neither before the other co-lead confirms it, nor while it is provisional."""
    first, second = group.leads()
    decided(group, terms)
    for alone in (first, second):
        with pytest.raises(NotYet, match="What it decided comes first"):
            terms.move("drop", by=alone, note="We think again.")
    terms.refresh_from_db()
    assert terms.state == STATE.SIGNED


def test_one_side_alone_does_not_do_both_halves(group):
    """One after the other in the seat of one side, or two of one side in both seats."""
    first, second = group.leads()
    secretary, office = StaffFactory(), programme_user(OFFICE)
    appoint(group, secretary, Role.SECRETARY)
    meeting = make.held(group)
    decision, by_secretary = (make.decision(meeting, confirmed=False) for _ in range(2))
    Decision.objects.filter(pk=by_secretary.pk).update(recorded_by=secretary)
    by_secretary.refresh_from_db()
    with pytest.raises(NotYet, match="on your side"):
        by_secretary.confirm(by=second)
    by_secretary.confirm(by=first)
    group.memberships.get(user=first, role=Role.CO_LEAD).end(by=office)
    successor = group.appoint(UserFactory(), Role.CO_LEAD, by=office).user
    with pytest.raises(NotYet, match="on your side"):
        decision.confirm(by=User.objects.get(pk=successor.pk))
    waiting = make.decision(make.held(group, side(group, Constituency.STAFF, 2), days_ago=40))
    User.objects.filter(pk=successor.pk).update(constituency=Constituency.STAFF)
    later = make.held(group, days_ago=1)
    for one in group.leads():
        with pytest.raises(NotYet, match="are co-leads of one side"):
            waiting.settle("ratify", later, by=one)
    assert (decision.state, waiting.state) == ("recorded", "provisional")


@pytest.fixture
def provisional(group):
    return make.decision(make.held(group, side(group, Constituency.STAFF, 2), days_ago=40))


def test_a_co_lead_has_one_word(client, group, provisional):
    """Whoever thinks again takes back what they said before, and both words are shown."""
    first, second = group.leads()
    one, other = make.held(group, days_ago=10), make.held(group, days_ago=5)
    provisional.settle("ratify", one, by=first)
    provisional.settle("lapse", one, by=first, note="No longer needed.")
    assert not provisional.settle("ratify", one, by=second)
    client.force_login(first, "apps.accounts.backends.SignIn")
    page = " ".join(client.get(provisional.get_absolute_url()).content.decode().split())
    assert f"{first.name} says that" in page
    assert f"{second.name} says that" in page
    for thinks_again, name, meeting in ((first, "ratify", other), (second, "lapse", one)):
        with pytest.raises(NotYet, match="say no and why, first"):
            provisional.settle(name, meeting, by=thinks_again, note="No longer needed.")
        provisional.refresh_from_db()
        provisional.say_no("ratify", by=thinks_again, note="It was another one.")
        assert not provisional.settle(name, meeting, by=thinks_again, note="No longer needed.")
    provisional.refresh_from_db()
    assert provisional.state == "provisional"
    provisional.take_back("lapse", by=second)
    assert provisional.half_settled == []


@pytest.mark.parametrize("then", ["ratify", "lapse"])
def test_a_page_that_showed_something_else_confirms_nothing(client, group, provisional, then):
    first, second = group.leads()
    one, other = make.held(group, days_ago=10), make.held(group, days_ago=5)
    provisional.settle(then, one, by=first, note="Not needed.")
    client.force_login(second, "apps.accounts.backends.SignIn")
    page = reverse("decision_move", args=[provisional.pk, then])
    seen = client.get(page).context["form"].initial["seen"]
    if then == "ratify":
        provisional.settle(then, other, by=first)
    else:
        provisional.settle(then, one, by=first, note="Because I say so.")
    answer = client.post(page, {"seen": seen})
    assert answer.status_code == 409
    provisional.refresh_from_db()
    assert provisional.state == "provisional"
    seen = client.get(page).context["form"].initial["seen"]
    assert client.post(page, {"seen": seen}).status_code == 302


def test_the_first_of_two_presses_as_the_page_has_it(client, group):
    """What the form sends back is what the page showed, blanks at its end included."""
    meeting, (first, second) = make.begun(group), group.leads()
    page = reverse("meeting_move", args=[meeting.pk, "did_not_happen"])
    for lead, state in ((first, "published"), (second, "cancelled")):
        client.force_login(lead, "apps.accounts.backends.SignIn")
        seen = client.get(page).context["form"].initial["seen"]
        answer = client.post(page, {"seen": seen, "note": "Nobody came."})
        assert answer.status_code == 302
        meeting.refresh_from_db()
        assert meeting.state == state


def test_what_the_first_said_is_taken_back(client, group):
    first, second = group.leads()
    few = side(group, Constituency.STAFF, 2)
    decision = make.decision(make.held(group, few, days_ago=40))
    decision.settle("lapse", make.held(group, days_ago=10), by=first, note="Not needed.")
    client.force_login(first, "apps.accounts.backends.SignIn")
    page = reverse("decision_move", args=[decision.pk, "lapse"])
    assert client.post(page, {"take_back": "1"}).status_code == 302
    decision = type(decision).objects.get(pk=decision.pk)
    assert decision.half_settled == []
    client.force_login(second, "apps.accounts.backends.SignIn")
    assert client.post(page, {"note": "Not needed."}).status_code == 404


def test_a_second_decision_about_the_same_adopts_nothing(group, terms):
    one, two, second = decided(group, terms), decided(group, terms), group.leads()[1]
    one.confirm(by=second)
    with pytest.raises(NotYet, match="Nothing is left to decide"):
        two.confirm(by=second)
    two.refresh_from_db()
    assert (two.confirmed_by, two.state) == (None, "recorded")


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


def test_what_a_meeting_that_has_begun_decides_on_stays_on_its_agenda(group, terms):
    """Neither whoever proposed it nor a co-lead takes it off: it could not come back."""
    meeting, (first, second) = make.published(group), group.leads()
    item = make.on_agenda(meeting, terms)
    make.begins(meeting)
    item = AgendaItem.objects.get(pk=item.pk)
    with pytest.raises(NotYet, match="has begun, and decides on this"):
        item.move("decline", by=second, note="Not now.")
    with pytest.raises(NotYet, match="has begun, and decides on this"):
        item.move("withdraw", by=first)


def test_a_meeting_that_has_begun_is_called_off_by_nobody_alone(group):
    first, second = group.leads()
    secretary = UserFactory()
    appoint(group, secretary, "secretary")
    meeting = make.begun(group)
    for one in (secretary, first):
        with pytest.raises(NotYet, match="has begun, so it is no longer called off"):
            meeting.move("cancel", by=one, note="It never was.")
    with pytest.raises(PermissionDenied):
        meeting.move("did_not_happen", by=secretary, note="Nobody came.")
    with pytest.raises(NotYet, match="two co-leads say together"):
        meeting.move("did_not_happen", by=UserFactory(is_superuser=True), note="Nobody came.")
    assert not meeting.move("did_not_happen", by=first, note="Nobody came.")
    assert meeting.move("did_not_happen", by=second)
    assert meeting.state == Meeting.State.CANCELLED


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
    assert "confirms that the meeting decided it" in " ".join(body.split())
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
        decision.settle("ratify", later, by=lead)
    AgendaItem.objects.create(
        meeting=later, title="T", about=terms, proposed_by=lead, state="accepted"
    )
    make.settled(decision, later)
    assert decision.state == "ratified"


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
    decision.settle("ratify", later, by=first)
    terms.refresh_from_db()
    assert terms.state == STATE.SIGNED
    decision.settle("ratify", later, by=second)
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


@pytest.mark.django_db(transaction=True)
@pytest.mark.differs
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite locks no row")
def test_who_says_what_a_later_meeting_settled_locks_the_latest_first():
    """In another order two co-leads who press at once wait for one another for ever."""
    group = working_group()
    appoint(group, UserFactory())
    first, second = group.leads()
    decision = make.decision(make.held(group, [first], days_ago=40))
    later, last = make.held(group, days_ago=10), make.held(group, days_ago=5)

    def settles(at, by):
        return lambda: Decision.objects.get(pk=decision.pk).settle("ratify", at, by=by)

    locks_in_order(settles(later, first), later, decision.meeting, decision)
    locks_in_order(settles(last, first), last, later, decision.meeting, decision)
    locks_in_order(settles(last, second), last, decision.meeting, decision)
    assert Decision.objects.get().state == "ratified"
