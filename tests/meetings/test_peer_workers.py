"""Who is employed as a peer worker: on which side they count the terms allow and they say."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.accounts.roles import HR, OFFICE
from apps.core.exceptions import NotYet
from apps.groups import counting
from apps.groups.models import Presence, SideAnswer
from apps.meetings.models.meeting import Meeting
from apps.meetings.models.minutes import outline
from apps.notifications.models import Delivery
from apps.recruitment.employment.models.appointment import Appointment
from apps.steering.models.review import Review
from apps.steering.models.written import WrittenRound
from tests import factories as make

from ..factories import UserFactory, appoint, programme_user, working_group

BACKEND = "apps.accounts.backends.SignIn"
pytestmark = pytest.mark.django_db


@pytest.fixture
def group():
    """Terms: three deciding members, one of each side; seven days' notice."""
    return working_group()


def ago(days):
    """The moment so many days ago: what is recorded then is recorded in time."""
    return time_machine.travel(timezone.now() - timedelta(days=days), tick=True)


def begin(user, days_ago):
    with ago(days_ago):
        return Appointment.begin(user=user, started_on=timezone.localdate())


@pytest.fixture
def worker(group):
    """A member, for a year in post as a peer worker."""
    user = UserFactory()
    appoint(group, user)
    begin(user, days_ago=365)
    return user


def say(group, rule):
    """The terms in force say how peer workers count."""
    group.terms_of_reference.update(peer_workers=rule)


def answered(group, user, side, days_ago=30):
    counting.say(group, side, by=user)
    when = timezone.now() - timedelta(days=days_ago)
    newest = SideAnswer.objects.filter(user=user).latest("pk")
    SideAnswer.objects.filter(pk=newest.pk).update(at=when)


def came(group, worker):
    """Both co-leads and the peer worker: three, so the quorum hangs on the last."""
    meeting = make.held(group, [*group.leads(), worker], days_ago=1)
    return Meeting.objects.get(pk=meeting.pk)


def leave(user, days_ago=60, recorded=None):
    """Their last day, and how many days ago it was recorded: on that day."""
    on = timezone.localdate() - timedelta(days=days_ago)
    with ago(days_ago if recorded is None else recorded):
        Appointment.objects.get(user=user, left_on=None).left(on, by=programme_user(HR))


def told(kind):
    found = Delivery.objects.filter(occurrence__rule__kind=kind, channel="email")
    return sorted(found.values_list("recipient", flat=True))


# --- the attempts -------------------------------------------------------------------------------
@pytest.mark.parametrize("rule", ["lived_experience", "staff"])
def test_whoever_has_not_said_how_they_count_makes_no_quorum(group, worker, rule):
    """They counted as they were recorded, and nobody had asked."""
    say(group, rule)
    meeting = came(group, worker)
    assert (meeting.presence(), meeting.was_quorate) == (Presence(2, 1, 1), False)
    assert make.decision(meeting).state == "provisional"


def test_what_is_said_within_the_notice_makes_no_quorum_nor_does_saving_again(group, worker):
    say(group, "staff")
    meeting = came(group, worker)
    counting.say(group, "staff", by=worker)
    SideAnswer.objects.update(at=meeting.starts_at - timedelta(days=6))
    meeting.record_attendance([u.pk for u in meeting.invited()], by=meeting.created_by)
    meeting.refresh_from_db()
    assert (meeting.was_quorate, meeting.corrections.exists()) == (False, False)
    SideAnswer.objects.update(at=meeting.starts_at - timedelta(days=8))
    assert meeting.sides([worker])[worker.pk] == "staff"


@pytest.mark.parametrize("who", ["office", "co-lead", "outsider"])
def test_nobody_says_it_for_somebody_else(client, group, worker, who):
    say(group, "staff")
    people = {"office": programme_user(OFFICE), "co-lead": group.leads()[0]}
    by = people.get(who) or UserFactory()
    with pytest.raises((NotYet, PermissionDenied)):
        counting.say(group, "staff", by=by)
    client.force_login(by, BACKEND)
    address = reverse("group_side", args=[group.slug])
    assert client.post(address, {"side": "staff"}).status_code == 404
    assert not SideAnswer.objects.answered().exists()


