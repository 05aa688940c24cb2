"""Pages of figures: who reads which, what they say first, files, and what they cost."""

import re
from datetime import date, datetime, timedelta
from html import unescape
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from apps.accounts.roles import HR, OFFICE
from apps.core import clock
from apps.core.needs import waiting_for
from apps.core.sections import sections_of
from apps.groups.models import WorkingGroup
from apps.groups.roles import Role
from apps.insight import sections, tallies, tasks
from apps.insight.figures import COUNTS, DEFINITIONS, TOPICS
from apps.insight.models import Counted, Tally
from apps.insight.periods import Period, label, later, quarter_of, shortcuts, usual, year_of
from apps.meetings.models.agenda import AgendaItem
from tests import factories as make

pytestmark = pytest.mark.django_db
BALANCE = "/insight/balance/"


def sign_in(client, user):
    client.force_login(user, "apps.accounts.backends.SignIn")
    return client


@pytest.fixture
def office():
    return make.programme_user(OFFICE)


@pytest.fixture
def busy():
    """A group that has met, with 43 agenda items of one side and 27 of the other."""
    group = make.working_group(name="Training", slug="training")
    lived, staff = make.leads(group)
    make.appoint(group, make.UserFactory())
    met = make.held(group)
    accepted = {"meeting": met, "title": "An item", "state": AgendaItem.State.ACCEPTED}
    for lead, many in ((lived, 43), (staff, 27)):
        AgendaItem.objects.bulk_create(
            AgendaItem(proposed_by=lead, **accepted) for _ in range(many)
        )
    tallies.refresh()
    return group


# --- periods --------------------------------------------------------------------------------------
def test_quarters_are_those_of_the_nhs_year():
    assert [quarter_of(date(2026, month, 28)).month for month in range(1, 13)] == [
        *(1, 1, 1, 4, 4, 4, 7, 7, 7, 10, 10, 10)
    ]
    assert later(date(2026, 10, 1)) == date(2027, 1, 1)
    assert later(date(2026, 1, 1), -1) == date(2025, 10, 1)
    assert year_of(date(2026, 1, 1)) == date(2025, 4, 1)
    assert label(date(2026, 4, 1)) == "April to June 2026"


def test_the_period_before_is_as_long_and_ends_where_this_begins():
    year = Period(date(2025, 4, 1), date(2026, 1, 1))
    assert year.words == "April 2025 to March 2026"
    assert year.before == Period(date(2024, 4, 1), date(2025, 1, 1))


def test_short_cuts_are_the_nhs_year_the_last_and_twelve_months():
    with clock.at(lambda: datetime(2026, 5, 3, 12, tzinfo=clock.LONDON)):
        found = shortcuts(date(2024, 10, 1))
        assert found["This financial year"] == Period(date(2026, 4, 1), date(2026, 4, 1))
        assert found["Last financial year"] == Period(date(2025, 4, 1), date(2026, 1, 1))
        assert found["Last four quarters"] == Period(date(2025, 7, 1), date(2026, 4, 1)) == usual()
        assert found["Since the start"] == Period(date(2024, 10, 1), date(2026, 4, 1))


# --- what they say --------------------------------------------------------------------------------
def test_the_answer_comes_first_then_the_chart_then_the_table(client, busy, office):
    page = sign_in(client, office).get(BALANCE).content.decode()
    part = page[page.index('id="agenda"') : page.index('id="agenda_accepted"')]
    answer = part.index("of agenda items were proposed by people with lived experience")
    assert answer < part.index("<svg") < part.index("<table") < part.index("How this is counted")
    assert "about 59% of agenda items" in part
    assert "40 to 44" in part
    assert not re.search(r"\b(43|27|70)\b", part)


def test_a_chart_has_no_script_style_or_event_and_says_what_it_shows(client, busy, office):
    page = sign_in(client, office).get(BALANCE).content.decode()
    for chart in page.split("<svg")[1:]:
        svg = chart[: chart.index("</svg>")]
        if "app-figure__chart" in svg:
            assert not {"<script", "<style", "style=", "onload"} & {
                word for word in ("<script", "<style", "style=", "onload") if word in svg
            }
            assert 'role="img"' in svg
            assert "<title id=" in svg
            assert "<desc id=" in svg


def test_a_group_stands_beside_the_programme_for_its_co_leads_and_alone_for_members(client, busy):
    lead, member = make.leads(busy)[0], make.UserFactory()
    make.appoint(busy, member)
    url = reverse("insight_group", args=[busy.slug])
    assert '<th role="columnheader" scope="col">The programme</th>' in (
        sign_in(client, lead).get(url).content.decode()
    )
    page = sign_in(client, member).get(url)
    assert page.status_code == 200
    assert "The programme</th>" not in page.content.decode()
    assert "beside=" not in page.content.decode()
    asked = client.get(url, {"beside": "programme"})  # is not offered, so it is not looked at
    assert "The programme</th>" not in asked.content.decode()


