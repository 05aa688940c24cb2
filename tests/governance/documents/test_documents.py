"""Documents: who reads which version, what approves one, what is in force on which day."""

import csv
import io
from contextlib import suppress
from datetime import timedelta
from importlib import import_module

import pytest
import time_machine
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.accounts.roles import OFFICE
from apps.core.exceptions import Conflict, IllegalMove, NotYet, StaleEdit
from apps.core.models import AuditEntry
from apps.core.needs import needs_of
from apps.governance.documents.messages import DocumentReview
from apps.governance.documents.models.document import Document, DocumentVersion
from apps.governance.documents.models.formats import DocumentFormat
from apps.groups.models import WorkingGroup
from apps.groups.roles import Role
from apps.meetings.decided import decidable
from apps.meetings.models.outcome import Decision
from apps.notifications import planning, sending
from apps.notifications.kinds import KINDS
from apps.notifications.models import Delivery, ReminderRule
from tests import factories as make
from tests.factories import StaffFactory, UserFactory, appoint, programme_user, working_group
from tests.meetings.test_quorum import correct
from tests.pages import source

from .making import approve, decided, document, ended, in_force, phase

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
URL = "/governance/documents/"


def today():
    return timezone.localdate()


@pytest.fixture
def group():
    made = working_group(name="Role design", slug="role-design")
    appoint(made, UserFactory())
    return made


@pytest.fixture
def lead(group):
    return make.leads(group)[0]


@pytest.fixture
def secretary(group):
    person = StaffFactory(full_name="Sam Ash")
    appoint(group, person, Role.SECRETARY)
    return person


@pytest.fixture
def member():
    """Somebody of the programme who is in another group."""
    person = UserFactory()
    appoint(working_group(name="Training", slug="training"), person)
    return person


@pytest.fixture
def as_(client):
    def sign_in(user):
        client.logout()
        if user.is_authenticated:
            client.force_login(user, "apps.accounts.backends.SignIn")
        return client

    return sign_in


@pytest.fixture
def at_noon():
    """Quiet hours hold nothing back at noon."""
    with time_machine.travel("2026-11-24T12:00:00Z", tick=True):
        yield


def read_by(user):
    return {str(one) for one in DocumentVersion.objects.visible_to(user)}


# --- who reads what -----------------------------------------------------------------------------
def test_a_draft_is_read_by_its_group_the_steering_group_and_the_office_alone(group, lead, member):
    document(group, visibility="public")
    _, steering_lead = make.steering_group()
    draft = {"Safety policy, version 1"}
    seen = {
        "its lead": read_by(lead),
        "steering": read_by(steering_lead),
        "office": read_by(programme_user(OFFICE)),
        "elsewhere": read_by(member),
        "nobody": read_by(AnonymousUser()),
    }
    assert seen == {
        "its lead": draft,
        "steering": draft,
        "office": draft,
        "elsewhere": set(),
        "nobody": set(),
    }


@pytest.mark.parametrize(
    ("visibility", "readers"),
    [
        ("public", {"group", "programme", "outsider", "nobody"}),
        ("programme", {"group", "programme"}),
        ("group", {"group"}),
    ],
)
def test_an_approved_version_is_read_by_those_it_is_for(group, lead, member, visibility, readers):
    made = in_force(group, visibility=visibility)
    made.next_version(by=lead)
    people = {
        "group": lead,
        "programme": member,
        "outsider": UserFactory(),
        "nobody": AnonymousUser(),
    }
    first = "Safety policy, version 1"
    assert {name for name, person in people.items() if first in read_by(person)} == readers
    assert {
        name for name, person in people.items() if "Safety policy, version 2" in read_by(person)
    } == {"group"}


def test_while_the_next_version_is_written_readers_see_the_one_in_force(as_, group, lead):
    made = in_force(group, visibility="public")
    made.next_version(by=lead)
    made.latest.write(by=lead, seen=1, body="New words.")
    page = as_(AnonymousUser()).get(made.get_absolute_url())
    assert b"We look out for others." in page.content
    assert b"New words." not in page.content
    assert b"Version 2" not in page.content
    mine = as_(lead).get(made.get_absolute_url()).content
    assert b"We look out for others." in mine
    assert b"Version 2" in mine


# --- approving ----------------------------------------------------------------------------------
def test_only_a_decision_that_counts_of_the_right_group_approves_it(group, lead):
    steering, _ = make.steering_group()
    other = working_group(name="Training", slug="training")
    unfit = {
        "provisional": lambda made: decided(group, made, days_ago=30),
        "not carried": lambda made: decided(group, made, days_ago=20, agreed=False),
        "steering group or of Role design": lambda made: decided(other, made),
    }
    for why, decide in unfit.items():
        made = document(group, title=why)
        decision = decide(made)
        if why == "provisional":
            Decision.objects.filter(pk=decision.pk).update(state="provisional")
        with pytest.raises(NotYet, match=why):
            approve(made, decision=decision)
        assert made.latest.state == "draft"
    for decides in (group, steering):
        made = document(group)
        decision = decided(decides, made)
        approve(made, decision=decision)
        assert (made.latest.state, made.latest.decision) == ("approved", decision)