@pytest.mark.parametrize(
    ("rule", "side"), [("staff", "lived_experience"), ("lived_experience", "staff"), ("staff", "")]
)
def test_nobody_chooses_a_side_that_the_terms_do_not_allow(client, group, worker, rule, side):
    say(group, rule)
    with pytest.raises(NotYet, match="what the terms of this group allow"):
        counting.say(group, side, by=worker)
    client.force_login(worker, BACKEND)
    answer = client.post(reverse("group_side", args=[group.slug]), {"side": side})
    assert answer.status_code == 422
    assert not SideAnswer.objects.answered().exists()


def test_what_was_said_in_an_earlier_post_holds_for_no_other(group, worker):
    say(group, "staff")
    answered(group, worker, "staff", days_ago=100)
    leave(worker)
    begin(worker, days_ago=40)
    assert not came(group, worker).was_quorate


def test_what_was_said_under_other_terms_does_not_hold(group, worker):
    say(group, "lived_experience")
    answered(group, worker, "lived_experience")
    say(group, "staff")
    assert not came(group, worker).was_quorate
    assert counting.question(group, worker).is_open


def test_a_co_lead_counts_on_the_side_of_their_seat_or_nowhere(client, group):
    lived, _ = make.leads(group)
    say(group, "staff")
    begin(lived, days_ago=90)
    for side in ("staff", "neither", "lived_experience"):
        with pytest.raises(NotYet, match="You hold the co-lead seat for lived experience"):
            counting.say(group, side, by=lived)
    client.force_login(lived, BACKEND)
    page = client.get(reverse("group_side", args=[group.slug])).content.decode()
    assert ("You hold the co-lead seat" in page, 'name="side"' in page) == (True, False)
    say(group, "lived_experience")
    with pytest.raises(NotYet):
        counting.say(group, "neither", by=lived)
    counting.say(group, "lived_experience", by=lived)


@pytest.mark.parametrize("recorded", [0, 6, 20], ids=["after", "within the notice", "before"])
def test_a_last_day_in_the_past_makes_no_quorum_of_somebody_silent(group, worker, recorded):
    """Human Resources record that they left, on a day before the terms said anything."""
    say(group, "staff")
    group.terms_of_reference.update(in_force_from=timezone.localdate() - timedelta(days=100))
    leave(worker, days_ago=120, recorded=recorded)
    meeting = came(group, worker)
    assert (meeting.presence(), meeting.was_quorate) == (Presence(2, 1, 1), False)
    assert counting.question(group, worker).sides == ["lived_experience", "neither"]
    assert told("recruitment.left_recorded") == [worker.pk]


def test_another_post_beside_the_first_undoes_no_answer(group, worker):
    say(group, "staff")
    answered(group, worker, "staff")
    begin(worker, days_ago=20)
    assert came(group, worker).presence() == Presence(3, 1, 2)
    assert not counting.question(group, worker).is_open


def test_an_answer_of_a_post_that_ended_is_not_revived_by_one_of_the_same_first_day(group, worker):
    say(group, "staff")
    answered(group, worker, "staff", days_ago=100)
    first = Appointment.objects.get(user=worker).started_on
    leave(worker)
    with ago(40):
        Appointment.begin(user=worker, started_on=first)
    assert not came(group, worker).was_quorate


def coming(group, rule):
    """Terms that are adopted and hold in two months."""
    begins = timezone.localdate() + timedelta(days=60)
    terms = make.terms(group, state="signed", peer_workers=rule, in_force_from=begins)
    terms.follow("adopt", by=group.leads()[0])
    return type(group).objects.get(pk=group.pk)


