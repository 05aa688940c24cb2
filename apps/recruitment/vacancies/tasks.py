"""What the clock does to vacancies: it tidies the state of those whose time is over."""

from celery import shared_task

from .models.vacancy import Vacancy


@shared_task
def close_vacancies():
    """Store as closed what is closed by the clock. Nothing waits for this to run."""
    for vacancy in Vacancy.objects.past_closing():
        vacancy.follow("close")
