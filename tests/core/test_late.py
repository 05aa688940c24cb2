"""Whoever comes to what is done already reads that it is, and never that somebody else was first
where it was themselves.
"""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.accounts.roles import OFFICE
from apps.core.exceptions import Already, Conflict, IllegalMove
from apps.core.late import Late
from apps.core.models import AuditEntry
from apps.groups.models import TermsOfReference
from apps.meetings.models.minutes import Minutes
from apps.recruitment.selection.models.interview import InterviewPlan
from apps.reports.models import SharedText

from .. import factories as make
from ..governance.documents.making import document as document_of
from ..governance.documents.making import in_force
from ..recruitment.making import hr_officer
from ..recruitment.selection import choosing
from ..reports.making import as_

pytestmark = pytest.mark.django_db
FIRST = "Somebody got there first"
MINE = '<h1 class="nhsuk-heading-l">You did this already</h1>'
TYPED = "Words that nobody else wrote."


@pytest.fixture
def meeting():
    return make.meeting(make.working_group())


def publishes(user, meeting):
    return as_(user).post(reverse("meeting_move", args=[meeting.pk, "publish"]))


def test_a_button_pressed_twice_is_one_s_own_doing(meeting):
    lead = meeting.created_by
    assert publishes(lead, meeting).status_code == 302
    again = publishes(lead, meeting)
    words = again.content.decode()
    assert (again.status_code, FIRST in words) == (409, False)
    assert '<h1 class="nhsuk-heading-l">You did this already</h1>' in words
    assert "You did this on " in words
    assert f"{lead} did this" not in words
    assert f'href="{meeting.get_absolute_url()}"' in words


def test_where_another_did_the_same_it_is_done_and_whoever_could_have_reads_who(meeting):
    first, other = make.leads(meeting.group)
    publishes(first, meeting)
    words = publishes(other, meeting).content.decode()
    assert "This was done already" in words
    assert FIRST not in words
    assert f"{first} did this on " in words


def test_who_brought_it_elsewhere_is_not_named(meeting):
    first, other = make.leads(meeting.group)
    publishes(first, meeting)
    meeting.refresh_from_db()
    meeting.move("cancel", by=first, note="The room is gone.")
    words = publishes(other, meeting).content.decode()
    assert FIRST in words
    assert first.name not in words.replace(f'aria-label="{first.name}"', "")
    mine = publishes(first, meeting).content.decode()
    assert "This has changed" in mine
    assert "You changed it on " in mine


def test_nobody_was_first_where_the_clock_or_the_state_says_no(meeting):
    user = meeting.created_by
    late = Late(IllegalMove("It is not open.", meeting, "add_paper"), user)
    assert (late.title, list(late.words)) == ("This cannot be done now", ["It is not open."])
    elsewhere = Late(IllegalMove("This visit is over."), user)
    assert elsewhere.title == "This cannot be done now"


def test_what_is_so_already_is_said_so_and_who_begins_twice_reads_that_it_was_them():
    group, *_ = make.steering()
    lead, other = make.leads(group)
    SharedText.begin(group, "principles", by=lead)
    with pytest.raises(Already) as refused:
        SharedText.begin(group, "principles", by=lead)
    assert Late(refused.value, lead).title == "You did this already"
    late = Late(refused.value, other)
    assert late.title == "This was done already"
    assert lead.name not in " ".join(late.words)


def test_a_thing_that_is_confidential_names_nobody(monkeypatch, meeting):
    first, other = make.leads(meeting.group)
    publishes(first, meeting)
    meeting.refresh_from_db()
    late = Late(IllegalMove("It is published.", meeting, "publish"), other)
    assert first.name in " ".join(late.words)
    kind = type("Kept", (), {"model": type(meeting)})
    monkeypatch.setattr("apps.core.late.CONFIDENTIAL", [kind])
    assert first.name not in " ".join(late.words)


# --- texts ----------------------------------------------------------------------------------------
def test_the_same_words_sent_twice_are_saved_and_other_words_may_be_one_s_own():
    group = make.working_group()
    lead = make.leads(group)[0]
    meeting = make.held(group)
    Minutes.draft(meeting, by=lead)
    client, url = as_(lead), reverse("minutes_edit", args=[meeting.pk])
    for _ in range(2):
        assert client.post(url, {"body": "Once.", "seen": 1}).status_code == 302
    assert AuditEntry.objects.about(meeting.minutes).filter(action="write").count() == 1
    page = client.post(url, {"body": "Other.", "seen": 1})
    words = page.content.decode()
    assert (page.status_code, "Somebody else saved" in words) == (409, False)
    assert "you did in another window" in words