def test_while_other_terms_come_people_answer_for_those_in_force_too(client, group, worker):
    say(group, "staff")
    group = coming(group, "lived_experience")
    address = reverse("group_side", args=[group.slug])
    client.force_login(worker, BACKEND)
    assert client.get("/").content.decode().count(f"Say on which side you count: {group.name}") == 1
    page = client.get(address).content.decode()
    version = group.coming_terms.version
    assert (f"?terms={version}" in page, 'value="lived_experience"' in page) == (True, False)
    assert client.post(address, {"side": "lived_experience"}).status_code == 422
    client.post(address, {"side": "staff"})
    assert counting.sides_by_terms(group, group.terms, [worker], timezone.now()) == {
        worker.pk: "staff"
    }
    assert counting.silent(group) == [worker.name]
    page = client.get(group.get_absolute_url()).content.decode()
    assert "You have not said on which side you count then." in " ".join(page.split())
    client.post(address, {"side": "lived_experience"})
    assert counting.silent(group) == []
    client.post(f"{address}?terms={version}", {"side": "neither"})
    rules = SideAnswer.objects.answered().order_by("pk").values_list("rule", "side")
    assert list(rules) == [
        ("staff", "staff"),
        ("lived_experience", "lived_experience"),
        ("lived_experience", "neither"),
    ]
    for wrong in ("99", "x", ""):
        assert client.get(f"{address}?terms={wrong}").status_code == 404


def test_while_neither_side_comes_people_are_asked_by_the_terms_in_force(group, worker):
    say(group, "staff")
    group = coming(group, "neither")
    assert counting.silent(group) == [worker.name]
    assert counting.question(group, worker).sides == ["staff", "neither"]
    assert told("groups.side_here_asked") == [worker.pk]
    counting.say(group, "staff", by=worker)
    assert not came(group, worker).was_quorate


# --- how they count -----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("rule", "side", "presence"),
    [
        ("staff", "staff", Presence(3, 1, 2)),
        ("lived_experience", "lived_experience", Presence(3, 2, 1)),
        ("lived_experience", "neither", Presence(3, 1, 1)),
        ("neither", None, Presence(3, 1, 1)),
        ("", None, Presence(3, 2, 1)),
    ],
)
def test_they_count_as_the_terms_allow_and_they_said(group, worker, rule, side, presence):
    say(group, rule)
    if side:
        answered(group, worker, side)
    meeting = came(group, worker)
    assert (meeting.presence(), meeting.was_quorate) == (presence, True)


def test_on_neither_side_they_are_missing_from_their_own(group, worker):
    """Two lived experience needed: one of them a peer worker whom the terms count as staff."""
    group.terms_of_reference.update(quorum_lived_experience=2, peer_workers="staff")
    answered(group, worker, "staff")
    assert not came(group, worker).was_quorate


def test_who_started_within_the_notice_counts_as_before(group):
    say(group, "staff")
    user = UserFactory()
    appoint(group, user)
    begin(user, days_ago=3)
    assert came(group, user).presence() == Presence(3, 2, 1)


def test_after_the_post_they_are_asked_again_and_count_once_they_say_so(group, worker):
    say(group, "staff")
    answered(group, worker, "staff")
    leave(worker)
    assert counting.question(group, worker).sides == ["lived_experience", "neither"]
    assert not came(group, worker).was_quorate
    answered(group, worker, "lived_experience", days_ago=20)
    assert came(group, worker).presence() == Presence(3, 2, 1)
    counting.say(group, "neither", by=worker)
    assert counting.sides_by_terms(group, group.terms, [worker], timezone.now()) == {
        worker.pk: "neither"
    }


def test_who_left_a_post_before_the_terms_said_anything_is_not_asked(group, worker):
    leave(worker)
    group.terms_of_reference.update(
        peer_workers="staff", in_force_from=timezone.localdate() - timedelta(days=50)
    )
    assert counting.question(group, worker) is None
    assert came(group, worker).was_quorate


def test_a_written_round_counts_nobody_who_has_not_said(group):
    steering = make.steering(name="Steering")[0]
    say(steering, "staff")
    member = UserFactory()
    appoint(steering, member)
    begin(member, days_ago=90)
    review = Review(group=steering)
    round_ = WrittenRound(review=review, opened_at=timezone.now())
    assert round_._side_of(member) == ""
    assert round_._side_of(make.leads(steering)[1]) == "staff"


