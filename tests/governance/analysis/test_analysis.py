"""Sorting answers, blind; settling; answering; publishing; and taking the responses away."""

import csv
import io
import re
import tracemalloc
from datetime import timedelta
from importlib import import_module

import pytest
import time_machine
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from apps.accounts.roles import ADMIN
from apps.core.exceptions import IllegalMove, NotYet
from apps.core.models import AuditEntry
from apps.core.needs import needs_of
from apps.governance.analysis.models import Analysis, Reading, Theme
from apps.governance.consultations.models.response import Response, new_code, receive
from apps.governance.decisions import register
from apps.meetings.models.outcome import Decision
from apps.notifications import planning, sending
from apps.taskgroups.models.output import Output
from tests import factories as make
from tests.at_once import at_once
from tests.factories import UserFactory, appoint, just_shown, programme_user, working_group
from tests.pages import source

from ...meetings.test_quorum import correct
from ..decisions.making import made_public
from ..documents.making import WORDS as OF_A_DOCUMENT
from ..documents.making import approve, document, in_force, phase, written_on
from .making import analysis, answered, asked, code, coders, published

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
WORDS = ["More light", "Less noise", "Light and quiet", "Tea", "No idea", "Tea please"]
SORTED = {
    "More light": ["Light"],
    "Less noise": ["Quiet"],
    "Light and quiet": ["Light", "Quiet"],
    "Tea": ["Tea"],
    "No idea": "It says nothing",
    "Tea please": ["Tea"],
}


@pytest.fixture
def group():
    return working_group(name="Role design", slug="role-design")


@pytest.fixture
def lead(group):
    return make.leads(group)[0]


@pytest.fixture
def as_(client):
    def sign_in(user):
        client.logout()
        if user.is_authenticated:
            client.force_login(user, "apps.accounts.backends.SignIn")
            just_shown(client)
        return client

    return sign_in


@pytest.fixture
def said(group):
    return asked(group, WORDS)


@pytest.fixture
def sorting(said):
    return analysis(said, "Light", "Quiet", "Tea")


# --- who and when ---------------------------------------------------------------------------------
def test_nobody_reads_answers_before_it_is_over(group, lead):
    running = asked(group, WORDS, end=False)
    with pytest.raises(IllegalMove):
        Analysis.of(running, by=lead)
    assert not Analysis.objects.exists()


def test_two_different_members_of_the_group_code(said, group, lead):
    made = Analysis.of(said, by=lead)
    first, second = coders(group)
    with pytest.raises(NotYet, match="two different"):
        made.name_coders(first, first, by=lead)
    with pytest.raises(NotYet, match="members"):
        made.name_coders(first, UserFactory(), by=lead)
    with pytest.raises(PermissionDenied):
        made.name_coders(first, second, by=first)
    made.name_coders(first, second, by=lead)
    assert (made.first, made.second) == (first, second)


def test_a_coder_who_leaves_is_exchanged_and_their_codings_go(sorting, group, lead):
    code(sorting, sorting.second, SORTED, finish=False)
    first, other = sorting.first, UserFactory()
    appoint(group, other)
    sorting.name_coders(first, other, by=lead)
    assert not Reading.objects.exists()
    code(sorting, other, SORTED)
    another = UserFactory()
    appoint(group, another)
    with pytest.raises(IllegalMove):
        sorting.name_coders(first, another, by=lead)


# --- blind ----------------------------------------------------------------------------------------
def test_while_one_has_not_finished_nobody_sees_what_the_other_chose(as_, sorting, lead):
    code(sorting, sorting.first, SORTED)
    question = sorting.questions()[0]
    url = reverse("coding", args=[sorting.consultation_id, question.pk])
    page = as_(sorting.second).get(url).content
    assert b"checked" not in page
    assert b"It says nothing" not in page
    for person in (lead, programme_user(ADMIN, is_staff=True), sorting.second):
        assert b"said this" not in as_(person).get(sorting.get_absolute_url()).content
    assert as_(lead).get(url).status_code == 403
    superuser = programme_user(ADMIN, is_staff=True, is_superuser=True)
    assert as_(superuser).get(url).status_code == 403
    settle = reverse("settle_codings", args=[sorting.consultation_id])
    assert b"There is nothing to settle" in as_(lead).get(settle).content
    with pytest.raises(IllegalMove):
        sorting.settle(question, {}, by=lead)


def test_a_coder_cannot_finish_before_every_answer_is_read_nor_change_afterwards(sorting):
    first = sorting.first
    with pytest.raises(NotYet, match="6 answers are not coded yet"):
        sorting.finish(by=first)
    code(sorting, first, SORTED)
    question = sorting.questions()[0]
    with pytest.raises(IllegalMove):
        sorting.code(question, {}, by=first)
    with pytest.raises(IllegalMove):
        sorting.finish(by=first)


# --- the page of coding ---------------------------------------------------------------------------
def entry_names(question):
    return {
        answers[question.key]: f"{question.pk}-{pk.hex}"
        for pk, answers in Response.objects.values_list("pk", "answers")
    }


