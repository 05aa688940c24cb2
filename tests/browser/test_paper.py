"""What is printed of pages with figures: each chart with its table, and nothing beyond the edge."""

import re
from datetime import timedelta

import pytest

from apps.accounts.roles import OFFICE
from apps.core import clock
from apps.groups.models import WorkingGroup
from apps.insight import tallies
from apps.insight.models import Tally
from apps.insight.periods import later, running
from tests import factories as make

pytestmark = pytest.mark.django_db(transaction=True)
PAPER = {"width": 718, "height": 1047}  # A4 in pixels of CSS, with the margins of a browser
TO_THE_EDGE = {"width": 794, "height": 1123}
BEYOND = """[...document.querySelectorAll(".app-figure table")].filter((one) =>
    one.getBoundingClientRect().right > one.closest("section").getBoundingClientRect().right + 2
).length"""


@pytest.fixture
def url():
    group = make.working_group(name="Training", slug="training")
    make.working_group(name="Communication", slug="other")
    WorkingGroup.objects.update(created_at=clock.now() - timedelta(days=3 * 366))
    tallies.refresh()
    Tally.objects.bulk_create(
        Tally(count="agenda", group=place, quarter=quarter, side=side, part="proposed", number=20)
        for quarter in (later(running(), -back) for back in range(12))
        for place in (group, None)
        for side in ("lived_experience", "staff")
    )
    return f"/insight/groups/{group.slug}/"


def pages_of(pdf):
    return len(re.findall(rb"/Type /Page\b", pdf))


def test_each_chart_is_printed_with_its_table_and_without_scripts(url, no_js_page, sign_in):
    page = no_js_page
    sign_in(page, make.programme_user(OFFICE))
    page.emulate_media(media="print")
    for size in (PAPER, TO_THE_EDGE):
        page.set_viewport_size(size)
        for address in (f"{url}?beside=other", f"{url}agenda/?beside=programme"):
            page.goto(address)
            drawn = page.locator(".app-figure:has(.app-figure__chart)")
            assert drawn.count()
            for figure in drawn.all():
                assert figure.locator("table td").first.is_visible()
                assert figure.locator("thead").bounding_box()["height"] > 20  # is not folded
            assert page.evaluate(BEYOND) == 0
    assert pages_of(page.pdf(format="A4")) == 2  # its table begins beneath the chart
