"""A policy from its first draft to what came of it, as people do it."""

import re
import zlib
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.core.exceptions import NotYet
from apps.governance.analysis.models import Analysis
from apps.governance.consultations.models.consultation import Consultation
from apps.governance.consultations.models.response import Response, new_code, receive
from apps.governance.documents.models.document import Document
from tests import factories as make

from ..governance.documents.making import decided, phase

pytestmark = pytest.mark.django_db(transaction=True)
QUESTION = "1. What about text? (optional)"


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def heading(page):
    return page.get_by_role("heading", level=1).inner_text()


def change_person(page, sign_in, person):
    page.context.clear_cookies()
    if person:
        sign_in(page, person)


def answer(page, consultation, words):
    """Somebody without an account answers; their receipt code."""
    page.goto(reverse("respond", args=[consultation.pk]))
    page.get_by_label(QUESTION).fill(words)
    page.wait_for_timeout(3200)  # nobody writes faster: the guard against programs
    press(page, "Send my response")
    return page.locator(".app-code").inner_text()


def use_code(page, code):
    page.goto(reverse("receipt_code"))
    page.get_by_label("Your receipt code").fill(code)
    press(page, "Show the response")


def sort_answers(page, analysis, chosen):
    """A coder ticks the themes of each answer and finishes."""
    page.goto(analysis.get_absolute_url())
    page.get_by_role("link", name="1. What about text?").click()
    page.locator("section.app-suggestion").first.wait_for()  # all() waits for nothing
    for section in page.locator("section.app-suggestion").all():
        words = section.locator("blockquote").inner_text().strip()
        for theme in chosen[words]:
            section.get_by_label(theme, exact=True).check()
        if not chosen[words]:
            section.get_by_label(re.compile("Or set answer")).fill("It says nothing")
    press(page, "Save and go on")
    press(page, "I have finished")


