"""Reviews: who may review, what must be in before deciding, and who reads what when."""

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from apps.accounts.roles import ADMIN, OFFICE
from apps.core.exceptions import Conflict, IllegalMove, NotYet
from apps.core.models import AuditEntry
from apps.groups.roles import Role
from apps.meetings.models.outcome import Decision
from apps.notifications.models import Delivery
from apps.steering.models.review import (
    PassageComment,
    Recommendation,
    Review,
    ReviewAssignment,
)
from apps.steering.models.written import WrittenRound
from apps.taskgroups.models.output import Output
from tests import factories as make

from ..at_once import at_once
from ..factories import StaffFactory, UserFactory, appoint, programme_user
from ..meetings.test_quorum import correct

SECRET = "Mermaids would do it better"


def quorate(world, review, **fields):
    """A decision on a review that the steering group took just now, by everybody."""
    held = make.held(world.steering, days_ago=0, by=world.lead)
    return make.decision(held, about=review, **fields)


def inquorate(world, review):
    held = make.held(world.steering, [world.lead], days_ago=0, by=world.lead)
    return make.decision(held, about=review)


# --- opening --------------------------------------------------------------------------------------
def test_given_a_submitted_output_when_the_review_begins_then_it_is_in_review(world):
    review = make.review(world.output, world.lead, world.lived)
    world.output.refresh_from_db()
    assert world.output.state == Output.State.IN_REVIEW
    assert review.version == world.output.latest
    assert review.due == timezone.localdate() + timezone.timedelta(days=14)
    told = Delivery.objects.filter(occurrence__rule__kind="steering.asked")
    assert {one.recipient for one in told} == {world.lived}


def test_given_an_open_review_then_a_second_is_refused(world, review):
    with pytest.raises(IllegalMove, match="already in review"):
        Review.begin(Output.objects.get(), by=world.staff_lead)


def test_given_no_co_lead_of_the_steering_group_then_no_review_begins(world):
    for user in (world.lived, world.authors[0], programme_user(OFFICE), UserFactory()):
        with pytest.raises(PermissionDenied):
            Review.begin(world.output, by=user)


# --- reviewers ------------------------------------------------------------------------------------
def test_nobody_reviews_their_own_work(world):
    author = world.authors[0]
    appoint(world.steering, author)
    review = make.review(world.output, world.lead)
    assert author not in review.candidates()
    with pytest.raises(NotYet, match="their own work"):
        review.ask([author], by=world.lead)


def test_only_deciding_members_of_the_steering_group_review(world):
    observer, stranger = UserFactory(), UserFactory()
    appoint(world.steering, observer, Role.OBSERVER)
    review = make.review(world.output, world.lead)
    assert set(review.candidates()) == {world.lived, world.staff, world.lead, world.staff_lead}
    for user in (observer, stranger):
        with pytest.raises(NotYet):
            review.ask([user], by=world.lead)


def test_a_reviewer_declares_before_writing(world, review):
    mine = review.assignments.get(reviewer=world.lived)
    with pytest.raises(NotYet, match="conflict of interest"):
        mine.write(by=world.lived, verdict="accept", text="Good.")
    mine.move("declare", by=world.lived)
    mine.write(by=world.lived, verdict="accept", text="Good.")
    boss = programme_user(ADMIN, is_superuser=True)
    for other in (world.staff, world.lead, boss):
        with pytest.raises(PermissionDenied):
            mine.write(by=other, verdict="decline", text="Bad.")
        with pytest.raises(PermissionDenied):
            mine.move("send", by=other)


@pytest.mark.parametrize(
    ("verdict", "text", "message"),
    [("", "Good.", "Say what you recommend"), ("accept", " ", "Give your reasons")],
)
def test_half_a_recommendation_is_not_sent(world, review, verdict, text, message):
    mine = review.assignments.get(reviewer=world.lived)
    mine.move("declare", by=world.lived)
    mine.write(by=world.lived, verdict=verdict, text=text)
    with pytest.raises(NotYet, match=message):
        mine.move("send", by=world.lived)
    offer = mine.moves_for(world.lived)["send"]
    (missing,) = offer.missing
    assert message in missing.text
    assert missing.url == reverse("recommend", args=[mine.pk])


