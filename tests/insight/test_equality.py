"""How likely those who were shortlisted are to be appointed: reckoned from what is shown alone."""

from fractions import Fraction
from itertools import product

import pytest
from django.urls import reverse

from apps.accounts.roles import EQUALITY, OFFICE
from apps.insight.figures.equality import PAIRS, likely, numbers, said
from apps.insight.periods import running
from apps.recruitment.applications.models.monitoring import Count, Stage
from tests.factories import programme_user

pytestmark = pytest.mark.django_db
YEAR = 2026


def counted(shortlisted, appointed, *, year=YEAR, asked="ethnicity", bands="2 to 4"):
    for stage, found in ((Stage.SHORTLISTED, shortlisted), (Stage.APPOINTED, appointed)):
        for value, number in found.items():
            place = {"year": year, "bands": bands, "stage": stage, "characteristic": asked}
            Count.objects.create(value=value, number=number, **place)


def of(pair=PAIRS[0]):
    return numbers([YEAR]).get((YEAR, pair), {})


def test_it_is_the_ratio_of_the_two_rates_as_the_standards_have_it():
    counted({"white": 400, "asian": 150, "black": 50}, {"white": 200, "black": 30, "asian": 50})
    found = likely(of())
    assert found.least < Fraction(200, 400) / Fraction(80, 200) < found.most
    assert found.words == "1.1 to 1.4 times as likely"
    counted({"yes": 100, "no": 300}, {"yes": 50, "no": 150}, asked="disability")
    found = likely(of(PAIRS[1]))
    assert found.least < 1 < found.most


def test_bands_are_added_up_and_years_are_not():
    counted({"white": 200, "mixed": 100}, {"white": 100, "mixed": 40})
    counted({"white": 200, "mixed": 100}, {"white": 100, "mixed": 40}, bands="5 to 7")
    counted({"white": 900, "mixed": 900}, {"white": 900, "mixed": 900}, year=YEAR - 1)
    assert [one.shown for one in of()[Stage.SHORTLISTED]] == [400, 200]


@pytest.mark.parametrize(
    ("shortlisted", "appointed"),
    [
        ({"white": 90, "asian": 40}, {"white": 40, "asian": 7}),
        ({"white": 90, "asian": 40, "not_said": 3}, {"white": 40, "asian": 20}),
        ({"white": 90, "asian": 40}, {"white": 40}),
        ({"white": 90}, {"white": 40}),
        ({"white": 30, "asian": 20}, {"white": 20, "asian": 10}),  # anything from 0.6 to 1.8
        # What the page of equality hides would follow from the sum of all other groups.
        (
            {"white": 40, "mixed": 7, "asian": 7, "black": 7, "other": 7, "not_said": 10},
            {"white": 9},
        ),
        (
            {"white": 40, "mixed": 1, "asian": 8, "black": 1, "other": 1, "not_said": 10},
            {"white": 9},
        ),
        ({"white": 8, "asian": 20, "black": 3, "not_said": 10}, {"white": 8, "asian": 10}),
    ],
)
def test_of_too_few_nothing_is_said(shortlisted, appointed):
    counted(shortlisted, appointed)
    assert likely(of()) is None


def test_what_the_page_of_equality_hides_is_in_no_sum():
    counted(
        {"white": 40, "mixed": 7, "asian": 17, "black": 7, "other": 7, "not_said": 10},
        {"white": 20, "asian": 10},
    )
    assert Stage.SHORTLISTED not in of()
    assert said(of()) == "too few to say"


def test_what_is_added_up_is_what_that_page_shows():
    counted({"white": 41, "asian": 12, "black": 12}, {"white": 20, "asian": 8, "black": 8})
    assert of()[Stage.SHORTLISTED] == ((40, 2), (20, 4))  # 24, of which each 12 is shown as 10


def test_numbers_that_are_shown_alike_are_said_alike():
    alike = {}
    for white, asian, chosen, not_said in product((98, 102), (38, 41), (18, 22), (0, 3)):
        Count.objects.all().delete()
        counted(
            {"white": white, "asian": asian, "not_said": not_said}, {"white": 50, "asian": chosen}
        )
        found = of()
        alike.setdefault(tuple(found.items()), set()).add(said(found))
    assert len(alike) < 16
    assert all(len(words) == 1 for words in alike.values())


def test_the_page_says_it_first_and_leads_those_who_may_to_every_question(client):
    year = running().year
    counted({"white": 400, "asian": 200}, {"white": 200, "asian": 80}, year=year)
    for role, leads in ((OFFICE, False), (EQUALITY, True)):
        client.force_login(programme_user(role), "apps.accounts.backends.SignIn")
        url = reverse("insight_topic", args=["recruitment"])
        page = " ".join(client.get(url).content.decode().split())
        assert "white people who were shortlisted were 1.2 to 1.3 times as likely" in page
        assert "(about 200 of 400 appointed, beside 80 of 200)" in page
        assert (reverse("equality") in page) is leads
