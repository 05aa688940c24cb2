"""The figures that everybody reads: by a decision on; by one co-lead off."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.accounts.roles import ADMIN, OFFICE
from apps.core.exceptions import Conflict, IllegalMove, NotYet
from apps.groups.models import WorkingGroup
from apps.meetings.models.outcome import Decision
from apps.reports import taking
from apps.reports.models import PublicFigures
from tests import factories as make

from .making import as_, counted, decide, fresh, page

pytestmark = [pytest.mark.django_db]
URL = "/about/figures/"
KEYS = ["members", "cohorts"]
NOTHING = "has not decided yet which figures are public"


@pytest.fixture
def held(steering, lead):
    counted()
    made = PublicFigures.propose(KEYS, by=lead)
    decide(steering, made)
    return fresh(made)


def test_nothing_is_public_until_a_meeting_decided(steering, lead):
    counted()
    made = PublicFigures.propose(KEYS, by=lead)
    for user in (None, lead):
        assert NOTHING in page(user, URL)[1]
    assert as_(None).get(f"{URL}cohorts.csv").status_code == 404
    assert as_(lead).post(f"/reports/figures/{made.number}/move/adopt/").status_code == 404
    decide(steering, made)
    status, text = page(None, URL)
    assert status == 200
    assert "Cohorts that have finished" in text
    assert "As of" in text
    assert "What is counted" in text
    assert "Attendance" not in text
    assert as_(None).get(f"{URL}cohorts.csv").status_code == 200
    assert as_(None).get(f"{URL}attendance.csv").status_code == 404


def test_it_has_finished_quarters_alone(held):
    now = timezone.localdate()
    assert taking.finished(timezone.now()).last.month == 1
    assert now.month == 6
    assert "2025 to March 2026" in page(None, URL)[1]


def test_one_co_lead_takes_a_figure_off_at_once_and_a_decision_puts_it_back(held, steering, lead):
    url = f"/reports/figures/{held.number}/off/cohorts/"
    assert as_(lead).post(url, {"note": ""}).status_code == 422
    with pytest.raises(NotYet, match="reason"):
        held.take_off("cohorts", by=lead, note=" ")
    assert as_(lead).post(url, {"note": "A number is wrong."}).status_code == 302
    assert "Cohorts" not in page(None, URL)[1]
    assert as_(None).get(f"{URL}cohorts.csv").status_code == 404
    with pytest.raises(IllegalMove):
        fresh(held).take_off("cohorts", by=lead, note="Again.")
    again = PublicFigures.propose(KEYS, by=lead)
    assert "Cohorts" not in page(None, URL)[1]
    decide(steering, again)
    assert "Cohorts" in page(None, URL)[1]
    assert fresh(held).state == "replaced"


def test_a_list_does_not_change_and_one_is_proposed_at_a_time(held, lead):
    for way in (lambda: PublicFigures.objects.update(keys=["agenda"]), held.save):
        with pytest.raises(TypeError):
            way()
    PublicFigures.propose(["agenda"], by=lead)
    with pytest.raises(Conflict):
        PublicFigures.propose(["members"], by=lead)
    for keys in ([], ["groups"], ["vacancies"]):
        with pytest.raises(NotYet):
            PublicFigures.propose(keys, by=lead)
    for user in (make.programme_user(OFFICE), make.leads(make.working_group())[0]):
        with pytest.raises(PermissionDenied):
            PublicFigures.propose(["members"], by=user)


@pytest.mark.parametrize("another", [False, True])
def test_a_decision_that_loses_its_quorum_leaves_nothing_public(held, lead, another):
    if another:
        PublicFigures.propose(["agenda"], by=lead)
    Decision.objects.update(state="provisional")
    held.lose_decision(by=lead)
    assert NOTHING in page(None, URL)[1]
    assert "Cohorts" not in page(None, URL)[1]
    assert fresh(held).state == ("dropped" if another else "proposed")


def test_it_costs_two_questions_and_anybody_may_keep_it_for_a_while(held, client):
    client.get(URL)
    with CaptureQueriesContext(connection) as found:
        answer = client.get(URL)
    assert len(found) == 2
    assert answer["Cache-Control"] == "public, max-age=300"
    assert "Cookie" in answer["Vary"]


def test_why_a_figure_was_taken_off_is_read_by_the_steering_group(held, other):
    held.take_off("cohorts", by=other, note="It is of one person.")
    member = held.group.people().exclude(role="co_lead").first().user
    assert "It is of one person." in page(member, held.get_absolute_url())[1]
    assert "one person" not in page(None, URL)[1]


def test_once_every_figure_is_taken_off_the_page_says_so(held, other):
    for key in KEYS:
        held.take_off(key, by=other, note="It is of one person.")
    text = page(None, URL)[1]
    assert NOTHING not in text
    assert "each was taken off since" in text


def test_lists_are_read_by_the_steering_group_and_the_office_and_not_by_administrators(held, lead):
    for user in (lead, make.programme_user(OFFICE)):
        assert page(user, held.get_absolute_url())[0] == 200
    assert page(make.programme_user(ADMIN), held.get_absolute_url())[0] == 404


def test_the_next_steering_group_takes_off_and_proposes_and_the_closed_one_does_not(
    held, steering, lead
):
    left = PublicFigures.propose(["cohorts"], by=lead)
    office = make.programme_user(OFFICE)
    assert any("proposed figures" in str(one) for one in steering.missing("close", office))
    WorkingGroup.objects.filter(pk=steering.pk).update(state="closed")
    group = make.steering(name="Steering 2", slug="steering-2")[0]
    off = f"/reports/figures/{held.number}/off/cohorts/"
    note = {"note": "It is of one person."}
    assert as_(lead).get(off).status_code == as_(lead).post(off, note).status_code == 403
    with pytest.raises(PermissionDenied):
        PublicFigures.propose(["members"], by=lead)
    now = make.leads(group)[0]
    assert "Propose a list" in page(now, "/reports/figures/")[1]
    assert as_(now).post(off, note).status_code == 302
    made = PublicFigures.propose(["members"], by=now)
    fresh(left).move("drop", by=now, note="We have our own.")
    decide(group, made)
    assert fresh(held).state == "replaced"


def test_a_list_that_is_in_force_already_is_not_proposed_again(held, lead):
    propose = reverse("public_figures_propose")
    same = as_(lead).post(propose, {"keys": held.shown})
    assert same.status_code == 422
    assert "These are the figures that are public now." in same.content.decode()
    assert as_(lead).post(propose, {"keys": held.shown[:-1]}).status_code == 302


def test_who_proposes_second_is_led_to_the_list_that_is_proposed(steering, lead, other):
    made = PublicFigures.propose(["members"], by=lead)
    sent = as_(other).post(reverse("public_figures_propose"), {"keys": ["members"]})
    assert sent.status_code == 409
    assert f'href="{made.get_absolute_url()}"' in sent.content.decode()
