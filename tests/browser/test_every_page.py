"""Every page of the permission matrix that has something new, on a desktop and a phone."""

import pytest

from ..walk import TABLES, short_name
from .faults import FAULTS


@pytest.mark.parametrize("table", TABLES, ids=short_name)
def test_pages(table, walk, kept_page, subtests):
    """``tests/walk.py`` fetched them, and says what is new."""
    for visit in walk.visits(table):
        if visit.kept:
            with subtests.test(f"{visit.row} as {visit.actor}"):
                found = kept_page(visit.url, *visit.kept)
                assert not found, "\n".join([visit.row, *found])


@pytest.mark.parametrize("status", [404, *FAULTS])
def test_error_page(status, page, sound, settings):
    settings.ROOT_URLCONF = "tests.browser.faults"
    assert page.goto(f"/fault/{status}/" if status in FAULTS else "/none/").status == status
    sound(page)
