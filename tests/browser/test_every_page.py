"""Every page of the permission matrix that has something new, on a desktop and a phone."""

import pytest

from ..walk import TABLES, short_name
from .conftest import DESKTOP, PHONE
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
def test_error_page(status, page, problems, settings):
    settings.ROOT_URLCONF = "tests.browser.faults"
    for size in (DESKTOP, PHONE):
        page.set_viewport_size(size)
        assert page.goto(f"/fault/{status}/" if status in FAULTS else "/none/").status == status
        # Chromium complains of the status itself.
        page.complaints = [text for text in page.complaints if "Failed to load" not in text]
        assert problems(page) == []
