"""Who is told what when somebody applies; by the clock: messages.py."""

from apps.accounts.account_closure import LEAVING
from apps.accounts.models.people import User
from apps.core import clock
from apps.notifications.kinds import notify, void

from ..vacancies.models.vacancy import Vacancy
from .models.application import Application

State = Application.State


@Application.after("submit")
def _sent(application, entry):
    """A receipt, with the dates promised; and a word to the organiser of adjustments."""
    if application.candidate:
        notify("recruitment.application_sent", application, [application.candidate])
    if application.adjustments.strip():
        _tell_organiser(application, entry.pk)


@Application.after("change_adjustments")
def _other_adjustments(application, by):
    _tell_organiser(application, int(clock.now().timestamp()))


@Application.after("withdraw", "leave", "end")
def _no_more_reminders(application, entry):
    void(application)


def _tell_organiser(application, version):
    organiser = application.vacancy.organiser
    if organiser:
        notify("recruitment.adjustments", application, [organiser], version=version)


@LEAVING.add
def withdraw_all(user, by):
    """Whose account closes has no application any more."""
    for application in user.applications.filter(state__in=Application.IN_PLAY):
        application.follow("leave", by=by, note="The account closed.")


# --- what happens to the vacancy --------------------------------------------------------------
def applicants(vacancy, states):
    """The accounts of those who apply, or have applied, in these states."""
    rows = vacancy.applications.filter(state__in=states, candidate__isnull=False)
    return User.objects.active().filter(pk__in=rows.values("candidate"))


@Vacancy.after("extend")
def _longer(vacancy, entry):
    people = applicants(vacancy, [State.DRAFT, State.SUBMITTED])
    notify("recruitment.longer", vacancy, people, version=vacancy.schedule_version)


@Vacancy.after("withdraw")
def _withdrawn(vacancy, entry):
    """Everybody who applied, or had begun to, is told with the reason; their applications end."""
    ending = [State.DRAFT, *Application.IN_PLAY]
    people = list(applicants(vacancy, ending))
    notify("recruitment.vacancy_withdrawn", vacancy, people, data={"reason": entry.note})
    for application in vacancy.applications.filter(state__in=ending):
        application.follow("end", by=entry.by)


@Vacancy.before("leave_unfilled")
def _everybody_was_told(vacancy, by):
    waiting = vacancy.applications.in_play().exclude(
        state__in=(State.OFFERED, State.INTERVIEW_RESERVE)
    )
    if waiting.exists():
        yield "Some people who applied have not been told yet. Send every outcome first."
