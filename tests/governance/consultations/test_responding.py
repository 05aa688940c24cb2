"""Responding on the site: by name or without, saved, changed, late, entered for somebody."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from apps.core.models import AuditEntry
from apps.governance.consultations.models.consultation import Consultation
from apps.governance.consultations.models.response import (
    LENGTH,
    Participation,
    Response,
    digest,
    new_code,
    receive,
)
from apps.groups.roles import Role
from tests import factories as make

pytestmark = pytest.mark.django_db
SENT = "Your response is in"


@pytest.fixture
def group():
    return make.working_group()


@pytest.fixture
def lead(group):
    return make.leads(group)[0]


def browser(person=None):
    client = Client()
    if person:
        client.force_login(person, "apps.accounts.backends.SignIn")
    return client


def form_of(client, asked, **words):
    """The form as the page holds it, with answers by kind of question."""
    page = client.get(reverse("respond", args=[asked.pk]))
    form = page.context["form"]
    data = {"code": form["code"].value()}
    if "opened" in form.fields:
        data["opened"] = form["opened"].value()
    for question in asked.questions.all():
        if question.kind in words:
            value = words[question.kind]
            if question.kind == "ranking":
                data |= {f"q{question.pk}_{at}": place for at, place in enumerate(value)}
            else:
                data[f"q{question.pk}"] = value
    return data


def send(client, asked, data, **more):
    return client.post(reverse("respond", args=[asked.pk]), data | more)


def answers(response):
    kinds = {str(one.pk): one.kind for one in response.consultation.questions.all()}
    return {kinds[key]: value for key, value in response.answers.items()}


def test_every_kind_of_answer_is_kept_as_the_model_says(group):
    asked, person = make.consultation(group), make.UserFactory()
    client = browser(person)
    data = form_of(
        client,
        asked,
        text="Tea.",
        agree="4",
        single="2",
        multiple=["0", "2"],
        ranking=["2", "", "1"],
    )
    page = send(client, asked, data)
    assert SENT in page.content.decode()
    response = Response.objects.get()
    assert answers(response) == {
        "text": "Tea.",
        "agree": 4,
        "single": 2,
        "multiple": [0, 2],
        "ranking": [2, 0],
    }
    assert (response.user, response.sent, response.channel) == (None, True, "web")
    assert response.code_hash == digest(page.context["code"])
    assert len(page.context["code"].replace("-", "")) == LENGTH
    assert Participation.objects.get().user == person


def test_a_slip_while_responding_leaves_no_line_that_says_who(group, caplog):
    asked = make.consultation(group)
    asked.questions.update(required=True)
    client = browser(make.UserFactory())
    data = form_of(client, asked, text="Tea.", ranking=["1", "1", "2"])
    with caplog.at_level("DEBUG", logger="apps"), caplog.at_level("DEBUG", logger="django.request"):
        assert send(client, asked, data).status_code == 422
    assert [one.getMessage() for one in caplog.records] == []


def test_bad_answers_come_back_with_what_was_typed(group):
    asked = make.consultation(group)
    asked.questions.update(required=True)
    client = browser(make.UserFactory())
    page = send(client, asked, form_of(client, asked, text="Tea.", ranking=["1", "1", "2"]))
    assert page.status_code == 422
    content = page.content.decode()
    assert "Tea." in content
    assert "Give each a place of its own." in content
    assert "Choose an answer to question 3." in content
    assert not Response.objects.exists()


def test_places_that_are_no_places_come_back(group):
    asked = make.consultation(group)
    client = browser(make.UserFactory())
    data = form_of(client, asked, text="Tea.", ranking=["9" * 5000, "²", "1"])
    page = send(client, asked, data)
    assert page.status_code == 422
    assert "Tea." in page.content.decode()


def test_changing_with_another_persons_code_leaves_ones_own_draft(group):
    asked = make.consultation(group, naming="choice")
    code = new_code()
    mary, other = make.UserFactory(), make.UserFactory()
    receive(asked, {"1": "Theirs"}, code=code, whose=other)
    receive(asked, {"1": "Begun"}, user=mary, whose=mary, send=False)
    receive(asked, {"1": "Changed"}, code=code, whose=mary)
    assert sorted(one.answers["1"] for one in Response.objects.all()) == ["Begun", "Changed"]


def test_a_second_press_changes_nothing_and_shows_the_same_code(group):
    asked, person = make.consultation(group), make.UserFactory()
    client = browser(person)
    data = form_of(client, asked, text="Tea.")
    first, second = send(client, asked, data), send(client, asked, data)
    assert first.context["code"] == second.context["code"]
    assert Response.objects.count() == Participation.objects.count() == 1


def test_a_second_tab_is_told_and_keeps_what_was_typed(group):
    asked, person = make.consultation(group), make.UserFactory()
    client = browser(person)
    one, two = (form_of(client, asked, text=words) for words in ("First.", "Second."))
    send(client, asked, one)
    page = send(client, asked, two)
    assert page.status_code == 409
    assert "Second." in page.content.decode()
    assert [answers(found)["text"] for found in Response.objects.all()] == ["First."]


def test_a_code_that_the_page_did_not_make_is_not_taken(group):
    asked = make.consultation(group)
    client = browser(make.UserFactory())
    data = form_of(client, asked, text="Tea.") | {"code": "1:AAAA"}
    page = send(client, asked, data)
    assert len(page.context["code"].replace("-", "")) == LENGTH


# --- by name -------------------------------------------------------------------------------------
def test_a_named_response_carries_the_account_and_is_changed_on_the_site(group):
    asked, person = make.consultation(group, naming="named"), make.UserFactory()
    client = browser(person)
    page = send(client, asked, form_of(client, asked, text="Tea."))
    assert page.context["code"] == ""
    assert "Tea." in client.get(reverse("respond", args=[asked.pk])).content.decode()
    send(client, asked, form_of(client, asked, text="Coffee."))
    response = Response.objects.get()
    assert (response.user, response.code_hash, answers(response)["text"]) == (
        person,
        None,
        "Coffee.",
    )


@pytest.mark.parametrize(("how", "named"), [("named", True), ("anonymous", False)])
def test_where_there_is_a_choice_each_person_chooses(group, how, named):
    asked, person = make.consultation(group, naming="choice"), make.UserFactory()
    client = browser(person)
    assert send(client, asked, form_of(client, asked, text="Tea.")).status_code == 422
    send(client, asked, form_of(client, asked, text="Tea."), how=how)
    response = Response.objects.get()
    assert (response.user == person, response.code_hash is None) == (named, named)
    assert Participation.objects.get().user == person


def test_a_draft_begun_by_name_does_not_stay_when_it_is_sent_without(group):
    asked, person = make.consultation(group, naming="choice"), make.UserFactory()
    client = browser(person)
    send(client, asked, form_of(client, asked, text="Tea."), how="named", save="yes")
    assert Response.objects.get().user == person
    send(client, asked, form_of(client, asked, text="Coffee."), how="anonymous")
    response = Response.objects.get()
    assert (response.user, response.sent, answers(response)["text"]) == (None, True, "Coffee.")


# --- without an account ---------------------------------------------------------------------------
def test_somebody_without_an_account_responds_to_a_public_one_alone(group):
    public = make.consultation(group, naming="named")
    inside = make.consultation(group, audience="groups", groups=[group])
    client = browser()
    address = reverse("respond", args=[inside.pk])
    assert client.get(address).url == f"{reverse('account_login')}?next={address}"
    with time_machine.travel(datetime(2030, 6, 3, 12, tzinfo=UTC), tick=False) as clock:
        Consultation.objects.update(closes_at=datetime(2030, 7, 1, tzinfo=UTC))
        data = form_of(client, public, text="Tea.")
        clock.shift(10)
        assert send(client, public, data).status_code == 422  # without a name
        page = send(client, public, data, given_name="Ada")
    assert SENT in page.content.decode()
    response = Response.objects.get()
    assert (response.given_name, response.user) == ("Ada", None)
    assert not Participation.objects.exists()


def test_a_program_that_fills_in_every_box_is_thanked_and_nothing_is_kept(group):
    asked, client = make.consultation(group), browser()
    with time_machine.travel(datetime.now(UTC), tick=False) as clock:
        data = form_of(client, asked, text="Buy now.")
        clock.shift(10)
        page = send(client, asked, data, website="http://spam.example")
    assert SENT in page.content.decode()
    assert not Response.objects.exists()


def test_one_address_cannot_flood_a_consultation(group, settings):
    settings.RESPONSES_AT_MOST_AN_HOUR = 2
    cache.clear()
    asked, client = make.consultation(group), browser()
    statuses = [send(client, asked, {}).status_code for _ in range(3)]
    assert statuses == [422, 422, 422]  # what is refused uses up nothing
    with time_machine.travel(datetime.now(UTC), tick=False) as clock:
        others = [browser() for _ in range(2)]
        sent = [form_of(other, asked, text="Mine.") for other in others]
        data = form_of(client, asked, text="All that I wrote.")
        clock.shift(10)
        for other, theirs in zip(others, sent, strict=True):
            assert send(other, asked, theirs).status_code == 200
        assert Response.objects.count() == 2
        page = send(client, asked, data)
        assert page.status_code == 429
        assert "There is a problem" in page.content.decode()
        assert "All that I wrote." in page.content.decode()
        assert Response.objects.count() == 2
        cache.clear()  # an hour later, from the page as it stands
        assert send(client, asked, data).status_code == 200
    assert [one.sent for one in Response.objects.all()] == [True, True, True]


def test_what_was_typed_stays_when_the_session_ended_meanwhile(group):
    member = make.UserFactory()
    make.appoint(group, member, Role.MEMBER)
    asked = make.consultation(group, audience="groups", groups=[group])
    client = browser(member)
    data = form_of(client, asked, text="I wrote a lot.")
    client.logout()
    page = send(client, asked, data)
    assert page.status_code == 409
    assert "You are no longer signed in" in page.content.decode()
    assert "I wrote a lot." in page.content.decode()
    assert not Response.objects.exists()
    assert send(client, asked, data | {"code": "1:AAAA"}).status_code == 404


# --- saved, found again, changed -----------------------------------------------------------------
def receipt(client, code, **more):
    return client.post(reverse("receipt_code"), {"code": code, **more})


def test_what_is_saved_without_a_name_is_gone_on_with_under_its_code(group):
    asked, person = make.consultation(group), make.UserFactory()
    asked.questions.filter(kind="agree").update(required=True)
    client = browser(person)
    code = send(client, asked, form_of(client, asked, text="Half."), save="yes").context["code"]
    assert not Participation.objects.exists()
    assert "not sent yet" in receipt(client, code).content.decode()
    page = receipt(client, code.lower().replace("-", " "), change="yes")
    assert "Half." in page.content.decode()
    data = {"code": page.context["form"]["code"].value()}
    for question in asked.questions.filter(kind__in=["text", "agree"]):
        data[f"q{question.pk}"] = "Whole." if question.is_text else "5"
    assert send(client, asked, data).context["code"] == code
    response = Response.objects.get()
    assert (response.sent, answers(response)) == (True, {"text": "Whole.", "agree": 5})
    assert Participation.objects.get().user == person


def test_whoever_has_the_code_changes_the_response_without_signing_in(group):
    member = make.UserFactory()
    make.appoint(group, member, Role.MEMBER)
    asked = make.consultation(group, audience="groups", groups=[group])
    client = browser(member)
    code = send(client, asked, form_of(client, asked, text="Tea.")).context["code"]
    other = browser()
    with time_machine.travel(datetime.now(UTC), tick=False) as clock:
        page = receipt(other, code, change="yes")
        form = page.context["form"]
        data = {name: form[name].value() for name in ("code", "opened")}
        data[f"q{asked.questions.get(kind='text').pk}"] = "Coffee."
        clock.shift(10)
        assert send(other, asked, data).status_code == 200
    assert [answers(one)["text"] for one in Response.objects.all()] == ["Coffee."]


def test_a_wrong_code_says_so_and_keeps_it(group):
    page = receipt(browser(), "WRONG")
    assert page.status_code == 422
    assert "We have no response with this code." in page.content.decode()
    assert "WRONG" in page.content.decode()


def test_who_has_responded_without_a_name_is_led_to_the_code(group):
    asked, person = make.consultation(group), make.UserFactory()
    client = browser(person)
    send(client, asked, form_of(client, asked, text="Tea."))
    page = client.get(reverse("respond", args=[asked.pk])).content.decode()
    assert "You have responded" in page
    assert "Tea." not in page


# --- the clock -----------------------------------------------------------------------------------
WINTER = datetime(2027, 1, 15, 17, tzinfo=UTC)  # 5pm in London
SUMMER = datetime(2027, 7, 15, 16, tzinfo=UTC)  # 5pm in London, an hour ahead of UTC


@pytest.mark.parametrize("closes", [WINTER, SUMMER], ids=["winter", "summer"])
@pytest.mark.parametrize(
    ("after", "status"),
    [
        (timedelta(0), 200),
        (timedelta(microseconds=999_999), 200),
        (timedelta(seconds=1), 409),
        (timedelta(days=1), 409),
    ],
    ids=["at the closing second", "at its very end", "one second later", "a day later"],
)
def test_the_closing_second_is_in_and_the_next_is_out(group, closes, after, status):
    person = make.UserFactory()
    with time_machine.travel(closes - timedelta(days=20), tick=False) as clock:
        asked = make.consultation(group, closes_at=closes)
        clock.move_to(closes - timedelta(hours=1))
        client = browser(person)
        data = form_of(client, asked, text="My long answer.", single="1")
        clock.move_to(closes + after)
        page = send(client, asked, data)
        shown = client.get(asked.get_absolute_url()).content.decode()
    assert page.status_code == status
    assert Response.objects.count() == Participation.objects.count() == (status == 200)
    if status == 409:
        content = page.content.decode()
        assert "This consultation has closed" in content
        assert "My long answer." in content
        assert "Talks" in content
        assert f"{closes.day} {closes:%B} 2027, 5pm" in content
        assert "It closed on" in shown
    asked.refresh_from_db()
    assert asked.state == "open"  # nothing ran: the clock alone decided


def test_a_late_answer_to_a_page_with_errors_is_kept_as_well(group):
    asked = make.consultation(group)
    asked.questions.update(required=True)
    client = browser(make.UserFactory())
    data = form_of(client, asked, text="Nearly done.")
    make.end_consultation(asked)
    page = send(client, asked, data)
    assert page.status_code == 409
    assert "Nearly done." in page.content.decode()


def test_a_code_changes_nothing_once_it_is_over(group):
    asked, code = make.consultation(group), new_code()
    question = asked.questions.get(kind="text")
    receive(asked, {question.key: "Tea."}, code=code)
    make.end_consultation(asked)
    page = receipt(browser(), code, change="yes").content.decode()
    assert "We have your response" in page
    assert "Tea." in page
    assert "Change it" not in page


def test_with_no_scheduler_running_it_is_closed_everywhere(group, lead):
    asked = make.consultation(group, to="closed", title="Over by the clock")
    client = browser(lead)
    assert asked.state == "open"
    address = reverse("consultations")
    assert "Over by the clock" not in client.get(address).content.decode()
    assert "Over by the clock" in client.get(address, {"show": "closed"}).content.decode()
    home = client.get(reverse("home")).content.decode()
    assert "Say what you think: Over by the clock" not in home
    assert asked.moves_for(lead) == {}
    assert client.get(reverse("respond", args=[asked.pk])).status_code == 302
    move = reverse("consultation_move", args=[asked.pk, "withdraw"])
    assert client.post(move, {"note": "Late."}).status_code == 409


# --- entered for somebody -------------------------------------------------------------------------
def enter(client, asked, **data):
    address = reverse("response_enter", args=[asked.pk])
    code = client.get(address).context["form"]["code"].value()
    return client.post(address, {"code": code, **data})


def test_a_paper_response_is_marked_and_its_code_is_given(group, lead):
    asked, person = make.consultation(group), make.UserFactory()
    make.appoint(group, person, Role.MEMBER)
    question = asked.questions.get(kind="text")
    before = AuditEntry.objects.count()
    page = enter(
        browser(lead),
        asked,
        channel="paper",
        whose=person.email.upper(),
        **{f"q{question.pk}": "In pencil."},
    )
    response = Response.objects.get()
    assert (response.channel, response.user, answers(response)) == (
        "paper",
        None,
        {"text": "In pencil."},
    )
    assert response.code_hash == digest(page.context["code"])
    assert Participation.objects.get().user == person
    assert AuditEntry.objects.count() == before


def test_whoever_enters_it_is_asked_for_their_name_and_not_the_own(group, lead):
    asked = make.consultation(group, naming="named", audience="groups", groups=[group])
    page = enter(browser(lead), asked, channel="paper")
    assert page.status_code == 422
    assert "Enter their name." in page.text
    assert "Enter your name." not in page.text
    asked = make.consultation(group, naming="choice", audience="groups", groups=[group])
    page = enter(browser(lead), asked, channel="paper")
    assert "How do they want to respond?" in page.text
    assert "Choose whether they gave their name." in page.text


def test_a_named_telephone_response_is_the_persons_to_change(group, lead):
    member = make.UserFactory()
    make.appoint(group, member, Role.MEMBER)
    asked = make.consultation(group, naming="named", audience="groups", groups=[group])
    page = enter(browser(lead), asked, channel="telephone", whose=member.email)
    assert page.context["code"] == ""
    response = Response.objects.get()
    assert (response.channel, response.user) == ("telephone", member)
    again = enter(browser(lead), asked, channel="telephone", whose=member.email)
    assert again.status_code == 409
    assert (
        "Look at or change your response"
        in browser(member).get(asked.get_absolute_url()).content.decode()
    )
    assert AuditEntry.objects.about(asked).filter(action="enter_response", by=lead).count() == 1


def test_nobody_is_entered_who_is_not_asked(group, lead):
    asked = make.consultation(group, naming="named", audience="groups", groups=[group])
    page = enter(browser(lead), asked, channel="paper", whose=make.UserFactory().email)
    assert page.status_code == 422
    assert "Nobody with this address is asked" in page.content.decode()
    assert not Response.objects.exists()