# --- what people are told -----------------------------------------------------------------------
def test_at_the_start_each_group_asks_once_and_the_co_leads_hear_the_answer(client, group):
    other = working_group()
    user = UserFactory()
    appoint(group, user)
    appoint(other, user)
    say(group, "staff")
    post = Appointment.begin(user=user, started_on=timezone.localdate())
    counting.ask(user)
    assert told("groups.side_here_asked") == [user.pk]
    client.force_login(user, BACKEND)
    home = client.get("/").content.decode()
    assert f"Say on which side you count: {group.name}" in home
    assert f"Say on which side you count: {other.name}" not in home
    lead = group.leads()[0]
    client.force_login(lead, BACKEND)
    page = " ".join(client.get(group.get_absolute_url()).content.decode().split())
    assert f"until they say on which side they count: {user.name}." in page
    client.force_login(user, BACKEND)
    answer = client.post(reverse("group_side", args=[group.slug]), {"side": "neither"}, follow=True)
    page = " ".join(answer.content.decode().split())
    assert ("Saved. The co-leads are told." in page, "neither side." in page) == (True, True)
    assert told("groups.side_here_said") == sorted(one.pk for one in group.leads())
    assert "Say on which side" not in client.get("/").content.decode()
    post.move("induct", by=programme_user(HR))
    leave(user, days_ago=0)
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        counting.ask(user)
        assert f"Say on which side you count: {group.name}" in client.get("/").content.decode()


def test_terms_that_are_adopted_ask_those_in_post_and_they_can_answer_before_the_day(group, worker):
    terms = make.terms(group, state="signed", peer_workers="staff")
    terms.follow("adopt", by=group.leads()[0])
    assert group.terms.peer_workers == ""
    assert told("groups.side_here_asked") == [worker.pk]
    counting.say(group, "staff", by=worker)
    assert SideAnswer.objects.answered().get().rule == "staff"


def test_whoever_joins_a_group_in_post_is_asked(group, worker):
    other = working_group()
    say(other, "lived_experience")
    appoint(other, worker)
    assert told("groups.side_here_asked") == [worker.pk]


def test_terms_that_do_not_say_it_say_so_and_the_next_ones_have_to(client, group, worker):
    lead = group.leads()[0]
    for user, asked in ((worker, False), (lead, True)):
        client.force_login(user, BACKEND)
        page = " ".join(client.get(group.get_absolute_url()).content.decode().split())
        assert "The terms do not say how peer workers count" in page
        assert ("Please say it in the next terms." in page) is asked
    answer = client.post(reverse("terms_add", args=[group.slug]), {"text": "We decide."})
    assert "Choose how peer workers count in this group." in answer.content.decode()


def test_a_meeting_and_its_minutes_say_how_many_did_not_count_and_co_leads_whom(
    client, group, worker
):
    neither = UserFactory()
    appoint(group, neither)
    begin(neither, days_ago=90)
    say(group, "staff")
    answered(group, neither, "neither")
    meeting = make.held(group, days_ago=1)
    text = outline(Meeting.objects.get(pk=meeting.pk))
    assert "Of them on neither side: 1." in text
    assert "Not counted, since they had not said on which side: 1." in text
    member = UserFactory()
    appoint(group, member)
    for reader, words in ((member, "on which side: 1."), (group.leads()[0], worker.name)):
        client.force_login(reader, BACKEND)
        page = " ".join(client.get(meeting.get_absolute_url()).content.decode().split())
        found = page.partition("Not counted, since they had not said on which side:")[2]
        assert words in f"on which side:{found[:60]}"
    form = client.get(reverse("attendance", args=[meeting.pk])).content.decode()
    assert f"{worker.name}, does not count: has not said on which side" in form
    assert f"{neither.name}, neither side" in form


def test_a_groups_page_asks_the_same_of_one_peer_worker_and_of_three(client, group, worker):
    say(group, "staff")
    lead = group.leads()[0]
    client.force_login(lead, BACKEND)
    client.get(group.get_absolute_url())
    counts = []
    for more in (0, 2):
        for _ in range(more):
            user = UserFactory()
            appoint(group, user)
            begin(user, days_ago=90)
        with CaptureQueriesContext(connection) as asked:
            assert worker.name in client.get(group.get_absolute_url()).content.decode()
        counts.append(len(asked))
    assert counts[0] == counts[1]
