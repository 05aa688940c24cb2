"""Responding as people do it: without a name, saved and found again, changed; and late."""

import re

import pytest
from django.urls import reverse

from apps.governance.consultations.models.response import Participation, Response
from apps.groups.roles import Role
from tests import factories as make

pytestmark = pytest.mark.django_db(transaction=True)


def code_on(page):
    return page.locator(".app-code").inner_text()


def use_code(page, code):
    page.goto(reverse("receipt_code"))
    page.get_by_label("Your receipt code").fill(code)
    page.get_by_role("button", name="Show the response").click()


@pytest.fixture
def group():
    return make.working_group(name="Role design")


@pytest.fixture
def member(group):
    person = make.UserFactory()
    make.appoint(group, person, Role.MEMBER)
    return person


def test_a_member_saves_goes_on_by_code_sends_and_changes_without_a_name(
    no_js_page, sign_in, group, member
):
    page = no_js_page
    asked = make.consultation(group, audience="groups", groups=[group])
    sign_in(page, member)
    page.goto(reverse("home"))
    page.get_by_role("link", name=re.compile("^Say what you think")).click()
    page.get_by_role("button", name="Respond", exact=True).click()
    page.get_by_label("1. What about text? (optional)").fill("Half of it.")
    page.get_by_role("button", name="Save it and go on later").click()
    assert page.get_by_role("heading", level=1).inner_text().endswith("Saved, but not sent yet")
    code = code_on(page)
    assert re.fullmatch(r"(\w{4}-){6}\w{4}", code)
    assert not Participation.objects.exists()

    use_code(page, code.lower())
    page.get_by_role("button", name="Go on with it").click()
    assert page.get_by_label("1. What about text? (optional)").input_value() == "Half of it."
    page.get_by_label("1. What about text? (optional)").fill("All of it.")
    page.get_by_label("Strongly agree").check()
    page.get_by_label("Tea").nth(0).check()
    page.get_by_role("group", name="5. What about ranking?").get_by_label("Tea").select_option("1")
    page.get_by_role("button", name="Send my response").click()
    assert code_on(page) == code
    assert Participation.objects.get().user == member

    use_code(page, code)
    page.get_by_role("button", name="Change it").click()
    page.get_by_label("1. What about text? (optional)").fill("Something else.")
    page.get_by_role("button", name="Send the change").click()
    assert "Your response is in" in page.get_by_role("heading", level=1).inner_text()
    response = Response.objects.get()
    assert (response.sent, response.user) == (True, None)
    keys = {question.kind: question.key for question in asked.questions.all()}
    assert response.answers == {
        keys["text"]: "Something else.",
        keys["agree"]: 5,
        keys["single"]: 2,
        keys["ranking"]: [2],
    }
    page.goto(reverse("home"))
    assert page.get_by_role("link", name="Say what you think").count() == 0


def test_somebody_without_an_account_responds_to_a_public_one(phone_page, group, sound):
    page = phone_page
    make.consultation(group, title="Do our adverts make sense?", naming="choice")
    page.goto(reverse("consultations"))
    page.get_by_role("link", name="Do our adverts make sense?").click()
    page.get_by_role("button", name="Respond", exact=True).click()
    page.get_by_label("Without my name").check()
    page.get_by_label("1. What about text? (optional)").fill("They are long.")
    page.wait_for_timeout(3200)  # nobody writes faster: the guard against programs
    page.get_by_role("button", name="Send my response").click()
    sound(page)
    use_code(page, code_on(page))
    assert "They are long." in page.locator("dl").inner_text()
    sound(page)


def test_what_was_typed_stays_when_it_closed_meanwhile(page, sign_in, group, member, sound):
    asked = make.consultation(group, title="Nearly over")
    sign_in(page, member)
    page.goto(reverse("respond", args=[asked.pk]))
    page.get_by_label("1. What about text? (optional)").fill("I wrote a lot.")
    make.end_consultation(asked)
    page.get_by_role("button", name="Send my response").click()
    assert "This consultation has closed" in page.get_by_role("heading", level=1).inner_text()
    assert page.get_by_text("I wrote a lot.").is_visible()
    sound(page)
    assert not Response.objects.exists()


def test_the_pages_of_those_who_run_one_are_sound(page, all_sound, group, member):
    lead = make.leads(group)[0]
    draft = make.consultation(group, to="draft", audience="people", people=[member])
    draft.sections.create(title="More", text="Some words.")
    named = make.consultation(group, naming="named", title="By name")
    over = make.consultation(group, to="closed", naming="named", title="Over")
    questions = {one.kind: one.key for one in over.questions.all()}
    for person in (lead, member):
        Response.objects.create(
            consultation=over,
            user=person,
            sent=True,
            answers={questions["agree"]: 4, questions["ranking"]: [1, 0]},
        )
    pages = [
        reverse("consultations"),
        reverse("consultation_new"),
        draft.get_absolute_url(),
        reverse("consultation_questions", args=[draft.pk]),
        reverse("consultation_people", args=[draft.pk]) + "?q=person",
        reverse("consultation_about", args=[draft.pk]) + "?q=first",
        reverse("consultation_preview", args=[draft.pk]),
        named.get_absolute_url(),
        reverse("response_enter", args=[named.pk]),
        reverse("consultation_extend", args=[named.pk]),
        over.get_absolute_url(),
        reverse("consultation_figures", args=[over.pk]),
    ]
    all_sound(page, {lead: pages})
