"""How long a vacancy stands where it stands: counted by London's calendar, at night as by day."""

import re
from datetime import datetime

import pytest
import time_machine

from apps.core.clock import LONDON
from apps.recruitment.vacancies.models.vacancy import Vacancy
from apps.recruitment.vacancies.views.vacancies import days_in_stage

from .. import making

pytestmark = pytest.mark.django_db
SUMMER = {"year": 2027, "month": 6}


@pytest.mark.parametrize(
    ("since", "now", "days"),
    [
        ((9, 23, 59), (10, 0, 30), 1),  # UTC says the same day
        ((10, 0, 10), (10, 0, 30), 0),  # UTC says the day before, of both
        ((10, 15, 0), (10, 0, 30), 0),  # later the same day, as the demonstration dates it
        ((10, 15, 0), (10, 23, 30), 0),
        ((9, 15, 0), (10, 23, 30), 1),
    ],
)
@pytest.mark.parametrize("state", ["closed", "open"])
def test_days_in_a_stage_are_those_of_a_london_calendar(client, state, since, now, days):
    """A closed vacancy was *in this stage for -1 days* in the night."""
    begun, moment = (
        datetime(**SUMMER, day=day, hour=hour, minute=minute, tzinfo=LONDON)
        for day, hour, minute in (since, now)
    )
    vacancy = making.vacancy(state="open")
    Vacancy.objects.filter(pk=vacancy.pk).update(state=state, since=begun, closes_at=begun)
    with time_machine.travel(moment, tick=False):
        vacancy.refresh_from_db()
        assert days_in_stage(vacancy) == days
        client.force_login(vacancy.created_by, "apps.accounts.backends.SignIn")
        page = client.get(vacancy.get_absolute_url()).content.decode()
        assert not re.search(r"-\d+\s+day", page)
