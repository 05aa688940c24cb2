"""What the home page says of vacancies."""

import pytest
from django.urls import reverse

from apps.recruitment.applications.models.application import Application

from .. import making

pytestmark = pytest.mark.django_db


def test_an_officer_who_applied_reads_nowhere_how_far_their_own_vacancy_is(client):
    officer = making.hr_officer()
    theirs = making.vacancy(state="open")
    making.vacancy(state="shortlisting")
    client.force_login(officer, "apps.accounts.backends.SignIn")
    Application.begin(theirs, officer)
    section = client.get(reverse("home")).context["sections"]
    counted = [one.content["states"] for one in section if "states" in one.content]
    assert [(one["state"], one["number"]) for one in counted[0]] == [("shortlisting", 1)]


def test_nor_does_their_application_lead_to_its_vacancy(client):
    officer = making.hr_officer()
    theirs = making.application(making.vacancy(state="open"), officer)
    client.force_login(officer, "apps.accounts.backends.SignIn")
    page = client.get(theirs.get_absolute_url()).content.decode()
    assert reverse("vacancy", args=[theirs.vacancy.reference]) not in page
