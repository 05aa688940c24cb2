"""Who is told what when somebody applies; by the clock: messages.py."""

from apps.accounts.models.people import User
from apps.core.moves import Missing, effect, requirement
from apps.notifications.kinds import notify, void

from .models.application import Application

State = Application.State


@effect
def sent(application, entry):
    """A receipt, with the dates promised; and a word to the organiser of adjustments."""
    if application.candidate:
        notify("recruitment.application_sent", application, [application.candidate])
    if application.adjustments.strip():
        _tell_organiser(application, entry.pk)


@effect
def adjustments_changed(application, entry):
    """Of what was not sent yet nobody hears."""
    if not application.is_draft:
        _tell_organiser(application, entry.pk)


@effect
def no_more_reminders(application, entry):
    void(application)


def _tell_organiser(application, version):
    organiser = application.vacancy.organiser
    if organiser:
        notify("recruitment.adjustments", application, [organiser], version=version)


# --- what happens to the vacancy --------------------------------------------------------------
def applicants(vacancy, states):
    """The accounts of those who apply, or have applied, in these states."""
    rows = vacancy.applications.filter(state__in=states, candidate__isnull=False)
    return User.objects.active().filter(pk__in=rows.values("candidate"))


@effect
def longer(vacancy, entry):
    people = applicants(vacancy, [State.DRAFT, State.SUBMITTED])
    notify("recruitment.longer", vacancy, people, version=vacancy.schedule_version)


@effect
def vacancy_withdrawn(vacancy, entry):
    """Everybody who applied, or had begun to, is told with the reason; their applications end."""
    ending = [State.DRAFT, *Application.IN_PLAY]
    people = list(applicants(vacancy, ending))
    notify("recruitment.vacancy_withdrawn", vacancy, people, data={"reason": entry.note})
    for application in vacancy.applications.filter(state__in=ending):
        application.follow("end", by=entry.by)


@requirement
def everybody_was_told(vacancy, by):
    waiting = vacancy.applications.in_play().exclude(
        state__in=(State.OFFERED, State.INTERVIEW_RESERVE)
    )
    if waiting.exists():
        yield Missing("Some people who applied have not been told yet. Send every outcome first.")
