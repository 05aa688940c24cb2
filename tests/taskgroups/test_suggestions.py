"""Suggestions: in one's own words, from paper too, each answered with a reason."""

from importlib import import_module

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.urls import reverse

from apps.core.exceptions import IllegalMove, NotYet
from apps.core.personal import HELD
from apps.groups.roles import Role
from apps.notifications.models import Delivery, Occurrence
from apps.taskgroups.models.output import Output
from apps.taskgroups.models.revision import DraftRevision
from apps.taskgroups.models.suggestion import Suggestion, tally, uptake
from tests import factories as make

from ..at_once import locks_in_order, together
from ..factories import StaffFactory, UserFactory, appoint, working_group
from ..pages import source

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


@pytest.fixture
def member(group):
    user = UserFactory(known_as="Ade")
    appoint(group, user)
    return user


def sign_in(client, user):
    client.force_login(user, "apps.accounts.backends.SignIn")
    return client


def rewrite(output, by, old, new):
    """Other words in the draft."""
    version = Output.objects.get(pk=output.pk).latest
    assert old in version.body
    output.write(by=by, seen=version.revision, body=version.body.replace(old, new))


def told(kind):
    """Who has been told, or will be, by a kind of message."""
    found = Delivery.objects.filter(occurrence__rule__kind=f"taskgroups.{kind}")
    return {delivery.recipient for delivery in found}


# --- making -------------------------------------------------------------------------------------
def test_given_a_part_chosen_from_the_list_then_its_words_are_the_passage(client, output, member):
    sign_in(client, member)
    url = reverse("suggest", args=[output.pk])
    page = client.get(url)
    choices = {label: key for key, label in page.context["form"].fields["part"].choices}
    assert "You have a mentor." in choices
    answer = client.post(url, {"part": choices["You have a mentor."], "text": "Who is it?"})
    assert answer.status_code == 302
    made = Suggestion.objects.get()
    assert (made.passage, made.by, made.constituency) == (
        "You have a mentor.",
        member,
        "lived_experience",
    )


def test_given_words_copied_over_two_lines_then_they_are_found(client, output, member):
    sign_in(client, member)
    data = {"passage": "meets you\n at the   DOOR.", "text": "Which door?"}
    assert client.post(reverse("suggest", args=[output.pk]), data).status_code == 302
    assert Suggestion.objects.get().passage == "meets you\n at the   DOOR."


def test_given_words_that_are_not_in_the_text_then_what_was_typed_stays(client, output, member):
    sign_in(client, member)
    data = {"passage": "Nowhere in it", "text": "I typed this for an hour."}
    page = client.post(reverse("suggest", args=[output.pk]), data)
    assert page.status_code == 422
    content = page.content.decode()
    assert "These words are not in the text" in content
    assert "I typed this for an hour." in content
    assert not Suggestion.objects.exists()


def test_given_paper_then_the_page_says_so_and_whose_words_they_are(client, output, leads, member):
    sign_in(client, leads[1])
    url = reverse("suggest_on_paper", args=[output.pk])
    assert client.post(url, {"text": "Larger print."}).status_code == 422  # the side is missing
    data = {"text": "Larger print.", "constituency": "lived_experience", "given_name": "Mo"}
    assert client.post(url, data).status_code == 302
    content = source(sign_in(client, member).get(output.get_absolute_url()))
    assert "Mo, lived experience" in content
    assert f"Came on paper; typed by {leads[1].name}" in content


def test_given_paper_then_its_typist_is_no_author_of_it_and_only_co_leads_type(output, member):
    with pytest.raises(PermissionDenied):
        make.suggestion(output, member, paper={"constituency": "staff", "given_name": ""})


def test_given_a_submitted_output_then_nothing_more_is_suggested(client, output, member):
    make.submitted(output)
    with pytest.raises(IllegalMove):
        make.suggestion(output, member)
    sign_in(client, member)
    page = client.post(reverse("suggest", args=[output.pk]), {"text": "Late."})
    assert page.status_code == 422
    assert "Late." in page.content.decode()


def test_observers_of_the_group_suggest_once_it_is_open_to_all(group, output, leads):
    observer = UserFactory()
    appoint(group, observer, Role.OBSERVER)
    with pytest.raises(PermissionDenied):
        make.suggestion(output, observer)
    output.share(Output.SharedWith.PROGRAMME, by=leads[0])
    make.suggestion(output, observer)


