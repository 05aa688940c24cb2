"""Who may do what in a group: roles are data, and membership is the only source of grants."""

from dataclasses import dataclass
from operator import attrgetter

from django.db import models

from apps.accounts.models.people import Constituency
from apps.accounts.roles import ADMIN, OFFICE, further_permission, programme_role
from apps.core.registry import Registry
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

# Who has a permission, from the widest to the narrowest.
CONTRIBUTING = (Role.CO_LEAD, Role.SECRETARY, Role.MEMBER, Role.REPRESENTATIVE)
SERVING = (Role.CO_LEAD, Role.SECRETARY)
LEADING = (Role.CO_LEAD,)


@dataclass(frozen=True)
class GroupPermission:
    """What somebody may do in one group, and the roles that may."""

    codename: str
    name: str
    roles: tuple


PERMISSIONS = Registry("Permissions on groups", key=attrgetter("codename"))


def group_permission(codename, name, *roles):
    """Add a permission on groups, "groups.<codename>": the app that asks for it declares it."""
    PERMISSIONS.add(GroupPermission(codename, name, roles))
    further_permission("groups.workinggroup", codename, name)


group_permission("form_workinggroup", "Can start and close groups")
group_permission("manage_members", "Can appoint people and end their terms")
group_permission("write_terms", "Can write terms of reference", *LEADING)
group_permission("lead_workinggroup", "Leads the group", *LEADING)


def grants_of(role):
    """What a role lets somebody do in their group. Everybody in it reads."""
    asked = (one.codename for one in PERMISSIONS if role in one.roles)
    return frozenset({"view_workinggroup", *asked})


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
    grant_exactly(user, group, frozenset().union(*map(grants_of, roles)))