def test_a_form_sent_twice_is_saved_and_what_is_saved_by_itself_goes_on():
    group = make.working_group()
    lead = make.leads(group)[0]
    draft, client = make.consultation(group, to="draft"), as_(lead)
    address = reverse("consultation_edit", args=[draft.pk])
    data = {"title": "Mine", "naming": "named", "audience": "public", "seen": draft.revision}
    for _ in range(2):
        answer = client.post(address, data)
        assert (answer.status_code, answer.url) == (302, draft.get_absolute_url())
    draft.refresh_from_db()
    assert draft.title == "Mine"
    output = make.output(group)
    words = {"summary": "S", "body": "B", "easy_read": "", "seen": output.latest.revision}
    saved = [client.post(reverse("output_autosave", args=[output.pk]), words) for _ in range(2)]
    assert [one.status_code for one in saved] == [200, 200]
    assert saved[0].json() == saved[1].json() == {"revision": output.latest.revision}


# --- what is not done ---------------------------------------------------------------------------
def test_what_a_second_officer_took_out_of_a_copy_is_not_lost_in_silence():
    """Both save without signing: all that is compared is that nobody has signed."""
    vacancy, _ = choosing.closed(1)
    vacancy.applications.get().answers.update(text=f"{TYPED} And more words of mine.")
    choosing.redact(vacancy)
    blind = vacancy.blind_applications.get()
    client = as_(vacancy.created_by)
    url = reverse("redaction", args=[vacancy.reference, blind.label])
    blind.redaction.refresh_from_db()
    seen = blind.redaction.revision

    def data(text):
        return {f"text_{one.pk}": text for one in blind.answers.all()} | {
            "action": "save",
            "seen": seen,
        }

    assert client.post(url, data(f"{TYPED} And more [left out] of mine.")).status_code == 302
    second = client.post(url, data(f"[left out] {TYPED[6:]} And more words of mine."))
    kept = blind.answers.first().text
    assert second.status_code == 409 or kept.startswith("[left out]"), (
        second.status_code,
        second.url,
        kept,
    )


def test_groups_chosen_in_a_second_window_are_not_said_to_be_saved():
    group, other, third = (make.working_group() for _ in range(3))
    lead = make.leads(group)[0]
    draft = make.consultation(group, to="draft", closes_at=None, questions=[], groups=[other])
    address, client = reverse("consultation_edit", args=[draft.pk]), as_(lead)
    data = {"title": draft.title, "summary": draft.summary, "naming": draft.naming}
    data |= {"audience": "groups", "seen": draft.revision}
    assert client.post(address, data | {"groups": [other.pk]}).status_code == 302
    again = client.post(address, data | {"groups": [third.pk]})
    assert (again.status_code, set(draft.groups.all())) == (422, {other})
    assert "you in another window" in again.content.decode()
    assert client.post(address, data | {"groups": [other.pk]}).status_code == 302


def test_times_that_were_not_offered_are_not_said_to_be_done():
    vacancy, _ = choosing.shortlisted("yes")
    officer = choosing.anew(vacancy.created_by)
    plan = InterviewPlan.of(vacancy, by=officer)
    on = (timezone.localtime() + timedelta(days=10)).date()
    client, url = as_(officer), reverse("slots_add", args=[vacancy.reference])
    day = {"on_day": on.day, "on_month": on.month, "on_year": on.year}
    assert client.post(url, day | {"times": "10am"}).status_code == 302
    answer = client.post(url, day | {"times": "10am\n11am\n2pm"})
    words = answer.content.decode()
    assert plan.slots.count() == 1
    assert (answer.status_code, "Nothing is left to do here" in words) == (409, False)


