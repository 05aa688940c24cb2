"""Writing a draft: previewed, saved by itself, and no word lost when two people write at once."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.core.exceptions import StaleEdit
from apps.notifications.models import Delivery
from apps.taskgroups.models.output import Contribution, Output, OutputVersion
from apps.taskgroups.models.revision import DraftRevision
from tests import factories as make

from ..at_once import together
from ..factories import UserFactory, appoint, working_group

pytestmark = [pytest.mark.django_db, pytest.mark.differs]


@pytest.fixture
def group():
    return working_group()


@pytest.fixture
def leads(group):
    return make.leads(group)


@pytest.fixture
def output(group):
    return make.output(group)


def at_desk(user):
    """A browser of one's own."""
    client = Client()
    client.force_login(user, "apps.accounts.backends.SignIn")
    return client


def words(output, **texts):
    """What the form sends: the words as saved, but for those given."""
    version = output.latest
    saved = {name: getattr(version, name) for name in version.TEXTS}
    return saved | {"seen": version.revision} | texts


# --- preview --------------------------------------------------------------------------------------
def test_given_a_preview_then_the_page_is_shown_and_nothing_is_saved_or_lost(output, leads):
    url = reverse("output_edit", args=[output.pk])
    typed = words(output, body="## A heading\n\nNew words.", preview="1")
    page = at_desk(leads[0]).post(url, typed)
    content = page.content.decode()
    assert page.status_code == 200
    assert "<h3>A heading</h3>" in content
    assert "## A heading" in page.context["form"]["body"].value()
    assert "New words." in content
    assert output.latest.body == make.TEXTS["body"]


def test_given_words_that_are_too_long_then_422_and_they_are_all_still_there(output, leads):
    long = "word " * 25_000
    page = at_desk(leads[0]).post(
        reverse("output_edit", args=[output.pk]), words(output, body=long, summary="Kept.")
    )
    assert page.status_code == 422
    assert page.context["form"]["body"].value() == long
    assert "Kept." in page.content.decode()


# --- two at once ----------------------------------------------------------------------------------
def test_given_two_writers_when_both_save_then_the_second_sees_both_texts(output, leads):
    url = reverse("output_edit", args=[output.pk])
    mine, theirs = at_desk(leads[0]), at_desk(leads[1])
    typed = words(output)  # both open the page now
    assert theirs.post(url, typed | {"body": "Somebody meets you at noon."}).status_code == 302
    page = mine.post(
        url, typed | {"body": "Somebody meets you at the gate.", "summary": "My own summary."}
    )
    assert page.status_code == 409
    content = page.content.decode()
    for kept in (
        "Somebody meets you at noon.",
        "Somebody meets you at the gate.",
        "My own summary.",
    ):
        assert kept in content
    assert output.latest.body == "Somebody meets you at noon."
    # The form now holds my words and their revision, so saving is a choice.
    form = page.context["form"]
    both = "Somebody meets you at noon at the gate."
    assert form["body"].value() == "Somebody meets you at the gate."
    again = {
        "summary": "My own summary.",
        "body": both,
        "easy_read": "",
        "seen": form["seen"].value(),
    }
    assert mine.post(url, again).status_code == 302
    version = output.latest
    assert (version.body, version.summary) == (both, "My own summary.")
    sides = set(Contribution.objects.values_list("constituency", flat=True))
    assert sides == {"lived_experience", "staff"}


def test_given_the_same_words_from_both_then_there_is_no_conflict(output, leads):
    url = reverse("output_edit", args=[output.pk])
    typed = words(output, body="The same words.")
    for user in leads:
        assert at_desk(user).post(url, typed).status_code == 302


def test_given_it_was_submitted_meanwhile_then_my_words_are_shown_to_copy(output, leads):
    typed = words(output, body="An hour of my words.")
    make.submitted(output)
    page = at_desk(leads[0]).post(reverse("output_edit", args=[output.pk]), typed)
    assert page.status_code == 409
    content = page.content.decode()
    assert "An hour of my words." in content
    assert "can no longer be changed" in content
    assert output.latest.body == make.TEXTS["body"]


