"""Who is told what about outputs, and how often; and what needs whom."""

from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from apps.core.needs import NEEDS
from apps.notifications import planning, sending
from apps.notifications.models import ReminderRule
from apps.taskgroups.messages import EasyReadMissing, SignatureWaiting
from apps.taskgroups.models.output import Attachment, Output
from tests import factories as make

from ..factories import UserFactory, appoint, working_group

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def group():
    return working_group()


@pytest.fixture
def leads(group):
    return make.leads(group)


@pytest.fixture
def member(group):
    user = UserFactory()
    appoint(group, user)
    return user


@pytest.fixture
def output(group):
    return make.output(group, title="Secret title")


@pytest.fixture
def steering():
    return make.steering_group()[1]


@pytest.fixture
def sent(mailoutbox):
    """Plan and send as the scheduler does; returns (subject, address) of what went out since."""

    def run(after=timedelta()):
        before = len(mailoutbox)
        with time_machine.travel(timezone.now() + after, tick=False):
            planning.plan()
            sending.send()
        return {(mail.subject, mail.to[0]) for mail in mailoutbox[before:]}

    return run


@pytest.fixture(autouse=True)
def _by_day():
    """Quiet hours hold nothing back at noon."""
    with time_machine.travel("2026-11-24T12:00:00Z", tick=True):
        yield


def needs(user):
    """What needs this person, about outputs."""
    return {
        need.title.split(":")[0]
        for source in NEEDS
        for need in source(user)
        if "/outputs/" in need.url
    }


def each(subject, *people):
    return {(subject, user.email) for user in people}


# --- suggestions ----------------------------------------------------------------------------------
def test_given_a_suggestion_then_the_co_leads_hear_and_later_are_reminded(
    output, leads, member, sent
):
    suggestion = make.suggestion(output, member)
    assert sent() == each("A change was suggested", *leads)
    assert sent(6 * DAY) == set()
    assert sent(8 * DAY) == each("A suggestion waits for an answer", *leads)
    assert sent(8 * DAY) == set()
    assert needs(leads[0]) == {"Answer the suggestions"}
    assert needs(member) == set()
    make.taken_up(suggestion, leads[0])
    assert sent(30 * DAY) == each("Your suggestion was answered", member)
    assert needs(leads[0]) == set()


def test_given_a_suggestion_from_paper_then_nobody_is_told_in_its_name(output, leads, sent):
    paper = {"constituency": "lived_experience", "given_name": "Mo"}
    made = make.suggestion(output, leads[0], paper=paper)
    assert sent() == each("A change was suggested", leads[1])
    made.reply("turn_down", "No.", by=leads[1])
    assert sent() == set()


def test_given_an_answer_then_it_leads_to_the_words_and_an_objection_to_the_co_leads(
    output, leads, member, sent, mailoutbox
):
    suggestion = make.suggestion(output, member)
    sent()
    make.taken_up(suggestion, leads[0], body="You have a mentor, Pat.")
    assert sent() == each("Your suggestion was answered", member)
    told = mailoutbox[-1].body
    assert suggestion.get_absolute_url() in told
    assert "The words before and after stand on its page." in told
    assert "Is this not what you meant?" in told
    suggestion.object("I meant her telephone number.", by=member)
    assert sent() == each("Somebody says: this is not what I meant", *leads)
    assert "telephone" not in mailoutbox[-1].body  # what it says is read on the site


def test_given_a_draft_closed_again_then_the_answer_is_still_told_without_a_link(
    output, leads, sent, mailoutbox
):
    output.share(Output.SharedWith.PROGRAMME, by=leads[0])
    elsewhere = UserFactory()
    appoint(working_group(), elsewhere)
    made = make.suggestion(output, elsewhere)
    sent()
    output.share(Output.SharedWith.GROUP, by=leads[0])
    make.taken_up(made, leads[0], "adapt", reason="In part.")
    assert sent() == each("Your suggestion was answered", elsewhere)
    assert "In part." in mailoutbox[-1].body
    assert made.get_absolute_url() not in mailoutbox[-1].body


# --- signatures -----------------------------------------------------------------------------------
def test_given_one_signature_then_the_other_co_lead_hears_and_is_reminded(output, leads, sent):
    output.sign(by=leads[0])
    assert sent() == each("Your signature is waited for", leads[1])
    assert sent(2 * DAY) == set()
    assert sent(4 * DAY) == each("Your signature is still waited for", leads[1])
    assert needs(leads[1]) == {"Read and sign"}
    assert needs(leads[0]) == set()
    output.sign(by=leads[1])
    assert sent(20 * DAY) == set()  # there is no steering group yet to be told