def test_until_it_is_answered_the_person_may_change_or_withdraw_it(output, member, leads):
    suggestion = make.suggestion(output, member)
    suggestion.edit(by=member, text="Other words.", passage="")
    with pytest.raises(PermissionDenied):
        suggestion.edit(by=leads[0], text="Not mine.", passage="")
    with pytest.raises(PermissionDenied):
        suggestion.move("withdraw", by=leads[0])
    make.taken_up(suggestion, leads[0], "adapt")
    with pytest.raises(IllegalMove, match="adapted already"):
        suggestion.edit(by=member, text="Too late.", passage="")
    with pytest.raises(IllegalMove):
        suggestion.move("withdraw", by=member)
    assert Suggestion.objects.get().text == "Other words."


def test_the_programme_sees_the_side_and_the_group_sees_the_name_too(client, output, leads, member):
    output.share(Output.SharedWith.PROGRAMME, by=leads[0])
    make.suggestion(output, member)
    paper = {"constituency": "staff", "given_name": "Mo Farrow"}
    made = make.suggestion(output, leads[0], paper=paper)
    make.taken_up(made, leads[0])
    elsewhere = UserFactory(known_as="Elsa")
    appoint(working_group(), elsewhere)
    make.suggestion(output, elsewhere, text="My own words.")
    names = {user.name for user in (*leads, member)} | {"Mo Farrow"}
    sign_in(client, elsewhere)
    for page in (output, output.latest, made):
        content = client.get(page.get_absolute_url()).content.decode()
        assert not [name for name in names if name in content], page
    content = client.get(output.get_absolute_url()).content.decode()
    assert "You, " in content
    assert "Lived experience, " in content
    content = sign_in(client, leads[1]).get(output.get_absolute_url()).content.decode()
    assert not [name for name in names if name not in content]


# --- answering ----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("outcome", "state", "changed"),
    [
        ("take_up", "taken_up", 1),
        ("adapt", "adapted", 1),
        ("agree", "agreed", None),
        ("turn_down", "not_taken_up", None),
    ],
)
def test_each_answer_has_a_reason_and_names_the_version(
    client, output, leads, member, outcome, state, changed
):
    suggestion = make.suggestion(output, member)
    rewrite(output, leads[0], "a mentor", "a mentor, Pat")
    sign_in(client, leads[0])
    url = reverse("suggestion_answer", args=[suggestion.pk])
    data = {"outcome": outcome}
    if changed:
        data["changes"] = [suggestion.changes()[0].key]
    assert client.post(url, data | {"reason": " "}).status_code == 422
    assert client.post(url, data | {"reason": "It is clearer."}).status_code == 302
    suggestion.refresh_from_db()
    assert suggestion.state == state
    assert (suggestion.changed.number if suggestion.changed else None) == changed
    assert told("answered") == {member}
    page = sign_in(client, member).get(output.get_absolute_url()).content.decode()
    assert "It is clearer." in page


def test_given_two_co_leads_who_answer_then_the_first_answer_stands(output, leads, member):
    suggestion = make.suggestion(output, member)
    late = Suggestion.objects.get(pk=suggestion.pk)
    make.taken_up(suggestion, leads[0])
    with pytest.raises(IllegalMove, match="already taken up"):
        late.reply("turn_down", "No.", by=leads[1])
    late.refresh_from_db()
    assert late.answer == "Yes."


def test_an_answer_waits_until_the_output_is_a_draft(output, leads, member):
    suggestion = make.suggestion(output, member)
    output.move("withdraw", by=leads[0], note="Not now.")
    with pytest.raises(NotYet, match="not a draft"):
        suggestion.reply("take_up", "Yes.", by=leads[0])


def test_given_it_is_no_draft_then_the_page_says_so_before_anybody_answers(
    client, output, leads, member
):
    suggestion = make.suggestion(output, member)
    output.move("withdraw", by=leads[0], note="Not now.")
    page = source(sign_in(client, leads[0]).get(suggestion.get_absolute_url()))
    assert "<strong>Answer it</strong>: not yet." in page
    assert "Answer while it can change." in page


def test_members_do_not_answer(output, member, group):
    suggestion = make.suggestion(output, member)
    other = StaffFactory()
    appoint(group, other, Role.SECRETARY)
    for user in (member, other):
        with pytest.raises(PermissionDenied):
            suggestion.reply("take_up", "Yes.", by=user)