# --- saved by itself ------------------------------------------------------------------------------
def test_given_autosave_then_it_answers_with_the_revision_to_go_on_from(output, leads):
    client, url = at_desk(leads[0]), reverse("output_autosave", args=[output.pk])
    first = client.post(url, words(output, body="One")).json()
    second = client.post(url, words(output, body="One two", seen=first["revision"])).json()
    assert second["revision"] == first["revision"] + 1
    assert output.latest.body == "One two"


def test_given_autosave_of_older_words_then_refused_and_the_page_says_what_to_do(output, leads):
    url = reverse("output_autosave", args=[output.pk])
    typed = words(output)
    assert at_desk(leads[1]).post(url, typed | {"body": "Theirs"}).status_code == 200
    answer = at_desk(leads[0]).post(url, typed | {"body": "Mine"})
    assert answer.status_code == 409
    assert "Nothing is lost" in answer.json()["why"]
    assert output.latest.body == "Theirs"


def test_given_autosave_after_submission_or_of_too_much_then_refused_in_words(output, leads):
    client, url = at_desk(leads[0]), reverse("output_autosave", args=[output.pk])
    answer = client.post(url, words(output, body="w" * 100_001))
    assert (answer.status_code, bool(answer.json()["why"])) == (422, True)
    typed = words(output, body="Late")
    make.submitted(output)
    answer = client.post(url, typed)
    assert answer.status_code == 409
    assert "is submitted" in answer.json()["why"]
    assert client.get(url).status_code == 405


def test_given_a_signature_when_words_change_then_the_signer_is_told_once(output, leads):
    output.sign(by=leads[0])
    client, url = at_desk(leads[1]), reverse("output_autosave", args=[output.pk])
    for body in ("One", "One two", "One two three"):
        assert client.post(url, words(output, body=body)).status_code == 200
    told = Delivery.objects.filter(occurrence__rule__kind="taskgroups.lapsed")
    assert {delivery.recipient for delivery in told} == {leads[0]}
    assert told.values("occurrence").distinct().count() == 1


def test_members_write_and_observers_do_not(group, output):
    member = UserFactory()
    appoint(group, member)
    client = at_desk(member)
    assert client.get(reverse("output_edit", args=[output.pk])).status_code == 200
    observer = UserFactory()
    appoint(group, observer, "observer")
    client = at_desk(observer)
    assert client.get(reverse("output_edit", args=[output.pk])).status_code == 403
    url = reverse("output_autosave", args=[output.pk])
    assert client.post(url, words(output, body="x")).status_code == 403


# --- what a draft said before ---------------------------------------------------------------------
def revisions(output):
    """(number, by, the words before it) of each revision that is kept, oldest first."""
    kept = DraftRevision.objects.filter(version=output.latest).order_by("number")
    return [(one.number, one.by, one.before) for one in kept]


def save(output, by, **texts):
    output.write(by=by, seen=output.latest.revision, **texts)


def test_each_save_that_changes_words_is_a_revision_with_the_words_before_it(output, leads):
    save(output, leads[0], body="One")
    save(output, leads[1], body="One  \r\n", summary="Short.")
    save(output, leads[0], body="One\n")  # nothing that can be read
    save(output, leads[0], body="Two")
    assert revisions(output)[1:] == [
        (2, leads[0], {"body": make.TEXTS["body"]}),
        (3, leads[1], {"summary": make.TEXTS["summary"]}),
        (4, leads[0], {"body": "One\n"}),
    ]
    make.submitted(output)
    assert not DraftRevision.objects.exists()