def test_a_page_of_codings_is_saved_without_scripts_and_mistakes_lose_nothing(as_, sorting):
    question = sorting.questions()[0]
    keys = entry_names(question)
    light = sorting.themes.get(title="Light").pk
    url = reverse("coding", args=[sorting.consultation_id, question.pk])
    client = as_(sorting.first)
    wrong = {
        f"t-{keys['More light']}": light,
        f"r-{keys['More light']}": "Odd",
        f"r-{keys['Tea']}": "About tea",
    }
    page = client.post(url, wrong)
    assert page.status_code == 422
    assert b'value="About tea"' in page.content
    assert b"Not both." in page.content
    assert not Reading.objects.exists()
    right = {f"t-{keys['More light']}": light, f"r-{keys['Tea']}": "About tea", "next": "yes"}
    assert client.post(url, right).url == sorting.get_absolute_url()
    assert sorting.chosen_by(sorting.first) == {
        (Response.objects.get(answers={question.key: "More light"}).pk, question.pk): {light},
        (Response.objects.get(answers={question.key: "Tea"}).pk, question.pk): set(),
    }
    page = client.get(url).content
    assert page.count(b" checked") == 1
    assert b'value="About tea"' in page


def test_themes_of_another_consultation_and_answers_of_another_are_left_out(sorting, group):
    other = analysis(asked(group, WORDS), "Elsewhere", people=[sorting.first, sorting.second])
    question = sorting.questions()[0]
    theirs = Response.objects.filter(consultation=other.consultation).first().pk
    mine = Response.objects.filter(consultation=sorting.consultation).first().pk
    alien = other.themes.get().pk
    sorting.code(question, {theirs: ([alien], ""), mine: ([alien], "")}, by=sorting.first)
    assert not Reading.objects.exists()


def test_the_pages_ask_as_much_for_one_answer_as_for_many(as_, group):
    def queries(words):
        made = analysis(asked(group, words), "Light", people=people)
        light = {word: ["Light"] for word in words}
        url = reverse("coding", args=[made.consultation_id, made.questions()[0].pk])
        code(made, made.first, light, finish=False)
        found = []
        for person, address in ((made.first, url), (lead, made.get_absolute_url())):
            client = as_(person)
            client.get(address)
            with CaptureQueriesContext(connection) as captured:
                assert client.get(address).status_code == 200
            found.append(len(captured))
        return found

    people, lead = coders(group), make.leads(group)[0]
    few = queries([f"Light {n}" for n in range(5)])
    many = queries([f"Light {n}" for n in range(60)])
    assert few == many
    assert max(many) <= 20


# --- settling -------------------------------------------------------------------------------------
def test_both_finished_the_agreement_is_shown_and_what_differs_waits(as_, sorting, lead):
    code(sorting, sorting.first, SORTED)
    other = SORTED | {"Light and quiet": ["Light"], "No idea": ["Quiet"]}
    code(sorting, sorting.second, other)
    sorting.refresh_from_db()
    # 6 answers, 3 themes: light both 2, neither 4; quiet both 1, first 1, second 1, neither 3;
    # tea both 2, neither 4. Pooled 5, 1, 1, 11 of 18: 0.8889 alike, by chance 0.5556; so 0.75.
    assert sorting.agreement == {
        "answers": 6,
        "same": 4,
        "percent": 67,
        "kappa": 0.75,
        "themes": {
            str(sorting.themes.get(title="Light").pk): 1.0,
            str(sorting.themes.get(title="Quiet").pk): 0.25,
            str(sorting.themes.get(title="Tea").pk): 1.0,
        },
    }
    assert sorting.unsettled().count() == 2
    (settle,) = (
        one for one in sorting.consultation.missing("publish", lead) if "Settle 2" in one.text
    )
    assert settle.text == "Settle 2 answers on which the two differ."
    assert settle.url == reverse("settle_codings", args=[sorting.consultation_id])
    page = source(as_(lead).get(sorting.get_absolute_url()))
    assert "On 4 of 6 answers (67 %)" in page
    assert "kappa 0.75, where 1 is complete" in page
    assert "their agreement is good" in page
    question = sorting.questions()[0]
    keys = entry_names(question)
    quiet = sorting.themes.get(title="Quiet").pk
    url = reverse("settle_codings", args=[sorting.consultation_id])
    assert sorting.second.name.encode() in as_(lead).get(url).content
    assert as_(lead).post(url, {f"t-{keys['Light and quiet']}": quiet}).url == url
    assert as_(lead).post(url, {f"r-{keys['No idea']}": "Nothing in it"}).url == (
        sorting.get_absolute_url()
    )
    assert sorting.unsettled().count() == 0
    said = {theme.title: sorting.said().get(theme.pk, 0) for theme in sorting.themes.all()}
    assert said == {"Light": 1, "Quiet": 2, "Tea": 2}
    assert sorting.set_aside() == {"Nothing in it": 1}


