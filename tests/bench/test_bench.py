"""The benchmark: that it measures, and (by itself, with ``-m bench``) the bounds on its ratios."""

import json
import subprocess
import sys

import pytest
from django.db import connections
from django.urls import get_resolver

from apps.meetings.models.meeting import Meeting

from ..factories import UserFactory
from ..prepared import loaded_folder
from ..test_matrix import named_urls
from .measure import Visit, lines
from .pages import LEFT_OUT, PAGES, all_pages, walk, wanted

KEYS = {"name": str, "p50_ms": float, "p95_ms": float, "rps": float, "queries": int, "bytes": int}
QUERIES = 15
LARGE_TO_SMALL = 1.3
TO_MINIMAL = 4


@pytest.fixture
def as_measured(settings):
    settings.ROOT_URLCONF = "tests.bench.urls"
    settings.SECOND_FACTOR_EXEMPT_DEMO = True
    settings.UPLOAD_DIR = settings.MEDIA_ROOT = loaded_folder() / "uploads"


@pytest.mark.nightly
@pytest.mark.django_db
@pytest.mark.usefixtures("demonstration", "as_measured")
def test_each_page_and_the_yardstick_have_their_figures():
    found = list(lines({"small": connections["default"]}, count=1, pages=PAGES))
    assert [line["name"] for line in found] == [
        f"{name} small" for name in (*(page.name for page in PAGES), "minimal")
    ]
    for line in found:
        assert {key: type(value) for key, value in line.items()} == KEYS
        assert line["p95_ms"] >= line["p50_ms"] > 0
        assert line["rps"] > 0
        assert line["bytes"] > 200
        bound = ASKS_MORE.get(line["name"].removesuffix(" small"), (QUERIES,))[0]
        assert line["queries"] <= bound, line
    assert found[-1]["queries"] == 5


@pytest.mark.nightly
@pytest.mark.django_db
@pytest.mark.usefixtures("demonstration")
def test_a_page_that_does_not_answer_is_not_measured(settings):
    settings.ROOT_URLCONF = "tests.bench.urls"
    office = next(page for page in PAGES if page.name == "people")  # no second factor: led away
    with pytest.raises(RuntimeError, match="people small: /people/ answered 302"):
        next(lines({"small": connections["default"]}, count=1, pages=[office]))


# --- every page -----------------------------------------------------------------------------------
# Pages that ask more than QUERIES: the most that one may ask, and why.
EACH_PART = "each part that the page has is one query, however many rows it shows"
CHUNKS = "a file of thousands, read a few hundred at a time"
ASKS_MORE = {
    "analysis": (20, EACH_PART),
    "application": (19, EACH_PART),
    "cohort": (16, EACH_PART),
    "comparison": (18, EACH_PART),
    "data_request_erase": (160, "counts what is held about a person in every table"),
    "decision_register_csv": (220, CHUNKS),
    "document_print": (17, EACH_PART),
    "draft of a report": (20, EACH_PART),
    "group": (16, EACH_PART),
    "home": (20, "each kind of thing that waits for somebody is one query"),
    "insight_topic": (16, EACH_PART),
    "interviews": (22, EACH_PART),
    "meeting": (22, EACH_PART),
    "output_version": (16, EACH_PART),
    "panel": (22, EACH_PART),
    "programme_board_csv": (16, EACH_PART),
    "recruitment for HR": (16, EACH_PART),
    "redaction": (17, EACH_PART),
    "report": (20, EACH_PART),  # a draft, for those who prepare it
    "sheet": (18, EACH_PART),
    "vacancy": (22, EACH_PART),
}
# Pages of which the large programme asks more than the small one, each with the reason.
NOTHING = "the small programme has nothing to list there, so one query is left out"
GROWS = {
    "actions": NOTHING,
    "decision_register_csv": CHUNKS,
    "documents_csv": CHUNKS,
    "home": "one kind of thing more waits there",
    "seats": NOTHING,
    "settle": NOTHING,
}
# What takes longer than LARGE_TO_SMALL and TO_MINIMAL allow: what was measured on a busy machine,
# and half as much again. These only come down.
SLOWER_WHEN_LARGE = {
    "actions": 3.0,
    "claims": 2.5,
    "closed consultations": 2.0,
    "consultation": 2.0,
    "consultation figures": 2.5,
    "group": 2.0,
    "home": 2.0,
    # It counts meetings and versions of documents as it is opened.
    "insight sustainability": 2.5,
    "invitations": 3.0,
    "meeting": 3.0,
    "my claims": 2.0,
    "network": 2.0,
    # A full page of names and the way to others, for half a page and none; and among 4,540 sorted.
    "network members": 1.45,
    "noticeboard": 3.0,
    "output": 2.0,
    "outputs": 2.0,
    "outputs for the programme": 2.0,
    "outputs of a group": 3.5,
    "practice register": 2.5,
    "programme board": 3.0,
    "public consultations": 2.5,
    "public practice": 3.0,
    "reviews": 2.5,
    # A word of some things, of many more.
    "search for a word of a fifth": 3.0,
    "search for a word of a tenth": 3.0,
    "search for a word of some": 2.0,
    "search like many titles": 3.0,
    "search of a kind": 2.0,
    "search with a near miss": 2.0,
    "stages": 2.0,
    "turns": 6.0,
    "uptake": 5.0,
}
SLOW = {
    "claims": 24,
    "closed consultations": 11,
    "consultation": 8,
    "consultation figures": 10,
    "consultations": 7,
    "conversation": 5,
    "group": 16,
    "home": 7,
    "insight sustainability": 5,
    "meeting": 17,
    "my claims": 8,
    "network": 9,
    "network members": 7,
    "noticeboard": 11,
    "output": 13,
    "outputs": 12,
    "outputs for the programme": 18,
    "outputs of a group": 9,
    "pairs": 9,
    "past meetings": 7,
    "people": 6,
    "practice register": 13,
    "programme board": 31,
    "public consultations": 7,
    "public practice": 6,
    "reviews": 7,
    # A search may take 5; what is over that comes down (docs/adr/0040).
    "search for a word of a fifth": 6,
    "search for a word of a tenth": 5,
    "search for a word of some": 5,
    "search like many titles": 8,
    "search of a kind": 5,
    "search with a near miss": 5,
    "stages": 7,
    "take part": 8,
    "turns": 12,
    "uptake": 8,
}


