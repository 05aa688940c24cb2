"""Who is told what when somebody applies; by the clock: applying_reminders.py."""

from apps.accounts.account_closure import LEAVING
from apps.accounts.models.people import User
from apps.core import clock
from apps.notifications.kinds import notify, void

from .models.application import Application


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


def applicants(vacancy, states):
    """The accounts of those who apply, or have applied, in these states."""
    rows = vacancy.applications.filter(state__in=states, candidate__isnull=False)
    return User.objects.active().filter(pk__in=rows.values("candidate"))
