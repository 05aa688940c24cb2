"""Who may do what in recruitment: roles on a vacancy are data, and these rows alone grant.

The manager and the peer lead prepare a vacancy together, authorisers approve it, a panel judges;
Human Resources runs all vacancies. A candidate holds grants on their own application only.
"""

from django.db import models

from apps.accounts.roles import ADMIN, EQUALITY, HR, OFFICE, programme_role
from apps.core.roles import grant_exactly


class PanelRole(models.TextChoices):
    """Whom somebody on the panel brings in. All of them count the same."""

    CHAIR = "chair", "Chair"
    PEER = "peer", "Peer"
    TEAM = "team", "Team"
    HR = "hr", "Human Resources"


# Permissions on a vacancy beside Django's own four.
VACANCY_PERMISSIONS = [
    ("prepare_vacancy", "Can write a vacancy and get it ready"),
    ("sign_as_manager", "Can sign readiness as the manager"),
    ("sign_as_peer_lead", "Can sign readiness as the peer lead"),
    ("authorise_vacancy", "Can approve or return a vacancy in one's turn"),
    ("run_vacancy", "Can start, open, close and withdraw vacancies and name their people"),
    ("judge_applications", "Can read redacted applications and score them"),
    ("lead_panel", "Can record what the panel decided"),
    ("look_after", "Can see who is in post, and record reviews and leaving"),
]
# And on an application.
APPLICATION_PERMISSIONS = [
    ("write_application", "Can write, send and withdraw the application"),
    ("handle_application", "Can read applications with their names, and deal with them"),
    ("arrange_adjustments", "Can read what adjustments a candidate needs, and arrange them"),
    ("read_monitoring", "Can read equality figures and what candidates said of applying"),
]

READ = frozenset({"view_vacancy"})
MANAGER = READ | {"prepare_vacancy", "sign_as_manager", "look_after"}
PEER_LEAD = READ | {"prepare_vacancy", "sign_as_peer_lead", "look_after"}
AUTHORISER = READ | {"authorise_vacancy"}
JUDGE = READ | {"judge_applications"}
GRANTS = {
    PanelRole.CHAIR: JUDGE | {"lead_panel"},
    PanelRole.PEER: JUDGE,
    PanelRole.TEAM: JUDGE,
    PanelRole.HR: JUDGE,
}
CANDIDATE = frozenset({"view_application", "write_application"})

programme_role(
    HR,
    "recruitment.view_vacancy",
    "recruitment.prepare_vacancy",
    "recruitment.run_vacancy",
    "recruitment.handle_application",
    "recruitment.read_monitoring",
    "recruitment.look_after",
    "recruitment.run_training",
)
programme_role(OFFICE, "recruitment.view_vacancy", "recruitment.run_training")
programme_role(EQUALITY, "recruitment.view_vacancy", "recruitment.read_monitoring")
programme_role(ADMIN)


def sync_grants(user, vacancy):
    """Make the person's grants on a vacancy exactly those of their parts in it."""
    wanted = set()
    if vacancy.manager_id == user.pk:
        wanted |= MANAGER
    if vacancy.peer_lead_id == user.pk:
        wanted |= PEER_LEAD
    stands_in = models.Q(deputies__user=user, deputies__ended_at__isnull=True)
    if vacancy.approvals.filter(models.Q(authoriser=user) | stands_in).exists():
        wanted |= AUTHORISER
    for member in vacancy.panel.serving().filter(user=user):
        wanted |= GRANTS[member.role]
    grant_exactly(user, vacancy, wanted)


def grant_candidate(application):
    """The candidate's own application is theirs; nobody else holds a grant on one."""
    if application.candidate is not None:
        grant_exactly(application.candidate, application, CANDIDATE)


def is_in_recruitment(user):
    """Whether this person works on vacancies at all: the menu asks, and it costs no query."""
    return user.is_authenticated and (
        getattr(user, "works_on_vacancies", False) or user.has_perm("recruitment.view_vacancy")
    )
