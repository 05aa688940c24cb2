"""What the tables of moves and acts say, pages say beforehand; in a wrong state nothing is done."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from apps.core.exceptions import IllegalMove
from apps.core.models import AuditEntry
from apps.recruitment.applications.models.application import Application
from apps.recruitment.employment.models.offer import Offer
from apps.recruitment.roles import PanelRole
from apps.recruitment.vacancies.models.panel import PanelMember
from apps.recruitment.vacancies.models.vacancy import Vacancy
from tests.factories import StaffFactory

from . import making
from .selection import choosing

pytestmark = pytest.mark.django_db
SIGN_IN = "apps.accounts.backends.SignIn"


def page(client, user, url):
    client.force_login(choosing.anew(user), SIGN_IN)
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def link(name, vacancy, *args, text):
    return f'<a href="{reverse(name, args=[vacancy.reference, *args])}">{text}'


# --- beforehand -----------------------------------------------------------------------------------
def test_a_vacancys_page_says_what_is_missing_and_leads_there(client):
    vacancy = making.vacancy(summary="")
    manager = vacancy.manager
    Vacancy.objects.filter(pk=vacancy.pk).update(peer_lead=None)
    words = "Human Resources must name the manager and the peer lead first."
    of_hr = page(client, vacancy.created_by, vacancy.get_absolute_url())
    assert link("vacancy_person", vacancy, "peer_lead", text=words) in of_hr
    of_manager = page(client, manager, vacancy.get_absolute_url())
    assert (
        link("vacancy_texts", vacancy, text="Still to be written: a plain summary.") in of_manager
    )
    assert link("vacancy_person", vacancy, "peer_lead", text=words) not in of_manager
    assert words in of_manager
    assert "Whose turn: Human Resources." in of_manager
    assert reverse("vacancy_move", args=[vacancy.reference, "begin_readiness"]) not in of_manager


def test_shortlisting_leads_to_the_copies_save_for_whoever_judges(client):
    vacancy, _ = choosing.closed(1)
    judge = making.hr_officer()
    PanelMember.add(vacancy, judge, PanelRole.HR, by=vacancy.created_by)
    words = "0 of 1 redacted copies are signed off."
    to_the_copies = link("redactions", vacancy, text=words)
    for user, leads in ((vacancy.created_by, True), (judge, False)):
        text = page(client, user, vacancy.get_absolute_url())
        assert (words in text, to_the_copies in text) == (True, leads)


def test_what_an_application_lacks_leads_to_the_question(client):
    vacancy = making.vacancy(state="open")
    one = making.application(vacancy, state="draft", words="", phone="", email="")
    text = page(client, one.candidate, reverse("application_check", args=[one.reference]))
    about = reverse("application_about", args=[one.reference])
    answer = reverse("application_answer", args=[one.reference, one.answers.first().pk])
    assert f'<a href="{about}">Tell us how to reach you' in text
    assert f'<a href="{answer}">2 essential questions' in text
    assert "Send the application</button>" not in text


def test_a_start_says_whatever_is_still_missing(client):
    vacancy = making.vacancy(state="decided")
    offer = Offer.make(making.application(vacancy, state="offered"), by=vacancy.created_by)
    Offer.objects.filter(pk=offer.pk).update(state="cleared")
    text = page(client, vacancy.created_by, offer.get_absolute_url())
    start = reverse("offer_start", args=[offer.application.reference])
    for words in ("Agree the first day.", "Offer advice about benefits."):
        assert f'<a href="{start}">{words}' in text


def test_who_is_guaranteed_an_interview_is_said_to_human_resources_alone(client):
    vacancy, _ = choosing.closed(1)
    Application.objects.update(guaranteed_interview=True)
    choosing.redact(vacancy)
    choosing.declare(vacancy)
    vacancy.move("start_shortlisting", by=choosing.anew(vacancy.created_by))
    label = vacancy.blind_applications.get().label
    choosing.decide(choosing.score_all(vacancy), {label: "no"})
    lock = reverse("vacancy_move", args=[vacancy.reference, "lock_shortlist"])
    panel = reverse("panel", args=[vacancy.reference])
    chair = choosing.chair(vacancy)
    for url in (vacancy.get_absolute_url(), panel, lock):
        assert "uaranteed interview and" not in page(client, chair, url)
    pressed = client.post(lock, follow=True)
    assert (pressed.status_code, pressed.redirect_chain[0][1]) == (200, 302)
    for words in (b"asked for a guaranteed", label.encode(), b"must be invited"):
        assert words not in pressed.content
    vacancy.move("lock_shortlist", by=choosing.another(vacancy))
    outcomes = reverse("outcomes", args=[vacancy.reference, "shortlisting"])
    assert client.get(outcomes).status_code == 403
    text = page(client, vacancy.created_by, outcomes)
    assert f"Candidate {label} asked for a guaranteed interview and meets every" in text
    assert "Send all outcomes" not in text


def test_the_vacancys_page_does_not_say_whether_every_sheet_is_in(client):
    vacancy, _ = choosing.shortlisting(1)
    text = page(client, choosing.chair(vacancy), vacancy.get_absolute_url())
    assert "Not every sheet is locked." not in text
    assert reverse("vacancy_move", args=[vacancy.reference, "lock_shortlist"]) in text


def test_the_page_of_the_lock_leads_to_the_scores_once_they_can_be_compared(client):
    """It says *compare first*, and had no link to where."""
    vacancy, _ = choosing.shortlisting(1)
    lock = reverse("vacancy_move", args=[vacancy.reference, "lock_shortlist"])
    compare = reverse("comparison", args=[vacancy.reference, "shortlisting"])
    assert compare not in page(client, choosing.chair(vacancy), lock)
    choosing.score_all(vacancy)
    for user in (choosing.chair(vacancy), choosing.another(vacancy)):
        assert f'<a href="{compare}">Compare the candidates' in page(client, user, lock)
        assert client.get(compare).status_code == 200
    client.force_login(choosing.anew(vacancy.created_by), SIGN_IN)
    answer = client.get(lock)
    assert (answer.status_code, compare.encode() in answer.content) == (403, False)


# --- in a wrong state -----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("visit_add", {"place": "The Hub", "places": "4", "starts": "10:00", "ends": "11:00"}),
        ("panel_training", {}),
        ("panel_remove", {"reason": "Ill"}),
        ("vacancy_person", {}),
    ],
)
def test_a_vacancy_that_is_over_changes_neither_people_nor_visits(client, name, data):
    """Its page has had no link to these, and yet they could be posted."""
    vacancy, somebody = making.vacancy(state="open"), StaffFactory()
    making.panel(vacancy)
    making.put(vacancy, "filled")
    seat, today = vacancy.panel.first(), timezone.localdate()
    args = {"panel_training": [seat.pk], "panel_remove": [seat.pk], "vacancy_person": ["manager"]}
    data = data | dates("on", today + timedelta(days=3)) | dates("trained_on", today)
    url = reverse(name, args=[vacancy.reference, *args.get(name, [])])
    client.force_login(choosing.anew(vacancy.created_by), SIGN_IN)
    before = AuditEntry.objects.about(vacancy).count()
    answer = client.post(f"{url}?q={somebody.email}", data | {"user": somebody.pk})
    assert (answer.status_code, AuditEntry.objects.about(vacancy).count()) == (409, before)


def dates(name, day):
    return {f"{name}_day": day.day, f"{name}_month": day.month, f"{name}_year": day.year}


def test_two_who_come_first_after_closing_both_find_it_closed():
    vacancy = making.vacancy(state="open")
    making.application(vacancy)
    first, second = (Vacancy.objects.get(pk=vacancy.pk) for _ in range(2))
    with time_machine.travel(vacancy.closes_at + timedelta(seconds=1), tick=False):
        first.permit("make_copies", by=vacancy.created_by)
        second.permit("make_copies", by=vacancy.created_by)
        with pytest.raises(IllegalMove, match="is not open"):
            second.extend(second.closes_at + timedelta(days=9), by=vacancy.created_by, reason="So")
    assert AuditEntry.objects.about(vacancy).filter(action="close").count() == 1
