"""Somebody who holds every page of the demonstration beside every other finds no small number.

Every period, every group and the programme, and what two people see together: all of it is read
here as the pages show it, and nothing else is.
"""

from itertools import pairwise

import pytest
from django.urls import reverse

from apps.accounts.models.people import User
from apps.groups.models import WorkingGroup
from apps.insight import tallies
from apps.insight.figures import COUNTS, DEFINITIONS, Rule
from apps.insight.periods import Period, last_day, running
from apps.insight.shown import Figure
from apps.insight.trends import trend, years

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demonstration")]
SMALL = {1, 2, 3, 4}


@pytest.fixture(scope="module")
def everything(demonstration, django_db_blocker):
    """{(figure, row, group or None): {(first quarter, last): what is shown}}, and the quarters."""
    with django_db_blocker.unblock():
        since = tallies.since()
        quarters = Period(since, running()).quarters
        places = {None, *WorkingGroup.objects.values_list("pk", flat=True)}
        people = [one for one in DEFINITIONS if one.rule == Rule.PEOPLE]
        seen = {}
        for at, first in enumerate(quarters):
            for last in quarters[at:]:
                period = Period(first, last)
                numbers = tallies.read(list(COUNTS), period, places)
                for place in places:
                    for one in people:
                        figure = Figure(one, period, numbers[place], since=since)
                        for row, line in enumerate(figure.lines):
                            key = one.key, row, place
                            seen.setdefault(key, {})[at, quarters.index(last)] = line.now.number
        return seen, quarters


def is_safe(hidden, least, most):
    """Whether a number that is hidden may still be any of 1 to 4, where it lies between these."""
    return not hidden.is_hidden or set(range(max(0, least), min(most, 4) + 1)) >= SMALL


def stocks():
    return {one.key for one in DEFINITIONS if one.count.stock}


def test_there_is_much_to_find(everything):
    seen, quarters = everything
    shown = [one for views in seen.values() for one in views.values()]
    assert len(quarters) >= 8
    assert sum(one.is_hidden for one in shown) > 500
    assert sum(not one.is_hidden for one in shown) > 500


def test_no_two_periods_give_away_what_is_hidden_between_them(everything):
    seen, _ = everything
    for key, views in seen.items():
        if key[0] in stocks():
            continue  # what stands is no sum of quarters: there is nothing to subtract
        for (first, last), whole in views.items():
            for cut in range(first, last):
                left, right = views[first, cut], views[cut + 1, last]
                for part, rest in ((left, right), (right, left)):
                    if not part.is_hidden:
                        span = whole.least - part.most, whole.most - part.least
                        assert is_safe(rest, *span), (key, first, cut, last)


def test_all_periods_together_give_no_small_number_away(everything):
    """What is hidden of a quarter, by everything that is shown of all periods: the tightest bounds
    that there are (they are differences, so shortest paths find them).
    """
    seen, quarters = everything
    many = len(quarters) + 1
    for key, views in seen.items():
        if key[0] in stocks():
            continue
        far = [[0 if a == b else 10**9 for b in range(many)] for a in range(many)]
        for (first, last), one in views.items():
            far[first][last + 1] = one.most
            far[last + 1][first] = -one.least
        for by in range(many):
            for a in range(many):
                for b in range(many):
                    far[a][b] = min(far[a][b], far[a][by] + far[by][b])
        for at, _ in enumerate(quarters):
            if views[at, at].is_hidden:
                assert far[at][at + 1] > -far[at + 1][at], (key, at)


def test_the_groups_taken_from_the_programme_leave_no_small_number(everything):
    seen, _ = everything
    groups = {place for *_, place in seen if place is not None}
    for (figure, row, place), views in seen.items():
        if place is not None or figure in stocks() or not DEFINITIONS.get(figure).in_groups:
            continue
        for period, whole in views.items():
            parts = {one: seen[figure, row, one][period] for one in groups}
            for one, hidden in parts.items():
                others = [part for other, part in parts.items() if other != one]
                least = whole.least - sum(part.most for part in others)
                most = whole.most - sum(part.least for part in others)
                assert is_safe(hidden, least, most) or most - max(0, least) >= 1, (figure, row)