# --- answering and publishing ---------------------------------------------------------------------
@pytest.fixture
def coded(sorting):
    for coder in (sorting.first, sorting.second):
        code(sorting, coder, SORTED)
    return sorting


def test_the_outcome_waits_for_every_theme_and_for_what_changed(as_, coded, lead):
    with pytest.raises(NotYet, match="Answer the theme “Light”"):
        coded.publish(by=lead, summary="We heard.")
    answered(coded)
    tea = coded.themes.get(title="Tea")
    tea.reply(by=lead, answer="did", because="There is tea.")
    with pytest.raises(NotYet, match="Answer the theme “Tea”"):
        coded.publish(by=lead, summary="We heard.")
    url = reverse("theme_answer", args=[coded.consultation_id, tea.pk])
    page = as_(lead).post(url, {"answer": "did", "because": "There is tea."})
    assert page.status_code == 422
    for address in ("https://elsewhere.example/", "/nowhere/at/all/"):
        page = as_(lead).post(url, {"answer": "acted", "because": "Tea!", "address": address})
        assert page.status_code == 422
    page = as_(lead).post(url, {"answer": "did", "because": "Tea!", "address": "/governance/"})
    assert page.status_code == 422  # that names no text that changed
    page = as_(lead).post(url, {"answer": "acted", "because": "Tea!", "address": "/governance/"})
    assert page.status_code == 302
    with pytest.raises(NotYet, match="plain words what came"):
        coded.publish(by=lead, summary=" ")
    coded.publish(by=lead, summary="We heard.")
    assert coded.consultation.state == "published"


def themed(group, about=None, **fields):
    """An analysis with everything coded to one theme, and that theme."""
    words = [f"Light {number}" for number in range(6)]
    made = analysis(asked(group, words, about=about, **fields), "Light")
    for coder in (made.first, made.second):
        code(made, coder, {one: ["Light"] for one in words})
    return made, made.themes.get()


def text_of(page):
    """The words of a page, without its tags."""
    return " ".join(re.sub(r"<[^>]*>", "", page).split())


def say(client, theme, thing, answer="did", **more):
    """Send the form of an answer that names a thing."""
    url = reverse("theme_answer", args=[theme.analysis.consultation_id, theme.pk])
    key = f"{thing._meta.label_lower}:{thing.pk}" if thing else ""
    return client.post(url, {"answer": answer, "because": "There is light.", "made": key} | more)


@pytest.mark.parametrize("answer", ["did", "partly"])
def test_we_did_does_not_name_the_version_that_people_were_asked_about(as_, group, lead, answer):
    paper = document(group)
    version = paper.latest
    made, theme = themed(group, version)
    page = say(as_(lead), theme, version, answer)
    assert page.status_code == 422
    assert "Choose something that changed after people were asked." in source(page)
    with pytest.raises(NotYet, match="says the same as version 1, which people were asked about"):
        theme.reply(by=lead, answer=answer, because="So.", made=version)
    # The next version begins with the same words, and invisible ones are none.
    draft = paper.next_version(by=lead)
    draft.write(by=lead, seen=1, body=f"{draft.body}\u200b \n")
    assert say(as_(lead), theme, draft, answer).status_code == 422
    draft.write(by=lead, seen=2, body=f"{draft.body}\n\nThere is light in every room.")
    assert say(as_(lead), theme, draft, answer).status_code == 302
    made.publish(by=lead, summary="We heard.")
    url = reverse("consultation_outcome", args=[made.consultation_id])
    page = source(as_(lead).get(url))
    assert "Safety policy, version 2" in page
    assert "What changed since version 1, which people were asked about" in page
    link = f"{reverse('document_differences', args=[paper.pk])}?from=1&amp;to=2"
    assert link in page
    assert source(as_(lead).get(link.replace("&amp;", "&"))).count("[added: ") == 1


def test_given_words_changed_back_before_it_is_published_then_it_waits(group, lead):
    paper = document(group)
    made, theme = themed(group, paper.latest)
    draft = paper.next_version(by=lead)
    body = draft.body
    draft.write(by=lead, seen=1, body=f"{body}\n\nThere is light.")
    theme.reply(by=lead, answer="did", because="So.", made=draft)
    draft.write(by=lead, seen=2, body=body)
    with pytest.raises(NotYet, match="“Light” again"):
        made.publish(by=lead, summary="We heard.")


def test_given_we_did_then_the_document_is_not_approved_in_the_old_words(group, lead):
    paper = document(group)
    made, theme = themed(group, paper.latest)
    draft = paper.next_version(by=lead)
    body = draft.body
    draft.write(by=lead, seen=1, body=f"{body}\n\nThere is light.")
    theme.reply(by=lead, answer="did", because="So.", made=draft)
    made.publish(by=lead, summary="We heard.")
    draft.write(by=lead, seen=2, body=body)
    with pytest.raises(NotYet, match="told in “How we meet new colleagues” that the words changed"):
        approve(paper)
    draft.write(by=lead, seen=3, body=f"{body}\n\nThere is more light.")
    assert approve(paper)