def test_a_no_that_came_too_late_is_not_said_to_be_done():
    """They confirmed it in one window, and say no in the other: it stands, and cannot be undone."""
    group = make.working_group()
    for person in (make.UserFactory(), make.StaffFactory()):
        make.appoint(group, person)
    first, second = group.leads()
    decision = make.decision(make.held(group), agreed=False, confirmed=False)
    assert not decision.move("deny", by=first, note="They agreed to it.")
    client, url = as_(second), reverse("decision_move", args=[decision.pk, "deny"])
    seen = client.get(url).context["no"].initial["seen"]
    assert client.post(url, {"seen": seen}).status_code == 302
    decision.refresh_from_db()
    assert decision.state == "denied"
    sent = {"no": "yes", "no-note": "It was decided as it stands.", "no-seen": seen}
    answer = client.post(url, sent)
    words = answer.content.decode()
    assert answer.status_code == 409
    said = "You did this already" in words, "Nothing is left to do here" in words
    assert said == (False, False)


def test_claims_that_were_not_marked_as_paid_are_not_said_to_be_done():
    """Two of the office pay the same pile: what the second ticked beside it is not paid."""
    one, other = make.programme_user(OFFICE), make.programme_user(OFFICE)
    group = make.working_group()
    peers = [make.UserFactory() for _ in range(2)]
    for peer in peers:
        make.appoint(group, peer)
    first = make.claim(peers[0], to="approved", by=one)
    second = make.claim(peers[1], to="approved", by=one)
    on = timezone.localdate()
    data = {"paid_on_day": on.day, "paid_on_month": on.month, "paid_on_year": on.year}
    url = reverse("claims_pay")
    assert as_(one).post(url, data | {"claims": [first.pk]}).status_code == 302
    answer = as_(other).post(url, data | {"claims": [first.pk, second.pk]})
    second.refresh_from_db()
    assert (answer.status_code, second.state) == (422, "approved")
    assert "None of the others was: choose them again." in answer.content.decode()
    assert as_(other).post(url, data | {"claims": [first.pk]}).status_code == 409


def test_a_reason_that_nobody_will_read_is_not_said_to_be_done():
    """Two of the office send a claim back: what the second asks for reaches nobody."""
    one, other = make.programme_user(OFFICE), make.programme_user(OFFICE)
    peer = make.UserFactory()
    make.appoint(make.working_group(), peer)
    claim = make.claim(peer, to="submitted")
    url = reverse("claim_move", args=[claim.pk, "send_back"])
    assert as_(one).post(url, {"note": "Add the receipt."}).status_code == 302
    answer = as_(other).post(url, {"note": "You claimed for a day on which you were away."})
    words = answer.content.decode()
    assert "You claimed for a day" not in words
    assert (answer.status_code, "Nothing is left to do here" in words) == (409, False)


def test_what_the_clock_closed_is_not_said_to_be_changed_by_whoever_opened_it():
    group = make.working_group()
    lead = make.leads(group)[0]
    over = make.consultation(group, to="closed")
    with pytest.raises(IllegalMove) as refused:
        over.permit("extend", by=lead)
    late = Late(refused.value, lead)
    assert (late.title, len(list(late.words))) == ("This cannot be done now", 1), list(late.words)


# --- where two must agree -------------------------------------------------------------------------
@pytest.mark.parametrize("presses", [0, 1])
def test_the_first_press_of_two_sent_twice_is_one_s_own_doing(presses):
    """One co-lead approved it: the other reads that *somebody got there first*, at that time."""
    group = make.working_group()
    version = in_force(group).latest
    client = as_(make.leads(group)[presses])
    url = reverse("document_move", args=[version.pk, "end"])
    seen = re.search(r'name="seen"\s+value="([^"]*)"', client.get(url).content.decode())[1]
    sent = {"note": "It did harm.", "seen": seen}
    assert client.post(url, sent).status_code == 302
    again = client.post(url, sent)
    words = " ".join(again.content.decode().split())
    assert "Half done" in words
    for false in ("Somebody got there first", "You changed it on", "This cannot be done now"):
        assert false not in words


def test_what_another_changed_is_not_said_to_have_been_changed_by_oneself():
    """The first lead published; the other changed the place; the first sends an old page."""
    group = make.working_group()
    first, other = make.leads(group)
    meeting = make.published(group, by=first)
    meeting.amend(by=other, seen=meeting.sequence, place="Room 9", reason="Taken.")
    with pytest.raises(Conflict) as refused:
        meeting.amend(by=first, seen=0, place="Room 3", reason="Nicer.")
    late = Late(refused.value, first)
    said = " ".join([late.title, *late.words])
    assert "You changed it" not in said


