"""Ways around the approval of a vacancy and around who may have a part in it: all are closed."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.core.exceptions import NotYet
from apps.recruitment.roles import PanelRole
from apps.recruitment.vacancies.models.approval import Approval
from apps.recruitment.vacancies.models.panel import PanelMember
from tests.factories import StaffFactory, UserFactory

from .. import making
from ..selection import choosing

pytestmark = pytest.mark.django_db
SIGN_IN = "apps.accounts.backends.SignIn"


def hr(vacancy):
    return choosing.anew(vacancy.created_by)


@pytest.mark.parametrize("part", ["manager", "peer_lead"])
def test_who_approves_a_vacancy_does_not_come_to_prepare_it(part):
    vacancy, person = making.vacancy(), UserFactory()
    Approval.name(vacancy, "finance", person, by=hr(vacancy))
    with pytest.raises(NotYet, match="approves"):
        vacancy.name_people(by=hr(vacancy), **{part: person})


@pytest.mark.parametrize("part", ["manager", "peer_lead", "organiser"])
def test_nobody_who_applied_is_given_a_part(part):
    vacancy = making.vacancy(state="open")
    one = making.application(vacancy)
    with pytest.raises(NotYet, match="cannot have a part"):
        vacancy.name_people(by=hr(vacancy), **{part: one.candidate})


def test_who_arranges_adjustments_does_not_judge_whichever_comes_first():
    vacancy = making.vacancy(state="open")
    people = making.panel(vacancy)
    with pytest.raises(NotYet, match="panel"):
        vacancy.name_people(by=hr(vacancy), organiser=people[PanelRole.TEAM])
    other = StaffFactory()
    vacancy.name_people(by=hr(vacancy), organiser=other)
    with pytest.raises(NotYet, match="adjustments"):
        PanelMember.add(vacancy, other, PanelRole.TEAM, by=hr(vacancy))


@pytest.mark.parametrize("state", ["approval", "approved"])
@pytest.mark.parametrize("name", ["cost_code", "position_number"])
def test_what_finance_approved_does_not_change_afterwards(client, state, name):
    vacancy = making.vacancy(state=state)
    client.force_login(vacancy.manager, SIGN_IN)
    url = f"/recruitment/vacancies/{vacancy.reference}/terms/"
    data = {
        "cost_code": "C100",
        "position_number": "P200",
        "line_supervisor": "Sam Field",
        "peer_supervisor": "Kit Marlow",
    }
    response = client.post(url, data | {name: "Other"})
    assert response.status_code == 422
    assert f'id="id_{name}-error"'.encode() in response.content
    assert client.post(url, data).status_code == 302
    vacancy.refresh_from_db()
    assert (vacancy.cost_code, vacancy.position_number) == ("C100", "P200")
    assert vacancy.line_supervisor == "Sam Field"


def test_nobody_is_given_longer_than_until_the_interviews(client):
    first = timezone.localdate() + timedelta(days=20)
    vacancy = making.vacancy(state="open", interviews_on=first)
    client.force_login(vacancy.created_by, SIGN_IN)
    url = f"/recruitment/vacancies/{vacancy.reference}/longer/"

    def longer(day, interviews):
        data = {"reason": "Few applied"}
        for name, value in (("closes_on", day), ("interviews_on", interviews)):
            data |= {f"{name}_{part}": getattr(value, part) for part in ("day", "month", "year")}
        response = client.post(url, data)
        vacancy.refresh_from_db()
        return response.status_code

    assert longer(first, first) == 422
    assert vacancy.interviews_on == first
    later = first + timedelta(days=7)
    assert longer(first, later) == 302
    assert (timezone.localdate(vacancy.closes_at), vacancy.interviews_on) == (first, later)
