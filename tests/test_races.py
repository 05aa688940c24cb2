"""Two come to the database with the same key: one has it, and the other hears so, or has it too."""

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from apps.core import sealing
from apps.core.models import AuditSeal, record
from apps.groups.models import TermsOfReference
from apps.recruitment.applications.models.application import Application
from apps.reports import taking
from apps.reports.models import AnnualReport

from . import factories as make
from .at_once import meeting_at, together
from .factories import UserFactory
from .groups.matrix import new_terms
from .recruitment import making

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite takes writers one by one"),
]


def test_two_clicks_begin_one_application():
    vacancy, candidate = making.vacancy(state="open"), UserFactory()
    with meeting_at(Application):
        one, two = together(*[lambda: Application.begin(vacancy, candidate)] * 2)
    assert one == two == Application.objects.get()


def test_of_two_new_versions_of_the_terms_one_is_saved_and_the_other_says_so():
    group = make.working_group()

    def saves(user):
        client = Client()
        client.force_login(user, "apps.accounts.backends.SignIn")
        return lambda: client.post(reverse("terms_add", args=[group.slug]), new_terms(None))

    with meeting_at(TermsOfReference):
        answers = together(*map(saves, make.leads(group)))
    assert sorted(answer.status_code for answer in answers) == [302, 409]
    [lost] = [answer.content.decode() for answer in answers if answer.status_code == 409]
    assert "There is a newer version now." in lost
    assert group.terms_of_reference.count() == 2


def test_of_two_reports_of_one_year_one_is_begun_and_the_other_hears_so():
    group, *_ = make.steering()
    year = taking.years()[0]

    def begins(user):
        client = Client()
        client.force_login(user, "apps.accounts.backends.SignIn")
        return lambda: client.post(reverse("report_begin"), {"year": year}).status_code

    with meeting_at(AnnualReport):
        assert sorted(together(*map(begins, make.leads(group)))) == [302, 409]
    assert AnnualReport.objects.get().saves.count() == 1


def test_two_who_seal_the_audit_trail_make_one_seal():
    entry = record("write", UserFactory(), by=None)
    with meeting_at(AuditSeal):
        assert sorted(together(sealing.seal, sealing.seal)) == [0, 1]
    assert AuditSeal.objects.get().last == entry.pk
