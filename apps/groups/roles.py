"""Who may do what in a group: roles are data, and membership is the only source of grants."""

from django.db import models

from apps.accounts.models import Constituency
from apps.accounts.roles import ADMIN, OFFICE
from apps.core.registry import programme_role
from apps.core.roles import grant_exactly


class Role(models.TextChoices):
    """What somebody is in a group."""

    CO_LEAD = "co_lead", "Co-lead"
    SECRETARY = "secretary", "Secretary"
    MEMBER = "member", "Member"
    REPRESENTATIVE = "representative", "Representative"
    OBSERVER = "observer", "Observer"


# The two seats at the head of every group, by side of co-production.
CO_LEAD = (Constituency.LIVED_EXPERIENCE, Constituency.STAFF)

# Permissions on a working group beside Django's own four.
PERMISSIONS = [
    ("form_workinggroup", "Can start and close groups"),
    ("manage_members", "Can appoint people and end their terms"),
    ("write_terms", "Can write terms of reference"),
    ("propose_agenda", "Can propose agenda items"),
    ("suggest_change", "Can suggest changes to outputs"),
    ("plan_meeting", "Can plan, publish, move and cancel meetings"),
    ("hold_meeting", "Can record attendance, decisions and actions"),
    ("draft_minutes", "Can draft and circulate minutes"),
    ("approve_minutes", "Can record that minutes were approved"),
    ("draft_output", "Can draft outputs"),
    ("keep_documents", "Can keep the group's policies and other documents"),
    ("run_consultation", "Can ask people in the name of the group"),
    ("lead_workinggroup", "Leads the group"),
]

READ = frozenset({"view_workinggroup"})
CONTRIBUTE = READ | {"propose_agenda", "suggest_change"}
WORK = CONTRIBUTE | {"draft_output"}
SERVE = WORK | {
    "plan_meeting",
    "hold_meeting",
    "draft_minutes",
    "keep_documents",
    "run_consultation",
}
LEAD = SERVE | {"approve_minutes", "lead_workinggroup", "write_terms"}
GRANTS = {
    Role.CO_LEAD: LEAD,
    Role.SECRETARY: SERVE,
    Role.MEMBER: WORK,
    Role.REPRESENTATIVE: WORK,
    Role.OBSERVER: READ,
}

programme_role(
    OFFICE,
    "groups.view_workinggroup",
    "groups.form_workinggroup",
    "groups.manage_members",
    "groups.write_terms",
)
programme_role(ADMIN, "groups.view_workinggroup")


def sync_grants(user, group):
    """Make the user's grants on the group exactly those of their current roles."""
    roles = group.memberships.current().filter(user=user).values_list("role", flat=True)
    grant_exactly(user, group, frozenset().union(*(GRANTS[role] for role in roles)))