def test_the_difference_page_names_what_each_suggestion_changed(client, output, leads, member):
    steering = make.steering_group()[1]
    make.changes_requested(output, steering)
    output.move("next_version", by=leads[0])
    output.changes_asked.get().tick("In the last line.", by=leads[0])
    suggestion = make.suggestion(output, member, text="Say who the mentor is.")
    body = make.TEXTS["body"].replace("a mentor", "a mentor, Pat")
    make.taken_up(suggestion, leads[0], body=body)
    unused = make.suggestion(output, leads[1], text="Leave it as it is.")
    unused.reply("turn_down", "It was asked for.", by=leads[0])
    sign_in(client, member)
    page = client.get(reverse("output_differences", args=[output.pk])).content.decode()
    assert "Say who the mentor is." in page
    assert "Leave it as it is." not in page
    assert "The steering group asked: Name the mentor." in page
    assert "[added: " in page
    assert "Pat" in page


# --- which words changed --------------------------------------------------------------------------
def answer(client, suggestion, user, outcome="take_up", changes=(), **more):
    """Send the form of an answer."""
    url = reverse("suggestion_answer", args=[suggestion.pk])
    data = {"outcome": outcome, "reason": "It says so now.", "changes": list(changes)}
    return sign_in(client, user).post(url, data | more)


def keys(suggestion):
    return [one.key for one in Suggestion.objects.get(pk=suggestion.pk).changes()]


@pytest.mark.parametrize("outcome", ["take_up", "adapt"])
def test_given_no_changed_word_then_nothing_is_taken_up(client, output, leads, member, outcome):
    suggestion = make.suggestion(output, member, text="Say that you have no mentor.")
    page = answer(client, suggestion, leads[0], outcome)
    assert page.status_code == 422
    assert "No words have changed since it was suggested." in source(page)
    assert "It says so now." in page.content.decode()  # what was typed stays
    with pytest.raises(NotYet, match="Choose the words that changed"):
        suggestion.reply(outcome, "Done.", by=leads[0])
    with pytest.raises(NotYet, match="have changed meanwhile"):
        suggestion.reply(outcome, "Done.", by=leads[0], changes=["1-abc"])
    suggestion.refresh_from_db()
    assert suggestion.state == "open"
    with pytest.raises(NotYet, match="Answer 1 suggestion first"):
        output.sign(by=leads[0])


def test_given_words_changed_before_it_was_suggested_then_they_are_not_offered(
    output, leads, member
):
    rewrite(output, leads[0], "a mentor", "a mentor, Pat")
    suggestion = make.suggestion(output, member)
    assert keys(suggestion) == []
    rewrite(output, leads[0], "at the door", "at the gate")
    (change,) = suggestion.changes()
    assert ["removed", "door.\n\n"] in change.pieces
    # The words of an older key do not count, nor do another's.
    other = make.suggestion(output, leads[1])
    with pytest.raises(NotYet):
        other.reply("take_up", "Done.", by=leads[0], changes=[change.key])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("You have a mentor.", "You  have a\nmentor."),
        ("\n\nYou", "\r\n\r\nYou"),
        ("\n\nYou", "\n\n\n\nYou"),
        ("a mentor", "a\u00a0mentor"),
        ("mentor", "men\u00adtor"),
        ("mentor", "mentor\u200b"),
        ("mentor.", "mentor.\u2800\u3164"),
        *(("mentor", f"men{mark}tor") for mark in "\u034f\ufe0f\U000e0101\u180b\u17b4\u2063\u061c"),
        ("mentor.", "mentor.\n\n[//]: # (Say who the mentor is)"),
        ("mentor.", 'mentor.\n\n[pat]: https://x.example/ "Pat is the mentor"'),
        ("mentor.", "mentor.\n\n![](x)"),
        ("mentor.", "mentor.\n\n![Pat is the mentor](x)"),
        ("mentor.", "mentor.\n\n[](https://x.example)"),
        ("mentor", '[mentor](https://x.example "Pat is the mentor")'),
        ("mentor.", "mentor.\n\n***"),
        ("mentor.", "mentor.\n\n&#8203;"),
        ("mentor.", "mentor. &nbsp;"),
        ("mentor", "men&shy;tor"),
        ("mentor", "**mentor**"),
        ("mentor", "m&#101;ntor"),
    ],
    ids=[
        *("spaces", "line-ends", "lines", "no-break", "soft-hyphen", "zero-width", "blank"),
        *("joiner", "variation", "variation-17", "mongolian", "khmer", "separator", "arabic"),
        *("comment", "definition", "image", "image-with-words", "empty-link", "link", "rule"),
        *("entity", "space-entity", "hyphen-entity", "strong", "letter-entity"),
    ],
)
def test_given_only_what_nobody_can_see_then_no_words_changed(output, leads, member, old, new):
    suggestion = make.suggestion(output, member)
    rewrite(output, leads[0], old, new)
    assert keys(suggestion) == []