def test_on_a_telephone_three_columns_stand_beside_each_other_and_more_fold(client, busy, office):
    found = {}
    beside = f"{reverse('insight_group', args=[busy.slug])}?beside=programme"
    for url in (BALANCE, beside, "/insight/sustainability/"):
        shown = sign_in(client, office).get(url).content.decode()
        for one in re.findall(r"<table.*?</table>", shown, re.DOTALL):
            columns = one.count('role="columnheader"')
            folds = {"-responsive" in one, "nhsuk-table-responsive__heading" in one}
            found.setdefault(columns, set()).update(folds)
    assert {columns for columns, folds in found.items() if folds == {False}} == {2, 3}
    assert {columns for columns, folds in found.items() if folds == {True}} == {8}


def test_groups_stand_beside_each_other_for_those_who_see_both(client, busy, office):
    other = make.working_group(name="Piloting", slug="piloting")
    tallies.refresh()
    url = reverse("insight_group", args=[busy.slug])
    page = sign_in(client, office).get(url, {"beside": other.slug})
    assert '<th role="columnheader" scope="col">Piloting</th>' in page.content.decode()
    asked = sign_in(client, make.leads(busy)[0]).get(url, {"beside": other.slug})
    assert asked.status_code == 422
    assert "Piloting" not in asked.content.decode()


def test_a_period_that_ends_before_it_begins_is_said_beside_the_field(client, busy, office):
    now = quarter_of(clock.today())
    WorkingGroup.objects.update(created_at=clock.now() - timedelta(days=400))
    asked = {"from": f"{now:%Y-%m}", "to": f"{later(now, -1):%Y-%m}"}
    page = sign_in(client, office).get(BALANCE, asked)
    assert page.status_code == 422
    assert "“To” must not be before “From”." in page.content.decode()
    assert client.get(BALANCE, {"from": "1999-01"}).status_code == 422


def test_before_anything_is_counted_the_page_says_so(client, office):
    make.working_group()
    for url in ("/insight/", BALANCE):
        page = sign_in(client, office).get(url)
        assert "The figures are being counted." in page.content.decode()
        assert "app-figure__chart" not in page.content.decode()
    assert sections.four_charts(office, waiting_for(office)) is None


# --- files ----------------------------------------------------------------------------------------
def test_a_table_goes_along_as_csv_and_excel_and_says_what_the_page_says(client, busy, office):
    sign_in(client, office)
    csv = client.get(f"{BALANCE}agenda.csv").getvalue().decode("utf-8-sig").splitlines()
    assert csv[0].startswith("Agenda items proposed,")
    assert csv[1].startswith("Lived experience,40 to 44,")
    assert csv[2].startswith("Staff,25 to 29,")
    book = load_workbook(BytesIO(client.get(f"{BALANCE}agenda.xlsx").content))
    rows = [list(row) for row in book.active.iter_rows(values_only=True)]
    assert rows[1][:2] == ["Lived experience", "40 to 44"]
    assert client.get(f"{BALANCE}nothing.csv").status_code == 404


def test_no_cell_of_a_file_is_a_formula(client, busy, office):
    WorkingGroup.objects.filter(pk=busy.pk).update(name='=HYPERLINK("x")')
    other = make.working_group(name="Piloting", slug="piloting")
    tallies.refresh()
    url = reverse("insight_group_file", args=[other.slug, "agenda", "csv"])
    csv = sign_in(client, office).get(url, {"beside": busy.slug}).getvalue().decode()
    assert "'=HYPERLINK" in csv
    book = client.get(url.replace("csv", "xlsx"), {"beside": busy.slug})
    cells = load_workbook(BytesIO(book.content)).active
    assert not any(cell.data_type == "f" for row in cells for cell in row)


def test_the_page_is_a_pdf_too(client, busy, office):
    answer = sign_in(client, office).get("/insight/balance.pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")


# --- counting -------------------------------------------------------------------------------------
def test_every_quarter_of_an_hour_the_latest_two_are_counted_and_each_night_all(busy):
    old = later(quarter_of(clock.today()), -3)
    WorkingGroup.objects.update(created_at=clock.now() - timedelta(days=400))
    Tally.objects.create(count="agenda", quarter=old, side="staff", part="accepted", number=99)
    Tally.objects.filter(count="agenda", number=43).update(number=1)
    before = Counted.objects.get(count="agenda").as_of
    tasks.count_lately()
    kept = set(Tally.objects.filter(count="agenda").values_list("number", flat=True))
    assert {43, 99} <= kept
    assert Counted.objects.get(count="agenda").as_of > before
    tasks.count_all()
    assert not Tally.objects.filter(number=99).exists()