def test_what_was_sent_no_longer_changes(world, review):
    mine = make.recommended(review, world.lived)
    with pytest.raises(IllegalMove, match="no longer changes"):
        mine.write(by=world.lived, verdict="decline", text="I changed my mind.")


def test_a_comment_that_is_gone_says_so(world, review):
    mine = review.assignments.get(reviewer=world.lived)
    mine.move("declare", by=world.lived)
    written = mine.write(by=world.lived, verdict="accept", text="Good.")
    comment = written.comment(by=world.lived, passage="Somebody", text="Who?")
    again = PassageComment.objects.get()
    comment.remove(by=world.lived)
    with pytest.raises(Conflict, match="gone already"):
        again.remove(by=world.lived)


def test_a_reviewer_with_a_conflict_stands_down_and_the_reason_is_for_the_co_leads(
    world, review, as_
):
    mine = review.assignments.get(reviewer=world.lived)
    mine.stand_down("The author is my sister.", by=world.lived)
    assert not AuditEntry.objects.filter(note__contains="sister").exists()
    address = review.get_absolute_url()
    assert "sister" in as_(world.lead).get(address).content.decode()
    assert "sister" not in as_(world.staff).get(address).content.decode()
    assert (
        "Nobody reviews this for lived experience" in as_(world.staff).get(address).content.decode()
    )


def test_the_co_leads_hear_once_all_are_in(world, ready):
    told = Delivery.objects.filter(occurrence__rule__kind="steering.all_in")
    assert {one.recipient for one in told} == {world.lead, world.staff_lead}


# --- deciding -------------------------------------------------------------------------------------
def decide(world, review, outcome="accept", **fields):
    if "decision" not in fields:
        fields["decision"] = quorate(world, review, outcome=outcome)
    return review.decide(outcome, by=world.lead, **{"reasons": "It is clear."} | fields)


def test_given_a_quorate_decision_then_the_output_is_accepted_and_all_are_told(world, ready):
    decide(world, ready)
    world.output.refresh_from_db()
    assert (ready.state, world.output.state) == (Review.State.DECIDED, Output.State.ACCEPTED)
    told = Delivery.objects.filter(occurrence__rule__kind="steering.decided")
    assert {one.recipient for one in told} == {world.lived, world.staff}
    group = Delivery.objects.filter(occurrence__rule__kind__startswith="taskgroups.")
    assert {world.authors[0], world.authors[1]} <= {one.recipient for one in group}


def test_given_no_recommendation_from_lived_experience_then_nothing_is_decided(world, review):
    make.recommended(review, world.staff)
    with pytest.raises(NotYet, match="from a reviewer for lived experience"):
        decide(world, review)
    assert Output.objects.get().state == Output.State.IN_REVIEW


def test_given_only_a_stood_down_peer_then_nothing_is_decided(world, review):
    make.recommended(review, world.staff)
    review.assignments.get(reviewer=world.lived).stand_down("Ill.", by=world.lead)
    with pytest.raises(NotYet, match="lived experience"):
        decide(world, review)


def test_nothing_is_decided_before_every_reviewer_has_sent(world, as_):
    review = make.review(world.output, world.lead, world.lived, world.staff, world.staff_lead)
    make.recommended(review, world.lived)
    make.recommended(review, world.staff)
    with pytest.raises(NotYet, match="once every reviewer has sent"):
        decide(world, review)
    body = as_(world.lead).get(review.get_absolute_url()).content.decode()
    assert "You can decide once every reviewer has sent" in body
    assert "Whose turn: the reviewers." in body
    assert reverse("review_decide", args=[review.pk]) not in body


def test_the_page_says_which_side_is_not_heard_and_where_to_ask(world, as_):
    review = make.review(world.output, world.lead, world.staff)
    body = as_(world.lead).get(review.get_absolute_url()).content.decode()
    address = reverse("review_ask", args=[review.pk])
    assert f'<a href="{address}">There is no recommendation yet from a reviewer for lived' in body


def test_nobody_stands_down_from_a_review_that_is_over(world, review):
    mine = review.assignments.get(reviewer=world.lived)
    review.move("withdraw", by=world.authors[0], note="We found a gap.")
    mine.refresh_from_db()
    with pytest.raises(NotYet, match="over"):
        mine.stand_down("Ill.", by=world.lived)