def test_a_draft_of_an_output_is_measured_by_the_words_that_people_were_asked_about(group, lead):
    output = make.output(group)
    made, theme = themed(group, output)
    with pytest.raises(NotYet, match="says the same as version 1"):
        theme.reply(by=lead, answer="did", because="So.", made=output.latest)
    output.write(by=lead, seen=output.latest.revision, body="There is light.")
    theme.reply(by=lead, answer="did", because="So.", made=output.latest)
    made.publish(by=lead, summary="We heard.")


def test_given_a_consultation_of_before_words_were_kept_then_a_later_version_is_named(group, lead):
    output = make.output(group)
    made, theme = themed(group, output)
    consultation = made.consultation
    type(consultation).objects.filter(pk=consultation.pk).update(asked_words=None)
    long_ago = consultation.opens_at - DAY
    type(output.latest).objects.filter(output=output).update(created_at=long_ago)
    output.write(by=lead, seen=output.latest.revision, body="There is light.")
    theme = Theme.objects.get()
    with pytest.raises(NotYet, match="says the same as version 1"):
        theme.reply(by=lead, answer="did", because="So.", made=output.latest)
    make.changes_requested(output, make.steering_group()[1])
    output.move("next_version", by=lead)
    with pytest.raises(NotYet, match="says the same as version 1"):  # it begins with the same words
        theme.reply(by=lead, answer="did", because="So.", made=output.latest)
    output.write(by=lead, seen=output.latest.revision, body="There is more light.")
    theme.reply(by=lead, answer="did", because="So.", made=output.latest)


def test_what_was_there_before_people_were_asked_did_not_come_of_it(as_, group, lead):
    old = document(group, title="Older").latest
    decision = make.decision(make.held(group, by=lead, days_ago=40), text="Lamps.")
    action = make.action(decision.meeting, lead, text="Buy lamps")
    made, theme = themed(group)
    long_ago = made.consultation.opens_at - DAY
    written_on(old, long_ago)
    type(action).objects.filter(pk=action.pk).update(created_at=long_ago)
    for thing, answer, why in (
        (old, "did", "was written before people were asked"),
        (decision, "acted", "meeting began before people were asked"),
        (action, "acted", "was to be done before people were asked"),
    ):
        thing.refresh_from_db()
        assert say(as_(lead), theme, thing, answer).status_code == 422
        with pytest.raises(NotYet, match=why):
            theme.reply(by=lead, answer=answer, because="So.", made=thing)


def saved_again(group, lead, opened):
    """An old draft, saved with a blank more."""
    old = document(group, title="Older").latest
    written_on(old, opened - DAY)
    old.write(by=lead, seen=old.revision, body=f"{old.body}\u034f \n\n[//]: # (Light)")
    return old


def next_one_unchanged(group, lead, opened):
    """The version in force, begun anew."""
    return in_force(group, title="Older").next_version(by=lead)


def next_output_unchanged(group, lead, opened):
    output = make.changes_requested(make.output(group), make.steering_group()[1])
    output.move("next_version", by=lead)
    return output.latest


def there_and_back(group, lead, opened):
    """Two versions on, in the words that stood when people were asked."""
    paper = document(group, title="Older")
    approve(paper, days_ago=20)
    written_on(paper.latest, opened - DAY)
    for body in ("Other words.", OF_A_DOCUMENT["body"]):
        draft = paper.next_version(by=lead)
        draft.write(by=lead, seen=1, body=body)
        if body != OF_A_DOCUMENT["body"]:
            approve(paper, days_ago=0)
    return draft


def nothing_written(group, lead, opened):
    return document(group, title="Empty", write=False).latest


@pytest.mark.parametrize(
    ("old", "why"),
    [
        (saved_again, "was written before people were asked"),
        (next_one_unchanged, "says the same as version 1"),
        (next_output_unchanged, "says the same as version 1"),
        (there_and_back, "says the same as version 1"),
        (nothing_written, "Nothing is written in it"),
    ],
)
def test_old_words_are_no_we_did_however_they_are_saved(as_, group, lead, old, why):
    made, theme = themed(group)
    version = old(group, lead, made.consultation.opens_at)
    assert say(as_(lead), theme, version).status_code == 422
    with pytest.raises(NotYet, match=why):
        theme.reply(by=lead, answer="did", because="So.", made=version)


def test_a_copy_of_what_people_were_asked_about_is_no_we_did(as_, group, lead):
    output = make.output(group)
    for about in (document(group).latest, output):
        _, theme = themed(group, about)
        words = output.latest if about == output else about
        texts = {name: getattr(words, name) for name in words.TEXTS}
        copy = document(group, title="A copy", **texts).latest
        assert say(as_(lead), theme, copy).status_code == 422
        with pytest.raises(NotYet, match="says the same as version 1, which people were asked"):
            theme.reply(by=lead, answer="did", because="So.", made=copy)
        copy.write(by=lead, seen=copy.revision, body="There is light.")
        theme.reply(by=lead, answer="did", because="So.", made=copy)


