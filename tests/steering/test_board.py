"""The programme board: what stands where, who has it, what is late; and what it costs."""

import csv
import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.groups.models import WorkingGroup
from apps.steering import board
from apps.taskgroups.models.output import Output, OutputVersion
from apps.taskgroups.models.stage import Stage
from tests import factories as make

from ..pages import source
from ..scale import analyze

URL = "/steering/board/"


@pytest.fixture
def staged(world):
    world.stage = make.stage(name="Design the role")
    world.stage.groups.add(world.group)
    return world


def all_rows():
    places = board.places()
    return board.rows(places, places, Stage.objects.in_bulk())


def lines(world):
    (row,) = [row for row in all_rows() if row.group == world.group]
    return {line.output.title: line for line in row.lines}


def test_it_says_in_whose_hands_each_output_is(staged):
    world, lived = staged, staged.authors[0]
    make.output(world.group, title="Plain draft")
    make.output(world.group, title="Half signed").sign(by=lived)
    shown = lines(world)
    assert shown["Plain draft"].who == "The task group"
    assert shown["Half signed"].who == "Signed by lived experience; waits for the other co-lead"
    assert shown["The first week"].who == "Steering group: review not begun"
    review = make.review(world.output, world.lead)
    assert lines(world)["The first week"].who == "Steering group: no reviewers yet"
    review.ask([world.lived, world.staff], by=world.lead)
    make.recommended(review, world.lived)
    assert lines(world)["The first week"].who == "Reviewers: 1 of 2 sent"
    make.recommended(review, world.staff)
    assert lines(world)["The first week"].who == "Steering group: to decide"


def test_what_is_late_says_so(staged):
    world = staged
    late = make.output(world.group, title="Late")
    late.ask_for(
        due=timezone.localdate() - timedelta(days=1), easy_read_required=False, by=world.lead
    )
    review = make.review(world.output, world.lead)
    review.due = timezone.localdate() - timedelta(days=1)
    review.save()
    make.output(world.group, title="In time")
    assert {title for title, line in lines(world).items() if line.late} == {
        "Late",
        "The first week",
    }


def test_it_shows_the_next_meeting_and_missing_voices(staged, as_):
    soon = make.published(staged.group)
    body = as_(staged.lived).get(URL).content.decode()
    assert "Design the role" in body
    assert "Human Resources" in body  # nobody speaks for it
    (row,) = [row for row in all_rows() if row.group == staged.group]
    assert row.next_meeting == soon.starts_at


def test_an_output_is_shown_once_in_the_row_of_its_own_stage(staged):
    later = make.stage(name="Later")
    later.groups.add(staged.group)
    strange = make.stage(name="Another group's")
    make.output(staged.group, title="For later", stage=later)
    make.output(staged.group, title="Strayed", stage=strange)
    shown = {row.stage.name: {line.output.title for line in row.lines} for row in all_rows()}
    assert shown == {"Design the role": {"The first week", "Strayed"}, "Later": {"For later"}}


def test_it_can_be_narrowed_to_one_stage(staged, as_):
    other = make.working_group(name="Elsewhere")
    body = as_(staged.lived).get(f"{URL}?stage={staged.stage.pk}").content.decode()
    assert staged.group.name in body
    assert other.name not in body
    assert as_(staged.lived).get(f"{URL}?stage=9999").status_code == 404
    assert as_(staged.lived).get(f"{URL}?stage=x").status_code == 200


def test_the_spreadsheet_has_a_line_an_output_and_no_formula(staged, as_):
    make.output(staged.group, title="=1+1")
    response = as_(staged.lived).get(reverse("programme_board_csv"))
    text = b"".join(response).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    titles = {row["Output"] for row in rows}
    assert "The first week" in titles
    assert "=1+1" not in titles
    assert {row["Task group"] for row in rows} == {"Role design"}


def many(group, number, by):
    outputs = Output.objects.bulk_create(
        [Output(group=group, title=f"Output {n}", created_by=by) for n in range(number)]
    )
    OutputVersion.objects.bulk_create([OutputVersion(output=one, number=1) for one in outputs])
    analyze()


@pytest.mark.differs
@pytest.mark.usefixtures("at_one_moment")
@pytest.mark.parametrize("url", [URL, "/steering/", "/steering/board.csv", "/steering/reviews.csv"])
def test_it_costs_the_same_for_10_and_10_000_outputs(staged, as_, url):
    client = as_(staged.lived)

    def cost():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            response = client.get(url)
            body = b"".join(response) if response.streaming else response.content
        return len(queries), len(body)

    many(staged.group, 10, staged.authors[0])
    client.get(url)
    before, size = cost()
    many(staged.group, 9990, staged.authors[0])
    after, larger = cost()
    assert before == after <= 20
    assert larger < size + 500


@pytest.mark.parametrize("url", [URL, "/steering/board.csv"])
def test_more_groups_cost_no_more_queries(staged, as_, url):
    client = as_(staged.lived)

    def cost():
        with CaptureQueriesContext(connection) as queries:
            response = client.get(url)
            _ = b"".join(response) if response.streaming else response.content
        return len(queries)

    many(staged.group, 1, staged.authors[0])
    client.get(url)
    one = cost()
    groups = [make.working_group(name=f"Group {number}", leads=False) for number in range(29)]
    for group in groups[:3]:
        many(group, 3, staged.authors[0])
    staged.stage.groups.add(*groups)
    assert cost() == one
    assert WorkingGroup.objects.filter(kind="task").count() == 30


def test_a_group_that_the_reader_may_not_see_is_named_and_is_no_link(staged, as_):
    link = f'href="{staged.group.get_absolute_url()}"'
    assert link not in source(as_(staged.lived).get(URL))
    assert "Role design" in source(as_(staged.lived).get(URL))
    make.appoint(staged.group, staged.lived)
    assert link in source(as_(staged.lived).get(URL))