def test_given_an_inquorate_meeting_then_its_decision_settles_nothing(world, ready):
    decision = inquorate(world, ready)
    assert decision.state == Decision.State.PROVISIONAL
    with pytest.raises(NotYet, match="without the co-production quorum"):
        decide(world, ready, decision=decision)


def test_given_a_provisional_decision_when_ratified_then_it_settles(world, ready):
    decision = inquorate(world, ready)
    later = make.held(world.steering, days_ago=0, by=world.lead)
    make.on_agenda(later, ready)
    decision.settle("ratify", later, by=world.lead)
    with pytest.raises(NotYet, match="without the co-production quorum"):
        decide(world, ready, decision=decision)
    decision.settle("ratify", later, by=world.staff_lead)
    decide(world, ready, decision=decision)
    assert ready.state == Review.State.DECIDED


def test_a_decision_from_before_the_review_or_of_another_group_settles_nothing(world, ready):
    before = make.held(world.steering, days_ago=3, by=world.lead)
    old = make.decision(before, about=ready)
    with pytest.raises(NotYet, match="before this review began"):
        decide(world, ready, decision=old)
    elsewhere = make.decision(make.held(world.group, days_ago=0), about=ready)
    with pytest.raises(NotYet, match="of the steering group"):
        decide(world, ready, decision=elsewhere)
    lost = quorate(world, ready, agreed=False)
    with pytest.raises(NotYet, match="settles nothing"):
        decide(world, ready, decision=lost)


def unsettled(world, review, decision, why):
    with pytest.raises(NotYet, match=why):
        decide(world, review, decision=decision)
    assert Review.objects.get(pk=review.pk).state == Review.State.OPEN


def test_a_later_decision_about_something_else_settles_nothing(world, ready):
    later = make.decision(make.held(world.steering, days_ago=0, by=world.lead))
    unsettled(world, ready, later, "is not about Review of The first week, version 1")


def test_what_one_person_recorded_settles_nothing_until_the_other_confirms(world, ready):
    decision = quorate(world, ready, confirmed=False)
    unsettled(world, ready, decision, "is not confirmed yet")
    make.confirm(decision)
    decide(world, ready, decision=decision)
    assert ready.state == Review.State.DECIDED


def test_a_meeting_that_began_before_the_last_recommendation_settles_nothing(world, review):
    make.recommended(review, world.lived)
    early = quorate(world, review)
    make.recommended(review, world.staff)
    unsettled(world, review, early, "began before the last recommendation was in")
    decide(world, review)
    assert review.state == Review.State.DECIDED


def test_what_comes_of_it_is_what_the_meeting_decided(world, ready, as_):
    """Whoever records it can give the reasons, and no other outcome."""
    decision = quorate(world, ready, outcome="decline")
    for other in ("accept", "request_changes"):
        with pytest.raises(NotYet, match="decided something else: decline it"):
            decide(world, ready, other, decision=decision, changes=["Name the mentor."])
    page, client = reverse("review_decide", args=[ready.pk]), as_(world.lead)
    assert "Decline it." in client.get(page).content.decode()
    sent = {"decision": decision.pk, "outcome": "accept", "reasons": "It is clear."}
    assert client.post(page, sent).status_code == 302
    ready.refresh_from_db()
    assert (ready.outcome, ready.output.state) == ("decline", Output.State.DECLINED)


def test_a_decision_on_a_review_says_what_comes_of_it(world, ready, as_):
    held = make.held(world.steering, days_ago=0, by=world.lead)
    item = make.on_agenda(held, ready)
    for outcome in ("", "adopt"):
        with pytest.raises(NotYet, match="Say what the meeting decided about Review of"):
            make.decision(held, item=item, outcome=outcome)
    page, client = reverse("decide", args=[held.pk]), as_(world.lead)
    sent = {"item": item.pk, "text": "We take it.", "method": "consensus", "agreed": "yes"}
    answer = client.post(page, sent)
    assert answer.status_code == 422
    assert "Say what the meeting decided about Review of" in answer.content.decode()
    assert client.post(page, sent | {"outcome": "request_changes"}).status_code == 302
    decision = held.decisions.get()
    assert decision.outcome_label == "Ask for changes"
    confirm = as_(world.staff_lead).get(reverse("decision_confirm", args=[decision.pk]))
    assert "Ask for changes" in confirm.content.decode()
    other = make.decision(held, outcome="accept")
    assert (other.about, other.outcome) == (None, "")


