"""Suggestions: in one's own words, from paper too, each answered with a reason."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from apps.core.exceptions import IllegalMove, NotYet
from apps.groups.roles import Role
from apps.notifications.models import Delivery
from apps.taskgroups.models.output import Output
from apps.taskgroups.models.suggestion import Suggestion, tally, uptake
from tests import factories as make

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
    suggestion.reply("adapt", "In part.", by=leads[0])
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
    made.reply("take_up", "Yes.", by=leads[0])
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
    [("take_up", "taken_up", 1), ("adapt", "adapted", 1), ("turn_down", "not_taken_up", None)],
)
def test_each_answer_has_a_reason_and_names_the_version(
    client, output, leads, member, outcome, state, changed
):
    suggestion = make.suggestion(output, member)
    sign_in(client, leads[0])
    url = reverse("suggestion_answer", args=[suggestion.pk])
    assert client.post(url, {"outcome": outcome, "reason": " "}).status_code == 422
    assert client.post(url, {"outcome": outcome, "reason": "It is clearer."}).status_code == 302
    suggestion.refresh_from_db()
    assert suggestion.state == state
    assert (suggestion.changed.number if suggestion.changed else None) == changed
    assert told("answered") == {member}
    page = sign_in(client, member).get(output.get_absolute_url()).content.decode()
    assert "It is clearer." in page


def test_given_two_co_leads_who_answer_then_the_first_answer_stands(output, leads, member):
    suggestion = make.suggestion(output, member)
    late = Suggestion.objects.get(pk=suggestion.pk)
    suggestion.reply("take_up", "Yes.", by=leads[0])
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
    suggestion.reply("take_up", "We do.", by=leads[0])
    unused = make.suggestion(output, leads[1], text="Leave it as it is.")
    unused.reply("turn_down", "It was asked for.", by=leads[0])
    body = make.TEXTS["body"].replace("a mentor", "a mentor, Pat")
    output.write(by=leads[0], seen=output.latest.revision, body=body)
    sign_in(client, member)
    page = client.get(reverse("output_differences", args=[output.pk])).content.decode()
    assert "Say who the mentor is." in page
    assert "Leave it as it is." not in page
    assert "The steering group asked: Name the mentor." in page
    assert "[added: " in page
    assert "Pat" in page


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
        if outcome:
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
