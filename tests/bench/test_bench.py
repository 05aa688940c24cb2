"""The benchmark: that it measures, and (by itself, with ``-m bench``) the bounds on its ratios."""

import json
import subprocess
import sys

import pytest
from django.db import connections

from apps.meetings.models.meeting import Meeting

from ..factories import UserFactory
from .measure import PAGES, lines

KEYS = {"name": str, "p50_ms": float, "p95_ms": float, "rps": float, "queries": int, "bytes": int}
QUERIES = 15
LARGE_TO_SMALL = 1.3
TO_MINIMAL = 4


@pytest.mark.django_db
@pytest.mark.usefixtures("demonstration")
def test_each_page_and_the_yardstick_have_their_figures(settings):
    settings.ROOT_URLCONF = "tests.bench.urls"
    settings.SECOND_FACTOR_EXEMPT_DEMO = True
    found = list(lines({"small": connections["default"]}, count=1))
    assert [line["name"] for line in found] == [
        f"{name} small" for name in (*(page.name for page in PAGES), "minimal")
    ]
    for line in found:
        assert {key: type(value) for key, value in line.items()} == KEYS
        assert line["p95_ms"] >= line["p50_ms"] > 0
        assert line["rps"] > 0
        assert line["bytes"] > 200
        assert line["queries"] <= QUERIES, line
    assert found[-1]["queries"] == 5


@pytest.mark.django_db
@pytest.mark.usefixtures("demonstration")
def test_a_page_that_does_not_answer_is_not_measured(settings):
    settings.ROOT_URLCONF = "tests.bench.urls"
    office = next(page for page in PAGES if page.name == "people")  # no second factor: led away
    with pytest.raises(RuntimeError, match="people small: /people/ answered 302"):
        next(lines({"small": connections["default"]}, count=1, pages=[office]))


@pytest.mark.bench
def test_no_page_leaves_its_bounds():
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench"], check=True, stdout=subprocess.PIPE, text=True
    )
    found = {line["name"]: line for line in map(json.loads, done.stdout.splitlines())}
    assert len(found) == 2 * (len(PAGES) + 1)
    beyond = []
    for page in PAGES:
        small, large = (found[f"{page.name} {scale}"] for scale in ("small", "large"))
        minimal = found["minimal large"]
        figures = {
            "queries": (large["queries"], QUERIES),
            "large to small": (large["p50_ms"] / small["p50_ms"], LARGE_TO_SMALL),
            "to the minimal page": (large["p50_ms"] / minimal["p50_ms"], TO_MINIMAL),
        }
        beyond += [
            f"{page.name}: {what} {value:.2f}, bound {bound}"
            for what, (value, bound) in figures.items()
            if value > bound
        ]
    assert not beyond, "\n".join(beyond)


@pytest.mark.django_db
def test_the_list_of_meetings_is_found_by_group_and_not_by_reading_them_all():
    user = UserFactory()
    for meetings in (Meeting.objects.inviting(user), Meeting.objects.visible_to(user)):
        assert "EXISTS" not in str(meetings.query)