def test_given_we_did_in_another_document_then_it_is_not_approved_in_the_old_words(group, lead):
    made, theme = themed(group)
    paper = in_force(group, title="Older")
    written_on(paper.latest, made.consultation.opens_at - DAY)
    draft = paper.next_version(by=lead)
    body = draft.body
    draft.write(by=lead, seen=1, body="There is light.")
    theme.reply(by=lead, answer="did", because="So.", made=draft)
    made.publish(by=lead, summary="We heard.")
    draft.write(by=lead, seen=2, body=body)
    with pytest.raises(NotYet, match="that the words changed"):
        approve(paper, days_ago=0)
    draft.write(by=lead, seen=3, body="There is more light.")
    assert approve(paper, days_ago=0)


def test_given_we_did_then_the_output_is_not_signed_in_the_old_words(as_, group, lead):
    output = make.output(group)
    made, theme = themed(group, output)
    body = output.latest.body
    output.write(by=lead, seen=output.latest.revision, body="There is light.")
    theme.reply(by=lead, answer="did", because="So.", made=output.latest)
    made.publish(by=lead, summary="We heard.")
    output = Output.objects.get(pk=output.pk)
    output.write(by=lead, seen=output.latest.revision, body=f"{body}\u034f")
    output = Output.objects.get(pk=output.pk)
    why = "told in “How we meet new colleagues” that the words changed"
    assert why in source(as_(lead).get(output.get_absolute_url()))
    with pytest.raises(NotYet, match=why):
        output.sign(by=lead)
    output.write(by=lead, seen=output.latest.revision, body="There is more light.")
    assert Output.objects.get(pk=output.pk).sign(by=lead)


@pytest.mark.parametrize("state", ["recorded", "provisional", "not_carried", "lapsed"])
def test_a_decision_that_does_not_count_is_nothing_that_was_done(as_, group, lead, state):
    appoint(group, UserFactory())
    made, theme = themed(group)
    long_ago = made.consultation.opens_at - 20 * DAY
    type(made.consultation).objects.filter(pk=made.consultation_id).update(opens_at=long_ago)
    came = [lead] if state in ("provisional", "lapsed") else None
    decision = Decision.record(
        make.held(group, came, by=lead, days_ago=4),
        by=lead,
        agreed=state != "not_carried",
        method="consensus",
        text="Lamps.",
    )
    if state == "not_carried":
        make.confirm(decision)
    if state == "lapsed":
        make.settled(decision, make.held(group, by=lead, days_ago=2), "lapse", "No lamps.")
    assert decision.state == state
    assert say(as_(lead), theme, decision, "acted").status_code == 422
    theme = Theme.objects.get()
    with pytest.raises(NotYet, match="does not count"):
        theme.reply(by=lead, answer="acted", because="So.", made=decision)
    for address in (decision.get_absolute_url(), register.address(decision)):
        page = say(as_(lead), theme, None, "acted", address=address)
        assert "This is a decision. Choose it in the list above." in source(page)


@pytest.mark.parametrize("public", [False, True])
def test_given_the_decision_loses_its_quorum_then_everybody_reads_that_it_does_not_count(
    as_, group, lead, public
):
    made, theme = themed(group)
    meeting = make.held(group, by=lead, days_ago=1)
    decision = make.decision(meeting, text="Lamps.")
    long_ago = made.consultation.opens_at - 20 * DAY
    type(made.consultation).objects.filter(pk=made.consultation_id).update(opens_at=long_ago)
    if public:
        made_public(decision, "There are lamps.")
    theme = Theme.objects.get()
    theme.reply(by=lead, answer="acted", because="There are lamps now.", made=decision)
    made.publish(by=lead, summary="We heard.")
    url = reverse("consultation_outcome", args=[made.consultation_id])
    nobody = source(as_(AnonymousUser()).get(url))
    assert (decision.reference in nobody) == public
    assert "We did something that is not in a text, because:" in text_of(nobody)
    correct(meeting, [lead.pk])
    decision.refresh_from_db()
    assert decision.state == "provisional"
    nobody = source(as_(AnonymousUser()).get(url))
    assert decision.reference not in nobody  # its page is not public while it may yet change
    for page in (nobody, source(as_(lead).get(url))):
        words = text_of(page)
        assert "We did something that is not in a text, because:" not in words
        assert "The decision that this names does not count any more." in words
    assert decision.reference in source(as_(lead).get(url))


def test_a_change_that_is_in_no_text_is_an_answer_of_its_own(as_, group, lead):
    made, theme = themed(group)
    decision = make.decision(make.held(group, by=lead, days_ago=1), text="Lamps.")
    draft = document(group).latest
    client = as_(lead)
    page = say(client, theme, decision)
    assert page.status_code == 422
    assert "Choose the version of the text that changed." in source(page)
    assert say(client, theme, draft, "acted").status_code == 422
    assert say(client, theme, None, "acted").status_code == 422
    page = say(client, theme, None, "acted", address=draft.document.get_absolute_url())
    assert "This is a text. Choose its version in the list above." in source(page)
    with pytest.raises(NotYet, match="Name the version of the text"):
        theme.reply(by=lead, answer="did", because="So.", made=decision)
    with pytest.raises(NotYet, match="This is a text"):
        theme.reply(by=lead, answer="acted", because="So.", made=draft)
    assert say(client, theme, decision, "acted").status_code == 302
    made.publish(by=lead, summary="We heard.")
    page = source(client.get(reverse("consultation_outcome", args=[made.consultation_id])))
    assert "We did something that is not in a text" in page