@pytest.mark.differs
@pytest.mark.both
def test_every_count_is_counted_on_both_databases(busy):
    assert tallies.refresh() > 0
    assert Counted.objects.filter(as_of__isnull=False).count() == len(list(COUNTS))


# --- who, and what it costs -----------------------------------------------------------------------
def test_four_charts_at_home_are_for_the_steering_group_and_the_office(busy, office):
    steering, chair = make.steering_group(name="Steering", slug="steering")
    watching = make.UserFactory()
    make.appoint(steering, watching, Role.OBSERVER)
    tallies.refresh()
    for user in (office, chair):
        found = sections_of("home", user, waiting_for(user))
        found = [one for one in found if "insight" in one.template]
        assert [one.definition.key for one in found[0].content["figures"]] == list(sections.AT_HOME)
    others = (watching, make.leads(busy)[0], make.programme_user(HR), make.UserFactory())
    assert [sections.four_charts(user, waiting_for(user)) for user in others] == [None] * 4


def test_every_page_says_how_each_figure_is_counted_and_answers_a_question(client, busy, office):
    sign_in(client, office)
    for topic in TOPICS:
        if topic.may(office):
            page = unescape(client.get(topic.get_absolute_url()).content.decode())
            for one in topic.definitions:
                assert one.title in page
                assert one.standard.label in page
    for one in DEFINITIONS:
        assert all((one.numerator, one.source, one.leaves_out, one.unit, one.says))
        assert one.denominator or not one.of


def test_a_page_asks_as_often_for_three_groups_as_for_one(client, busy, office):
    def queries(url):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert sign_in(client, office).get(url).status_code == 200
        return len(asked)

    urls = (*(one.get_absolute_url() for one in TOPICS if one.may(office)), "/insight/")
    urls = (*urls, reverse("insight_group", args=[busy.slug]))
    queries(urls[0])  # reads what the process then knows
    one = [queries(url) for url in urls]
    for _ in range(2):
        make.held(make.working_group())
    tallies.refresh()
    assert [queries(url) for url in urls] == one


def test_groups_stand_25_a_page_in_the_overview_and_each_stands_once(client, busy, office):
    for number in range(28):
        make.WorkingGroupFactory(name=f"Group {number:02}", slug=f"group-{number:02}")
    there = WorkingGroup.objects.count()
    found = []
    for number in (1, 2):
        page = sign_in(client, office).get(f"/insight/?page={number}").content.decode()
        found.append(re.findall(r'href="/insight/groups/([a-z0-9-]+)/"', page))
    assert 'href="?page=1#groups"' in page
    assert [len(one) for one in found] == [25, there - 25]
    assert len({*found[0], *found[1]}) == there


def test_a_page_of_tables_reads_what_they_share_once(client, office, django_assert_num_queries):
    """The session, the person and their permissions, when counting began, and the tables."""
    make.working_group()
    asked = {"sustainability": 12, "together": 5, "retention": 7}
    for slug in asked:
        sign_in(client, office).get(f"/insight/{slug}/")
    for slug, many in asked.items():
        with django_assert_num_queries(many):
            assert client.get(f"/insight/{slug}/").status_code == 200


def test_of_counts_that_only_stand_or_only_happen_each_number_is_read(busy):
    tallies.refresh()
    every = tallies.read(list(COUNTS), usual(), {None, busy.pk})
    for stock in (True, False):
        counts = [one for one in COUNTS if one.stock is stock]
        read = tallies.read(counts, usual(), {None, busy.pk})
        for place, numbers in read.items():
            for one in counts:
                assert numbers.now[one.key] == every[place].now[one.key]
                assert numbers.before[one.key] == every[place].before[one.key]
    assert tallies.read([], usual(), {None})[None].now == {}
    assert any(every[busy.pk].now[one.key] for one in COUNTS if one.stock)


def test_a_long_page_begins_with_its_parts_and_folds_its_tables(client, busy, office):
    page = sign_in(client, office).get(BALANCE).text
    listed = page.split('id="on-this-page"')[1].split("</nav>")[0]
    anchors = re.findall(r'href="#([^"]+)"', listed)
    assert anchors == re.findall(r'<section class="app-figure" id="([^"]+)"', page)
    assert page.count(">Back to the top<") == page.count('<h2 class="nhsuk-heading-l">')
    sections = page.split('<section class="app-figure"')[1:]
    for one in sections:
        fold = one.split('<details class="nhsuk-details app-fold">')[1].split("</details>")[0]
        assert ("<table" in fold, "Excel" in fold, one.count("<table")) == (True, True, 1)


def test_the_overview_leads_to_the_reports(client, busy, office):
    page = sign_in(client, office).get("/insight/").text
    assert '<a href="/reports/">Reports</a>' in page.split("<main")[1].split("</main>")[0]
