"""Who is told what when something happens to a vacancy; by the clock: messages.py."""

from apps.accounts.models.people import User
from apps.accounts.roles import HR
from apps.notifications.kinds import notify, void

from .models.panel import Approval
from .models.vacancy import Vacancy


def human_resources():
    return User.objects.active().filter(groups__name=HR)


def preparers(vacancy):
    """The manager and the peer lead."""
    return [user for user in (vacancy.manager, vacancy.peer_lead) if user]


@Vacancy.after("ask_authoriser")
def _ask(vacancy, step):
    notify(
        "recruitment.approval_asked",
        step,
        [step.authoriser],
        version=int(step.asked_at.timestamp()),
    )


@Vacancy.after("return_it", "approve")
def _answered(vacancy, entry):
    for step in vacancy.approvals.all():
        void(step)
    people = [*preparers(vacancy), *human_resources()]
    notify(f"recruitment.vacancy_{entry.action}", vacancy, people, version=entry.pk)


@Vacancy.after("open")
def _opened(vacancy, entry):
    people = [member.user for member in vacancy.panel.serving().select_related("user")]
    notify("recruitment.vacancy_open", vacancy, [*people, *preparers(vacancy)])


@Vacancy.after("extend")
def _longer(vacancy, entry):
    panel = [member.user for member in vacancy.panel.serving().select_related("user")]
    notify("recruitment.longer", vacancy, panel, version=vacancy.schedule_version)


@Vacancy.after("withdraw")
def _withdrawn(vacancy, entry):
    void(vacancy)
    for visit in vacancy.visits.to_come():
        visit.cancel(by=entry.by)
    inside = [member.user for member in vacancy.panel.serving().select_related("user")]
    people = [*inside, *preparers(vacancy)]
    notify("recruitment.vacancy_stopped", vacancy, people, data={"reason": entry.note})


@Vacancy.after("cancel_visit")
def _no_visit(vacancy, visit):
    people = User.objects.filter(visit_bookings__visit=visit)
    notify("recruitment.visit_cancelled", visit, people)


def authorisers_waiting(user):
    """The steps whose turn it is and that wait for this person."""
    return Approval.objects.filter(
        authoriser=user,
        answer=Approval.Answer.WAITING,
        asked_at__isnull=False,
        vacancy__state=Vacancy.State.APPROVAL,
    )