def test_given_words_in_markdown_that_nobody_sees_then_another_edit_of_them_is_no_change(
    output, leads, member
):
    rewrite(output, leads[0], "mentor.", "mentor.\n\n[//]: # (Say who the mentor is)")
    suggestion = make.suggestion(output, member)
    rewrite(output, leads[0], "(Say who", "(Pat Rowe is who")
    assert keys(suggestion) == []


@pytest.mark.parametrize(
    ("new", "came"),
    [
        ("mentor.\n\n    Ring Pat.", "Ring Pat."),
        ("mentor.\n\n7. April", "7. April"),
        ("mentor, **Pat**.", "mentor, Pat."),
        ("mentor, [Pat](https://x.example).", "mentor, Pat."),
        ("mentor. <!-- Pat -->", "<!-- Pat -->"),
        ("ment\u043er.", "ment\u043er."),
    ],
    ids=["code", "number", "strong", "link", "html", "look-alike"],
)
def test_what_a_reader_sees_is_a_change_and_shown_as_it_is_read(output, leads, member, new, came):
    suggestion = make.suggestion(output, member)
    rewrite(output, leads[0], "mentor.", new)
    (change,) = suggestion.changes()
    assert "".join(text for kind, text in change.pieces if kind == "added").strip() == came
    suggestion.reply("take_up", "Yes.", by=leads[0], changes=[change.key])
    assert output.sign(by=leads[0])


def test_given_one_change_that_answers_two_then_each_page_names_the_other(
    client, output, leads, member
):
    first = make.suggestion(output, member, text="Name the mentor.")
    second = make.suggestion(output, leads[1], text="Say whom I can ring.")
    third = make.suggestion(output, member, text="Say where.")
    rewrite(output, leads[0], "a mentor.", "a mentor, Pat.")
    rewrite(output, leads[0], "at the door", "at the gate")
    where, who = third.changes()
    first.reply("take_up", "Yes.", by=leads[0], changes=[who.key])
    third.reply("take_up", "Yes.", by=leads[0], changes=[where.key])
    page = source(sign_in(client, leads[0]).get(reverse("suggestion_answer", args=[second.pk])))
    assert f"Suggestion {first.pk} names these words too." in page
    assert "names the same words" not in source(client.get(first.get_absolute_url()))
    second.reply("take_up", "Yes.", by=leads[0], changes=[who.key])
    for one, other in ((first, second), (second, first)):
        for url in (one.get_absolute_url(), output.get_absolute_url()):
            page = source(sign_in(client, member).get(url))
            link = f'<a href="{other.get_absolute_url()}">Suggestion {other.pk}</a>'
            assert f"{link} names the same words." in page
    assert "names the same words" not in source(client.get(third.get_absolute_url()))


@pytest.mark.parametrize("on_paper", [True, False])
def test_given_it_is_put_otherwise_then_what_changed_before_does_not_answer_it(
    output, leads, member, on_paper
):
    paper = {"constituency": "lived_experience", "given_name": ""}
    by = leads[0] if on_paper else member
    suggestion = make.suggestion(
        output, by, text="Be kind.", **{"paper": paper} if on_paper else {}
    )
    rewrite(output, leads[0], "a mentor", "a mentor, Pat")
    change = suggestion.changes()[0].key
    suggestion.edit(by=by, text="Be  kind.", passage="")  # the same words
    assert keys(suggestion) == [change]
    suggestion.edit(by=by, text="Name the mentor: Pat.", passage="")
    assert keys(suggestion) == []
    with pytest.raises(NotYet):
        suggestion.reply("take_up", "Yes.", by=leads[0], changes=[change])


def test_given_it_is_put_otherwise_in_the_next_version_then_it_is_of_that_one(
    output, leads, member
):
    suggestion = make.suggestion(output, member, text="Be kind.")
    output.move("withdraw", by=leads[0], note="Not now.")
    output.latest.freeze()
    output.move("reopen", by=leads[0], note="Now.")
    output = Output.objects.get(pk=output.pk)
    rewrite(output, leads[0], "a mentor", "a mentor, Pat")
    suggestion = Suggestion.objects.get(pk=suggestion.pk)
    suggestion.edit(by=member, text="Name the mentor: Pat.", passage="")
    assert keys(suggestion) == []