def test_a_policy_is_drafted_asked_about_answered_approved_and_in_force(page, sign_in, sound):
    group = make.working_group(name="Role design", slug="role-design")
    lead, staff_lead = make.leads(group)
    first, second = make.UserFactory(full_name="Ann Lee"), make.StaffFactory(full_name="Bo Day")
    for person in (first, second):
        make.appoint(group, person)

    # A draft.
    sign_in(page, lead)
    page.goto(reverse("document_add"))
    page.get_by_label("Which group owns it?").select_option("role-design")
    page.get_by_label("Title").fill("Working safely")
    page.get_by_label("Policy", exact=True).check()
    page.get_by_label("Everybody, without signing in").check()
    press(page, "Begin")
    page.get_by_label("Summary in plain language").fill("How we stay safe at work.")
    page.get_by_label("Text", exact=True).fill("## Visits\n\nSay where you go.\n\n" * 60)
    press(page, "Save")
    document = Document.objects.get()
    sound(page)

    # Asked about: one without a name, one by telephone, one changed before it closes.
    consultation = make.consultation(
        group, questions=["text"], naming="anonymous", about=document.latest, by=lead
    )
    key = consultation.questions.get().key
    for words in ("Phones", "More light", "Nothing"):
        receive(consultation, {key: words}, code=new_code())
    change_person(page, sign_in, None)
    page.goto(document.latest.get_absolute_url())
    assert "In consultation" in page.locator("main").inner_text()
    mine = answer(page, consultation, "Light")
    changed = answer(page, consultation, "I do not know yet")
    use_code(page, changed)
    press(page, "Change it")
    page.get_by_label(QUESTION).fill("Phones for everybody")
    page.wait_for_timeout(3200)
    press(page, "Send the change")
    change_person(page, sign_in, staff_lead)
    page.goto(reverse("response_enter", args=[consultation.pk]))
    page.get_by_label("By telephone").check()
    page.get_by_label(QUESTION).fill("Light on the stairs")
    press(page, "Enter this response")
    assert sorted(one["answers"][key] for one in Response.objects.values("answers")) == [
        "Light",
        "Light on the stairs",
        "More light",
        "Nothing",
        "Phones",
        "Phones for everybody",
    ]
    make.end_consultation(consultation)

    # Sorted into themes by two people.
    change_person(page, sign_in, lead)
    page.goto(consultation.get_absolute_url())
    page.get_by_role("link", name="What people said: themes and answers").click()
    page.get_by_role("link", name="Name two people").click()
    page.get_by_label("One person").select_option(label="Ann Lee")
    page.get_by_label("Another person").select_option(label="Bo Day")
    press(page, "Save")
    for theme in ("Light", "Telephones"):
        page.get_by_role("link", name="Add a theme").click()
        page.get_by_label("What do people say, in a few words?").fill(theme)
        press(page, "Add it")
    sound(page)
    analysis = Analysis.objects.get()
    alike = {
        "Light": ["Light"],
        "More light": ["Light"],
        "Light on the stairs": ["Light"],
        "Phones": ["Telephones"],
        "Nothing": [],
        "Phones for everybody": ["Telephones"],
    }
    for person, chosen in ((first, alike), (second, alike | {"Nothing": ["Light"]})):
        change_person(page, sign_in, person)
        sort_answers(page, analysis, chosen)
    assert "On 5 of 6 answers (83 %)" in page.locator("main").inner_text()
    sound(page)

    # The next draft says something else.
    change_person(page, sign_in, lead)
    draft = document.next_version(by=lead)
    page.goto(reverse("document_edit", args=[document.pk]))
    page.get_by_label("Text", exact=True).fill(f"{draft.body}\n\nEvery stair has a lamp.")
    press(page, "Save")

    # Settled and answered.
    page.goto(reverse("settle_codings", args=[consultation.pk]))
    sound(page)
    page.get_by_label(re.compile("Or set answer 1 aside")).fill("It says nothing")
    press(page, "Save")
    page.get_by_role("link", name=re.compile("Answer it.*Light")).click()
    page.get_by_label("We did", exact=True).check()
    page.get_by_label("Because …").fill("Lamps are ordered.")
    press(page, "Save")
    assert "Choose the version of the text that changed." in page.locator("main").inner_text()
    sound(page)
    option = page.get_by_label("Which change did it make?").locator("option", has_text="Document:")
    assert option.all_inner_texts() == ["Document: Working safely, version 2"]
    page.get_by_label("Which change did it make?").select_option(
        value=option.first.get_attribute("value")
    )
    press(page, "Save")
    page.get_by_role("link", name=re.compile("Answer it.*Telephones")).click()
    page.get_by_label("We did not").check()
    page.get_by_label("Because …").fill("There is no money for it this year.")
    press(page, "Save")
    with pytest.raises(NotYet, match="Publish first what you answer them"):
        document.latest.approve(
            decided(group),
            by=lead,
            in_force_from=timezone.localdate(),
            review_on=timezone.localdate() + timedelta(days=400),
        )
    page.get_by_role("button", name="Publish what came of it").click()
    page.get_by_label("What came of it, in plain words").fill("There will be light.")
    sound(page)
    press(page, "Publish it and tell everybody who responded")
    assert Consultation.objects.get().state == "published"

    # On the agenda of a quorate meeting, which approves it; the other co-lead confirms; in force.
    meeting = make.published(group, by=lead)
    page.goto(document.get_absolute_url())
    assert page.get_by_role("button", name="Record that it was approved").count() == 0
    page.get_by_role("link", name=re.compile("Put it on the agenda")).click()
    page.get_by_label("What should we talk about?").fill("Working safely")
    page.get_by_label("For decision").check()
    page.get_by_label("Working safely, version 2").check()
    sound(page)
    press(page, "Propose it")
    make.attended(make.begins(meeting))
    item = meeting.agenda.get()
    decision = make.decision(meeting, item=item, text="We approve it.", confirmed=False)
    page.goto(document.get_absolute_url())
    assert "Whose turn: the other co-lead of Role design." in page.locator("main").inner_text()
    sound(page)
    change_person(page, sign_in, staff_lead)
    page.goto(reverse("decision_confirm", args=[decision.pk]))
    press(page, "Yes, the meeting decided this")
    sound(page)
    change_person(page, sign_in, lead)
    page.goto(document.get_absolute_url())
    page.get_by_role("button", name="Record that it was approved").click()
    page.get_by_label(re.compile("carried: We approve it")).check()
    page.get_by_label("The meeting decided on these very words").check()
    press(page, "Record the approval")
    assert "In force" in page.locator("main").inner_text()
    assert phase(document.latest) == "in_force"
    sound(page)

    # Whoever responded without a name reads what came of it with the code.
    change_person(page, sign_in, None)
    use_code(page, mine)
    main = page.locator("main").inner_text()
    assert "There will be light." in main
    assert "We did, because:" in main
    assert "There is no money for it this year." in main
    assert "Fewer than 5 people said this." in main
    sound(page)
    page.get_by_role("link", name=re.compile("What changed since version 1")).click()
    assert "Every stair has a lamp." in page.locator("ins").last.inner_text()
    use_code(page, mine)
    page.get_by_role("link", name=re.compile("Working safely, version 2")).click()
    assert "Working safely" in heading(page)
    page.goto(reverse("consultation_outcome", args=[consultation.pk]))
    sound(page)

    # On paper each page says which version it is.
    page.goto(reverse("document_print", args=[document.pk]))
    assert set(feet_of(page.pdf(format="A4"))) == {True}


def feet_of(pdf):
    """For each page of a PDF whether letters of the foot's size are on it."""
    pages = re.findall(rb"/Type /Page\b.*?/Contents (\d+) 0 R", pdf, re.DOTALL)
    assert len(pages) > 1
    streams = [
        re.search(rb"\n%s 0 obj.*?stream\r?\n(.*?)\r?\nendstream" % page, pdf, re.DOTALL)[1]
        for page in pages
    ]
    return [b" 14 Tf" in zlib.decompress(stream) for stream in streams]