@pytest.mark.parametrize("outcome", ["accept", "decline", "request_changes"])
def test_a_review_falls_with_its_decision(world, ready, outcome):
    """The meeting had no quorum after all: the output is in review again, and all are told."""
    decision = quorate(world, ready, outcome=outcome)
    decide(world, ready, outcome, decision=decision, changes=["Name the mentor."])
    correct(decision.meeting, [world.lead.pk])
    ready, output = Review.objects.get(), Output.objects.get()
    assert (ready.state, output.state) == (Review.State.OPEN, Output.State.IN_REVIEW)
    assert (ready.outcome, ready.decision, output.decided_at) == ("", None, None)
    assert not output.changes_asked.exists()
    told = Delivery.objects.filter(occurrence__rule__kind="steering.open_again")
    people = {world.lived, world.staff, world.lead, world.staff_lead, *make.leads(world.group)}
    assert {one.recipient for one in told} == people
    decide(world, ready)  # and the steering group decides again
    assert ready.state == Review.State.DECIDED


def test_once_the_work_went_on_a_fallen_decision_is_shown(world, ready, as_):
    decision = quorate(world, ready)
    decide(world, ready, decision=decision)
    output = Output.objects.get()
    output.move("implement", by=world.authors[0], evidence="In use since May.")
    correct(decision.meeting, [world.lead.pk])
    ready.refresh_from_db()
    assert ready.state == Review.State.DECIDED
    body = as_(world.lead).get(ready.get_absolute_url()).content.decode()
    assert "did not have its co-production quorum after all" in body


def test_nobody_reviews_the_work_of_a_group_that_they_were_in(world):
    """A member who wrote no word of it, or has left since it was begun, had a part in it."""
    member, left, hr = UserFactory(), StaffFactory(), StaffFactory()
    today = timezone.localdate()
    for person in (member, left, hr):
        appoint(world.steering, person)
    appoint(world.group, member)
    appoint(world.group, hr, Role.REPRESENTATIVE, represents="hr")
    gone = appoint(world.group, left)
    before = StaffFactory()
    appoint(world.steering, before)
    long_gone = appoint(world.group, before)
    world.group.memberships.filter(pk=long_gone.pk).update(
        starts=today - timezone.timedelta(days=400), ends=today - timezone.timedelta(days=300)
    )
    gone.finish(by=world.lead)
    world.group.memberships.filter(pk=gone.pk).update(
        ended_at=timezone.now() + timezone.timedelta(days=1)
    )
    review = make.review(world.output, world.lead)
    offered = set(review.candidates())
    assert before in offered
    for person in (member, left, hr):
        assert person not in offered
        with pytest.raises(NotYet, match="their group's"):
            review.ask([person], by=world.lead)


def test_whoever_comes_to_the_group_after_they_were_asked_reviews_nothing(world, review):
    mine = review.assignments.get(reviewer=world.lived)
    appoint(world.group, world.lived)
    with pytest.raises(NotYet, match="in the group whose work this is"):
        mine.move("declare", by=world.lived)
    with pytest.raises(NotYet, match="Say why"):
        mine.stand_down(" ", by=world.lived)
    mine.stand_down("I am in that group now.", by=world.lived)


@pytest.mark.parametrize("confirmed", [True, False])
def test_the_task_group_withdraws_nothing_that_a_meeting_decided_on(world, ready, confirmed):
    quorate(world, ready, outcome="decline", confirmed=confirmed)
    with pytest.raises(NotYet, match="What it decided comes first"):
        ready.move("withdraw", by=world.authors[0], note="We found a gap.")


def test_nobody_is_asked_in_writing_about_a_review_that_is_over(world, ready):
    def ask():
        return WrittenRound.begin(
            ready,
            by=world.lead,
            outcome="accept",
            reasons="It is clear.",
            closes_at=timezone.now() + timezone.timedelta(days=3),
        )

    asked = ask()
    decide(world, ready)
    asked.refresh_from_db()
    assert asked.state == WrittenRound.State.FALLEN
    with pytest.raises(IllegalMove):
        asked.answer("agree", by=world.staff)