def test_taken_up_names_the_revision_and_the_page_shows_the_words_before_and_after(
    client, output, leads, member
):
    suggestion = make.suggestion(output, member)
    rewrite(output, leads[1], "a mentor.", "a mentor, Pat.")
    rewrite(output, leads[0], "at the door", "at the gate")
    page = source(sign_in(client, leads[0]).get(reverse("suggestion_answer", args=[suggestion.pk])))
    assert f"Revision 3, text: {leads[0]}" in page
    assert f"Revision 2, text: {leads[1]}" in page
    assert "After: “… meets you at the door. You have a mentor, Pat.”." in page
    _, first = suggestion.changes()
    assert answer(client, suggestion, leads[0], changes=[first.key]).status_code == 302
    suggestion.refresh_from_db()
    assert (suggestion.revision, suggestion.changed) == (2, output.latest)
    for user in (member, leads[1]):
        for url in (suggestion.get_absolute_url(), output.get_absolute_url()):
            page = source(sign_in(client, user).get(url))
            assert "The words before and after, in revision 2" in page
            assert "mentor, Pat." in page
            assert page.count("[removed: ") == 1
    # They stay once the version is frozen and its revisions are gone.
    make.submitted(output)
    assert not DraftRevision.objects.exists()
    page = source(sign_in(client, member).get(suggestion.get_absolute_url()))
    assert "mentor, Pat." in page
    assert page.count("[removed: ") == 1


def test_given_a_change_of_the_title_then_it_can_be_named(output, leads, member):
    suggestion = make.suggestion(output, member, text="Call it the first day.")
    output.relabel(by=leads[0], title="The first day")
    suggestion.reply("take_up", "Yes.", by=leads[0], changes=keys(suggestion))
    assert suggestion.words[0]["text"] == "title"
    output.relabel(by=leads[0], title="The first week")
    assert refused(output, leads[0])


def test_agreed_without_a_change_has_a_reason_and_is_no_uptake(client, output, leads, member):
    suggestion = make.suggestion(output, member)
    assert answer(client, suggestion, leads[0], "agree", reason=" ").status_code == 422
    # Whatever is ticked beside it names nothing.
    assert answer(client, suggestion, leads[0], "agree", ["1-abc"]).status_code == 302
    suggestion.refresh_from_db()
    assert (suggestion.state, suggestion.revision, suggestion.words) == ("agreed", None, [])
    lived = uptake(tally(Suggestion.objects))[0]
    assert (lived["agreed"], lived["taken_up"], lived["share"]) == (1, 0, 0)
    make.submitted(output)


def refused(output, by):
    """Whether signing is refused for words that stand no more; and the sentence is there."""
    found = [one for one in output.missing("sign", by) if "have changed since" in one.text]
    with pytest.raises(NotYet):
        Output.objects.get(pk=output.pk).sign(by=by)
    return found


def test_given_words_changed_back_then_it_cannot_be_signed(client, output, leads, member):
    body = make.TEXTS["body"].replace("a mentor", "a mentor, Pat Rowe")
    suggestion = make.taken_up(make.suggestion(output, member), leads[0], body=body)
    rewrite(output, leads[0], "You have a mentor, Pat Rowe.", "You have a mentor.")
    (missing,) = refused(output, leads[0])
    assert missing.url == reverse("suggestion_answer", args=[suggestion.pk])
    assert missing.turn == "a co-lead of the group"
    page = source(sign_in(client, leads[0]).get(output.get_absolute_url()))
    assert f"Suggestion {suggestion.pk} says “taken up”" in page
    rewrite(output, leads[0], "You have a mentor.", "You have a mentor, Pat Rowe.")
    make.submitted(output)


@pytest.mark.parametrize(
    ("then", "stand"),
    [
        ("You are not paid for every hour that you work.", False),
        ("You are paid for some hours.", False),
        ("", False),
        ("You are paid for every hour that you work. On time.", True),
        ("First: you are paid for every hour, that you work!", True),
    ],
)
def test_words_stand_as_they_came_whatever_comes_beside_them(output, leads, member, then, stand):
    came = "You are paid for every hour that you work."
    body = f"{came}\n\n{make.TEXTS['body']}"
    make.taken_up(make.suggestion(output, member), leads[0], body=body)
    rewrite(output, leads[0], came, then)
    if stand:
        assert output.sign(by=leads[0])
    else:
        assert refused(output, leads[0])


