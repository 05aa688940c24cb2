"""Whose an application is: an address in it gives it to nobody, and takes it from nobody."""

import pytest
from django.urls import reverse

from apps.core.exceptions import Conflict, NotYet
from apps.core.personal import HELD
from apps.recruitment.applications.models.application import Answer, Application, Referee
from apps.recruitment.roles import PanelRole
from apps.recruitment.vacancies.models.panel import PanelMember
from tests.factories import UserFactory

from .. import making

pytestmark = [pytest.mark.django_db, pytest.mark.differs]
SIGN_IN = "apps.accounts.backends.SignIn"


@pytest.mark.parametrize("model", [Application, Answer, Referee])
def test_an_application_is_not_given_to_whoever_has_the_address_in_it(model):
    """Somebody asks to be written to at their mother's; she asks for what is held about her."""
    mother = UserFactory(email="mother@home.example")
    one = making.application(making.vacancy(state="open"), email="Mother@home.example")
    one.referees.create(name="A", relation="B")
    held = HELD[model]
    assert not held.rows(mother).exists()
    assert not held.rows_of("mother@home.example").exists()
    assert held.rows(one.candidate).exists()


def test_one_that_was_typed_in_is_its_persons_by_the_address():
    vacancy = making.vacancy(state="open")
    one = Application.type_in(vacancy, by=vacancy.created_by, full_name="A", email="a@b.example")
    assert list(HELD[Application].rows(UserFactory(email="A@b.example"))) == [one]
    assert list(HELD[Application].rows_of("a@b.example")) == [one]


def test_nobody_applies_twice_once_by_themselves_and_once_by_telephone():
    vacancy, person = making.vacancy(state="open"), UserFactory(email="a@b.example")
    one = Application.type_in(vacancy, by=vacancy.created_by, full_name="A", email="A@b.example")
    with pytest.raises(Conflict, match="typed in"):
        Application.begin(vacancy, person)
    one.follow("end")
    Application.objects.filter(pk=one.pk).update(state="withdrawn")
    Application.begin(vacancy, person)
    with pytest.raises(NotYet, match="e-mail address"):
        Application.type_in(vacancy, by=vacancy.created_by, full_name="A", email="a@B.example")
    Application.type_in(vacancy, by=vacancy.created_by, full_name="A", phone="020 7777 7777")
    other = making.vacancy(state="open")
    Application.type_in(other, by=other.created_by, full_name="A", email="a@b.example")


def test_the_form_says_that_there_is_one(client):
    vacancy = making.vacancy(state="open")
    there = making.application(vacancy)
    client.force_login(vacancy.created_by, "apps.accounts.backends.SignIn")
    url = f"/recruitment/vacancies/{vacancy.reference}/applications/type-in/"
    response = client.post(url, {"full_name": "A", "email": there.candidate.email})
    assert response.status_code == 422
    assert 'id="id_email-error"' in response.content.decode()


def test_whoever_sat_on_the_panel_reads_the_guarantee_on_no_page_of_what_was_typed_in(client):
    vacancy = making.vacancy(state="closed")
    officer = making.hr_officer()
    PanelMember.add(vacancy, officer, PanelRole.HR, by=vacancy.created_by)
    one = making.application(vacancy)
    Application.objects.filter(pk=one.pk).update(
        candidate=None, typed_by=vacancy.created_by, guaranteed_interview=True
    )
    making.put(vacancy, "decided")

    def pages(user):
        client.force_login(type(user).objects.get(pk=user.pk), SIGN_IN)
        for name in ("application", "application_check", "application_support"):
            answer = client.get(reverse(name, args=[one.reference]))
            words = " ".join(answer.content.decode().split())
            told = "Asked for" in words or "checked" in words
            yield name, answer.status_code, told

    assert [told for *_, told in pages(vacancy.created_by)] == [True, True, True]
    seen = [("application", 200, False), ("application_check", 200, False)]
    refused = [("application_support", 403, False)]
    assert list(pages(officer)) == seen + refused
    seat = vacancy.panel.select_related("vacancy", "user").get(user=officer)
    seat.finish(by=vacancy.created_by)
    assert list(pages(officer)) == seen + refused
