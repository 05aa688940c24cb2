"""Dates and times in English, and what people write as safe HTML."""

import json
import logging
import sys
from datetime import UTC, date, datetime, time

import pytest
from django.core.exceptions import ValidationError
from django.template import engines
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.core import dates
from apps.core.fields import LAST_YEAR, DateField, TimeField
from apps.core.logs import JsonFormatter
from apps.core.markdown import render


@pytest.mark.parametrize(
    ("moment", "says"),
    [
        (datetime(2026, 11, 23, 14, 30, tzinfo=UTC), "Monday 23 November 2026, 2:30pm"),
        (datetime(2026, 7, 1, 11, 0, tzinfo=UTC), "Wednesday 1 July 2026, midday"),
        (datetime(2026, 6, 30, 23, 0, tzinfo=UTC), "Wednesday 1 July 2026, midnight"),
        (datetime(2026, 11, 23, 0, 5, tzinfo=UTC), "Monday 23 November 2026, 12:05am"),
        (datetime(2026, 11, 23, 9, 0, tzinfo=UTC), "Monday 23 November 2026, 9am"),
    ],
)
def test_moments_are_said_the_nhs_way_in_london_time(moment, says):
    assert dates.moment(moment) == says


def test_the_hour_that_the_clocks_skip_does_not_exist():
    with pytest.raises(ValueError, match="does not exist"):
        dates.wall_clock(date(2027, 3, 28), time(1, 30))
    assert dates.wall_clock(date(2027, 3, 28), time(2)).astimezone(UTC).hour == 1


def test_the_hour_that_comes_twice_means_its_first_coming():
    assert dates.wall_clock(date(2026, 10, 25), time(1, 30)).astimezone(UTC).hour == 0


@given(st.times().map(lambda t: t.replace(second=0, microsecond=0)))
def test_every_time_reads_back_as_it_is_shown(value):
    field = TimeField()
    assert field.clean(field.prepare_value(value)) == value


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(LAST_YEAR, 12, 31)))
def test_every_date_reads_back_from_numbers_and_names(value):
    field = DateField()
    assert field.clean([str(value.day), str(value.month), str(value.year)]) == value
    assert field.clean([str(value.day), f"{value:%B}", str(value.year)]) == value


def test_given_a_year_after_the_last_then_it_is_refused_and_the_last_is_not():
    field = DateField()
    assert field.clean(["31", "12", str(LAST_YEAR)]) == date(LAST_YEAR, 12, 31)
    with pytest.raises(ValidationError, match="The year must be 2199 or earlier"):
        field.clean(["1", "1", str(LAST_YEAR + 1)])


@given(st.lists(st.text(max_size=5), min_size=3, max_size=3))
def test_any_three_texts_are_a_date_or_a_clear_message(parts):
    message = ""
    try:
        assert isinstance(DateField(required=False).clean(parts), date | None)
    except ValidationError as error:
        message = error.messages[0]
    assert not message or message.endswith(".")


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "![x](https://tracker.example/p.png)",
        "<img src=x onerror=alert(1)>",
        "<a href='x' onclick='y'>z</a>",
        "[x](vbscript:y)",
        "<svg/onload=alert(1)>",
        "<iframe src=//x>",
        "<style>*{display:none}</style>",
        "[a](<javascript:alert(1)>)",
    ],
)
def test_given_hostile_markdown_when_shown_then_nothing_can_run_or_load(text):
    html = render(text).lower()
    for bad in (
        "<script",
        "<img",
        "<svg",
        "<iframe",
        "<style",
        'href="javascript',
        'href="data',
        'href="vbscript',
        "<a href='x' on",
    ):
        assert bad not in html


def test_given_turned_writing_when_shown_then_the_marks_are_gone():
    assert "\u202e" not in render("pay \u202e000,1 pounds")


def test_given_deep_nesting_when_shown_then_it_ends():
    assert len(render("> " * 5000 + "x")) < 100_000


@settings(max_examples=200)
@given(st.text(alphabet="<>[]()!*_`#\"'&:;/ javscriptdo\n", max_size=80))
def test_no_markdown_makes_a_tag_that_is_not_allowed(text):
    html = render(text)
    assert "<script" not in html
    assert "javascript:" not in html.lower() or 'href="javascript' not in html.lower()


def test_a_log_line_tells_the_path_and_the_frames_but_not_what_was_typed():
    try:
        raise ValueError("Amara typed this")
    except ValueError:
        entry = logging.LogRecord(
            "x", logging.ERROR, "f.py", 1, "Not found: %s", ("/a/?q=Amara",), sys.exc_info()
        )
    line = JsonFormatter().format(entry)
    assert "Amara" not in line
    assert json.loads(line)["exception"] == "ValueError"


def test_a_paragraph_on_several_lines_is_sent_as_one_and_typed_lines_stay():
    source = "{% flow %}Dear {{ name }},\nwe met{% if late %}\nlate{% endif %}.{% endflow %}\nYou"
    shown = engines["django"].from_string(source).render({"name": "A\nB", "late": True})
    assert shown == "Dear A\nB, we met late.\nYou"