def test_given_words_that_only_went_then_they_must_not_come_back(output, leads, member):
    gone = "Carry out whatever other duties somebody asks of you."
    text = f"Listen.\n\n{gone}\n\nSomebody meets you at the door."
    output.write(by=leads[0], seen=output.latest.revision, body=text)
    suggestion = make.suggestion(output, member, text="Leave the other duties out.")
    rewrite(output, leads[0], f"{gone}\n\n", "")
    suggestion.reply("take_up", "They go.", by=leads[0], changes=keys(suggestion))
    rewrite(output, leads[0], "Somebody meets", "Then somebody meets")
    assert output.sign(by=leads[0])
    rewrite(output, leads[0], "Then", "Carry out whatever other duties anybody asks of you. Then")
    assert refused(output, leads[0])


# --- answering again, and what was meant ----------------------------------------------------------
def test_an_answer_is_given_again_while_it_is_a_draft_and_names_other_words(
    client, output, leads, member
):
    body = make.TEXTS["body"].replace("a mentor", "a mentor, Pat Rowe")
    suggestion = make.taken_up(make.suggestion(output, member), leads[0], body=body)
    old = list(suggestion.words)
    rewrite(output, leads[0], "Pat Rowe", "Kit Moss of the ward")
    url = reverse("suggestion_answer", args=[suggestion.pk])
    page = sign_in(client, leads[1]).get(url)
    assert "Answer the suggestion again" in source(page)
    seen = page.context["form"].initial["seen"]
    assert "Answer it again" in source(client.get(suggestion.get_absolute_url()))
    changes = keys(suggestion)
    assert len(changes) == 1  # what stands no more is not offered
    assert answer(client, suggestion, leads[1], changes=changes, seen=seen).status_code == 302
    suggestion.refresh_from_db()
    assert suggestion.words != old
    assert suggestion.answered_by == leads[1]
    # Who had the page open meanwhile answers an answer that is no more.
    assert answer(client, suggestion, leads[0], "turn_down", seen=seen).status_code == 409
    make.submitted(output)
    with pytest.raises(NotYet, match="not a draft"):
        suggestion.answer_again("turn_down", "No.", by=leads[0])


def test_given_the_next_version_then_answers_of_the_last_one_stay(output, leads, member):
    suggestion = make.taken_up(make.suggestion(output, member), leads[0])
    make.changes_requested(output, make.steering_group()[1])
    output.move("next_version", by=leads[0])
    with pytest.raises(NotYet, match="That answer stays"):
        suggestion.answer_again("turn_down", "No.", by=leads[0])
    with pytest.raises(NotYet, match="That answer stays"):
        suggestion.object("Not this.", by=member)
    assert Suggestion.objects.get().state == "taken_up"


def test_the_suggester_says_once_that_it_is_not_what_they_meant_before_anybody_signs(
    client, output, leads, member
):
    suggestion = make.taken_up(make.suggestion(output, member), leads[0])
    output.sign(by=leads[0])
    sign_in(client, member)
    assert "This is not what I meant" in source(client.get(suggestion.get_absolute_url()))
    url = reverse("suggestion_object", args=[suggestion.pk])
    assert client.post(url, {"objection": " "}).status_code == 422
    assert client.post(url, {"objection": "I meant her number."}).status_code == 302
    assert told("objected") == set(leads)
    assert output.signatures() == []  # it was given without these words
    assert client.post(url, {"objection": "And more."}).status_code == 422
    assert Suggestion.objects.get().objection == "I meant her number."
    assert "This is not what I meant" not in source(client.get(suggestion.get_absolute_url()))
    sign_in(client, leads[1])
    for page in (
        output.get_absolute_url(),
        reverse("output_sign", args=[output.pk]),
        suggestion.get_absolute_url(),
    ):
        assert "I meant her number." in source(client.get(page))
    # It stays visible with another answer.
    suggestion.answer_again("agree", "We ring you.", by=leads[1])
    assert "I meant her number." in source(client.get(suggestion.get_absolute_url()))


def lapses():
    """How often somebody was told that an answer changed."""
    kind = "taskgroups.answer_changed"
    return Occurrence.objects.filter(rule__kind=kind).count()