def refused(document, decision, why):
    """It is not approved by this decision, and stays a draft."""
    with pytest.raises(NotYet, match=why):
        approve(document, decision=decision)
    assert document.latest.state == "draft"


def test_an_old_decision_about_something_else_approves_nothing(group):
    old = decided(group, days_ago=250)
    made = document(group, title="Written today")
    refused(made, old, "is not about Written today, version 1")


def test_a_decision_about_another_version_approves_nothing(group, lead):
    made = document(group)
    earlier = decided(group, made, days_ago=9)
    made.latest.follow("consult", by=lead)
    made.next_version(by=lead)
    refused(made, earlier, "is not about Safety policy, version 2")


def test_what_one_person_recorded_approves_nothing_until_the_other_confirms(group):
    made = document(group)
    decision = decided(group, made, confirmed=False)
    refused(made, decision, "is not confirmed yet")
    make.confirm(decision)
    approve(made, decision=decision)
    assert phase(made.latest) == "in_force"


def test_words_that_changed_once_the_meeting_had_begun_were_not_decided_on(group, lead):
    made = document(group)
    decision = decided(group, made)
    made.latest.write(by=lead, seen=2, body="Whatever I like.")
    refused(made, decision, "The words were changed on .* had begun")
    approve(made, days_ago=1)
    assert made.latest.decision != decision


@pytest.mark.parametrize(
    "change", [{"title": "Another policy altogether"}, {"visibility": "public"}]
)
@pytest.mark.parametrize("asked", [False, True])
def test_what_it_is_called_and_who_reads_it_belong_to_what_was_decided(group, lead, change, asked):
    made = document(group)
    if asked:
        made.latest.follow("consult", by=lead)
    decision = decided(group, made)
    before = made.latest.worded_at
    made.change(by=lead, kind="guide", visibility="group")  # for fewer readers
    assert made.latest.worded_at == before
    made.change(by=lead, **change)
    with pytest.raises(NotYet, match="That meeting did not decide on them"):
        approve(made, decision=decision)
    assert approve(made, decision=decided(group, made, days_ago=1), days_ago=1)


def test_given_an_approved_document_then_neither_its_title_changes_nor_do_more_people_read_it(
    as_, group, lead
):
    made = in_force(group)
    client, url = as_(lead), reverse("document_change", args=[made.pk])
    page = source(client.get(url))
    assert "A meeting approved it under this title, for these readers." in page
    said = {"title": "Another policy altogether", "kind": "policy", "visibility": "programme"}
    page = client.post(url, said)
    assert page.status_code == 422
    assert "Begin another document" in source(page)
    assert "Another policy altogether" in source(page)  # what was typed stays
    made.next_version(by=lead)
    for change in ({"title": "Another policy altogether"}, {"visibility": "public"}):
        with pytest.raises(NotYet, match="A meeting approved it"):
            made.change(by=lead, **change)
        made.refresh_from_db()
    assert (made.title, made.visibility) == ("Safety policy", "programme")
    made.change(by=lead, kind="guide", visibility="group")
    assert (made.kind, made.visibility) == ("guide", "group")


def test_a_save_of_before_counts_as_other_words(group):
    made = document(group)
    DocumentVersion.objects.filter(document=made).update(reworded_at=None)
    other = document(group, title="Not written", write=False)
    moved = import_module("apps.governance.migrations.0004_when_words_changed")
    moved.as_far_as_is_known(apps, None)
    assert made.latest.reworded_at == made.latest.written_at
    assert other.latest.reworded_at is None


def test_one_decision_approves_once(group):
    first, second = document(group, title="First"), document(group, title="Second")
    decision = decided(group, first)
    approve(first, decision=decision)
    refused(second, decision, "is not about Second")


