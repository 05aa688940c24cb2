"""What the clock does to vacancies: it tidies the state of those whose time is over."""

from contextlib import suppress

from celery import shared_task

from apps.core import clock
from apps.core.exceptions import Conflict

from .models.approval import Deputy
from .models.vacancy import Vacancy


@shared_task
def close_vacancies():
    """Store as closed what is closed by the clock, and end deputies whose days are over.

    Nothing waits for this to run: an old deputy answers nothing, and here stops reading, too.
    """
    for vacancy in Vacancy.objects.past_closing():
        vacancy.follow("close")
    for deputy in Deputy.objects.named().filter(until_on__lt=clock.today()):
        with suppress(Conflict):  # somebody ended it in this moment
            deputy.finish(by=None)