def test_an_older_site_reads_what_is_in_no_text_as_we_did(group, lead):
    _, theme = themed(group)
    theme.reply(by=lead, answer="acted", because="So.", address="/governance/")
    import_module("apps.governance.migrations.0003_we_did").say_we_did(apps, None)
    theme.refresh_from_db()
    assert (theme.answer, theme.address) == ("did", "/governance/")


def test_once_published_nothing_changes_any_more(coded, lead):
    answered(coded)
    coded.publish(by=lead, summary="We heard.")
    theme = coded.themes.first()
    for change in (
        lambda: theme.reply(by=lead, answer="did_not", because="Other."),
        lambda: theme.change(by=lead, title="Other", description=""),
        lambda: Theme.add(coded, by=lead, title="Late"),
        lambda: coded.publish(by=lead, summary="Again."),
        lambda: coded.name_coders(coded.first, coded.second, by=lead),
    ):
        with pytest.raises(IllegalMove):
            change()
    coded.refresh_from_db()
    assert coded.summary == "We heard."


@pytest.mark.django_db(transaction=True)
def test_two_who_publish_at_once_one_wins_and_everybody_is_told_once():
    group = working_group()
    person = UserFactory()
    appoint(group, person)
    made = analysis(asked(group, WORDS, people=[person]), "Light", "Quiet", "Tea")
    for coder in (made.first, made.second):
        code(made, coder, SORTED)
    answered(made)

    def press(lead, words):
        return lambda: Analysis.objects.get(pk=made.pk).publish(by=lead, summary=words)

    outcomes = at_once(
        *(press(lead, words) for lead, words in zip(make.leads(group), ("One", "Two"), strict=True))
    )
    assert sorted(outcomes) == ["done", "told"]
    entries = AuditEntry.objects.about(made.consultation).filter(action="publish")
    assert entries.count() == 1


def test_a_theme_with_codings_stays_and_no_two_have_one_name(coded, lead):
    with pytest.raises(NotYet, match="stays"):
        coded.themes.first().remove(by=lead)
    with pytest.raises(NotYet, match="this name"):
        Theme.add(coded, by=lead, title="light ")
    free = Theme.add(coded, by=lead, title="Doors")
    free.remove(by=lead)
    assert coded.themes.count() == 3


# --- the page of the outcome ----------------------------------------------------------------------
def test_everybody_who_was_asked_reads_it_with_small_numbers_hidden(as_, group):
    made = published(group)
    url = reverse("consultation_outcome", args=[made.pk])
    page = as_(AnonymousUser()).get(url).content.decode()
    assert "6 people said this." in page
    assert "We heard you." in page
    assert "We did not" in page
    inside = published(group, audience="groups", groups=[group])
    assert (
        as_(AnonymousUser()).get(reverse("consultation_outcome", args=[inside.pk])).status_code
        == 404
    )


def test_figures_below_five_are_not_on_the_page(as_, group):
    made = asked(group, [], questions=["single", "text"], end=False)
    choice = made.questions.get(kind="single")
    for number in range(14):
        receive(made, {choice.key: 0 if number < 8 else 1 if number < 13 else 2}, code=new_code())
    make.end_consultation(made)
    done = Analysis.of(made, by=make.leads(group)[0])
    done.publish(by=make.leads(group)[0], summary="We heard.")
    page = as_(AnonymousUser()).get(reverse("consultation_outcome", args=[made.pk]))
    counts = [line.count for line in page.context["charts"][0].lines]
    assert counts == [8, None, None]  # the 5 would tell the 1


def test_whoever_responded_without_an_account_reads_it_with_their_code(as_, group):
    words = ["Light"] * 6
    made = asked(group, words[:5], end=False, audience="groups", groups=[group])
    mine = new_code()
    receive(made, {made.questions.get().key: "Light"}, code=mine)
    make.end_consultation(made)
    one = analysis(made, "Light")
    for coder in (one.first, one.second):
        code(one, coder, {"Light": ["Light"]})
    answered(one)
    url = reverse("receipt_code")
    before = as_(AnonymousUser()).post(url, {"code": mine}).content
    assert b"We had no room." not in before
    one.publish(by=make.leads(group)[0], summary="We heard you all.")
    after = as_(AnonymousUser()).post(url, {"code": mine}).content
    assert b"We heard you all." in after
    assert b"We had no room." in after


