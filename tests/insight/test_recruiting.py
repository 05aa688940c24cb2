"""How far candidates came: against raw rows, after deletion, and who reads it by vacancy."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.accounts.roles import OFFICE
from apps.insight import recruiting, tallies
from apps.insight.models import VacancyCount
from apps.recruitment.applications.models.application import Application
from apps.recruitment.roles import PanelRole
from apps.recruitment.vacancies.models.panel import PanelMember

from ..factories import programme_user
from ..pages import source
from ..recruitment import making
from ..recruitment.selection import choosing

pytestmark = pytest.mark.django_db
What = VacancyCount.What
SIGN_IN = "apps.accounts.backends.SignIn"


def numbers(vacancy):
    return dict(VacancyCount.objects.filter(vacancy=vacancy).values_list("what", "number"))


@pytest.fixture
def held():
    """Three applied, two were invited and interviewed; the third was told no."""
    vacancy, _ = choosing.interviewing("yes", "yes", "no")
    return vacancy


def test_each_step_is_what_the_rows_say(held):
    gone = Application.objects.filter(vacancy=held, state="interviewed").first()
    gone.move("withdraw", by=gone.candidate)
    recruiting.refresh()
    found = numbers(held)
    assert {what: found[what] for what in (*recruiting.STEPS, *recruiting.LEFT)} == {
        What.VISITED: 0,
        What.APPLIED: 3,
        What.SHORTLISTED: 2,
        What.INTERVIEWED: 2,
        What.OFFERED: 0,
        What.CLEARED: 0,
        What.STARTED: 0,
        What.LEFT_WAITING: 0,
        What.LEFT_INVITED: 0,
        What.LEFT_INTERVIEWED: 1,
        What.LEFT_OFFERED: 0,
    }
    assert (found[What.REFUSED], found[What.FED_BACK]) == (1, 1)
    assert (found[What.PANEL], found[What.PEER_PANEL]) == (1, 1)


def test_what_is_deleted_later_stays_counted(held):
    recruiting.refresh()
    before = numbers(held)
    Application.objects.filter(vacancy=held).first().delete()
    recruiting.refresh()
    assert numbers(held) == before
    type(held).objects.filter(pk=held.pk).update(
        state="unfilled", finished_at=timezone.now() - recruiting.SETTLED_AFTER * 2
    )
    assert held not in recruiting.unsettled()
    Application.objects.filter(vacancy=held).delete()
    recruiting.refresh()
    assert numbers(held) == before


def test_counting_asks_as_much_for_three_vacancies_as_for_one(held, django_assert_num_queries):
    recruiting.refresh()
    with CaptureQueriesContext(connection) as one:
        recruiting.refresh()
    making.vacancy(state="open")
    making.vacancy(state="open")
    recruiting.refresh()
    with django_assert_num_queries(len(one)):
        recruiting.refresh()


def test_exact_numbers_are_for_those_who_deal_with_all_and_never_of_their_own_panel(client, held):
    tallies.refresh()
    url = "/insight/recruitment/"

    def page(user):
        client.force_login(user, SIGN_IN)
        return source(client.get(url))

    assert "Vacancy by vacancy" not in page(programme_user(OFFICE))
    officer = making.hr_officer()
    assert held.reference in page(officer)
    PanelMember.add(held, officer, PanelRole.HR, by=held.created_by)
    assert held.reference not in page(choosing.anew(officer))
    for kind in ("csv", "xlsx"):  # there is no other vacancy
        assert client.get(f"{url}vacancies.{kind}").status_code == 404
    client.force_login(programme_user(OFFICE), SIGN_IN)
    assert client.get(f"{url}vacancies.csv").status_code == 404


def test_the_sum_tells_of_nobody(client, held):
    tallies.refresh()
    client.force_login(programme_user(OFFICE), SIGN_IN)
    text = b"".join(client.get("/insight/recruitment/pipeline.csv")).decode()
    assert "fewer than 5" in text
    assert ",2," not in text