def test_given_words_that_change_then_who_signed_is_asked_again(output, leads, sent):
    output.sign(by=leads[0])
    sent()
    output.write(by=leads[1], seen=output.latest.revision, body="Other words")
    assert sent() == each("The words changed after you signed", leads[0])
    assert sent(20 * DAY) == set()


# --- review ---------------------------------------------------------------------------------------
def test_given_it_is_submitted_then_the_steering_co_leads_hear_and_nobody_else(
    output, leads, steering, sent
):
    group = steering.memberships.get().group
    make.submitted(output)
    told = sent() - each("Your signature is waited for", leads[1])
    assert told == each("An output is ready for review", *make.leads(group))


@pytest.mark.parametrize(
    ("move", "subject"),
    [("accept", "An output was accepted"), ("decline", "An output was declined")],
)
def test_given_it_is_decided_then_the_whole_group_hears(
    output, leads, member, steering, sent, move, subject
):
    make.in_review(output, steering)
    sent()
    output.move(move, by=steering)
    assert sent() == each(subject, *leads, member)


def test_given_changes_are_asked_then_the_group_hears_and_it_needs_them(
    output, leads, member, steering, sent
):
    make.in_review(output, steering)
    sent()
    output.request_changes(["Name the mentor."], by=steering)
    assert sent() == each("Changes are asked for", *leads, member)
    assert needs(member) == {"Start the next version"}
    output.move("next_version", by=member)
    assert needs(member) == set()


# --- easy read and evidence -----------------------------------------------------------------------
def test_given_easy_read_is_missing_then_the_co_leads_are_reminded_before_it_is_due(
    output, leads, steering, sent
):
    due = timezone.localdate() + timedelta(days=40)
    output.ask_for(due=due, easy_read_required=True, by=steering)
    assert sent(15 * DAY) == set()
    assert sent(20 * DAY) == each("The easy-read version is missing: due Sunday 3 January", *leads)
    assert needs(leads[1]) == {"Add an easy-read version"}
    output.write(by=leads[0], seen=output.latest.revision, easy_read="Easy.")
    assert sent(35 * DAY) == set()
    assert needs(leads[1]) == set()


def test_given_an_easy_read_file_then_nothing_is_missing(output, leads, steering):
    output.ask_for(due=None, easy_read_required=True, by=steering)
    assert needs(leads[0]) == {"Add an easy-read version"}
    file = SimpleUploadedFile("easy.txt", b"Easy")
    Attachment.add(output, file, by=leads[0], title="Easy", use="easy_read")
    assert needs(leads[0]) == set()


def test_given_an_accepted_output_then_its_evidence_is_asked_for(output, leads, steering, sent):
    make.accepted(output, steering)
    sent()
    assert sent(29 * DAY) == set()
    assert sent(31 * DAY) == each("Is it in use yet?", *leads)
    both = make.leads(steering.memberships.get().group)
    assert sent(91 * DAY) == each("Is it in use yet?", *leads, *both)
    with time_machine.travel(timezone.now() + 31 * DAY):
        assert needs(leads[0]) == needs(steering) == {"Say how it is in use"}
    output.put_to_use(by=leads[0], evidence="In three teams.")
    assert sent(200 * DAY) == set()


# --- privacy --------------------------------------------------------------------------------------
def test_no_subject_says_what_an_output_is_about(output, leads, member, steering, sent):
    make.taken_up(make.suggestion(output, member), leads[0])
    make.changes_requested(output, steering)
    assert {subject for subject, _ in sent()} == {
        "Your suggestion was answered",
        "Changes are asked for",
    }


@pytest.mark.parametrize(("kind", "queries"), [(SignatureWaiting, 1), (EasyReadMissing, 3)])
def test_the_planner_asks_the_same_however_many_outputs_are_due(
    group, leads, kind, queries, django_assert_num_queries
):
    rule = ReminderRule.objects.filter(kind=kind.name).first()
    then = timezone.now() + 60 * DAY

    def made(number):
        one = make.output(group, title=f"Output {number}", easy_read="")
        one.sign(by=leads[0])
        Output.objects.filter(pk=one.pk).update(easy_read_required=True, due=then.date())
        return one

    def due():
        with django_assert_num_queries(queries):
            return {one.subject for one in kind().due(rule, then)}

    outputs = {made(1)}
    assert due() == outputs
    outputs |= {made(2), made(3)}
    assert due() == outputs
