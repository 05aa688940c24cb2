"""Who hears of reviews, when; and what needs whom. Subject lines name no output and no person."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from apps.core.needs import NEEDS
from apps.notifications import planning, sending
from apps.steering.models.written import WrittenRound
from tests import factories as make

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _by_day():
    """Quiet hours hold nothing back at noon."""
    with time_machine.travel("2026-11-24T12:00:00Z", tick=True):
        yield


@pytest.fixture
def sent(mailoutbox):
    """Plan and send as the scheduler does; {(subject, address)} of the steering mail since."""

    def run(after=timedelta()):
        before = len(mailoutbox)
        with time_machine.travel(timezone.now() + after, tick=False):
            planning.plan()
            sending.send()
        return {(mail.subject, mail.to[0]) for mail in mailoutbox[before:]}

    return run


def needs(user):
    return {
        need.title.split(":")[0]
        for source in NEEDS
        for need in source(user)
        if "output" in need.url or "steering" in need.url
    }


def test_a_reviewer_is_asked_reminded_before_and_after_until_they_send(world, review, sent):
    subject = "A review waits for you: due Tuesday 8 December"
    first = sent()
    assert ("You are asked to review by Tuesday 8 December", world.lived.email) in first
    assert "The first week" not in " ".join(text for text, _ in first)
    make.recommended(review, world.staff)
    for days in (11, 13, 15):  # due after 14: three days before, one before, one after
        assert {one for one in sent(days * DAY) if one[0] == subject} == {
            (subject, world.lived.email)
        }
    assert not {one for one in sent(16 * DAY) if one[0] == subject}


OVERDUE = "A review is overdue: it was due on Tuesday 8 December"


def test_the_co_leads_hear_of_what_is_overdue(world, review, sent):
    sent()
    late = {one for one in sent(15 * DAY) if one[0] == OVERDUE}
    assert {address for _, address in late} == {world.lead.email, world.staff_lead.email}


def test_an_output_that_nobody_took_up_is_remembered_after_three_days(world, sent):
    subject = "An output waits for its review since Tuesday 24 November"
    assert not {one for one in sent(2 * DAY) if one[0] == subject}
    assert {address for text, address in sent(3 * DAY) if text == subject} == {
        world.lead.email,
        world.staff_lead.email,
    }
    make.review(world.output, world.lead)
    assert not {one for one in sent(4 * DAY) if one[0] == subject}


def test_only_those_who_have_not_answered_in_writing_are_reminded(world, ready, sent):
    asked = WrittenRound.begin(
        ready,
        by=world.lead,
        outcome="accept",
        reasons="Yes.",
        closes_at=timezone.now() + 3 * DAY,
    )
    sent()
    asked.answer("agree", by=world.lead)
    asked.answer("disagree", by=world.lived)
    subject = "Please still answer in writing by midday on Friday 27 November"
    assert {address for text, address in sent(2 * DAY + timedelta(hours=1)) if text == subject} == {
        world.staff.email,
        world.staff_lead.email,
    }


def test_what_needs_whom_follows_the_review(world):
    assert "Open the review" in needs(world.lead)
    assert needs(world.lived) == set()
    review = make.review(world.output, world.lead, world.lived, world.staff)
    assert "Open the review" not in needs(world.lead)
    assert needs(world.lived) == {"Say what you recommend"}
    make.recommended(review, world.lived)
    assert needs(world.lived) == set()
    assert "Bring it to a decision" not in needs(world.lead)
    make.recommended(review, world.staff)
    assert "Bring it to a decision" in needs(world.lead)
    asked = WrittenRound.begin(
        review,
        by=world.lead,
        outcome="accept",
        reasons="Yes.",
        closes_at=timezone.now() + 3 * DAY,
    )
    assert "Answer in writing" in needs(world.staff)
    asked.answer("agree", by=world.staff)
    assert "Answer in writing" not in needs(world.staff)
    assert "Answer in writing" not in needs(world.authors[0])