def test_one_decision_settles_one_review(world, ready):
    decision = quorate(world, ready)
    decide(world, ready, decision=decision)
    other = make.submitted(make.output(world.group, title="The second week"))
    second = make.review(other, world.lead, world.lived, world.staff)
    make.recommended(second, world.lived)
    make.recommended(second, world.staff)
    unsettled(world, second, decision, "is not about Review of The second week")


def test_the_page_shows_the_way_to_a_meeting_and_the_form_offers_only_its_decisions(
    world, ready, as_
):
    client, form = as_(world.lead), reverse("review_decide", args=[ready.pk])

    def page():
        return client.get(ready.get_absolute_url()).content.decode()

    make.decision(make.held(world.steering, days_ago=0, by=world.lead), text="Tea is at four.")
    assert "Put it on the agenda of a meeting of Steering." in page()
    assert form not in page()
    assert "Ask the members in writing" in page()
    assert "Tea is at four." not in client.get(form).content.decode()
    meeting = make.published(world.steering, by=world.lead)
    propose = reverse("agenda_propose", args=[meeting.pk])
    assert propose in page()
    assert "Review of The first week, version 1" in client.get(propose).content.decode()
    make.on_agenda(meeting, ready)
    assert "It is on the agenda of a meeting of Steering" in page()
    decision = quorate(world, ready, confirmed=False, text="We take it.")
    assert "Whose turn: the other co-lead of Steering." in page()
    make.confirm(decision)
    assert form in page()
    assert "We take it." in client.get(form).content.decode()
    assert "Tea is at four." not in client.get(form).content.decode()


def test_without_a_decision_or_reasons_or_changes_nothing_is_decided(world, ready):
    with pytest.raises(NotYet, match="Choose the decision"):
        decide(world, ready, decision=None)
    with pytest.raises(NotYet, match="Give the reasons"):
        decide(world, ready, reasons=" ")
    with pytest.raises(NotYet, match="at least one thing"):
        decide(world, ready, "request_changes", changes=[" "])
    assert Review.objects.get().state == Review.State.OPEN


@pytest.mark.parametrize("role", [OFFICE, ADMIN])
def test_no_programme_role_decides(world, ready, role):
    with pytest.raises(PermissionDenied):
        ready.decide("accept", by=programme_user(role), reasons="Because.")


def test_given_changes_asked_then_the_next_version_is_reviewed_afresh(world, ready):
    decide(world, ready, "request_changes", changes=["Name the mentor.", ""])
    output = Output.objects.get()
    assert output.state == Output.State.CHANGES_REQUESTED
    assert [one.text for one in output.changes_asked.all()] == ["Name the mentor."]
    lead = world.authors[0]
    output.move("next_version", by=lead)
    output.write(by=lead, seen=output.latest.revision, body="Your mentor is named on day one.")
    output.changes_asked.get().tick("In the first line.", by=lead)
    make.submitted(output)
    second = make.review(output, world.lead, world.lived)
    assert (second.version.number, ready.version.number) == (2, 1)


def test_the_task_group_can_withdraw_it_and_the_reviewers_are_told(world, review):
    review.move("withdraw", by=world.authors[0], note="We found a gap.")
    assert Output.objects.get().state == Output.State.WITHDRAWN
    told = Delivery.objects.filter(occurrence__rule__kind="steering.withdrawn")
    assert {world.lived, world.staff, world.lead} <= {one.recipient for one in told}
    with pytest.raises(PermissionDenied):
        review.move("withdraw", by=world.lead)


# --- who reads what -------------------------------------------------------------------------------
def reads(user, review):
    found = Recommendation.objects.visible_to(user).filter(assignment__review=review)
    return {one.assignment.reviewer for one in found}


