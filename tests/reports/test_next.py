"""What comes next: a page says it, and leads there."""

import pytest
from django.urls import reverse

from apps.groups.models import WorkingGroup
from apps.meetings.models.agenda import AgendaItem
from apps.reports.models import AnnualReport, PublicFigures
from tests import factories as make

from .making import YEAR, as_, decide, fresh, page, pass_days, publish, report, sign, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def things(steering, lead, signed):
    """The signed report and a proposed list: a meeting decides on either."""
    return signed, PublicFigures.propose(["members"], by=lead)


def test_given_no_meeting_then_a_co_lead_is_led_to_planning_one(steering, lead, things):
    for thing in things:
        code, shown = page(lead, thing.get_absolute_url())
        assert code == 200
        assert "What comes next" in shown
        assert f'href="{reverse("meeting_plan", args=[steering.slug])}"' in shown


def test_given_a_meeting_to_come_then_one_press_leads_to_its_agenda_with_the_thing_chosen(
    steering, lead, things
):
    met = make.meeting(steering)
    for thing in things:
        key = f"{thing._meta.label_lower}:{thing.pk}"
        propose = f"/meetings/{met.pk}/agenda/new/?about={key}"
        assert f'href="{propose}"' in page(lead, thing.get_absolute_url())[1]
        form = as_(lead).get(propose).context["form"]
        assert form["about"].value() == key
        assert (form["title"].value(), form["kind"].value()) == (str(thing), "decision")
        sent = {"about": key, "title": str(thing), "kind": "decision", "minutes_allowed": "10"}
        assert as_(lead).post(propose, sent).status_code == 302
        assert AgendaItem.objects.accepted().filter(about_id=thing.pk, meeting=met).exists()
        assert "It is on the agenda of a meeting" in page(lead, thing.get_absolute_url())[1]


def test_what_the_group_cannot_decide_on_is_not_chosen(steering, lead, signed):
    """An address with another thing in it fills nothing in, and is no fault."""
    met = make.meeting(steering)
    draft = AnnualReport.begin(YEAR - 1, by=lead)
    for about in (f"reports.annualreport:{draft.pk}", "reports.annualreport:0", "x", ""):
        form = as_(lead).get(f"/meetings/{met.pk}/agenda/new/?about={about}").context["form"]
        assert not form["about"].value(), about
        assert not form["title"].value()


def test_a_decision_that_is_not_confirmed_is_named_as_what_is_waited_for(steering, lead, things):
    signed, _ = things
    decide(steering, signed, confirmed=False)
    assert "is not confirmed yet" in page(lead, signed.get_absolute_url())[1]


def test_once_it_is_decided_or_public_nothing_comes_next(steering, lead, things):
    signed, figures = things
    publish(signed)
    decide(steering, figures)
    for thing in (signed, figures):
        assert "What comes next" not in page(lead, thing.get_absolute_url())[1]
    assert "What comes next" not in page(None, signed.get_absolute_url())[1]


def test_the_page_to_sign_leads_to_what_is_signed(steering, lead):
    made, words = report(steering), text(steering)
    for thing, move in (
        (made, f"/reports/2025-26/{made.number}/move/sign/"),
        (words, f"/groups/{steering.slug}/texts/principles/1/move/sign/"),
    ):
        shown = page(lead, move)[1]
        assert f'<a href="{thing.get_absolute_url()}">' in shown.split("Read it first")[0]


def test_that_a_word_undoes_a_signature_is_said_where_there_is_one(steering, lead, other):
    for thing in (report(steering), text(steering)):
        assert "both sign again" not in page(other, thing.edit_url)[1]
        thing.move("sign", by=lead)
        assert f"{lead.name} has signed it" in page(other, thing.edit_url)[1]


def test_of_two_saves_one_that_there_is_not_is_named_as_such(steering, lead):
    made = report(steering)
    shown = page(lead, f"/reports/2025-26/{made.number}/versions/?old=1&new=99")[1]
    assert "That is not in the list." in shown


def test_a_later_report_is_named_in_the_state_that_it_is_in(steering, lead, signed):
    def said(user):
        shown = page(user, fresh(signed).get_absolute_url())[1]
        return shown.split(f'href="{later.get_absolute_url()}"')[1][:300]

    publish(signed)
    pass_days()
    later = AnnualReport.begin(YEAR, by=lead)
    assert "Draft" in said(lead)
    assert later.get_absolute_url() not in page(None, signed.get_absolute_url())[1]
    sign(later)
    assert "Signed by both co-leads" in said(lead)
    publish(later)
    for user in (lead, None):
        assert "Published" in said(user)


def test_once_another_steering_group_works_nothing_leads_to_the_closed_one(steering, lead, things):
    WorkingGroup.objects.filter(pk=steering.pk).update(state="closed")
    make.steering(name="Steering 2", slug="steering-2")
    for thing in things:
        assert "What comes next" not in page(lead, thing.get_absolute_url())[1]


def test_what_is_on_an_agenda_is_not_offered_to_it_again(steering, lead, things):
    met = make.meeting(steering)
    signed, figures = things
    make.on_agenda(met, signed)
    key = f"reports.annualreport:{signed.pk}"
    propose = f"/meetings/{met.pk}/agenda/new/?about={key}"
    form = as_(lead).get(propose).context["form"]
    assert not form["about"].value()
    assert [str(thing) for thing in form.decidable.values()] == [str(figures)]
    sent = {"about": key, "title": "Again", "kind": "decision", "minutes_allowed": "10"}
    assert as_(lead).post(propose, sent).status_code == 422
