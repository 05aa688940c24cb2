"""What is around reports: PDF, search, messages, cost."""

import re
from io import BytesIO

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from apps.insight.figures import DEFINITIONS
from apps.reports import taking
from apps.reports.models import AnnualReport
from apps.search import index
from apps.search.finding import Wanted, find
from tests import factories as make

from .making import PUBLIC, as_, decide, pass_days, publish, report, sign, text, told

pytestmark = [pytest.mark.django_db]


# --- PDF ------------------------------------------------------------------------------------------
def test_the_pdf_of_a_published_report_says_the_same_each_time(steering, monkeypatch):
    chosen = [DEFINITIONS.get(key) for key in ("members", "decisions")]
    monkeypatch.setattr(taking, "definitions", lambda: chosen)
    made = publish(sign(report(steering)))
    url = f"{made.get_absolute_url()[:-1]}.pdf"
    said = []
    for _ in range(2):
        response = as_(None).get(url)
        assert response["Content-Type"] == "application/pdf"
        pdf = PdfReader(BytesIO(response.content))
        assert pdf.trailer["/Root"]["/MarkInfo"]["/Marked"]
        said.append("\n".join(page.extract_text() for page in pdf.pages))
        pass_days(40)
    assert said[0] == said[1]
    assert "We listen longer." in said[0]
    assert "7 of 7" in said[0]
    assert "Draft" not in said[0]
    headings = ["Introduction", "Presence:", "Process:", "Impact:", "What we change next year"]
    places = [said[0].index(one) for one in headings]
    assert places == sorted(places)


# --- search ---------------------------------------------------------------------------------------
def found(user, words):
    index.build()
    return [one.title for one in find(user, Wanted(words))]


def test_only_what_is_public_or_in_force_is_found(steering, lead, signed):
    stranger = make.UserFactory()
    group = make.working_group(name="Role design")
    member = make.leads(group)[0]
    draft = text(group, body="We abhor marzipan.")
    for user in (lead, stranger, member):
        assert found(user, "listen longer") == found(user, "marzipan") == []
    publish(signed)
    sign(draft)
    assert found(stranger, "listen longer") == ["Co-production report, April 2025 to March 2026"]
    assert found(member, "marzipan") == ["Principles of Role design"]
    assert found(stranger, "marzipan") == []
    assert AnnualReport.objects.visible_to(AnonymousUser()).count() == 1


# --- messages -------------------------------------------------------------------------------------
def test_who_is_asked_to_sign_and_who_hears_what_came_of_it(steering, lead, other, settings):
    settings.QUIET_HOURS = None
    made = report(steering)
    made.move("sign", by=lead)
    assert told("report_to_sign") == {other.pk}
    made.move("sign", by=other)
    members = {one.user_id for one in steering.people()}
    assert told("report_signed") == members - {other.pk}
    decide(steering, made)
    made.refresh_from_db()
    assert {lead.pk, other.pk} <= told("report_decided")
    made.move("publish", by=other)
    assert told("report_published") == members - {other.pk}
    made.move("withdraw", by=lead, note="A number is wrong.")
    assert told("report_to_end") == {other.pk}
    made.move("withdraw", by=other)
    assert lead.pk in told("report_changed")


def test_who_hears_of_a_text(steering, lead, other):
    made = text(steering)
    made.move("sign", by=lead)
    assert told("text_to_sign") == {other.pk}
    made.move("sign", by=other)
    assert told("text_signed") == {one.user_id for one in steering.people()} - {other.pk}


# --- cost -----------------------------------------------------------------------------------------
def test_a_public_report_asks_the_same_few_questions_however_much_there_is(steering, signed):
    made = publish(signed)
    client = as_(None)
    with CaptureQueriesContext(connection) as asked:
        page = client.get(PUBLIC)
    assert page.status_code == 200
    assert len(asked) <= 6
    assert len(re.findall("<table", page.content.decode())) == len(made.content["tables"])