def test_a_reader_sees_no_more_of_a_change_than_they_may(as_, group, lead):
    draft = document(group, title="Secret draft").latest
    written = make.output(group, title="Secret output").latest
    appoint(group, UserFactory())  # a third, so that the decision counts
    decision = make.decision(make.held(group, by=lead), text="Kit Rowe leads.")
    action = make.action(decision.meeting, lead, text="Phone Kit Rowe")
    names = ("Draft", "Written", "Decision", "Action")
    words = {f"{name} {n}": [name] for name in names for n in range(5)}
    made = analysis(asked(group, list(words)), *names)
    for coder in (made.first, made.second):
        code(made, coder, words)
    for name, answer, thing in (
        ("Draft", "did", draft),
        ("Written", "partly", written),
        ("Decision", "acted", decision),
        ("Action", "acted", action),
    ):
        made.themes.get(title=name).reply(by=lead, answer=answer, because="So.", made=thing)
    made.publish(by=lead, summary="We heard.")
    url = reverse("consultation_outcome", args=[made.consultation_id])
    page = as_(AnonymousUser()).get(url).content
    assert b"Secret" not in page
    assert b"An output that is still being written" in page
    assert b"Kit Rowe" not in page
    assert b"A document that is still being written" in page
    assert b"Something that the group does" in page
    mine = as_(lead).get(url).content
    assert draft.get_absolute_url().encode() in mine
    assert b"after people were asked" in mine
    assert b"after people were asked" not in page
    assert written.get_absolute_url().encode() in mine
    assert action.get_absolute_url().encode() in mine


# --- messages -------------------------------------------------------------------------------------
@pytest.fixture
def at_noon():
    with time_machine.travel("2026-11-24T12:00:00Z", tick=True):
        yield


YESTERDAY = "Monday 23 November"


def sent(mailoutbox, subject, after=timedelta()):
    before = len(mailoutbox)
    with time_machine.travel(timezone.now() + after, tick=False):
        planning.plan()
        sending.send()
    return sorted(mail.to[0] for mail in mailoutbox[before:] if mail.subject == subject)


def test_coders_are_asked_and_those_who_responded_are_told(at_noon, group, lead, mailoutbox):
    people = [UserFactory() for _ in range(6)]
    made = analysis(asked(group, WORDS, people=people[:4]), "Light", "Quiet", "Tea")
    assert {need.title for need in needs_of(made.first) if "analysis" in need.url} == {
        "Sort what people said: How we meet new colleagues"
    }
    heard = sent(mailoutbox, f"What people said until {YESTERDAY}: please sort it")
    assert heard == sorted([made.first.email, made.second.email])
    for coder in (made.first, made.second):
        code(made, coder, SORTED)
    assert not [need for need in needs_of(made.first) if "analysis" in need.url]
    assert [need.title for need in needs_of(lead) if "analysis" in need.url] == [
        "Answer what people said: How we meet new colleagues"
    ]
    answered(made)
    made.publish(by=lead, summary="We heard.")
    assert sent(mailoutbox, f"What came of what people said until {YESTERDAY}") == sorted(
        person.email for person in people[:4]
    )
    assert not [need for need in needs_of(lead) if "analysis" in need.url]


def test_owners_hear_two_weeks_before_an_answer_is_due_that_day_and_after(
    at_noon, group, mailoutbox
):
    asked(group, WORDS)  # closed a day ago
    owners = sorted(one.email for one in make.leads(group))
    subject = "People wait for an answer: due Monday 15 February"
    heard = {days: sent(mailoutbox, subject, days * DAY) for days in (68, 69, 82, 83, 96, 97, 98)}
    assert {days: to for days, to in heard.items() if to} == {
        69: owners,
        83: owners,
        97: owners,
    }


# --- files ----------------------------------------------------------------------------------------
def rows_of(response):
    text = b"".join(response.streaming_content).decode().removeprefix("\ufeff")
    return list(csv.reader(io.StringIO(text)))


def test_files_of_anonymous_responses_hold_no_identity_and_no_formula(as_, group, lead):
    people = [UserFactory(full_name=f"Robin Vale {n}") for n in range(6)]
    words = ["=HYPERLINK(1)", *WORDS[1:]]
    made = asked(group, words, people=people)
    key = made.questions.get().key
    client = as_(lead)
    table = rows_of(client.get(reverse("responses_csv", args=[made.pk])))
    by_number = Response.objects.order_by("pk").values_list("answers", flat=True)
    expected = [answers[key].replace("=", "'=", 1) for answers in by_number]
    assert table == [["1. What about text?"], *([one] for one in expected)]
    response = client.get(reverse("responses_xlsx", args=[made.pk]))
    content = b"".join(response.streaming_content)
    sheet = load_workbook(io.BytesIO(content)).active
    assert [[cell.value for cell in row] for row in sheet] == table
    secrets = [text for person in people for text in (person.full_name, person.email)]
    secrets += [str(pk) for pk in Response.objects.values_list("pk", flat=True)]
    flat = "\n".join(cell for row in table for cell in row)
    assert [secret for secret in secrets if secret in flat] == []
    notes = AuditEntry.objects.about(made).filter(action="export_responses")
    assert sorted(notes.values_list("note", flat=True)) == ["csv", "xlsx"]


