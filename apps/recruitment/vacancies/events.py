"""Who is told what when something happens to a vacancy; by the clock: messages.py.

Named in the table of moves. Imports no model of recruitment, so that they can import this.
"""

from apps.accounts.models.people import User
from apps.accounts.roles import HR
from apps.core.moves import effect
from apps.notifications.kinds import notify, others, void

OPENED = ("recruitment.vacancy_open",)  # who was told knows of it


def human_resources():
    return User.objects.active().filter(groups__name=HR)


def preparers(vacancy):
    """The manager and the peer lead."""
    return [user for user in (vacancy.manager, vacancy.peer_lead) if user]


@effect
def authoriser_asked(vacancy, step):
    notify(
        "recruitment.approval_asked",
        step,
        step.people(),
        version=int(step.asked_at.timestamp()),
    )


@effect
def deputy_named(vacancy, deputy):
    """The deputy, and who holds the office, unless they did it themselves."""
    people = [deputy.user, deputy.step.authoriser]
    notify("recruitment.deputy_named", deputy, others(people, deputy.named_by))


@effect
def approval_answered(vacancy, entry):
    for step in vacancy.approvals.all():
        void(step)
    people = [*preparers(vacancy), *human_resources()]
    notify(f"recruitment.vacancy_{entry.action}", vacancy, people, version=entry.pk)


@effect
def opened(vacancy, entry):
    people = [member.user for member in vacancy.panel.serving().select_related("user")]
    notify("recruitment.vacancy_open", vacancy, [*people, *preparers(vacancy)])


@effect
def longer(vacancy, entry):
    panel = [member.user for member in vacancy.panel.serving().select_related("user")]
    notify("recruitment.longer", vacancy, panel, version=vacancy.schedule_version)


@effect
def withdrawn(vacancy, entry):
    void(vacancy)
    for visit in vacancy.visits.to_come():
        visit.cancel(by=entry.by)
    inside = [member.user for member in vacancy.panel.serving().select_related("user")]
    people = [*inside, *preparers(vacancy)]
    notify("recruitment.vacancy_stopped", vacancy, people, data={"reason": entry.note})


@effect
def visit_cancelled(vacancy, visit):
    people = User.objects.filter(visit_bookings__visit=visit)
    notify("recruitment.visit_cancelled", visit, people)
