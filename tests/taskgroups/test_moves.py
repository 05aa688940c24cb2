"""From a draft to something in use: who moves an output on, and what must be so first."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.utils import IntegrityError

from apps.accounts.roles import OFFICE
from apps.core.exceptions import IllegalMove, NotYet, StaleEdit
from apps.core.models import AuditEntry
from apps.groups.roles import Role
from apps.notifications.models import Delivery
from apps.taskgroups.models.output import Output, OutputVersion, Signature
from tests import factories as make

from ..factories import StaffFactory, UserFactory, appoint, programme_user, working_group
from ..pages import source

pytestmark = pytest.mark.django_db


@pytest.fixture
def group():
    return working_group()


@pytest.fixture
def leads(group):
    return make.leads(group)


@pytest.fixture
def steering():
    return make.steering_group()[1]


@pytest.fixture
def output(group):
    return make.output(group)


# --- beginning ----------------------------------------------------------------------------------
def test_outputs_are_made_by_task_groups_at_work():
    steering, lead = make.steering_group()
    with pytest.raises(NotYet, match="made by task groups"):
        make.output(steering, by=lead)
    forming = working_group(state="forming")
    with pytest.raises(NotYet, match="has not started yet"):
        make.output(forming)


# --- signing ------------------------------------------------------------------------------------
def test_given_one_signature_when_submitted_then_refused_and_half_is_shown(output, leads):
    output.sign(by=leads[0])
    assert output.state == Output.State.DRAFT
    with pytest.raises(NotYet, match="The staff co-lead has not signed yet"):
        output.move("submit", by=leads[0])
    assert [one.user for one in output.signatures()] == [leads[0]]


def test_given_both_signatures_then_it_is_submitted_and_frozen(output, leads):
    for lead in leads:
        output.sign(by=lead)
    output.refresh_from_db()
    assert output.state == Output.State.SUBMITTED
    assert output.latest.is_frozen
    assert output.submitted_at
    assert list(AuditEntry.objects.about(output).values_list("action", flat=True)) == [
        "submit",
        "sign",
        "sign",
        "write",
        "begin",
    ]


def test_given_the_same_co_lead_twice_then_it_is_still_half(output, leads):
    output.sign(by=leads[0])
    output.sign(by=leads[0])
    assert output.state == Output.State.DRAFT
    assert Signature.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"summary": " "}, "Write the plain-language summary."),
        ({"summary": "word " * 201}, "Shorten the summary to 200 words."),
        ({"body": ""}, "Write the text"),
        ({"easy_read_required": True}, "Add the easy-read version"),
    ],
)
def test_given_something_missing_when_signed_then_it_says_what(group, leads, fields, says):
    output = make.output(group, **fields)
    with pytest.raises(NotYet, match=says):
        output.sign(by=leads[0])
    assert not Signature.objects.exists()


def test_given_an_easy_read_page_when_required_then_it_can_be_signed(group):
    output = make.output(group, easy_read_required=True, easy_read="You have a mentor.")
    assert make.submitted(output).state == Output.State.SUBMITTED


def test_given_an_open_suggestion_when_signed_then_it_must_be_answered_first(output, leads):
    suggestion = make.suggestion(output, leads[1])
    with pytest.raises(NotYet, match="Answer 1 suggestion first"):
        output.sign(by=leads[0])
    suggestion.reply("turn_down", "It is on page 2.", by=leads[0])
    output.sign(by=leads[0])


def test_given_a_suggestion_after_the_first_signature_then_the_second_is_refused(output, leads):
    output.sign(by=leads[0])
    make.suggestion(output, leads[1])
    with pytest.raises(NotYet, match="Answer 1 suggestion"):
        output.sign(by=leads[1])


def test_given_an_empty_seat_when_signed_then_it_says_what_to_do(output, leads):
    office = programme_user("Programme office")
    output.group.memberships.get(user=leads[1]).end(by=office)
    with pytest.raises(NotYet, match=r"staff co-lead.s seat is empty\. Ask the programme office"):
        output.sign(by=leads[0])


def test_given_a_signer_who_no_longer_leads_then_the_successor_signs_anew(output, leads):
    output.sign(by=leads[0])
    office = programme_user("Programme office")
    output.group.memberships.get(user=leads[0]).end(by=office)
    successor = UserFactory()
    appoint(output.group, successor, "co_lead", starts=None)
    assert output.signatures() == []
    output.sign(by=leads[1])
    assert output.state == Output.State.DRAFT
    output.sign(by=successor)
    assert output.state == Output.State.SUBMITTED


def test_given_new_words_then_the_signature_lapses(output, leads):
    output.sign(by=leads[0])
    version = output.latest
    output.write(by=leads[1], seen=version.revision, body="Other words")
    assert output.signatures() == []


def test_given_another_answer_to_the_steering_group_then_the_signature_lapses(
    output, leads, steering
):
    make.changes_requested(output, steering)
    output.move("next_version", by=leads[0])
    asked = output.changes_asked.get()
    asked.tick("Named in the second line.", by=leads[0])
    output.sign(by=leads[0])
    asked.tick("Named in the second line.", by=leads[1])  # the same answer
    assert len(output.signatures()) == 1
    asked.tick("We will not.", by=leads[1])
    assert output.signatures() == []
    told = Delivery.objects.filter(occurrence__rule__kind="taskgroups.answer_changed")
    assert {one.recipient for one in told} == {leads[0]}


def test_given_the_same_words_again_then_the_signature_stays(output, leads):
    output.sign(by=leads[0])
    version = output.latest
    output.write(by=leads[1], seen=1, body=version.body)
    assert len(output.signatures()) == 1
    assert output.latest.revision == version.revision


def test_a_signature_can_be_taken_back_while_it_is_a_draft(output, leads):
    output.sign(by=leads[0])
    output.take_back_signature(by=leads[0])
    assert output.signatures() == []
    make.submitted(output)
    with pytest.raises(IllegalMove):
        output.take_back_signature(by=leads[0])


def test_only_co_leads_sign(output):
    member = UserFactory()
    appoint(output.group, member)
    for user in (member, programme_user("Programme office"), UserFactory(is_superuser=True)):
        with pytest.raises(PermissionDenied):
            output.sign(by=user)


def test_the_page_says_what_a_signature_asks_for_with_links_for_who_leads(group, leads, client):
    output = make.output(group, body="", summary="")
    member = UserFactory()
    appoint(group, member)
    link = f'href="{output.edit_url}">Write the text: it is empty.'
    for user, sees in ((leads[0], True), (member, False)):
        client.force_login(user, "apps.accounts.backends.SignIn")
        page = source(client.get(output.get_absolute_url()))
        assert "Write the text: it is empty." in page
        assert (link in page) == sees
        assert "Read and sign" not in page


def test_given_it_was_decided_then_nobody_opens_it_for_suggestions(output, leads, steering):
    make.accepted(output, steering)
    with pytest.raises(IllegalMove, match="has been decided"):
        output.share(Output.SharedWith.PROGRAMME, by=leads[0])


# --- frozen -------------------------------------------------------------------------------------
def test_given_a_submitted_version_then_nothing_changes_it(output, leads):
    version = make.submitted(output).latest
    version.body = "Otherwise"
    with pytest.raises(TypeError):
        version.save()
    with pytest.raises(TypeError):
        OutputVersion.objects.filter(pk=version.pk).update(body="Otherwise")
    with pytest.raises(TypeError):
        version.delete()
    with pytest.raises(TypeError):
        OutputVersion.objects.all().delete()
    with pytest.raises(IllegalMove, match="is submitted: its words no longer change"):
        output.write(by=leads[0], seen=version.revision, body="Otherwise")


@pytest.mark.differs
def test_on_postgresql_the_database_refuses_too(output):
    if connection.vendor != "postgresql":
        pytest.skip("the trigger is PostgreSQL's")
    version = make.submitted(output).latest
    for sql in (
        "UPDATE taskgroups_outputversion SET body = 'x' WHERE id = %s",
        "DELETE FROM taskgroups_outputversion WHERE id = %s",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, [version.pk])


# --- the steering group -------------------------------------------------------------------------
def test_given_changes_requested_then_the_next_version_begins_with_the_words(
    output, leads, steering
):
    make.changes_requested(output, steering, ["Name the mentor.", " ", "Say when."])
    assert [one.text for one in output.changes_asked.all()] == ["Name the mentor.", "Say when."]
    output.move("next_version", by=leads[1])
    version = output.latest
    assert (version.number, version.is_frozen) == (2, False)
    assert version.body == make.TEXTS["body"]
    with pytest.raises(NotYet, match="Say how you answered 2 changes"):
        output.sign(by=leads[0])
    for one in output.changes_asked.all():
        one.tick("In the second paragraph.", by=leads[0])
    make.submitted(output)
    assert output.state == Output.State.SUBMITTED
    assert {one.answered_in for one in output.changes_asked.all()} == {output.latest}


def test_changes_are_not_asked_for_without_a_list(output, steering):
    make.in_review(output, steering)
    with pytest.raises(NotYet, match="at least one"):
        output.request_changes([" "], by=steering)


@pytest.mark.parametrize("name", ["accept", "decline", "request_changes"])
def test_the_group_does_not_decide_its_own_work(output, leads, steering, name):
    make.in_review(output, steering)
    with pytest.raises(PermissionDenied):
        output.move(name, by=leads[0])


def test_given_accepted_when_implemented_then_evidence_is_needed(output, leads, steering):
    make.accepted(output, steering)
    with pytest.raises(NotYet, match="Say how it is in use"):
        output.put_to_use(by=leads[0], evidence=" ")
    output.put_to_use(by=leads[0], evidence="Used in three teams since May.")
    assert output.state == Output.State.IMPLEMENTED


def test_given_withdrawn_when_opened_again_then_the_draft_goes_on(output, leads):
    output.move("withdraw", by=leads[0], note="Not now.")
    output.move("reopen", by=leads[1], note="Now.")
    assert output.latest.number == 1


def test_given_declined_when_opened_again_then_a_new_version_begins(output, leads, steering):
    make.in_review(output, steering).move("decline", by=steering)
    output.move("reopen", by=leads[0], note="We try again.")
    assert (output.state, output.latest.number) == (Output.State.DRAFT, 2)


# --- writing ------------------------------------------------------------------------------------
def test_given_two_writers_then_the_second_is_told_and_nothing_is_lost(output, leads):
    seen = output.latest.revision
    output.write(by=leads[0], seen=seen, body="Mine")
    with pytest.raises(StaleEdit):
        Output.objects.get(pk=output.pk).write(by=leads[1], seen=seen, body="Theirs")
    assert output.latest.body == "Mine"


def test_saves_that_follow_one_another_are_one_entry_in_the_audit(output, leads):
    for number in range(3):
        output.write(by=leads[0], seen=output.latest.revision, body=f"Words {number}")
    assert AuditEntry.objects.about(output).filter(action="write").count() == 1


def test_authors_are_those_who_began_wrote_or_signed(group, output, leads):
    writer, reader = UserFactory(), StaffFactory()
    for user in (writer, reader):
        appoint(group, user)
    output.write(by=writer, seen=output.latest.revision, body="Other words")
    assert set(output.authors()) == {leads[0], writer}
    make.submitted(output)
    assert set(output.authors()) == {*leads, writer}


# --- who signed, and left ------------------------------------------------------------------------
def anew(thing):
    return type(thing).objects.get(pk=thing.pk)


def leaves(group, person):
    seat = group.memberships.current().get(user=person, role=Role.CO_LEAD)
    seat.end(by=programme_user(OFFICE), reason="Away.")


def test_whoever_comes_back_to_their_seat_signs_and_it_goes_on(group, leads, output):
    one, two = leads
    output.sign(by=one)
    leaves(group, one)
    between = appoint(group, UserFactory(), Role.CO_LEAD).user
    anew(output).sign(by=two)
    leaves(group, between)
    appoint(group, one, Role.CO_LEAD)
    output = anew(output)
    assert (len(output.signatures()), output.state) == (2, "draft")
    output.sign(by=anew(one))
    assert anew(output).state == "submitted"


def test_whoever_changed_sides_signs_anew(group, leads, output):
    one, two = leads
    output.sign(by=one)
    leaves(group, one)
    leaves(group, two)
    type(one).objects.filter(pk=one.pk).update(constituency="staff", department="HR")
    appoint(group, anew(one), Role.CO_LEAD)
    appoint(group, UserFactory(), Role.CO_LEAD)
    output = anew(output)
    assert output.signatures() == []
    output.sign(by=anew(one))
    assert [each.user for each in output.signatures()] == [one]