def test_recommendations_are_read_in_the_right_order(world, review):
    bystander = StaffFactory()
    appoint(world.steering, bystander)
    everyone = [
        world.lived,
        world.staff,
        world.lead,
        world.staff_lead,
        bystander,
        world.authors[0],
        programme_user(OFFICE),
        programme_user(ADMIN),
    ]

    def who_reads(whose):
        return {user for user in everyone if whose in reads(user, review)}

    make.recommended(review, world.lived)
    assert who_reads(world.lived) == {world.lived}  # the other still owes theirs
    make.recommended(review, world.staff)
    both = {world.lived, world.staff}
    assert who_reads(world.lived) == who_reads(world.staff) == both | {world.lead, world.staff_lead}
    decide(world, review)
    assert who_reads(world.lived) == both | {world.lead, world.staff_lead, bystander}


def test_a_co_lead_who_reviews_reads_nothing_before_sending(world):
    review = make.review(world.output, world.lead, world.lived, world.staff, world.staff_lead)
    make.recommended(review, world.lived)
    make.recommended(review, world.staff)
    assert reads(world.staff_lead, review) == set()
    assert reads(world.lead, review) == set()  # not all are in
    make.recommended(review, world.staff_lead)
    assert len(reads(world.staff_lead, review)) == 3


def test_whoever_could_read_the_recommendations_cannot_be_asked_afterwards(world, ready):
    with pytest.raises(NotYet, match="could read"):
        ready.ask([world.staff_lead], by=world.lead)


def pages(review):
    """Every address on which something of a review may be shown."""
    first = review.assignments.first()
    yield review.get_absolute_url()
    yield reverse("steering")
    yield reverse("steering") + "?show=decided"
    yield reverse("reviews_csv")
    yield reverse("programme_board")
    yield reverse("programme_board_csv")
    yield reverse("home")
    yield review.output.get_absolute_url()
    yield reverse("recommend", args=[first.pk])
    yield reverse("messages")
    for model in ("review", "reviewassignment", "writtenround"):
        yield reverse(f"admin:steering_{model}_changelist") + "?q=Mermaids"
    yield reverse("admin:steering_review_change", args=[review.pk])
    yield reverse("admin:steering_reviewassignment_change", args=[first.pk])
    yield reverse("admin:core_auditentry_changelist")
    yield reverse("admin:notifications_delivery_changelist")


def test_no_page_export_message_or_admin_shows_a_recommendation_early(world, review, as_):
    boss = programme_user(ADMIN, is_staff=True, is_superuser=True)
    make.recommended(review, world.lived, "decline", SECRET)
    mine = review.assignments.get(reviewer=world.staff)
    mine.move("declare", by=world.staff)
    for user in (
        world.staff,
        world.lead,
        world.staff_lead,
        world.authors[0],
        boss,
        programme_user(OFFICE),
        UserFactory(),
    ):
        client = as_(user)
        for address in pages(review):
            response = client.get(address)
            body = b"".join(response) if response.streaming else response.content
            assert SECRET.encode() not in body, (user, address)
    for message in mail.outbox:
        assert SECRET not in message.body
    # The same pages show it to its author.
    assert SECRET.encode() in as_(world.lived).get(review.get_absolute_url()).content


def test_the_task_group_never_learns_who_reviews(world, ready, as_):
    decide(world, ready)
    body = as_(world.authors[0]).get(ready.get_absolute_url()).content.decode()
    assert "It is clear." in body  # the reasons
    assert world.lived.name not in body
    assert world.staff.name not in body
    assert "Name the mentor." not in body  # what one reviewer wrote


# --- races ----------------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite takes writers one by one")
def test_two_co_leads_decide_at_once_and_one_wins():
    group = make.working_group()
    steering, lived, staff = make.steering()
    leads = make.leads(steering)
    review = make.review(make.submitted(make.output(group)), leads[0], lived, staff)
    make.recommended(review, lived)
    make.recommended(review, staff)
    decision = make.decision(make.held(steering, days_ago=0, by=leads[0]), about=review)

    def decides(mine, user, outcome):
        return lambda: mine.decide(outcome, by=user, reasons="So.", decision=decision)

    one, two = (Review.objects.get(pk=review.pk) for _ in range(2))
    results = at_once(
        decides(one, leads[0], "accept"), decides(two, leads[1], "accept"), told=IllegalMove
    )
    assert sorted(results) == ["done", "told"]
    assert ReviewAssignment.objects.count() == 2