def faults_of(opened):
    """What is wrong with what was opened: links that lead nowhere, and pages that ask too much.

    An address that nothing led to was a guess: it may well be refused.
    """
    for one in opened:
        bound = ASKS_MORE.get(one.name, (QUERIES,))[0]
        dead = bool(one.link) and one.status in (400, 404, 410)
        if dead or (one.status >= 500 and one.name != "readyz"):  # no scheduler runs here
            yield str(one)
        elif one.status == 200 and one.queries > bound:
            yield f"{one}: {one.queries} queries, bound {bound}"


def test_what_is_left_out_exists():
    assert LEFT_OUT.keys() - set(named_urls(get_resolver().url_patterns)) == set()


@pytest.mark.nightly
@pytest.mark.no_cover
@pytest.mark.django_db
@pytest.mark.usefixtures("demonstration", "as_measured")
def test_every_page_is_measured_or_left_out_and_no_link_leads_nowhere():
    opened = list(walk().opened())
    assert wanted() - {page.url for page in all_pages(opened)} == set()
    assert list(faults_of(opened)) == []


@pytest.mark.nightly
@pytest.mark.services  # scale is PostgreSQL's matter, where it is
@pytest.mark.no_cover
@pytest.mark.usefixtures("as_measured")
def test_each_page_of_the_large_programme_opens_and_asks_no_more_than_of_the_small(programme):
    with programme("small"):
        pages = all_pages(walk().opened())
        small = {page.name: visit(page).queries for page in pages}
    with programme("large"):
        opened = list(walk().opened())
        large = {page.name: visit(page).queries for page in pages}
    assert list(faults_of(opened)) == []
    more = {name: (small[name], large[name]) for name in small if large[name] > small[name]}
    assert {name: more[name] for name in more.keys() - GROWS.keys()} == {}


def visit(page):
    return Visit(page, "", connections["default"])


@pytest.mark.bench
def test_no_page_leaves_its_bounds():
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench"], check=True, stdout=subprocess.PIPE, text=True
    )
    found = {line["name"]: line for line in map(json.loads, done.stdout.splitlines())}
    names = {name.rpartition(" ")[0] for name in found} - {"minimal"}
    assert len(found) == 2 * (len(names) + 1)
    beyond = []
    for name in (page.name for page in PAGES):
        small, large = (found[f"{name} {scale}"] for scale in ("small", "large"))
        minimal = found["minimal large"]
        figures = {
            "queries": (large["queries"], ASKS_MORE.get(name, (QUERIES,))[0]),
            "large to small": (
                large["p50_ms"] / small["p50_ms"],
                SLOWER_WHEN_LARGE.get(name, LARGE_TO_SMALL),
            ),
            "to the minimal page": (
                large["p50_ms"] / minimal["p50_ms"],
                SLOW.get(name, TO_MINIMAL),
            ),
        }
        beyond += [
            f"{name}: {what} {value:.2f}, bound {bound}"
            for what, (value, bound) in figures.items()
            if value > bound
        ]
    assert not beyond, "\n".join(beyond)


@pytest.mark.django_db
def test_the_list_of_meetings_is_found_by_group_and_not_by_reading_them_all():
    user = UserFactory()
    for meetings in (Meeting.objects.inviting(user), Meeting.objects.visible_to(user)):
        assert "EXISTS" not in str(meetings.query)
