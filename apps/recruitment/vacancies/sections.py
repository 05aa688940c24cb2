"""Where recruitment stands, on the home page of those who run it."""

from django.db.models import Count

from apps.core.compiled import Kept
from apps.core.sections import Section, section

from .models.vacancy import Vacancy


def _states(user):
    seen = Vacancy.objects.visible_to(user)  # not those that they applied for
    return seen.order_by().values_list("state").annotate(number=Count("pk"))


_counted = Kept(_states)


@section("home", order=20)
def by_state(user, waiting):
    """How many vacancies stand where, each a way to them; for Human Resources."""
    if user.holds_programme_role is False or not user.has_perm("recruitment.run_vacancy"):
        return None
    found = dict(_counted.rows(user))
    states = [
        {"state": state, "number": found[state]}
        for state in Vacancy.State
        if found.get(state) and state not in Vacancy.OVER
    ]
    return Section("recruitment/vacancies/home_section.html", {"states": states})