def test_files_of_named_responses_say_whose_they_are(as_, group, lead):
    people = [UserFactory(full_name=f"Robin Vale {n}") for n in range(2)]
    made = asked(group, ["One", "Two"], people=people, naming="named")
    table = rows_of(as_(lead).get(reverse("responses_csv", args=[made.pk])))
    assert table[0] == ["Name", "How it came", "1. What about text?"]
    assert sorted(table[1:]) == [
        ["Robin Vale 0", "On the site", "One"],
        ["Robin Vale 1", "On the site", "Two"],
    ]


def test_fewer_than_five_anonymous_responses_are_in_no_file_and_are_not_sorted(as_, group, lead):
    made = asked(group, WORDS[:4])
    one = analysis(made, "Light")
    assert rows_of(as_(lead).get(reverse("responses_csv", args=[made.pk])))[1:] == []
    assert sum(one.totals(one.questions()).values()) == 0
    page = as_(lead).get(one.get_absolute_url()).content
    assert b"nobody reads what they wrote" in page


def test_five_hundred_responses_are_read_in_pieces(as_, group, lead):
    made = asked(group, [])
    key = made.questions.get().key
    Response.objects.bulk_create(
        Response(consultation=made, answers={key: "word " * 400}, sent=True) for _ in range(500)
    )
    client = as_(lead)
    client.get(reverse("responses_csv", args=[made.pk]))
    peaks = {}
    for name in ("responses_csv", "responses_xlsx"):
        response = client.get(reverse(name, args=[made.pk]))
        tracemalloc.start()
        with CaptureQueriesContext(connection) as captured:
            size = sum(len(chunk) for chunk in response.streaming_content)
        peaks[name] = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert size > 1000
        assert len(captured) <= 2
    assert max(peaks.values()) < 20_000_000


# --- documents and consultations ------------------------------------------------------------------
def test_asked_about_a_document_freezes_and_waits_for_its_answer(as_, group, lead):
    made = document(group)
    version = made.latest
    words = {f"Light {n}": ["Light"] for n in range(6)}
    consultation = asked(group, list(words), about=version, end=False)
    version.refresh_from_db()
    assert version.state == "consultation"
    assert (
        b"We look out for others." in as_(AnonymousUser()).get(version.get_absolute_url()).content
    )
    with pytest.raises(NotYet, match="being asked"):
        approve(made)
    mend = f'<a href="{consultation.get_absolute_url()}">People are being asked about it.'
    for page in (made.get_absolute_url(), reverse("document_approve", args=[made.pk])):
        assert mend in as_(lead).get(page).content.decode()
    make.end_consultation(consultation)
    with pytest.raises(NotYet, match="Publish first"):
        approve(made)
    one = analysis(consultation, "Light")
    for coder in (one.first, one.second):
        code(one, coder, words)
    answered(one)
    one.publish(by=lead, summary="We heard.")
    version.move("revise", by=lead)
    approve(made)
    assert (phase(version), phase(made.latest)) == ("revised", "in_force")
    page = as_(lead).get(made.get_absolute_url()).content
    assert consultation.get_absolute_url().encode() in page
    assert reverse("consultation_outcome", args=[consultation.pk]).encode() in page


def test_a_consultation_does_not_open_on_words_that_nobody_can_follow(group):
    made = document(group, summary="")
    with pytest.raises(NotYet, match="summary"):
        asked(group, [], about=made.latest, end=False)
    made.latest.write(by=make.leads(group)[0], seen=2, summary="Short.")
    gone = document(group)
    gone.latest.move("withdraw", by=make.leads(group)[0], note="Old.")
    with pytest.raises(NotYet, match="no longer worked on"):
        asked(group, [], about=gone.latest, end=False)


def test_nobody_opens_another_groups_draft_to_everybody_by_asking_about_it(group):
    theirs = document(working_group(name="Training", slug="training"))
    with pytest.raises(NotYet, match="draft of another group"):
        asked(group, [], about=theirs.latest, end=False)
    theirs.latest.refresh_from_db()
    assert theirs.latest.state == "draft"


def test_words_that_people_were_asked_about_are_closed_again_once_that_is_withdrawn(
    as_, group, lead
):
    made = document(group)
    consultation = asked(group, [], about=made.latest, end=False)
    consultation.move("withdraw", by=lead, note="Too early.")
    assert as_(AnonymousUser()).get(made.latest.get_absolute_url()).status_code == 404


def test_who_sorted_and_left_the_group_reads_nothing_more(as_, group, lead):
    consultation = asked(group, [f"Light {number}" for number in range(6)])
    one = analysis(consultation, "Light")
    url = reverse("coding", args=[consultation.pk, consultation.questions.get().pk])
    assert as_(one.first).get(url).status_code == 200
    group.memberships.filter(user=one.first).update(ended_at=timezone.now() - timedelta(days=2))
    assert as_(one.first).get(url).status_code in (403, 404)