def cells(client, url):
    """{(title, row): what its cells say} of a page."""
    from html.parser import HTMLParser

    class Tables(HTMLParser):
        found, row, caption, inside, again = {}, None, "", "", False

        def handle_starttag(self, tag, attrs):
            if tag in ("caption", "th", "td"):
                self.inside, self.text = tag, []
            if tag == "tr":
                self.row = []
            # The heading of the column, said once more where a wide table folds.
            self.again = tag == "span" and ("aria-hidden", "true") in attrs

        def handle_data(self, data):
            if self.inside and not self.again:
                self.text.append(data)

        def handle_endtag(self, tag):
            self.again = self.again and tag != "span"
            if tag == self.inside:
                text = " ".join(" ".join(self.text).split())
                if tag == "caption":
                    self.caption = text.partition(":")[0]
                elif self.row is not None:
                    self.row.append(text)
                self.inside = ""
            if tag == "tr" and self.row:
                self.found[self.caption, self.row[0]] = self.row[1:]

    page = client.get(url)
    assert page.status_code == 200
    tables = Tables()
    tables.found = {}
    tables.feed(page.content.decode())
    return tables.found


def sign_in(client, email):
    client.force_login(User.objects.get(email=email), "apps.accounts.backends.SignIn")
    return client


def test_two_people_read_the_same_of_a_group_and_the_pages_say_what_was_attacked(
    client, everything
):
    seen, quarters = everything
    group = WorkingGroup.objects.get(slug="role-design")
    url = (
        f"{reverse('insight_group', args=[group.slug])}?{Period(quarters[-2], quarters[-1]).query}"
    )
    in_steering = User.objects.filter(memberships__group__kind="steering")
    members = User.objects.active().filter(memberships__group=group)
    member = members.exclude(pk__in=in_steering).exclude(groups__isnull=False).first()
    alone = cells(sign_in(client, member.email), url)
    lead = cells(sign_in(client, "steering@demo.example"), url)  # beside the programme
    # Tables that are no figures have columns of their own, and say the same to both.
    figures = {one.title for one in DEFINITIONS}
    tables = {row: said for row, said in alone.items() if row[0] not in figures}
    assert tables == {row: said for row, said in lead.items() if row[0] not in figures}
    alone, lead = (
        {row: said for row, said in read.items() if row[0] in figures} for read in (alone, lead)
    )
    assert {len(row) for row in alone.values()} == {2}
    assert {len(row) for row in lead.values()} == {3}
    assert alone == {row: said[:2] for row, said in lead.items()}
    period = len(quarters) - 2, len(quarters) - 1
    for one in DEFINITIONS:
        if one.in_groups and one.rule == Rule.PEOPLE:
            for at, row in enumerate(one.rows):
                words = seen[one.key, at, group.pk][period].words
                assert words in lead[one.title, row.label][0]


def test_each_line_of_a_trend_says_what_the_page_of_that_period_says():
    since, seen = tallies.since(), 0
    groups = [None, *WorkingGroup.objects.filter(slug__in=("role-design", "steering-group"))]
    for one in (one for one in DEFINITIONS if one.has_trend):
        periods = years(one, since)
        for group in groups if one.in_groups else [None]:
            key = group.pk if group else None
            lines = list(reversed(trend(one, since, group).rows))
            for period, line in zip(periods, lines, strict=True):
                numbers = tallies.read([one.count], period, {key})[key]
                page = Figure(one, period, numbers, since=since)
                assert line[0].endswith(str(last_day(period.last).year))
                for cell, said in zip(page.lines, line[1:], strict=True):
                    assert cell.now.number_words in said
                    if cell.now.has_share:
                        assert cell.now.share_words in said
                    seen += 1
    assert seen > 300


def test_no_chart_knows_more_than_its_table(client, everything):
    _, quarters = everything
    for first, last in [*pairwise(quarters), (quarters[0], quarters[-1])]:
        period = Period(first, last)
        numbers = tallies.read(list(COUNTS), period, {None})[None]
        for one in DEFINITIONS:
            figure = Figure(one, period, numbers, since=quarters[0])
            again = Figure(one, period, Shortened(figure), since=quarters[0])
            assert again.chart == figure.chart
            assert again.sentence == figure.sentence
            assert list(again.rows) == list(figure.rows)


class Shortened:
    """The numbers of a figure as whoever knows the page alone would put them: the least of each."""

    def __init__(self, figure):
        self.figure = figure

    def add_up(self, count, parts, side, *, before=False):
        number = self.figure.numbers.add_up(count, parts, side, before=before)
        step = self.step(count, parts, side)
        return number - number % step if count.rule == Rule.PEOPLE else number

    def step(self, *which):
        return self.figure.numbers.step(*which)
