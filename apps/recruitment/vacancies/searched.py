"""Vacancies: for those who work on them, and as adverts for everybody."""

from apps.core.searching import Told, searched, unsearched

from .models.advice import Advice, Edit
from .models.approval import Approval, Deputy
from .models.panel import PanelMember
from .models.pay import PayScale
from .models.readiness import Readiness
from .models.template import VacancyTemplate
from .models.vacancy import Criterion, Vacancy, VacancyUserPermission
from .models.visit import Visit, VisitBooking

ADVERT = ("title", "summary", "easy_read", "description", "hours", "team", "borough")


def _told(vacancy, url, state):
    """What the advert says or will say, and nothing of how it came about."""
    return Told(
        title=vacancy.title,
        body=[getattr(vacancy, name) for name in ADVERT[1:]],
        reference=vacancy.reference,
        on=vacancy.closes_at,
        state=state,
        again_at=vacancy.closes_at if vacancy.is_open else None,
        url=url,
    )


@searched("vacancy", "Vacancies that you work on", Vacancy, texts=("reference", *ADVERT))
def vacancy(vacancy):
    return _told(vacancy, vacancy.get_absolute_url(), vacancy.phase)


@searched(
    "advert",
    "Jobs",
    Vacancy,
    texts=("reference", *ADVERT),
    rows=lambda user: Vacancy.objects.was_advertised(),
)
def advert(vacancy):
    """As its page does, it says whether one can apply, and not how far the panel is."""
    if vacancy.opened_at is None:
        return None
    state = vacancy.phase
    if state not in (Vacancy.State.OPEN, Vacancy.State.WITHDRAWN):
        state = Vacancy.State.CLOSED
    return _told(vacancy, vacancy.get_job_url(), state)


unsearched("It stands on the vacancy's pages, for those who work on it.", Advice, Edit, Criterion)
unsearched("Who approves and judges stands on the vacancy's page.", Approval, Deputy, PanelMember)
unsearched("Ticks and names.", Readiness, VacancyTemplate)
unsearched("Who comes to look is theirs.", Visit, VisitBooking)
unsearched("Nobody's words.", PayScale, VacancyUserPermission)