def test_the_page_shows_the_way_to_an_approval_step_by_step(as_, group, lead):
    staff_lead = make.leads(group)[1]
    made = document(group)
    version = made.latest
    approve_page = reverse("document_approve", args=[made.pk])

    def said(who=lead):
        (page,) = {
            tuple(m.text for m in context["missing"])
            for url in (made.get_absolute_url(), approve_page)
            for context in [as_(who).get(url).context]
        }
        return page

    def links(who=lead):
        return source(as_(who).get(made.get_absolute_url()))

    assert "Put it on the agenda of a meeting of Role design." in " ".join(said())
    assert f'href="{reverse("meeting_plan", args=[group.slug])}"' in links()
    meeting = make.published(group, by=lead)
    propose = reverse("agenda_propose", args=[meeting.pk])
    assert f'href="{propose}?about=governance.documentversion:{version.pk}"' in links()
    sent = {
        "title": "Safety",
        "kind": "decision",
        "minutes_allowed": 5,
        "about": f"governance.documentversion:{version.pk}",
    }
    assert "Safety policy, version 1" in source(as_(lead).get(propose))
    assert as_(lead).post(propose, sent).status_code == 302
    assert "It is on the agenda of a meeting of Role design" in said()[0]
    assert "If you change it after the meeting has begun" in source(
        as_(lead).get(reverse("document_edit", args=[made.pk]))
    )
    make.begins(meeting)
    with time_machine.travel(timezone.now() + timedelta(minutes=90), tick=False):
        make.attended(meeting)
        assert "It is on the agenda" in said()[0]
        decision = make.decision(meeting, item=meeting.agenda.get(), confirmed=False)
        assert "is not confirmed yet" in said()[0]
        confirm = reverse("decision_confirm", args=[decision.pk])
        assert f'href="{confirm}"' not in links()
        assert f'href="{confirm}"' in links(staff_lead)
        assert "Whose turn: the other co-lead of Role design." in links()
        answer = as_(staff_lead).post(confirm, follow=True)
        assert "The approval can then be recorded" in source(answer)
        assert said() == ()
        assert f'href="{approve_page}"' in links()
        assert "If you change them, a meeting must decide again" in source(
            as_(lead).get(reverse("document_edit", args=[made.pk]))
        )
        version.refresh_from_db()
        version.write(by=lead, seen=version.revision, body="Other words.")
        assert "The words were changed on" in said()[0]
        assert "Put it on the agenda" in said()[1]


def test_an_agenda_asks_as_much_for_one_as_for_three(as_, group, lead):
    meeting, client = make.published(group, by=lead), as_(lead)

    def count(url):
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url).status_code == 200
        return len(captured)

    pages = meeting.get_absolute_url(), reverse("agenda_propose", args=[meeting.pk])
    asked = []
    for number in (1, 2):
        for _ in range(number):
            make.on_agenda(meeting, document(group).latest)
        [count(url) for url in pages]  # what is kept of the first visit
        asked.append([count(url) for url in pages])
    assert asked[0] == asked[1]


def test_the_agenda_offers_what_its_group_can_decide_on(group, lead):
    steering, _ = make.steering_group()
    other = working_group(name="Training", slug="training")
    mine, theirs, in_force_now = document(group), document(other), in_force(group)
    offered = {
        one: {thing for thing in decidable(one).values() if isinstance(thing, DocumentVersion)}
        for one in (group, other, steering)
    }
    assert offered == {
        group: {mine.latest},
        other: {theirs.latest},
        steering: {mine.latest, theirs.latest},
    }
    assert in_force_now.latest not in offered[group]


@pytest.mark.parametrize(
    ("texts", "why"),
    [
        ({"summary": ""}, "summary"),
        ({"summary": "word " * 201}, "200 words"),
        ({"body": " "}, "empty"),
    ],
    ids=["no summary", "long summary", "no text"],
)
def test_nothing_is_approved_or_asked_about_without_its_words(group, lead, texts, why):
    made = document(group, **texts)
    with pytest.raises(NotYet, match=why):
        approve(made)
    with pytest.raises(NotYet, match=why):
        made.latest.follow("consult", by=lead)


def test_dates_that_cannot_be_are_refused(group, lead):
    made = document(group)
    decision = decided(group, made, days_ago=5)
    for in_force_from, review_on, why in (
        (today() - 6 * DAY, today() + 90 * DAY, "before the meeting"),
        (today(), today(), "review must be later"),
        (today() + 100 * DAY, today() + 90 * DAY, "review must be later"),
    ):
        with pytest.raises(NotYet, match=why):
            approve(made, decision=decision, in_force_from=in_force_from, review_on=review_on)
    approve(made, decision=decision, in_force_from=today())
    made.next_version(by=lead)
    with pytest.raises(NotYet, match="later than the version before"):
        approve(made, in_force_from=today())


def test_members_and_other_groups_cannot_keep_it(group, member):
    made = document(group)
    for person in (member, appointed(group)):
        for act in (
            lambda who: made.latest.write(by=who, seen=2, body="Mine."),
            lambda who: approve(made, by=who),
            lambda who: made.latest.move("withdraw", by=who, note="No."),
            lambda who: made.next_version(by=who),
            lambda who: made.change(by=who, title="Mine"),
        ):
            with pytest.raises(PermissionDenied):
                act(person)


def appointed(group):
    person = UserFactory()
    appoint(group, person)
    return person