def test_given_another_answer_then_signatures_lapse_and_who_signed_is_told(output, leads, member):
    suggestion = make.suggestion(output, member)
    suggestion.reply("agree", "You are right.", by=leads[0])
    for number, outcome in enumerate(("turn_down", "agree"), start=1):
        output.sign(by=leads[0])
        suggestion = Suggestion.objects.get(pk=suggestion.pk)
        suggestion.answer_again(outcome, f"Nonsense {number}.", by=leads[1])
        assert output.signatures() == []
        assert told("answer_changed") == {leads[0]}
        assert lapses() == number  # each time anew
    output.sign(by=leads[1])
    output.refresh_from_db()
    assert output.state == "draft"


def test_given_a_suggestion_that_came_after_a_signature_then_its_answer_is_signed_for_too(
    output, leads, member
):
    output.sign(by=leads[0])
    suggestion = make.suggestion(output, member)
    assert len(output.signatures()) == 1
    suggestion.reply("turn_down", "No.", by=leads[1])
    assert output.signatures() == []
    assert told("answer_changed") == {leads[0]}


def test_nobody_objects_for_somebody_else_nor_before_an_answer(client, output, leads, member):
    suggestion = make.suggestion(output, member)
    with pytest.raises(IllegalMove, match="once it is answered"):
        suggestion.object("Not this.", by=member)
    paper = {"constituency": "lived_experience", "given_name": "Mo"}
    typed = make.suggestion(output, leads[1], paper=paper)
    for one in (suggestion, typed):
        make.taken_up(one, leads[0])
        for user in leads:
            with pytest.raises(PermissionDenied):
                one.object("Not this.", by=user)
        page = source(sign_in(client, leads[1]).get(one.get_absolute_url()))
        assert "This is not what I meant" not in page
    make.submitted(output)


def test_given_a_closed_account_then_it_is_answered_and_signed_all_the_same(
    client, output, leads, member
):
    suggestion = make.suggestion(output, member)
    member.is_active = False
    member.save()
    make.taken_up(suggestion, leads[0])
    with pytest.raises(PermissionDenied):
        suggestion.object("Not this.", by=member)
    assert sign_in(client, leads[0]).get(suggestion.get_absolute_url()).status_code == 200
    make.submitted(output)


def before_the_rule(suggestion):
    """As suggestions were answered before revisions were kept."""
    Suggestion.objects.filter(pk=suggestion.pk).update(revision=None, words=[])


def test_what_was_answered_before_revisions_were_kept_stays_readable_and_is_no_uptake(
    client, output, leads, member
):
    suggestion = make.taken_up(make.suggestion(output, member), leads[0])
    before_the_rule(suggestion)
    page = source(sign_in(client, member).get(suggestion.get_absolute_url()))
    assert "Taken up in version 1." in page
    assert "Answered before revisions were kept" in page
    lived = uptake(tally(Suggestion.objects))[0]
    assert (lived["taken_up"], lived["earlier"], lived["made"], lived["share"]) == (0, 1, 1, 0)
    page = source(client.get(reverse("uptake")))
    assert "They count as answered, and not as a change of the text." in page
    make.submitted(output)


def test_an_older_site_reads_agreed_as_the_text_stays(output, leads, member):
    suggestion = make.suggestion(output, member)
    suggestion.reply("agree", "It says so.", by=leads[0])
    import_module("apps.taskgroups.migrations.0003_draft_revisions").say_it_stays(apps, None)
    suggestion.refresh_from_db()
    assert (suggestion.state, suggestion.answer) == ("not_taken_up", "It says so.")


def test_a_copy_of_ones_data_has_what_one_said_and_what_became_of_it(output, leads, member):
    suggestion = make.taken_up(make.suggestion(output, member), leads[0])
    suggestion.object("I meant her number.", by=member)
    told = HELD[Suggestion].told(suggestion, member)
    assert told["Why this is not what was meant"] == "I meant her number."
    assert f"A line because of suggestion {suggestion.pk}." in str(
        told["The words before and after"]
    )
    assert told["Reason"] == "Yes."
    # Of a save oneself made the copy says when; the words before it were another's.
    revision = DraftRevision.objects.first()
    assert make.TEXTS["body"] not in str(HELD[DraftRevision].told(revision, leads[0]))


@pytest.mark.django_db(transaction=True)
def test_given_a_save_while_it_is_answered_then_no_answer_names_words_that_do_not_stand():
    output = make.output(working_group())
    leads = make.leads(output.group)
    suggestion = make.suggestion(output, leads[1])
    rewrite(output, leads[0], "a mentor.", "a mentor, Pat.")
    key, seen = keys(suggestion)[0], output.latest.revision

    def back():
        draft = Output.objects.get(pk=output.pk)
        return draft.write(by=leads[0], seen=seen, body=make.TEXTS["body"])

    def reply():
        one = Suggestion.objects.get(pk=suggestion.pk)
        return one.reply("take_up", "Yes.", by=leads[0], changes=[key])

    together(back, reply)
    suggestion.refresh_from_db()
    output = Output.objects.get(pk=output.pk)
    # Either the answer came too late, or what it named has gone since, which signing says.
    assert suggestion.state == "open" or refused(output, leads[0])


