"""Deciding in writing: the quorum is counted from those who answer, and the clock closes it."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models.sides import SideChange
from apps.accounts.roles import OFFICE
from apps.core.exceptions import IllegalMove, NotYet
from apps.groups.roles import Role
from apps.notifications.models import Delivery
from apps.steering.models.review import Recommendation, Review
from apps.steering.models.written import WrittenRound
from apps.taskgroups.models.output import Output
from tests import factories as make

from ..factories import StaffFactory, UserFactory, appoint

pytestmark = pytest.mark.differs


@pytest.fixture
def asked(world, ready):
    """The members are asked whether to accept it, until the day after tomorrow."""
    return WrittenRound.begin(
        ready,
        by=world.lead,
        outcome="accept",
        reasons="It is clear.",
        closes_at=timezone.now() + timedelta(days=2),
    )


def answer(round_, **answers):
    for value, people in answers.items():
        for person in people:
            round_.answer(value, by=person)


def test_given_the_quorum_agrees_then_the_output_is_accepted(world, asked):
    answer(asked, agree=[world.lead, world.staff, world.staff_lead], disagree=[world.lived])
    asked.conclude(by=world.lead)
    assert asked.state == WrittenRound.State.CARRIED
    assert Review.objects.get().state == Review.State.DECIDED
    assert Output.objects.get().state == Output.State.ACCEPTED


@pytest.mark.parametrize(
    ("agree", "disagree"),
    [
        (["lead", "lived"], []),  # two of three needed
        (["staff", "staff_lead", "more"], []),  # nobody with lived experience
        (["lead", "staff"], ["lived", "staff_lead"]),  # no more for than against
    ],
)
def test_without_quorum_or_agreement_it_falls_and_the_review_stays_open(
    world, asked, agree, disagree
):
    world.more = StaffFactory()
    appoint(world.steering, world.more)
    answer(
        asked,
        agree=[getattr(world, name) for name in agree],
        disagree=[getattr(world, name) for name in disagree],
    )
    with time_machine.travel(asked.closes_at, tick=False):
        asked.conclude(by=world.lead)
    assert asked.state == WrittenRound.State.FALLEN
    assert Review.objects.get().state == Review.State.OPEN
    assert Output.objects.get().state == Output.State.IN_REVIEW


def test_one_person_settles_nothing_alone(world, asked):
    """Whoever opened it answers alone and records the result: there is no quorum."""
    answer(asked, agree=[world.lead])
    with time_machine.travel(asked.closes_at, tick=False):
        with pytest.raises(NotYet, match="quorum was not reached"):
            asked.move("carry", by=world.lead)
        asked.conclude(by=world.lead)
    assert asked.state == WrittenRound.State.FALLEN
    with pytest.raises(NotYet, match="Choose the decision"):
        asked.review.decide("accept", by=world.lead, reasons="So.")
    assert Review.objects.get().state == Review.State.OPEN


def test_what_a_round_carried_serves_once_and_for_nothing_else(world, asked):
    answer(asked, agree=[world.lead, world.staff, world.staff_lead, world.lived])
    asked.conclude(by=world.lead)
    with pytest.raises(IllegalMove):
        asked.conclude(by=world.staff_lead)
    review = Review.objects.get()
    with pytest.raises(IllegalMove):
        review.decide("accept", by=world.staff_lead, reasons="Again.")
    other = make.submitted(make.output(world.group, title="The second week"))
    second = make.review(other, world.lead, world.lived, world.staff)
    make.recommended(second, world.lived)
    make.recommended(second, world.staff)
    for decided, outcome in ((second, "accept"), (second, "decline")):
        with pytest.raises(NotYet, match="Choose the decision"):
            decided.decide(outcome, by=world.lead, reasons="So.")
    WrittenRound.objects.filter(pk=asked.pk).update(review=second)  # had it been carried for it
    with pytest.raises(NotYet, match="Choose the decision"):
        second.decide("decline", by=world.lead, reasons="Something else.")


def test_it_is_not_over_before_its_time_unless_all_have_answered(world, asked):
    answer(asked, agree=[world.lead, world.staff, world.lived])
    with pytest.raises(NotYet, match="time left"):
        asked.conclude(by=world.lead)
    answer(asked, agree=[world.staff_lead])
    asked.conclude(by=world.lead)
    assert asked.state == WrittenRound.State.CARRIED


def test_the_clock_closes_it_to_the_second_without_any_job(world, asked):
    with time_machine.travel(asked.closes_at - timedelta(seconds=1), tick=False):
        asked.answer("agree", by=world.lead)
    with (
        time_machine.travel(asked.closes_at, tick=False),
        pytest.raises(IllegalMove, match="closed"),
    ):
        asked.answer("agree", by=world.staff)


def test_only_deciding_members_answer(world, asked):
    for user in (UserFactory(), world.authors[0]):
        with pytest.raises(PermissionDenied):
            asked.answer("agree", by=user)


def test_an_answer_can_change_and_counts_once(world, asked):
    asked.answer("agree", by=world.lead)
    asked.answer("disagree", by=world.lead)
    assert dict(asked.tally())["I agree"] == 0
    assert asked.presence().members == 1


@pytest.mark.parametrize("answered_before", [True, False])
def test_a_side_changed_since_counts_nobody_anew(world, asked, answered_before):
    """Neither for an answer that is given again, nor within the notice that the terms ask for."""
    if answered_before:
        asked.answer("agree", by=world.staff)
    change = SideChange.objects.create(
        user=world.staff, before="staff", after="lived_experience", asked_by=world.lead
    )
    change.move("confirm", by=world.staff)
    world.staff.refresh_from_db()
    asked.answer("agree", by=world.staff)
    assert (asked.presence().lived_experience, asked.presence().staff) == (0, 1)


def test_members_are_asked_only_once_every_reviewer_has_sent(world, review):
    make.recommended(review, world.lived)
    with pytest.raises(NotYet, match="every reviewer"):
        WrittenRound.begin(
            review,
            by=world.lead,
            outcome="accept",
            reasons="Yes.",
            closes_at=timezone.now() + timedelta(days=2),
        )


def test_whoever_answers_can_read_the_recommendations(world, asked):
    bystander = StaffFactory()
    appoint(world.steering, bystander)
    assert Recommendation.objects.visible_to(bystander).count() == 2
    with pytest.raises(NotYet, match="have read"):
        asked.review.ask([bystander], by=world.lead)


def test_the_page_shows_how_others_answered_only_after_ones_own(world, asked, as_):
    asked.answer("disagree", by=world.staff, comment="Too long for a phone.")
    address = asked.get_absolute_url()
    assert "Too long for a phone." not in as_(world.lived).get(address).content.decode()
    response = as_(world.lived).post(address, {"value": "agree"})
    assert response.status_code == 302
    assert "Too long for a phone." in as_(world.lived).get(address).content.decode()


def test_an_empty_answer_is_asked_for_again_and_keeps_the_comment(world, asked, as_):
    response = as_(world.lived).post(asked.get_absolute_url(), {"comment": "I wonder."})
    assert response.status_code == 422
    assert "I wonder." in response.content.decode()
    assert "Choose an answer." in response.content.decode()


def test_the_result_is_recorded_with_a_button_once_it_is_over(world, asked, as_):
    answer(asked, agree=[world.lead, world.staff, world.staff_lead, world.lived])
    client = as_(world.lead)
    assert "Record the result" in client.get(asked.get_absolute_url()).content.decode()
    assert client.post(reverse("round_conclude", args=[asked.pk])).status_code == 302
    assert Output.objects.get().state == Output.State.ACCEPTED
    assert client.post(reverse("round_conclude", args=[asked.pk])).status_code == 409


def test_everybody_who_may_answer_is_told(world, asked):
    told = Delivery.objects.filter(occurrence__rule__kind="steering.round_opened")
    assert {one.recipient for one in told} == {
        world.lead,
        world.staff_lead,
        world.lived,
        world.staff,
    }


def test_the_register_of_decisions_holds_it_once_it_is_over(world, asked, as_):
    url = "/governance/decisions/"
    assert as_(world.lived).get(url).context["entries"] == []
    answer(asked, agree=[world.lead, world.staff, world.lived], disagree=[world.staff_lead])
    asked.conclude(by=world.lead)
    for words in ("", "first WEEK"):
        (entry,) = as_(world.lived).get(url, {"q": words}).context["entries"]
    assert entry.reference == f"{world.steering.slug}/in-writing/{asked.pk}"
    assert (entry.status, entry.method, entry.on) == (
        "carried",
        "In writing",
        Review.objects.get().decided_at,
    )
    assert (entry.present, entry.url) == (asked.presence(), asked.get_absolute_url())
    assert entry.needed == world.steering.terms_at(timezone.localdate()).quorum
    for narrowed in ({"status": "lapsed"}, {"method": "vote"}, {"group": "nowhere", "q": "none"}):
        assert as_(world.lived).get(url, narrowed).context["entries"] == []
    assert as_(world.authors[0]).get(url).context["entries"] == []


def test_whoever_is_appointed_once_it_is_open_does_not_answer(world, asked):
    """The office would pack an open round with friends: one co-lead and they would carry it."""
    friend = UserFactory()
    world.steering.appoint(friend, Role.MEMBER, by=make.programme_user(OFFICE))
    with pytest.raises(PermissionDenied):
        asked.answer("agree", by=friend)
    assert friend not in asked.silent()
