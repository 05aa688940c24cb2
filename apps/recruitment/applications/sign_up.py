"""Candidates may make an account by themselves: those who come from a job that is open."""

from ..vacancies.models.vacancy import Vacancy

APPLYING = "applying"  # in the session: the reference of the job that a visitor wants to apply for


def wants_to_apply(request):
    """A door to signing up (apps.accounts.adapters.SIGN_UP_DOORS)."""
    reference = request.session.get(APPLYING)
    return bool(reference) and Vacancy.objects.advertised().filter(reference=reference).exists()