# --- uptake -------------------------------------------------------------------------------------
def test_uptake_is_counted_by_side(output, leads, member):
    for by, outcome in (
        (member, "take_up"),
        (member, "adapt"),
        (member, "turn_down"),
        (member, None),
        (leads[1], "turn_down"),
    ):
        suggestion = make.suggestion(output, by)
        if outcome in Suggestion.UPTAKE:
            make.taken_up(suggestion, leads[0], outcome)
        elif outcome:
            suggestion.reply(outcome, "Because.", by=leads[0])
    make.suggestion(output, member).move("withdraw", by=member)
    lived, staff, partner = uptake(tally(Suggestion.objects))
    assert (
        lived["made"],
        lived["taken_up"],
        lived["adapted"],
        lived["not_taken_up"],
        lived["open"],
        lived["share"],
    ) == (4, 1, 1, 1, 1, 67)
    assert (staff["made"], staff["share"]) == (1, 0)
    assert (partner["made"], partner["share"]) == (0, None)


def test_given_the_words_went_in_a_later_version_then_it_is_no_uptake(
    client, output, leads, member
):
    body = make.TEXTS["body"].replace("a mentor", "a mentor, Pat Rowe")
    suggestion = make.taken_up(make.suggestion(output, member), leads[0], body=body)
    stays = make.taken_up(make.suggestion(output, member), leads[0])
    (revision,) = Suggestion.objects.filter(pk=suggestion.pk).values_list("revision", flat=True)

    def next_one(old, new):
        """Both co-leads sign a later version in other words."""
        draft = Output.objects.get(pk=output.pk)
        draft.move("withdraw", by=leads[0], note="Not yet.")
        draft.move("reopen", by=leads[0], note="Now.")
        rewrite(draft, leads[0], old, new)
        make.submitted(Output.objects.get(pk=output.pk))
        return uptake(tally(Suggestion.objects))[0]

    make.submitted(output)
    assert uptake(tally(Suggestion.objects))[0]["taken_up"] == 2
    lived = next_one("a mentor, Pat Rowe.", "a mentor.")
    assert (lived["made"], lived["taken_up"], lived["earlier"], lived["share"]) == (2, 1, 1, 50)
    page = source(sign_in(client, member).get(suggestion.get_absolute_url()))
    assert "They went again in a later version" in page
    assert "Pat Rowe" in page  # before and after stand there still
    assert "Answered before revisions were kept" not in page
    assert "They went again" not in source(client.get(stays.get_absolute_url()))
    assert "They went again" in source(client.get(output.get_absolute_url()))
    assert next_one("a mentor.", "a mentor, Pat Rowe.")["taken_up"] == 2
    suggestion.refresh_from_db()
    assert suggestion.revision == revision


def test_the_uptake_page_counts_only_what_one_may_see(client, output, member):
    make.suggestion(output, member)
    stranger = UserFactory()
    appoint(working_group(), stranger)
    sign_in(client, stranger)
    assert sum(row["made"] for row in client.get(reverse("uptake")).context["rows"]) == 0
    sign_in(client, member)
    page = client.get(reverse("uptake"), {"group": output.group.slug})
    assert sum(row["made"] for row in page.context["rows"]) == 1
    assert client.get(reverse("uptake"), {"group": "nowhere"}).status_code == 404


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite locks no row")
def test_whoever_withdraws_answers_or_objects_takes_the_output_first(output, leads, member):
    """Whoever answers while it is withdrawn waits, and is told; in two orders both would hang."""
    rows = [Suggestion.make(output, by=member, text="Who is it?") for _ in range(2)]
    one, other = (Suggestion.objects.get(pk=row.pk) for row in rows)
    locks_in_order(lambda: one.move("withdraw", by=member), output, one)
    answer = ("agree", "It is the mentor.")
    locks_in_order(lambda: other.reply(*answer, by=leads[0]), output, other)
    locks_in_order(lambda: other.object("No, who?", by=member), output, other)
    with pytest.raises(IllegalMove):
        one.reply(*answer, by=leads[0])
