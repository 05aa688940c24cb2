"""What happens to somebody's part in vacancies when their account closes."""

from apps.accounts.account_closure import LEAVING
from apps.notifications.kinds import notify

from .events import human_resources
from .models.approval import Approval
from .models.panel import PanelMember
from .models.vacancy import Vacancy


@LEAVING.add
def leave_panels(user, by):
    """Their seats fall empty, and Human Resources hears which vacancies miss somebody."""
    for member in PanelMember.objects.serving().filter(user=user).select_related("vacancy"):
        member.finish(by=by, reason="The account closed.")
    missing = Vacancy.objects.exclude(state__in=Vacancy.OVER)
    parts = missing.filter(manager=user) | missing.filter(peer_lead=user)
    parts |= missing.filter(organiser=user) | missing.filter(
        pk__in=PanelMember.objects.filter(user=user).values("vacancy")
    )
    to_approve = Approval.objects.filter(
        authoriser=user, vacancy__state__in=Vacancy.moves["name_deputy"].sources
    )
    parts |= missing.filter(pk__in=to_approve.values("vacancy"))
    for vacancy in parts.distinct():
        notify("recruitment.somebody_left", vacancy, human_resources(), version=user.pk)
