"""One figure over the years: what it says is what the pages of its periods say."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.shortcuts import render
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.accounts.roles import OFFICE
from apps.core import clock
from apps.groups.models import WorkingGroup
from apps.insight import tallies, views
from apps.insight.charts import WIDTH, lines
from apps.insight.figures import DEFINITIONS
from apps.insight.models import Tally
from apps.insight.periods import last_day, later, running
from apps.insight.trends import LONGEST, trend
from tests import factories as make

pytestmark = pytest.mark.django_db
AGENDA = "/insight/balance/agenda/"


def sign_in(client, user):
    client.force_login(user, "apps.accounts.backends.SignIn")
    return client


@pytest.fixture
def office():
    return make.programme_user(OFFICE)


@pytest.fixture
def old():
    """A group of five years whose agenda items are given: 20 and 30 each quarter, then more."""
    group = make.working_group(name="Training", slug="training")
    WorkingGroup.objects.update(created_at=clock.now() - timedelta(days=5 * 366))
    tallies.refresh()
    sides = {"lived_experience": 20, "staff": 30}
    Tally.objects.bulk_create(
        Tally(
            count="agenda",
            group=place,
            quarter=later(running(), -back),
            side=side,
            part="proposed",
            number=many * (2 if back == 1 else 1),
        )
        for place in (group, None)
        for back in range(1, 18)
        for side, many in sides.items()
    )
    return group


def test_it_has_twelve_years_that_are_over_the_latest_first(old):
    table = trend(DEFINITIONS.get("agenda"), tallies.since())
    assert len(table.rows) == LONGEST
    last = last_day(later(running(), -1))
    assert table.rows[0][0] == f"{last.day} {last:%B %Y}"
    assert table.rows[0][1:3] == ("about 40% (100 to 104)", "about 59% (150 to 154)")
    assert table.rows[1][1:3] == ("about 40% (80 to 84)", "about 59% (120 to 124)")
    assert "it was about 40%." in table.sentence


def test_the_chart_leaves_a_gap_where_nothing_may_be_shown(old):
    gap = later(running(), -6)
    Tally.objects.filter(quarter__gte=later(gap, -3), quarter__lte=gap).update(number=0)
    table = trend(DEFINITIONS.get("agenda"), tallies.since())
    assert [row[1] for row in table.rows].count("fewer than 5") == 1
    lines = table.chart.split("<path")[1:]
    assert lines
    assert lines[0].count("M") == 2
    assert table.chart.count("<circle") == 2 * (LONGEST - 1)
    assert not any(word in table.chart for word in ("<script", "<style", "style=", "onload"))


def test_its_page_is_reached_from_the_figure_and_lies_beneath_it(client, old, office):
    page = sign_in(client, office).get("/insight/balance/").content.decode()
    assert f'href="{AGENDA}"' in page
    page = client.get(AGENDA).content.decode()
    assert re.search(r'href="/insight/balance/">\s*Co-production balance', page)
    assert "Agenda items proposed, quarter by quarter" in page
    group = client.get(reverse("insight_group_trend", args=[old.slug, "agenda"])).content.decode()
    assert re.search(rf'href="/insight/groups/{old.slug}/">\s*Training', group)
    assert client.get("/insight/balance/nothing/").status_code == 404
    assert client.get("/insight/sustainability/groups/").status_code == 404
    assert client.get("/insight/network/agenda/").status_code == 404


def test_files_say_what_the_page_says(client, old, office):
    sign_in(client, office)
    file = b"".join(client.get(f"{AGENDA}quarters.csv").streaming_content).decode()
    assert "about 40% (100 to 104)" in file
    assert len(file.strip().splitlines()) == 1 + LONGEST
    pdf = client.get("/insight/balance/agenda.pdf")
    assert pdf.content.startswith(b"%PDF")
    assert client.get("/insight/balance/nothing/quarters.csv").status_code == 404


def test_before_two_years_are_over_it_says_so(client, office):
    make.working_group()
    tallies.refresh()
    page = sign_in(client, office).get(AGENDA)
    assert "There is nothing to compare yet" in page.content.decode()
    assert client.get(f"{AGENDA}quarters.csv").status_code == 404


def test_it_asks_as_often_for_twelve_years_as_for_two(client, old, office):
    def queries():
        with CaptureQueriesContext(connection) as asked:
            assert sign_in(client, office).get(AGENDA).status_code == 200
        return len(asked)

    queries()
    many = queries()
    WorkingGroup.objects.update(created_at=clock.now() - timedelta(days=730))
    assert queries() == many


# --- beside another -------------------------------------------------------------------------------
def test_what_stands_beside_a_group_is_named_and_no_link_loses_it(client, old, office):
    other = make.working_group(name="Piloting", slug="piloting")
    WorkingGroup.objects.filter(pk=other.pk).update(created_at=old.created_at)
    url = f"/insight/groups/{old.slug}/"
    page = sign_in(client, office).get(url, {"beside": "piloting"}).text
    assert " In Piloting there was too little to compare.</p>" in page
    assert re.search(r"and beside Piloting\.", page)
    assert f'href="{url}agenda/?beside=piloting"' in page
    assert f'href="{url}agenda.csv?beside=piloting"' in page
    assert f'href="{url[:-1]}.pdf?beside=piloting"' in page
    trended = client.get(f"{url}agenda/?beside=piloting").text
    assert f'href="{url}?beside=piloting">All figures: Training</a>' in trended
    assert f'href="{url}agenda/quarters.csv?beside=piloting"' in trended
    assert f'href="{url}agenda.pdf?beside=piloting"' in trended
    assert "Lived experience, Piloting" in trended
    assert trended.count('app-fold" open>') == trended.count("app-fold") == 1
    assert "In Piloting there was too little to compare" in trended
    file = b"".join(client.get(f"{url}agenda/quarters.csv?beside=piloting").streaming_content)
    assert b"Staff, Piloting" in file
    assert client.get(f"{url}agenda.pdf?beside=piloting").content.startswith(b"%PDF")


def test_the_way_back_keeps_the_period_and_what_stands_beside(client, old, office):
    make.working_group(name="Piloting", slug="piloting")
    url, query = f"/insight/groups/{old.slug}/", "from=2026-04&amp;to=2026-07&amp;beside=piloting"
    page = sign_in(client, office).get(f"{url}agenda/?{unescape(query)}").text
    above = re.findall(r'breadcrumb__link" href="([^"]*)"', page)
    assert above == ["/", "/insight/", f"{url}?{query}"]
    assert re.search(rf'nhsuk-back-link[^>]* href="{re.escape(f"{url}?{query}")}"', page)
    page = client.get(f"{AGENDA}?from=2026-04").text
    assert re.search(r'href="/insight/balance/\?from=2026-04">\s*Co-production balance', page)
    refused = client.get(f"{url}agenda/?beside=okapi")
    assert refused.status_code == 422
    assert "okapi" not in refused.text.split("<main", 1)[0]


def test_the_pdf_names_the_group_and_what_stands_beside_it(client, old, office, monkeypatch):
    make.working_group(name="Piloting", slug="piloting")
    monkeypatch.setattr(views, "pdf_response", lambda request, *page, **_: render(request, *page))
    sign_in(client, office)
    for address, of in (
        (f"/insight/groups/{old.slug}/agenda.pdf?beside=piloting", "Training, beside Piloting"),
        (f"/insight/groups/{old.slug}/agenda.pdf", "Training, beside the programme"),
        ("/insight/balance/agenda.pdf", "The programme"),
    ):
        page = client.get(address).text
        assert f"<title>Agenda items proposed: Insight: {of}</title>" in page
        assert f">Insight: {of}</span> Agenda items proposed</h1>" in page


def test_the_programme_stands_beside_a_group_quarter_by_quarter(client, old):
    lead = make.leads(old)[0]
    url = f"/insight/groups/{old.slug}/agenda/?beside=programme"
    page = sign_in(client, lead).get(url).text
    assert "In the programme it was about 40%" in page
    member = make.UserFactory()
    make.appoint(old, member)
    alone = sign_in(client, member).get(url).text  # is not offered, so it is not looked at
    assert "the programme" not in alone.split("<main", 1)[1]
    elsewhere = make.working_group(name="Piloting", slug="piloting")
    refused = sign_in(client, lead).get(url.replace("programme", elsewhere.slug))
    assert refused.status_code == 422
    assert "Lived experience, Piloting" not in refused.text


def test_what_stands_beside_is_not_cut_off_where_the_chart_ends(old):
    """As each group has it at first: the number of the programme stood outside the chart."""
    table = trend(DEFINITIONS.get("agenda"), tallies.since(), old, compared="Community Works")
    names = re.findall(r"<text[^>]*bold[^>]*>([^<]+)<", str(table.chart))
    assert names[1:3] == ["Lived experience, Community Works: about", "40%"]


@pytest.mark.parametrize(
    ("words", "many", "wide"),
    [
        ("Lived experience, Community Works: about 40%", 2, 369.6),
        ("Lived experience, Community Work: 52% to 66%", 2, 368.7),
        ("Lived experience, the programme: about 40%", 1, 345),
        ("W" * 23, 1, 347.3),
        ("W" * 24, 2, 362.4),
        (f"Staff, {'i' * 50}: none", 1, 314.7),
    ],
)
def test_a_line_is_as_long_as_a_browser_draws_it(words, many, wide):
    """``wide`` is what Chromium says of it."""
    found = lines(words)
    assert len(found) == many
    assert (many == 1) is (wide <= WIDTH)
    assert "".join(found).replace(" ", "") == words.replace(" ", "")
