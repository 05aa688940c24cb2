"""Whoever reads what is others' leaves a trace, and has read the limits, by whatever method."""

import ast
from pathlib import Path

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import reverse
from django.views.generic import View

from apps.accounts.confidence import limits_page
from apps.conversations.models.booking import Booking, BookingSupport
from apps.core.models import AuditEntry
from apps.core.views import Recorded
from apps.meetings.models.people import SupportRequest
from apps.recruitment.selection.models.blind import Redactor, copy_all
from tests import factories as make
from tests.factories import UserFactory, appoint, just_shown, with_second_factor
from tests.recruitment.selection import choosing

SIGN_IN = "apps.accounts.backends.SignIn"
ROOT = Path(__file__).resolve().parents[2]
# What may write down a reading: ``Recorded`` asks it on every method.
NOTES = {"note_reading"}
# Functions that answer every method alike, and a page that takes no form.
BESIDES = {"receipt", "get_object"}


def of_a_meeting():
    group, peer = make.working_group(), UserFactory()
    appoint(group, peer)
    asked = SupportRequest.ask(make.published(group), peer, "Kestrelneed")
    return asked.organiser, "support_arrange", [asked.pk], "read"


def of_a_conversation():
    network, peer = make.network(), UserFactory()
    appoint(network, peer)
    booking = Booking.book(make.conversation(network), peer)
    asked = BookingSupport.ask(booking, "Kestrelneed", by=peer)
    return booking.conversation.organiser, "conversation_arrange", [asked.pk], "read"


def of_an_interview():
    vacancy, _ = choosing.planned("yes")
    interview = choosing.own_interviews(vacancy)[0]
    where = [vacancy.reference, interview.label]
    return vacancy.organiser, "arrangements", where, "read_adjustments"


@pytest.mark.django_db
@pytest.mark.parametrize("ready", [of_a_meeting, of_a_conversation, of_an_interview])
@pytest.mark.parametrize("method", ["get", "head", "post", "put"])
def test_what_somebody_needs_is_read_by_no_method_without_trace_or_limits(client, ready, method):
    person, name, where, action = ready()
    with_second_factor(person)
    client.force_login(person, SIGN_IN)
    url = reverse(name, args=where)
    read = AuditEntry.objects.filter(action=action, by=person)
    before = read.count()
    type(person).objects.filter(pk=person.pk).update(limits_read=0)
    answer = getattr(client, method)(url)
    assert (answer.status_code, answer.headers.get("Location")) == (302, limits_page(url))
    assert read.count() == before
    person.read_limits()
    assert getattr(client, method)(url).status_code in (200, 422)
    assert read.count() == before + 1


@pytest.mark.django_db
def test_whoever_reads_an_application_by_sending_nothing_is_known_to_have_read_it(client):
    vacancy, _ = choosing.closed(1)
    list(copy_all(vacancy))
    blind, officer = vacancy.blind_applications.get(), vacancy.created_by
    client.force_login(officer, SIGN_IN)
    just_shown(client)
    url = reverse("redaction", args=[vacancy.reference, blind.label])
    assert client.post(url).status_code == 422
    assert AuditEntry.objects.filter(action="read_to_redact", by=officer).count() == 1
    assert Redactor.objects.filter(blind=blind, user=officer).exists()


class Page(Recorded, View):
    status, noted = 200, 0

    def note_reading(self):
        type(self).noted += 1

    def get(self, request):
        return HttpResponse(status=self.status)

    post = put = get


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT"])
@pytest.mark.parametrize(
    ("status", "noted"), [(200, 1), (422, 1), (409, 1), (302, 0), (303, 0), (405, 0)]
)
def test_a_page_that_is_shown_is_noted_and_what_only_leads_on_is_not(method, status, noted):
    page = type("One", (Page,), {"status": status})
    page.as_view()(RequestFactory().generic(method, "/"))
    assert page.noted == noted


def test_no_view_writes_down_a_reading_on_one_method_alone():
    """For all views that there are: a reading is noted where ``Recorded`` asks for it."""
    found, noting = set(), 0
    for path in [*(ROOT / "apps").rglob("views*/*.py"), *(ROOT / "apps").rglob("*views.py")]:
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(function, ast.FunctionDef):
                continue
            for call in ast.walk(function):
                name = isinstance(call, ast.Call) and ast.unparse(call.func)
                first = call.args and ast.unparse(call.args[0]) if name else ""
                reads = name == "record" and first.startswith("'read")
                if reads or name == "was_read":
                    noting += function.name in NOTES
                    if function.name not in NOTES | BESIDES:
                        found.add(f"{path.relative_to(ROOT)}:{function.name}")
    assert found == set()
    assert noting >= 10
