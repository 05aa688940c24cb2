"""Cohorts beside the published evaluation, and what outlasts the project, in the demonstration."""

import csv
import io

import pytest
from openpyxl import load_workbook

from apps.accounts.models.people import User
from apps.insight.figures import retention
from apps.insight.periods import usual
from apps.recruitment.employment.figures import pipeline, reached
from apps.recruitment.training.models import Enrolment, TrainingCohort

from ..pages import source

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demonstration")]
PUBLISHED = ["28", "10", "7", "7 of 7", "7 of 7", "7 of 7"]


@pytest.fixture
def steering(client, settings):
    settings.SECOND_FACTOR_EXEMPT_DEMO = True
    client.force_login(
        User.objects.get(email="steering@demo.example"), "apps.accounts.backends.SignIn"
    )
    return client


def test_the_historic_cohort_shows_28_10_7_7_on_the_page_and_in_the_files(steering):
    page = source(steering.get("/insight/retention/"))
    assert (
        "First cohort of the programme: 28 people began the training, 10 completed it, 7 were "
        "employed, and after 24 months in post: 7 of 7." in page
    )
    text = b"".join(steering.get("/insight/retention/cohorts.csv")).decode("utf-8-sig")
    head, *rows = csv.reader(io.StringIO(text))
    assert head == ["Step", "First cohort of the programme", "Published evaluation"]
    assert [row[1] for row in rows] == PUBLISHED
    assert [row[2] for row in rows if row[2] != "not published"] == ["28", "10", "7", "7 of 7"]
    book = load_workbook(io.BytesIO(steering.get("/insight/retention/cohorts.xlsx").content))
    assert [row[1] for row in book.active.iter_rows(min_row=2, values_only=True)] == PUBLISHED


def test_a_cohort_that_runs_stands_apart_in_steps_of_five(steering):
    running = TrainingCohort.objects.get(state="running")
    began = running.enrolments.exclude(began_on=None).count()
    assert 5 <= began <= 9
    text = b"".join(steering.get("/insight/retention/running.csv")).decode("utf-8-sig")
    assert [row[1] for row in csv.reader(io.StringIO(text))][:3] == [
        running.name,
        "5 to 9",
        "fewer than 5",
    ]


def test_a_finished_cohort_with_a_small_number_shows_no_exact_one(steering):
    """Beside 27 of 28 the one who is missing would be known."""
    one = Enrolment.objects.filter(cohort__name__startswith="First", state="completed").last()
    Enrolment.objects.filter(cohort=one.cohort, state="completed").exclude(pk=one.pk).update(
        state="left"
    )
    page = source(steering.get("/insight/retention/"))
    assert "First cohort of the programme: 25 to 29 people began the training, fewer than 5" in page
    assert 'id="cohorts-title"' not in page  # nothing exact is drawn either


@pytest.mark.parametrize(
    ("began", "completed", "employed", "months", "hides"),
    [
        (28, 10, 7, ((7, 7), (7, 7), (7, 7)), False),  # what the journal says
        (28, 10, 7, ((7, 7), (7, 7), (0, 0)), True),
        (30, 20, 10, ((10, 10), (10, 10), (5, 10)), False),
        (30, 20, 10, ((10, 10), (9, 10), (0, 0)), True),  # one left
        (30, 20, 10, ((10, 10), (6, 6), (0, 0)), True),  # the next day is one person's
        (9, 8, 8, ((0, 0), (0, 0), (0, 0)), True),  # one did not complete it
        (9, 4, 0, ((0, 0), (0, 0), (0, 0)), True),
    ],
)
def test_what_is_public_of_a_cohort_tells_of_nobody_by_a_difference(
    began, completed, employed, months, hides
):
    numbers = {"began": began, "completed": completed, "employed": employed}
    numbers |= dict(zip(retention.MONTHS, months, strict=True))
    assert retention._tells_of_few(numbers) is hides


def test_for_everybody_the_historic_cohort_is_exact_and_one_that_tells_of_few_is_not():
    """Its chart has bars as long as the numbers, so it goes as well."""
    public = retention.for_everybody(usual())
    assert [row[1] for row in public.rows] == PUBLISHED
    assert "<svg" in public.chart
    one = Enrolment.objects.filter(cohort__name__startswith="First", state="completed").first()
    Enrolment.objects.filter(pk=one.pk).update(state="left")
    public = retention.for_everybody(usual())
    assert [row[1] for row in public.rows][:2] == ["25 to 29", "5 to 9"]
    assert not public.chart
    assert "First cohort of the programme: 25 to 29 people began" in public.sentence


def test_all_cohorts_are_counted_in_as_many_questions_as_one(django_assert_num_queries):
    whole = pipeline(Enrolment.objects.all())
    with django_assert_num_queries(3):
        found = reached(Enrolment.objects.all())
    assert len(found) == TrainingCohort.objects.filter(enrolments__isnull=False).distinct().count()
    assert whole["began"] == sum(one["began"] for one in found.values())


def test_what_outlasts_the_project_is_what_stands_today(steering):
    page = source(steering.get("/insight/sustainability/"))
    assert "7 of the 7 groups that were formed still run." in page
    text = b"".join(steering.get("/insight/sustainability/groups.csv")).decode("utf-8-sig")
    rows = {row[0]: row for row in csv.reader(io.StringIO(text))}
    assert rows["Communication"][3:5] == ["No lead", "Joy Khan"]
    assert rows["Training"][-1] == "1"


@pytest.mark.parametrize("slug", ["recruitment", "retention", "sustainability", "together"])
def test_pages_ask_as_much_whatever_there_is(steering, slug, django_assert_max_num_queries):
    steering.get(f"/insight/{slug}/")
    with django_assert_max_num_queries(12):
        assert steering.get(f"/insight/{slug}/").status_code == 200