def test_the_page_of_approval_keeps_what_was_typed_and_says_what_is_wrong(as_, group, lead):
    made = document(group, summary="")
    decision = decided(group, made)
    day = today()
    data = {
        "decision": decision.pk,
        "in_force_from_day": 31,
        "in_force_from_month": 2,
        "in_force_from_year": 2026,
        "review_on_day": 1,
        "review_on_month": 1,
        "review_on_year": day.year + 2,
    }
    url = reverse("document_approve", args=[made.pk])
    page = as_(lead).post(url, data)
    assert page.status_code == 422
    assert b"take the new ones to a meeting first" in page.content
    assert b"Enter a real date" in page.content
    good = data | {
        "same_words": "on",
        "in_force_from_day": day.day,
        "in_force_from_month": day.month,
        "in_force_from_year": day.year,
    }
    page = as_(lead).post(url, good)
    assert page.status_code == 422
    assert b"Write the summary in plain language first." in page.content
    made.latest.write(by=lead, seen=2, summary="Safe.")
    page = as_(lead).post(url, good)
    assert page.status_code == 422
    assert b"That meeting did not decide on them." in page.content
    again = decided(group, made)
    assert as_(lead).post(url, good | {"decision": again.pk}).status_code == 302
    assert phase(made.latest) == "in_force"


# --- in force: the calendar decides ---------------------------------------------------------------
def test_it_comes_into_force_and_is_superseded_by_the_calendar_with_nothing_running(group, lead):
    made = document(group)
    first = approve(made, in_force_from=today() + 10 * DAY)
    made.next_version(by=lead)
    second = approve(made, days_ago=4, in_force_from=today() + 20 * DAY)
    stood = {}
    for days in (0, 9, 10, 19, 20):
        with time_machine.travel(timezone.now() + days * DAY, tick=False):
            stood[days] = (phase(first), phase(second))
    assert stood == {
        0: ("approved", "approved"),
        9: ("approved", "approved"),
        10: ("in_force", "approved"),
        19: ("in_force", "approved"),
        20: ("superseded", "in_force"),
    }


def test_a_decision_that_loses_its_quorum_takes_the_document_out_of_force(as_, group, lead):
    made = in_force(group)
    version = made.latest
    made.next_version(by=lead)
    later = approve(made, days_ago=2)
    assert (phase(version), phase(later)) == ("superseded", "in_force")
    meeting = later.decision.meeting
    correct(meeting, [lead.pk])  # the others were noted by mistake
    assert (phase(version), phase(later)) == ("in_force", "approved")
    page = as_(lead).get(later.get_absolute_url())
    assert b"without its co-production quorum" in page.content
    decision = Decision.objects.get(pk=later.decision_id)
    ratifies = make.held(group, by=lead, days_ago=0)
    make.on_agenda(ratifies, later)
    decision.settle("ratify", ratifies, by=lead)
    assert phase(later) == "approved"  # and the other co-lead says so too
    assert b"without its co-production quorum" in as_(lead).get(later.get_absolute_url()).content
    decision.settle("ratify", ratifies, by=make.second_lead(group, lead))
    assert (phase(version), phase(later)) == ("superseded", "in_force")


def test_a_newer_document_supersedes_an_older_one_once_it_is_in_force(as_, group, lead, member):
    older = in_force(group, title="Old policy")
    newer = document(group, title="New policy")
    newer.replace(older, by=lead)
    assert phase(older.latest) == "in_force"
    approve(newer, in_force_from=today() + 3 * DAY)
    assert phase(older.latest) == "in_force"
    with time_machine.travel(timezone.now() + 3 * DAY, tick=False):
        assert phase(older.latest) == "superseded"
        page = as_(member).get(older.get_absolute_url()).content
        assert b"It was replaced by" in page
        assert newer.get_absolute_url().encode() in page
        with pytest.raises(NotYet):
            newer.no_longer_replace(older, by=lead)


def test_documents_cannot_replace_one_another_in_a_circle(group, lead):
    one, two, three = (document(group, title=name) for name in ("One", "Two", "Three"))
    two.replace(one, by=lead)
    three.replace(two, by=lead)
    with pytest.raises(NotYet):
        one.replace(three, by=lead)
    with pytest.raises(NotYet):
        one.replace(one, by=lead)
    with pytest.raises(IllegalMove):
        three.replace(Document.objects.get(pk=one.pk), by=lead)
    two.no_longer_replace(Document.objects.get(pk=one.pk), by=lead)
    assert Document.objects.get(pk=one.pk).replaced_by is None