def test_whoever_signs_an_output_twice_has_signed_once_and_reads_so_once_it_is_gone():
    output = make.output(make.working_group())
    url, leads = reverse("output_sign", args=[output.pk]), make.leads(output.group)
    for lead in leads:
        client = as_(lead)
        sent = {"seen": client.get(url).context["form"].initial["seen"]}
        answers = [client.post(url, sent) for _ in range(2)]
    assert [one.status_code for one in answers] == [302, 409]
    assert AuditEntry.objects.about(output).filter(action="sign").count() == 2
    for words in (answers[1].content.decode(), as_(leads[0]).post(url, sent).content.decode()):
        assert MINE in words
        assert "You signed this on " in words


# --- what one began, sent or proposed -------------------------------------------------------------
def test_whoever_begins_the_next_version_twice_reads_that_it_was_them():
    document = in_force(make.working_group())
    lead, other = make.leads(document.owner)
    url = reverse("document_next", args=[document.pk])
    answers = [as_(one).post(url) for one in (lead, lead, other)]
    assert [one.status_code for one in answers] == [302, 409, 409]
    said = [MINE in one.content.decode() for one in answers[1:]]
    assert said == [True, False]
    assert "This was done already" in answers[2].content.decode()
    first = document_of(document.owner)
    never = as_(lead).post(reverse("document_next", args=[first.pk]))
    assert (never.status_code, MINE in never.content.decode()) == (409, False)


def test_whoever_sends_all_outcomes_twice_reads_that_it_was_them():
    vacancy, _ = choosing.shortlisted("yes", "no")
    officer, other = choosing.anew(vacancy.created_by), hr_officer()
    url = reverse("outcomes", args=[vacancy.reference, "shortlisting"])
    answers = [as_(one).post(url) for one in (officer, officer, other)]
    assert [one.status_code for one in answers] == [302, 409, 409]
    assert [MINE in one.content.decode() for one in answers[1:]] == [True, False]


def test_terms_sent_twice_are_proposed_once_and_other_words_stay_in_the_boxes():
    group = make.working_group()
    lead, other = make.leads(group)
    url, client, day = reverse("terms_add", args=[group.slug]), as_(lead), timezone.localdate()
    sent = {"text": "We decide.", "quorum_members": 3, "notice_days": 7, "voices": ["hr"]}
    sent |= {
        "quorum_lived_experience": 1,
        "quorum_staff": 1,
        "seen": 1,
        "peer_workers": "lived_experience",
    }
    sent |= {"in_force_from_day": day.day, "in_force_from_month": day.month}
    sent |= {"in_force_from_year": day.year}
    answers = [client.post(url, sent) for _ in range(2)]
    there = group.terms_of_reference.get(version=2)
    assert [one.url for one in answers] == [there.get_absolute_url()] * 2
    for person in (lead, other):
        late = as_(person).post(url, sent | {"text": TYPED})
        words = late.content.decode()
        assert (late.status_code, TYPED in words) == (409, True)
        assert "You changed it on" not in words
        assert "There is a newer version now." in words
        assert "Your words are still here." in words
        assert late.context["form"]["seen"].value() == 2
    there.move("drop", by=lead, note="Another time.")
    again = client.post(url, sent)
    assert (again.status_code, group.terms_of_reference.count()) == (409, 2)


def test_terms_proposed_twice_are_not_said_to_have_been_changed_when_the_group_was_opened():
    group = make.working_group(state="forming")
    make.leads(group)
    group.terms_of_reference.update(state="adopted")
    office = make.programme_user(OFFICE)
    if group.open_to("activate"):
        group.move("activate", by=office)
    fields = {
        "text": "We decide.",
        "quorum_members": 2,
        "quorum_lived_experience": 1,
        "quorum_staff": 1,
        "notice_days": 0,
        "in_force_from": timezone.localdate(),
    }
    made = TermsOfReference.propose(group, by=office, seen=1, **fields)
    assert TermsOfReference.propose(group, by=office, seen=1, **fields) == made
    with pytest.raises(Conflict) as refused:
        TermsOfReference.propose(group, by=office, seen=1, **fields | {"notice_days": 3})
    assert "You changed it on" not in " ".join(Late(refused.value, office).words)