def test_what_the_page_saves_by_itself_is_one_revision_with_the_save_that_is_pressed(output, leads):
    client, url = at_desk(leads[0]), reverse("output_autosave", args=[output.pk])
    for body in ("O", "On", "One"):
        client.post(url, words(output, body=body))
    client.post(reverse("output_edit", args=[output.pk]), words(output, body="One."))
    client.post(url, words(output, body="One. T"))
    assert revisions(output)[1:] == [
        (2, leads[0], {"body": make.TEXTS["body"]}),
        (3, leads[0], {"body": "One."}),
    ]
    # Another's save comes between, or a suggestion does, or an answer: another revision.
    at_desk(leads[1]).post(url, words(output, body="One. Tw"))
    client.post(url, words(output, body="One. Two"))
    suggestion = make.suggestion(output, leads[1])
    client.post(url, words(output, body="One. Two three"))
    key = suggestion.changes()[0].key
    suggestion.reply("take_up", "Yes.", by=leads[0], changes=[key])
    client.post(url, words(output, body="One. Two three four"))
    assert [(number, by) for number, by, _ in revisions(output)[3:]] == [
        (4, leads[1]),
        (5, leads[0]),
        (6, leads[0]),
        (7, leads[0]),
    ]
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        client.post(url, words(output, body="After a cup of tea"))
    assert revisions(output)[-1][:2] == (8, leads[0])


def test_the_past_of_a_draft_is_bounded_and_what_was_named_stays(output, leads, monkeypatch):
    suggestion = make.taken_up(make.suggestion(output, leads[1]), leads[0], body="You have one.")
    monkeypatch.setattr("apps.taskgroups.models.revision.MOST", 3)
    for number in range(5):
        save(output, leads[0], summary=f"Number {number}")
    assert [number for number, *_ in revisions(output)] == [5, 6, 7]
    monkeypatch.setattr("apps.taskgroups.models.revision.MOST_CHARACTERS", 100)
    save(output, leads[0], easy_read="x" * 200)
    save(output, leads[0], easy_read="Short")
    assert [number for number, *_ in revisions(output)] == [9]  # the newest, be it too long
    suggestion.refresh_from_db()
    assert suggestion.before_and_after
    make.submitted(output)


# --- at the same moment ---------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_given_two_saves_at_the_same_moment_then_one_is_refused_and_none_lost():
    output = make.output(working_group())
    leads, seen = make.leads(output.group), output.latest.revision

    def save(user, body):
        def action():
            return Output.objects.get(pk=output.pk).write(by=user, seen=seen, body=body)

        return action

    results = together(save(leads[0], "Mine"), save(leads[1], "Theirs"))
    refused = [result for result in results if isinstance(result, StaleEdit)]
    saved = [result for result in results if isinstance(result, OutputVersion)]
    assert (len(refused), len(saved)) == (1, 1), results
    assert output.latest.body == saved[0].body


@pytest.mark.django_db(transaction=True)
def test_given_both_co_leads_sign_at_the_same_moment_then_it_is_submitted_once():
    output = make.output(working_group())
    leads = make.leads(output.group)
    results = together(
        *[lambda user=user: Output.objects.get(pk=output.pk).sign(by=user) for user in leads]
    )
    assert not [result for result in results if isinstance(result, Exception)], results
    output.refresh_from_db()
    assert output.state == Output.State.SUBMITTED
    assert output.latest.is_frozen


@pytest.mark.django_db(transaction=True)
def test_given_a_save_while_the_second_signature_comes_then_nobody_signs_unseen_words():
    output = make.output(working_group())
    leads = make.leads(output.group)
    output.sign(by=leads[0])
    version = output.latest

    def save():
        return Output.objects.get(pk=output.pk).write(
            by=leads[0], seen=version.revision, body="Slipped in"
        )

    seen = Output.objects.get(pk=output.pk).signed_for

    def sign():
        return Output.objects.get(pk=output.pk).sign(by=leads[1], seen=seen)

    together(save, sign)
    output.refresh_from_db()
    submitted = output.state == Output.State.SUBMITTED
    assert output.latest.body == (make.TEXTS["body"] if submitted else "Slipped in")
    assert output.latest.is_frozen == submitted