def test_one_co_lead_alone_withdraws_nothing_that_was_approved(as_, group, lead):
    version = in_force(group).latest
    other, secretary = make.second_lead(group, lead), StaffFactory()
    appoint(group, secretary, Role.SECRETARY)
    page = reverse("document_move", args=[version.pk, "end"])
    assert as_(lead).post(page, {"note": "It did harm."}).status_code == 302
    for alone in (lead, secretary, programme_user(OFFICE), UserFactory(is_superuser=True)):
        with suppress(NotYet):
            version.move("end", by=alone, note="It did harm.")
        with pytest.raises(IllegalMove):
            version.move("withdraw", by=alone, note="It did harm.")
    assert phase(version) == "in_force"
    told = Delivery.objects.filter(occurrence__rule__kind="governance.document_to_end")
    assert {one.recipient for one in told} == {other}
    assert b"half done" in as_(other).get(version.document.get_absolute_url()).content
    assert "Confirm that it is withdrawn" in " ".join(need.title for need in needs_of(other))
    assert as_(other).post(page).status_code == 302
    assert phase(version) == "withdrawn"


def test_nobody_withdraws_a_draft_on_which_a_meeting_has_decided(group, lead):
    made = document(group)
    decided(group, made)
    for words in (made.latest.body, f"{made.latest.body} ", "Other words."):
        made.latest.write(by=lead, seen=made.latest.revision, body=words)
        with pytest.raises(NotYet, match="has decided on it"):
            made.latest.move("withdraw", by=lead, note="We think again.")
    ended(made.latest, "We think again.")  # both co-leads, though its approval is not recorded
    assert made.latest.state == "withdrawn"


def test_one_keeper_withdraws_a_draft_of_which_no_meeting_knows(group, lead):
    made = document(group)
    assert not made.latest.open_to("end")
    made.latest.move("withdraw", by=lead, note="We think again.")
    assert made.latest.state == "withdrawn"


def test_one_person_alone_supersedes_nothing_by_a_document_that_holds(group, lead):
    """What replaces what is decided with the document; later only both co-leads withdraw."""
    older, newer = in_force(group, title="Old policy"), in_force(group, title="New policy")
    with pytest.raises(NotYet, match="withdraw it together"):
        newer.replace(older, by=lead)
    assert phase(older.latest) == "in_force"
    draft = document(group, title="A draft")
    decision = decided(group, draft)
    draft.replace(older, by=lead)  # after that meeting
    with pytest.raises(NotYet):
        approve(draft, decision=decision)


def test_withdrawn_is_read_still_and_the_one_before_does_not_come_back(group, lead, member):
    made = in_force(group)
    first = made.latest
    made.next_version(by=lead)
    second = approve(made, days_ago=2)
    ended(second, "It did harm.")
    assert (phase(first), phase(second)) == ("superseded", "withdrawn")
    assert "Safety policy, version 2" in read_by(member)
    third = made.next_version(by=lead)
    third.move("withdraw", by=lead, note="Not needed.")
    assert "Safety policy, version 3" not in read_by(member)


def test_withdrawn_before_its_day_it_never_counted(group, lead):
    made = in_force(group)
    first = made.latest
    made.next_version(by=lead)
    second = approve(made, days_ago=2, in_force_from=today() + 5 * DAY)
    ended(second, "Too early.")
    with time_machine.travel(timezone.now() + 9 * DAY, tick=False):
        assert (phase(first), phase(second)) == ("in_force", "withdrawn")


# --- words --------------------------------------------------------------------------------------
def test_words_that_were_approved_or_asked_about_no_longer_change(group, lead):
    approved = in_force(group).latest
    asked = document(group, title="Asked").latest
    asked.follow("consult", by=lead)
    for version in (approved, asked):
        with pytest.raises(IllegalMove):
            version.write(by=lead, seen=version.revision, body="Other.")
        version.body = "Other."
        for change in (
            version.save,
            version.delete,
            lambda version=version: DocumentVersion.objects.filter(pk=version.pk).update(body="x"),
            DocumentVersion.objects.filter(pk=version.pk).delete,
        ):
            with pytest.raises(TypeError):
                change()
        version.refresh_from_db()
        assert version.body == "## Safety\n\nWe look out for others."


