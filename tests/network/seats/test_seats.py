"""Seats in task groups: with consent, agreed by both sides, given once, and everybody answered."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models.people import Constituency, User
from apps.accounts.roles import OFFICE
from apps.core.exceptions import Conflict, IllegalMove, NotYet
from apps.core.models import AuditEntry
from apps.core.needs import NEEDS
from apps.groups.models import Membership
from apps.network.seats.models import Nomination, SeatRequest
from apps.notifications.kinds import KINDS
from apps.notifications.mail import content
from apps.notifications.models import Delivery, Occurrence
from apps.notifications.planning import plan
from tests import factories as make
from tests.factories import (
    StaffFactory,
    UserFactory,
    appoint,
    just_shown,
    programme_user,
    working_group,
)

from ...at_once import at_once

pytestmark = pytest.mark.differs

BACKEND = "apps.accounts.backends.SignIn"


@pytest.fixture
def network(db):
    return make.network()


@pytest.fixture
def group(network):
    return working_group(name="Training")


@pytest.fixture
def asked(group, network):
    return make.seats_asked(group, network)


def member(network, **fields):
    user = UserFactory(**fields)
    appoint(network, user)
    return user


def told(user, kind):
    found = Delivery.objects.filter(recipient=user, channel="email")
    return found.filter(occurrence__rule__kind=f"network.{kind}").count()


def needs(user):
    user = User.objects.get(pk=user.pk)
    return [one.title for source in NEEDS for one in source(user)]


# --- asking -------------------------------------------------------------------------------------
def test_given_a_request_then_the_network_is_told_and_the_group_is_not(group, network):
    peer, outsider = member(network), UserFactory()
    appoint(group, outsider)
    make.seats_asked(group, network)
    assert told(peer, "seats_asked") == 1
    assert told(outsider, "seats_asked") == 0


def test_given_anybody_but_a_co_lead_or_a_group_that_is_no_task_group_then_no_request(
    group, network
):
    ordinary = member(group)
    with pytest.raises(PermissionDenied):
        make.seats_asked(group, network, by=ordinary)
    with pytest.raises(NotYet, match="task group"):
        make.seats_asked(network, network)


# --- offering -----------------------------------------------------------------------------------
def test_given_somebody_suggested_then_nobody_hears_of_it_before_they_agree(
    asked, network, group, client
):
    peer, other = member(network), member(network)
    nomination = Nomination.offer(asked, peer, by=other, statement="They are good.")
    lead = make.lead_of(network)
    assert told(peer, "seat_consent") == 1
    assert told(lead, "put_forward") == 0
    assert not Nomination.objects.visible_to(lead).exists()
    assert "Say whether you may be put forward" in needs(peer)
    client.force_login(peer, BACKEND)
    url = reverse("nomination_answer", args=[nomination.pk])
    assert client.post(url, {"statement": ""}).status_code == 422
    assert client.post(url, {"statement": "In my own words."}).status_code == 302
    nomination.refresh_from_db()
    assert (nomination.state, nomination.statement) == ("forward", "In my own words.")
    assert nomination.consented_at
    assert told(lead, "put_forward") == 1
    assert f"Decide about a seat: {peer.name}" in needs(lead)
    assert f"Decide about a seat: {peer.name}" not in needs(make.lead_of(group))


def test_given_somebody_who_says_no_then_the_co_leads_never_see_it(asked, network):
    peer, other = member(network), member(network)
    nomination = Nomination.offer(asked, peer, by=other, statement="They are good.")
    nomination.move("refuse", by=peer)
    for lead in network.people()[:2]:
        assert not Nomination.objects.visible_to(lead.user).exists()
    assert Nomination.offer(asked, peer, by=peer, statement="Now I would.").state == "forward"


def test_given_a_wrong_offer_then_it_is_refused(asked, network, group):
    peer, outsider = member(network), UserFactory()
    make.nomination(asked, peer)
    with pytest.raises(NotYet, match="already"):
        make.nomination(asked, peer)
    with pytest.raises(NotYet, match="not in the network"):
        Nomination.offer(asked, outsider, by=peer, statement="Them.")
    with pytest.raises(PermissionDenied):
        make.nomination(asked, outsider)
    sitting = member(network)
    appoint(group, sitting, "representative", represents="network")
    with pytest.raises(NotYet, match="already speaks"):
        make.nomination(asked, sitting)
    asked.move("withdraw", by=make.lead_of(group), note="Not needed.")
    with pytest.raises(Conflict, match="settled"):
        make.nomination(asked, member(network))


# --- deciding -----------------------------------------------------------------------------------
def test_given_both_sides_agree_then_the_person_has_the_seat_for_the_term(asked, network, group):
    peer = member(network)
    nomination = make.nomination(asked, peer)
    assert not peer.has_perm("groups.view_workinggroup", group)
    with pytest.raises(PermissionDenied):
        nomination.move("accept", by=make.lead_of(group))
    nomination.move("accept", by=make.lead_of(network))
    with pytest.raises(PermissionDenied):
        nomination.move("seat", by=make.lead_of(network))
    nomination.move("seat", by=make.lead_of(group))
    seat = Membership.objects.get(group=group, user=peer)
    assert (seat.role, seat.represents) == ("representative", "network")
    assert (seat.starts, seat.ends) == (asked.starts, asked.ends)
    assert nomination.membership == seat
    assert User.objects.get(pk=peer.pk).has_perm("groups.draft_output", group)
    appointed = AuditEntry.objects.about(group).filter(action="appoint").first()
    assert appointed.by == make.lead_of(group)
    assert told(peer, "seated") == 1
    assert told(make.lead_of(network), "seat_filled") == 1


def test_given_one_person_who_leads_both_sides_then_somebody_else_has_to_agree(group, network):
    lead = make.lead_of(group)
    network.memberships.get(user=make.lead_of(network)).end(
        by=User.objects.get(groups__name=OFFICE)
    )
    appoint(network, lead, "co_lead", starts=timezone.localdate())
    lead = User.objects.get(pk=lead.pk)
    asked = make.seats_asked(group, network)
    nomination = make.nomination(asked, member(network), to="accepted", by=lead)
    with pytest.raises(NotYet, match="Somebody else"):
        nomination.move("seat", by=lead)
    nomination.move("seat", by=make.lead_of(group, Constituency.LIVED_EXPERIENCE))
    assert nomination.state == "seated"


def test_given_a_co_lead_who_offers_then_the_other_co_lead_decides(asked, network):
    lead = make.lead_of(network)
    nomination = make.nomination(asked, lead)
    with pytest.raises(NotYet, match="about yourself"):
        nomination.move("accept", by=lead)
    nomination.move("accept", by=make.lead_of(network, Constituency.LIVED_EXPERIENCE))


def test_given_a_co_lead_who_offers_then_their_page_says_who_decides(asked, network, client):
    lead = make.lead_of(network)
    client.force_login(lead, BACKEND)
    page = client.get(make.nomination(asked, lead).get_absolute_url()).content.decode()
    assert "Whose turn: the other co-lead." in page


def test_given_a_settled_request_then_nobody_agrees_to_it_any_more(asked, network, group, client):
    peer = member(network)
    late = Nomination.offer(asked, peer, by=member(network), statement="Them.")
    asked.move("close", by=make.lead_of(group))
    client.force_login(peer, BACKEND)
    assert "is settled" in client.get(late.get_absolute_url()).content.decode()
    answer = client.post(reverse("nomination_answer", args=[late.pk]), {"statement": "Yes."})
    assert answer.status_code == 409
    late.refresh_from_db()
    assert late.state == "asked"


def test_a_nomination_is_accepted_on_its_page(asked, network, client):
    nomination = make.nomination(asked, member(network))
    client.force_login(make.lead_of(network), BACKEND)
    url = reverse("nomination_move", args=[nomination.pk, "accept"])
    assert client.post(url).status_code == 302


def test_given_somebody_who_left_the_network_then_they_are_not_seated(asked, network):
    peer = member(network)
    nomination = make.nomination(asked, peer)
    network.memberships.get(user=peer).end(by=User.objects.get(groups__name=OFFICE))
    with pytest.raises(NotYet, match="no longer in the network"):
        nomination.move("accept", by=make.lead_of(network))


def test_given_the_last_seat_is_taken_then_409(asked, network, group, client):
    first, second = (make.nomination(asked, member(network), to="accepted") for _ in range(2))
    first.move("seat", by=make.lead_of(group))
    client.force_login(make.lead_of(group), BACKEND)
    url = reverse("nomination_move", args=[second.pk, "seat"])
    assert client.post(url).status_code == 409
    second.refresh_from_db()
    assert second.state == "accepted"


@pytest.mark.django_db(transaction=True)
def test_given_the_last_seat_offered_twice_at_once_then_one_has_it_and_the_other_lead_is_told():
    network, group = make.network(), working_group()
    asked = make.seats_asked(group, network)
    pair = [make.nomination(asked, member(network), to="accepted") for _ in range(2)]
    leads = [
        make.lead_of(group, side) for side in (Constituency.STAFF, Constituency.LIVED_EXPERIENCE)
    ]

    def press(nomination, lead):
        return lambda: Nomination.objects.get(pk=nomination.pk).move("seat", by=lead)

    assert sorted(at_once(*map(press, pair, leads))) == ["done", "told"]
    assert Nomination.objects.filter(state="seated").count() == 1
    assert Membership.objects.filter(group=group, role="representative").count() == 1


@pytest.mark.django_db(transaction=True)
def test_given_a_seat_given_while_the_request_is_withdrawn_then_one_of_them_wins():
    network, group = make.network(), working_group()
    asked = make.seats_asked(group, network)
    nomination = make.nomination(asked, member(network), to="accepted")
    lead = make.lead_of(group)
    outcomes = at_once(
        lambda: Nomination.objects.get(pk=nomination.pk).move("seat", by=lead),
        lambda: SeatRequest.objects.get(pk=asked.pk).move("withdraw", by=lead, note="Changed."),
    )
    nomination.refresh_from_db()
    asked.refresh_from_db()
    assert "done" in outcomes
    assert (nomination.state, asked.state) in [("seated", "withdrawn"), ("not_seated", "withdrawn")]


# --- those who are not seated -------------------------------------------------------------------
def test_given_people_without_an_answer_then_the_request_cannot_be_settled(asked, network, group):
    peer, other = member(network), member(network)
    seated = make.nomination(asked, peer, to="seated")
    waiting = make.nomination(asked, other)
    lead = make.lead_of(group)
    with pytest.raises(NotYet, match="1 person who offered"):
        asked.move("close", by=lead)
    waiting.move("not_seated", by=lead, note="You sit in two groups already.")
    assert waiting.answer == "You sit in two groups already."
    assert told(other, "not_seated") == 1
    asked.move("close", by=lead)
    assert seated.state == "seated"


def test_given_a_seat_or_none_then_a_locked_telephone_shows_the_same(asked, network):
    peer, other = member(network), member(network)
    given = make.nomination(asked, peer, to="seated")
    declined = make.nomination(asked, other)
    declined.move("not_seated", by=make.lead_of(asked.group), note="Two have offered before.")
    seen = [
        content(KINDS[kind], Occurrence(subject=nomination), nomination.user)
        for kind, nomination in (
            ("network.seated", given),
            ("network.not_seated", declined),
        )
    ]
    assert [(one["subject_line"], one["preview"]) for one in seen] == 2 * [
        ("There is an answer for you", "Open it when you have a quiet moment.")
    ]
    assert seen[0]["lines"] != seen[1]["lines"]


def test_given_no_reason_then_nobody_is_turned_down(asked, network, client):
    nomination = make.nomination(asked, member(network))
    client.force_login(make.lead_of(network), BACKEND)
    url = reverse("nomination_move", args=[nomination.pk, "not_seated"])
    assert client.post(url, {"note": " "}).status_code == 422
    nomination.refresh_from_db()
    assert nomination.state == "forward"


def test_given_a_withdrawn_request_then_all_who_agreed_read_why(asked, network, group):
    peer, silent = member(network), member(network)
    nomination = make.nomination(asked, peer)
    Nomination.offer(asked, silent, by=peer, statement="Them.")
    asked.move("withdraw", by=make.lead_of(group), note="The group closes.")
    nomination.refresh_from_db()
    assert (nomination.state, nomination.answer) == ("not_seated", "The group closes.")
    assert told(peer, "not_seated") == 1
    assert told(silent, "not_seated") == 0
    with pytest.raises(IllegalMove):
        nomination.move("withdraw", by=peer)


def test_given_the_day_comes_then_both_sides_are_reminded_until_it_is_settled(network, group):
    with time_machine.travel("2026-11-02T11:00:00Z", tick=False) as clock:
        asked = make.seats_asked(group, network)
        lead = make.lead_of(network)
        plan()
        assert told(lead, "seats_due") == 0
        clock.shift(timedelta(days=8))
        plan()
        plan()
        assert told(lead, "seats_due") == 1
        clock.shift(timedelta(days=6))
        assert f"Settle the request: {asked}" in needs(lead)
        asked.move("close", by=lead)
        assert f"Settle the request: {asked}" not in needs(lead)


# --- turns --------------------------------------------------------------------------------------
def test_those_who_have_not_had_a_seat_come_first(asked, network, group, client):
    had = member(network, full_name="Aaa Had One")
    never = member(network, full_name="Zzz Never")
    appoint(
        working_group(),
        had,
        "representative",
        represents="network",
        ends=timezone.localdate() - timedelta(days=9),
    )
    hr = StaffFactory()
    appoint(group, hr, "representative", represents="hr")
    client.force_login(never, BACKEND)
    just_shown(client)
    page = client.get(reverse("turns"))
    names = [person.full_name for person in page.context["object_list"]]
    assert names.index("Zzz Never") < names.index("Aaa Had One") == len(names) - 1
    only = {
        name: [
            one.full_name
            for one in client.get(reverse("turns"), {"had": name}).context["object_list"]
        ]
        for name in ("never", "now", "had")
    }
    assert only["had"] == ["Aaa Had One"]
    assert only["now"] == []
    assert "Zzz Never" in only["never"]
    rows = client.get(reverse("turns_csv"), {"had": "had"}).getvalue().decode("utf-8-sig")
    assert "Aaa Had One,Lived experience,1," in rows


# --- somebody leaves ------------------------------------------------------------------------------
def test_given_a_leaver_then_offers_are_withdrawn_and_the_seat_falls_free(asked, network, group):
    peer, office = member(network), programme_user(OFFICE)
    make.nomination(asked, peer, to="seated")
    open_one = make.nomination(make.seats_asked(group, network), member(network))
    peer.close(by=office, reason="Moved away")
    seat = Membership.objects.get(group=group, user=peer)
    assert seat.ended_at
    assert told(make.lead_of(group), "seat_free") == 1
    assert told(make.lead_of(network), "seat_free") == 1
    open_one.user.close(by=office, reason="Moved away")
    open_one.refresh_from_db()
    assert open_one.state == "withdrawn"
    assert AuditEntry.objects.about(open_one).filter(action="leave", by=office).exists()


def test_a_move_that_follows_is_internal_alone(asked, network):
    nomination = make.nomination(asked, member(network))
    with pytest.raises(PermissionDenied):
        nomination.follow("seat")
    nomination.follow("leave")
    assert AuditEntry.objects.about(nomination).filter(action="leave", by=None).exists()


# --- as many as there are -------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["seats", "seats_csv", "turns", "turns_csv", "seat_request"])
def test_pages_take_as_many_queries_for_three_as_for_one(client, network, group, name):
    lead = make.lead_of(network)
    client.force_login(lead, BACKEND)
    just_shown(client)
    first = make.seats_asked(group, network, seats=9)
    url = reverse(name, args=[first.pk] if name == "seat_request" else [])
    counts = []
    for number in (1, 2):
        for _ in range(number):
            other = working_group()
            make.nomination(make.seats_asked(other, network), member(network), to="seated")
            make.nomination(first, member(network))
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            response = client.get(url)
            assert response.getvalue() if response.streaming else response.content
        counts.append(len(queries))
    assert counts[0] == counts[1]
