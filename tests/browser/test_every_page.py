"""Every page of the permission matrix, as everybody who may see it, on a desktop and a phone."""

from html.parser import HTMLParser

import pytest
from django.db import transaction
from django.urls import reverse

from ..matrix import ACTORS, build_world, clients
from ..test_matrix import POPULATE, ROWS
from .conftest import DESKTOP, PHONE
from .faults import FAULTS

PARTS = 4  # each builds the world
PAGES = [row for row in ROWS if row.method == "get" and 200 in row.statuses().values()]


class Shape(HTMLParser):
    """The tags of a page without their texts and values, so that two pages can be compared."""

    def __init__(self, html):
        super().__init__()
        self.tags = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.tags.append((tag, given.get("class"), given.get("type"), tuple(sorted(given))))


def differing(row, world, people):
    """{actor: address} for those who may see the page, leaving out who sees it as another does.

    The test client answers in milliseconds and a browser in a second.
    """
    pages, seen = {}, []
    url = reverse(row.name, kwargs=row.args(world))
    for actor in ACTORS:
        if row.statuses()[actor] != 200:
            continue
        response = people[actor].get(url, row.data(world))
        if response.streaming:
            list(response)  # a file is closed once it is read
        if not response.headers["Content-Type"].startswith("text/html"):
            continue  # a download, or a calendar
        shape = Shape(response.content.decode()).tags
        if shape not in seen:
            seen.append(shape)
            pages[actor] = response.wsgi_request.get_full_path()
    return pages


def faults_of(row, world, people, page, sign_in, problems):
    """Everything wrong with one page, for each who sees it otherwise, at both widths."""
    for actor, url in differing(row, world, people).items():
        page.context.clear_cookies()
        if actor != "anonymous":
            sign_in(page, world.actors[actor])
        page.set_viewport_size(PHONE)
        assert page.goto(url).status == 200
        # As on a telephone that is turned, or a window made wider: no second request.
        for size in (PHONE, DESKTOP):
            page.set_viewport_size(size)
            for problem in problems(page):
                yield f"{actor}, {size['width']} px: {problem}"


@pytest.mark.parametrize("part", range(PARTS))
def test_pages(part, page, sign_in, problems, subtests):
    with transaction.atomic():  # what is told is told once it all stands
        world = build_world(POPULATE)
    people = clients(world)
    for row in PAGES[part::PARTS]:
        with subtests.test(str(row)):
            found = list(faults_of(row, world, people, page, sign_in, problems))
            assert not found, "\n".join([row.name, *found])


@pytest.mark.parametrize("status", [404, *FAULTS])
def test_error_page(status, page, problems, settings):
    settings.ROOT_URLCONF = "tests.browser.faults"
    for size in (DESKTOP, PHONE):
        page.set_viewport_size(size)
        assert page.goto(f"/fault/{status}/" if status in FAULTS else "/none/").status == status
        # Chromium complains of the status itself.
        page.complaints = [text for text in page.complaints if "Failed to load" not in text]
        assert problems(page) == []