@pytest.mark.differs
def test_on_postgresql_the_database_refuses_too(group):
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")
    version = in_force(group).latest
    for sql in (
        "UPDATE governance_documentversion SET body = 'x' WHERE id = %s",
        "UPDATE governance_documentversion SET in_force_from = '2020-01-01' WHERE id = %s",
        "DELETE FROM governance_documentversion WHERE id = %s",
    ):
        with (
            pytest.raises(DatabaseError, match="no longer change"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(sql, [version.pk])


def test_after_a_consultation_the_next_draft_begins_and_what_was_asked_stays(group, lead):
    made = document(group)
    made.latest.follow("consult", by=lead)
    asked = made.latest
    asked.move("revise", by=lead)
    made.latest.write(by=lead, seen=1, body="Better words.")
    assert [(one.number, one.state, one.body) for one in made.versions.all()] == [
        (2, "draft", "Better words."),
        (1, "revised", "## Safety\n\nWe look out for others."),
    ]


def test_two_people_write_at_once_and_neither_loses_a_word(as_, group, lead, secretary):
    made = document(group)
    draft = made.latest
    draft.write(by=secretary, seen=2, body="Words of the secretary.")
    with pytest.raises(StaleEdit):
        draft.write(by=lead, seen=2, body="The words of the lead.")
    url = reverse("document_edit", args=[made.pk])
    page = as_(lead).post(url, {"summary": "S", "body": "The words of the lead.", "seen": 2})
    assert page.status_code == 409
    assert b"Words of the secretary." in page.content
    assert b"The words of the lead." in page.content
    approve(made)
    page = as_(lead).post(url, {"summary": "S", "body": "Too late, my words.", "seen": 3})
    assert page.status_code == 409
    assert b"Too late, my words." in page.content


def test_what_changed_between_versions_is_shown_only_of_what_one_may_read(as_, group, lead):
    made = in_force(group, visibility="public")
    made.next_version(by=lead)
    made.latest.write(by=lead, seen=1, body="## Safety\n\nWe look out for each other.")
    url = reverse("document_differences", args=[made.pk])
    page = as_(lead).get(url).content
    assert b"[removed: </span>others." in page
    client = as_(AnonymousUser())
    assert client.get(url, {"from": 1, "to": 2}).status_code == 404
    assert b"There is one version only" in client.get(url).content


def test_one_draft_at_a_time(group, lead):
    made = in_force(group)
    made.next_version(by=lead)
    with pytest.raises(IllegalMove):
        made.next_version(by=lead)
    assert made.versions.count() == 2


# --- other formats ------------------------------------------------------------------------------
@pytest.mark.differs
def test_a_format_asked_for_twice_is_one_and_nobody_learns_who_needs_it(
    at_noon, as_, group, lead, member, mailoutbox
):
    made = in_force(group)
    other = UserFactory()
    appoint(group, other)
    one = DocumentFormat.ask(made.latest, by=member, kind="translation", detail="Polish")
    assert DocumentFormat.ask(made.latest, by=other, kind="translation", detail="polish ") == one
    entries = AuditEntry.objects.filter(action="ask_format")
    assert [(entry.by, entry.note) for entry in entries] == [(None, "Translation: Polish")]
    page = as_(lead).get(made.get_absolute_url()).content
    assert b"Translation: Polish" in page
    assert member.full_name.encode() not in page
    one.move("start", by=lead)
    one.deliver(by=lead, file=SimpleUploadedFile("polski.txt", b"Polityka"))
    sending.send()
    subject = "What you asked for: our answer of Tuesday 24 November"
    told = {mail.to[0] for mail in mailoutbox if mail.subject == subject}
    assert told == {member.email, other.email}
    file = one.files.get()
    response = as_(member).get(file.get_absolute_url())
    assert b"".join(response.streaming_content) == b"Polityka"
    assert as_(UserFactory()).get(file.get_absolute_url()).status_code == 404


def test_nobody_tells_from_outside_whether_a_format_is_there_or_could_not_be_made():
    kind = KINDS["governance.format_settled"]
    there, dropped = kind.words(), kind.words("dropped")
    assert there.text != dropped.text
    assert (there.subject_line, there.preview) == (dropped.subject_line, dropped.preview)


@pytest.mark.differs
def test_a_format_without_file_or_place_is_refused_and_sound_must_be_sound(as_, group, lead):
    made = in_force(group)
    one = DocumentFormat.ask(made.latest, by=lead, kind="audio")
    url = reverse("format_deliver", args=[one.pk])
    client = as_(lead)
    assert client.post(url, {}).status_code == 422
    wrong = SimpleUploadedFile("a.mp3", b"%PDF-1.7 not sound")
    assert client.post(url, {"file": wrong}).status_code == 422
    right = SimpleUploadedFile("a.mp3", b"ID3\x04\x00 sound")
    assert client.post(url, {"file": right}).status_code == 302
    one.refresh_from_db()
    assert (one.state, one.files.get().content_type) == ("available", "audio/mpeg")
    assert client.post(url, {"where": "Call 020 0000 0000"}).status_code == 302
    one.refresh_from_db()
    assert (one.where, one.files.count()) == ("Call 020 0000 0000", 1)


def test_an_easy_read_file_counts_as_easy_read(group, lead):
    version = in_force(group).latest
    assert not version.has_easy_read
    one = DocumentFormat.ask(version, by=lead, kind="easy_read")
    assert not version.has_easy_read
    one.deliver(by=lead, where="At the office")
    assert version.has_easy_read


# --- review -------------------------------------------------------------------------------------
def reminded(mailoutbox, after):
    before = len(mailoutbox)
    with time_machine.travel(timezone.now() + after, tick=False):
        planning.plan()
        sending.send()
    subject = "A document is to be reviewed by Saturday 12 June"
    return sorted(mail.to[0] for mail in mailoutbox[before:] if mail.subject == subject)


def test_keepers_hear_90_and_30_days_before_a_review_and_when_it_is_late(
    at_noon, group, lead, secretary, mailoutbox
):
    made = document(group)
    approve(made, review_on=today() + 200 * DAY)
    keepers = sorted([*(one.email for one in make.leads(group)), secretary.email])
    heard = {days: reminded(mailoutbox, days * DAY) for days in (109, 110, 111, 169, 170, 201, 202)}
    assert {days: to for days, to in heard.items() if to} == {
        110: keepers,
        170: keepers,
        201: keepers,
    }


def test_reviews_that_are_due_are_found_in_one_query(group, django_assert_num_queries):
    rule = ReminderRule.objects.get(kind=DocumentReview.name, offset=90 * DAY)
    then = timezone.now() + 120 * DAY

    def due():
        with django_assert_num_queries(1):
            return {one.subject for one in DocumentReview().due(rule, then)}

    made = [document(group)]
    approve(made[0], review_on=today() + 200 * DAY)
    assert due() == set(made)
    for _ in range(2):
        made.append(document(group))
        approve(made[-1], review_on=today() + 200 * DAY)
    assert due() == set(made)


def test_once_reviewed_or_withdrawn_nobody_is_reminded(at_noon, group, lead, mailoutbox):
    made, gone = document(group), document(group, title="Gone")
    for one in (made, gone):
        approve(one, review_on=today() + 100 * DAY)
    ended(gone.latest, "Not needed.")
    made.reviewed(by=lead, review_on=today() + 400 * DAY, note="Still right.")
    assert reminded(mailoutbox, 71 * DAY) == []
    assert AuditEntry.objects.about(made).first().note == "Still right."


def test_only_a_document_in_force_is_reviewed(group, lead):
    for one in (document(group), in_force(group, title="Lone working")):
        with pytest.raises(NotYet, match=r"Only a document in force|must be later"):
            one.reviewed(by=lead, review_on=one.review_on or today() + DAY, note="Still right.")


def test_what_is_due_for_review_and_what_is_asked_for_needs_its_keepers(group, lead, member):
    made = document(group)
    approve(made, review_on=today() + 20 * DAY)
    DocumentFormat.ask(made.latest, by=member, kind="braille")
    assert {need.title for need in needs_of(lead) if "documents" in need.url} == {
        "Review the document: Safety policy",
        "Answer who asked for it as braille: Safety policy",
    }
    assert not [need for need in needs_of(member) if "documents" in need.url]


# --- the register -------------------------------------------------------------------------------
def titles(response):
    return [one["document"].title for one in response.context["lines"]]


def test_the_register_finds_by_words_kind_owner_and_how_things_stand(as_, group, lead):
    other = working_group(name="Training", slug="training")
    in_force(group, title="Safety", kind="policy")
    document(group, title="Lone working", kind="procedure", summary="About rucksacks.")
    asked = document(group, title="Pay", kind="guide")
    asked.latest.follow("consult", by=lead)
    gone = in_force(other, title="Gone")
    ended(gone.latest, "Old.")
    coming = document(group, title="Coming")
    approve(coming, in_force_from=today() + 9 * DAY)
    revised = in_force(group, title="Twice")
    revised.next_version(by=lead)
    approve(revised, days_ago=1)
    client = as_(lead)
    for asked_for, expected in (
        ({}, ["Coming", "Gone", "Lone working", "Pay", "Safety", "Twice"]),
        ({"q": "RUCKSACK"}, ["Lone working"]),
        ({"kind": "guide"}, ["Pay"]),
        ({"owner": "training"}, ["Gone"]),
        ({"state": "draft"}, ["Lone working"]),
        ({"state": "consultation"}, ["Pay"]),
        ({"state": "approved"}, ["Coming"]),
        ({"state": "in_force"}, ["Safety", "Twice"]),
        ({"state": "superseded"}, []),
        ({"state": "withdrawn"}, ["Gone"]),
        ({"state": "nonsense"}, ["Coming", "Gone", "Lone working", "Pay", "Safety", "Twice"]),
    ):
        assert titles(client.get(URL, asked_for)) == expected, asked_for


def test_the_file_holds_what_the_page_shows(as_, group, lead):
    in_force(group, title="=1+1", visibility="public")
    document(group, title="Draft")
    for person, expected in ((lead, ["'=1+1", "Draft"]), (AnonymousUser(), ["'=1+1"])):
        response = as_(person).get("/governance/documents.csv")
        text = b"".join(response.streaming_content).decode().removeprefix("\ufeff")
        assert [row["Title"] for row in csv.DictReader(io.StringIO(text))] == expected


def test_the_pages_ask_as_much_for_one_as_for_three(as_, group, lead):
    client = as_(lead)

    def count(url):
        client.get(url)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url).status_code == 200
        return len(captured)

    made = in_force(group)
    DocumentFormat.ask(made.latest, by=lead, kind="audio").deliver(by=lead, where="Here")
    register, page = count(URL), count(made.get_absolute_url())
    for number in range(2):
        one = in_force(group, title=f"Another {number}")
        one.next_version(by=lead)
        approve(made, days_ago=2 - number) if made.next_version(by=lead) else None
    for kind in ("braille", "bsl"):
        DocumentFormat.ask(made.latest, by=lead, kind=kind)
    assert count(URL) == register <= 15
    assert count(made.get_absolute_url()) <= page + 1 <= 15


# --- paper --------------------------------------------------------------------------------------
def test_on_paper_it_says_which_version_of_which_day(as_, group, lead, member):
    made = in_force(group, visibility="public", title="A & B <policy>")
    page = source(as_(AnonymousUser()).get(reverse("document_print", args=[made.pk])))
    day = f"{today() - 5 * DAY:%d %B %Y}".lstrip("0")
    foot = page.partition("<tfoot>")[2].partition("</tfoot>")[0]
    assert f"A &amp; B &lt;policy&gt;, version 1, in force from {day}." in foot
    ended(made.latest, "Old.")
    page = as_(member).get(reverse("document_print", args=[made.pk])).content.decode()
    assert "This is not what holds today." in page


def test_as_a_pdf_it_is_tagged(as_, group):
    made = in_force(group, visibility="public", body="Words.\n\n" * 300)
    response = as_(AnonymousUser()).get(reverse("document_pdf", args=[made.pk]))
    assert response["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF-")
    assert b"version-1.pdf" in response["Content-Disposition"].encode()


# --- on other pages -----------------------------------------------------------------------------
def test_the_group_and_the_decision_show_their_documents(as_, group, lead, member):
    made = in_force(group)
    client = as_(lead)
    assert made.get_absolute_url().encode() in client.get(group.get_absolute_url()).content
    decision = made.latest.decision
    assert (
        made.latest.get_absolute_url().encode() in client.get(decision.get_absolute_url()).content
    )


def test_a_group_that_has_not_begun_begins_no_document(client, group, lead):
    WorkingGroup.objects.filter(pk=group.pk).update(state="forming")
    group.refresh_from_db()
    with pytest.raises(NotYet):
        document(group, by=lead)
    client.force_login(lead, "apps.accounts.backends.SignIn")
    assert reverse("document_add") not in client.get(group.get_absolute_url()).content.decode()


def test_conflict_is_the_answer_to_a_second_approval(group, lead):
    made = document(group)
    decision = decided(group, made)
    stale = made.latest
    approve(made, decision=decision)
    with pytest.raises(Conflict):
        stale.approve(decision, by=lead, in_force_from=today() + DAY, review_on=today() + 99 * DAY)
    stale.refresh_from_db()
    assert stale.in_force_from == today() - 5 * DAY


def test_what_a_closed_group_approved_is_ended_by_those_who_answer_for_it(as_, group, lead):
    """Nobody is appointed to it any more: where a seat is empty, the steering group's co-leads."""
    version, other = in_force(group).latest, make.second_lead(group, lead)
    office = programme_user(OFFICE)
    group.move("wind_down", by=office, note="Done.")
    group.move("close", by=office, note="Done.")
    group.memberships.get(user=other, role=Role.CO_LEAD).end(by=office)
    steering, *_ = make.steering(name="Steering")
    version.refresh_from_db()
    for alone in (lead, office, UserFactory(is_superuser=True)):
        with pytest.raises((NotYet, PermissionDenied)):
            version.move("end", by=alone, note="Harm.")
    first, second = make.leads(steering)
    assert "end" in version.moves_for(first)
    assert not version.move("end", by=first, note="Harm.")
    told = Delivery.objects.filter(occurrence__rule__kind="governance.document_to_end")
    assert {one.recipient for one in told} == {second}
    assert "Confirm that it is withdrawn" in " ".join(need.title for need in needs_of(second))
    reader = as_(second)
    assert reader.get(version.document.get_absolute_url()).status_code == 200
    reader.post(reverse("document_move", args=[version.pk, "end"]))
    assert phase(version) == "withdrawn"


def test_a_press_dies_with_the_seat_of_its_author(group, lead):
    """Back in it they press again; else one side, coming back on the other, says both halves."""
    version, office = in_force(group).latest, programme_user(OFFICE)
    version.move("end", by=lead, note="Harm.")
    assert version.first_press("end")
    group.memberships.get(user=lead, role=Role.CO_LEAD).end(by=office)
    group.appoint(lead, Role.CO_LEAD, by=office)
    assert version.first_press("end") is None
    assert not version.move("end", by=make.second_lead(group, lead), note="Harm.")
