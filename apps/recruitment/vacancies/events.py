"""Who is told what when something happens to a vacancy; by the clock: vacancy_reminders.py."""

from apps.accounts.models.people import User
from apps.accounts.roles import HR
from apps.core import clock
from apps.core.dates import day
from apps.notifications.kinds import notify, void

from ..applications.events import applicants
from ..applications.models.application import Application
from ..employment.models.offer import Offer
from ..selection.models.outcome import Outcome
from .models.panel import Approval
from .models.vacancy import Vacancy

State = Application.State


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
    people = applicants(vacancy, [State.DRAFT, State.SUBMITTED])
    panel = [member.user for member in vacancy.panel.serving().select_related("user")]
    notify("recruitment.longer", vacancy, [*people, *panel], version=vacancy.schedule_version)


@Vacancy.after("withdraw")
def _withdrawn(vacancy, entry):
    """Everybody who applied, or had begun to, is told with the reason; their applications end."""
    void(vacancy)
    ending = [State.DRAFT, *Application.IN_PLAY]
    people = list(applicants(vacancy, ending))
    reason = {"reason": entry.note}
    notify("recruitment.vacancy_withdrawn", vacancy, people, data=reason)
    for application in vacancy.applications.filter(state__in=ending):
        application.follow("end", by=entry.by)
    for visit in vacancy.visits.to_come():
        visit.cancel(by=entry.by)
    inside = [member.user for member in vacancy.panel.serving().select_related("user")]
    notify("recruitment.vacancy_stopped", vacancy, [*inside, *preparers(vacancy)], data=reason)


@Vacancy.before("leave_unfilled")
def _everybody_was_told(vacancy, by):
    rows = vacancy.applications.in_play()
    if rows.exclude(state__in=(State.OFFERED, State.INTERVIEW_RESERVE)).exists():
        yield "Some people who applied have not been told yet. Send every outcome first."
    settled = (Offer.State.STARTED, Offer.State.DECLINED, Offer.State.TAKEN_BACK)
    if rows.filter(state=State.OFFERED).exclude(offer__state__in=settled).exists():
        yield "Somebody is offered the post, and that is not settled yet."
    holding = (
        Outcome.objects.standing()
        .filter(
            round__vacancy=vacancy,
            result="reserve",
            reserve_until__gte=clock.today(),
            blind__redaction__application__state=State.INTERVIEW_RESERVE,
        )
        .order_by("reserve_until")
        .last()
    )
    if holding is not None:
        yield f"The reserve list holds until {day(holding.reserve_until)}."


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
