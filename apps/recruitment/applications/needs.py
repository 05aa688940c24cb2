"""What applying adds to *What needs you*."""

from apps.core.dates import moment
from apps.core.needs import DISCREET, Need, needs_you
from apps.core.sections import Section, section

from ..vacancies.models.vacancy import Vacancy
from .models.application import Application, deals_with_all
from .models.monitoring import Ticket


def _drafts(user):
    begun = Application.objects.filter(
        candidate=user,
        state=Application.State.DRAFT,
        paused_at__isnull=True,
        vacancy__in=Vacancy.objects.advertised(),
    )
    return begun.select_related("vacancy").order_by("vacancy__closes_at")


@needs_you(_drafts, kind="Application", put_off=True, deadline=DISCREET)
def drafts(begun, user):
    """Applications that somebody has begun and not sent."""
    for one in begun:
        yield Need(
            "Go on with your application",
            one.get_absolute_url(),
            thing=one.vacancy.title,
            due=one.vacancy.closes_at,
            detail=f"It closes {moment(one.vacancy.closes_at)}",
        )


@section("vacancy")
def on_vacancy_page(user, vacancy):
    """For those who deal with applications: how many there are, and the way to them."""
    if not vacancy.has_opened or not deals_with_all(user, vacancy):
        return None
    return Section(
        "recruitment/applications/vacancy_section.html",
        {
            "vacancy": vacancy,
            "sent": vacancy.applications.sent().count(),
            "asked": Ticket.objects.filter(application__vacancy=vacancy).count()
            if vacancy.is_over
            else None,
        },
    )
