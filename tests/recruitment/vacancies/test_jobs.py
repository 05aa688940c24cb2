"""The public pages of jobs."""

import json
import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.recruitment.vacancies.models.pay import PayScale
from apps.recruitment.vacancies.models.vacancy import Vacancy
from apps.recruitment.vacancies.promises import ESSENTIAL_MET, RULES
from tests.pages import source

from .. import making

pytestmark = pytest.mark.django_db


def test_only_open_jobs_are_listed_and_by_the_clock(client):
    vacancy = making.vacancy(state="open", title="Peer worker in Bexley")
    making.vacancy(by=vacancy.created_by, state="approved", title="Not yet")
    page = client.get(reverse("jobs"))
    assert (b"Peer worker in Bexley" in page.content, b"Not yet" in page.content) == (True, False)
    with time_machine.travel(vacancy.closes_at + timedelta(seconds=1), tick=False):
        for address in (reverse("jobs"), reverse("jobs_feed")):
            assert b"Peer worker in Bexley" not in client.get(address).content
        assert b"This job is closed" in client.get(vacancy.get_job_url()).content


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?q=bexley", 1),
        ("?q=nowhere", 0),
        ("?borough=Bromley", 1),
        ("?borough=Bexley", 0),
        ("?band=3", 1),
        ("?band=5", 0),
        ("?band=nonsense&borough=none", 1),
    ],
)
def test_jobs_are_found_by_words_borough_and_band(client, query, found):
    making.vacancy(state="open", title="Peer worker in Bexley", borough="Bromley")
    assert client.get(reverse("jobs") + query).context["paginator"].count == found


def test_the_rule_of_scoring_and_of_the_guarantee_stands_on_the_advert(client):
    page = client.get(making.vacancy(state="open").get_job_url()).content.decode()
    assert all(sentence in page for sentence in RULES)
    assert f"average of the members is {float(ESSENTIAL_MET)} or more" in page
    assert "At least 2 people read your answers" in page


def test_search_engines_read_it_and_no_word_in_it_can_break_out(client):
    vacancy = making.vacancy(
        state="open", summary="Help </script><script>alert(1)</script> others", wte="0.6"
    )
    page = client.get(vacancy.get_job_url()).content.decode()
    [data] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    said = json.loads(data)
    assert (said["@type"], said["employmentType"]) == ("JobPosting", "PART_TIME")
    assert said["baseSalary"]["value"]["minValue"] == round(24937 * 0.6)
    assert "alert(1)</script>" not in page


def test_the_pay_is_that_of_the_day_and_says_its_source(client):
    vacancy = making.vacancy(state="open")
    later = vacancy.closes_at.date() - timedelta(days=7)
    PayScale.objects.create(
        band="3", effective_from=later, lowest=26000, highest=27000, source="Next year's scales"
    )
    assert "£24,937 to £26,598" in source(client.get(vacancy.get_job_url()))
    with time_machine.travel(later + timedelta(days=1)):
        assert "£26,000 to £27,000" in source(client.get(vacancy.get_job_url()))


def test_a_page_of_a_job_tells_nothing_of_who_is_behind_it(client):
    vacancy = making.vacancy(state="open")
    people = [vacancy.manager, vacancy.peer_lead, *making.panel(vacancy).values()]
    page = client.get(vacancy.get_job_url()).content.decode()
    assert [user.full_name for user in people if user.full_name in page] == []
    assert "C100" not in page


def test_the_list_costs_the_same_for_one_and_for_three(client):
    counts = []
    officer = making.hr_officer()
    for number in (1, 3):
        while Vacancy.objects.count() < number:
            making.vacancy(by=officer, state="open")
        with CaptureQueriesContext(connection) as seen:
            client.get(reverse("jobs"))
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 6
