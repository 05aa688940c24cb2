"""Who may do what with outputs. On one output it follows from grants on groups: ``own_perms``."""

from apps.accounts.roles import OFFICE, programme_role
from apps.core.compiled import asked
from apps.core.permissions import grants_by_kind
from apps.groups.models import WorkingGroup
from apps.groups.roles import CONTRIBUTING, group_permission

group_permission("suggest_change", "Can suggest changes to outputs", *CONTRIBUTING)
group_permission("draft_output", "Can draft outputs", *CONTRIBUTING)

# What a grant on the output's own group lets somebody do with the output.
BY_GROUP = {
    "draft_output": {"draft_output"},
    "suggest_change": {"suggest_output"},
    "lead_workinggroup": {"lead_output", "implement_output"},
}

# What a grant on a steering group lets somebody do with every output.
BY_STEERING = {
    "suggest_change": {"suggest_output"},
    "lead_workinggroup": {"review_output", "ask_output", "implement_output"},
}

programme_role(OFFICE, "taskgroups.manage_stage", "taskgroups.ask_output")


@asked
def steering(user):
    """The codenames that somebody holds on a steering group."""
    held = grants_by_kind(user, WorkingGroup)
    return frozenset(held.get(WorkingGroup.Kind.STEERING, ()))


def reads_all(user):
    """Members of the steering group see drafts too."""
    return "view_workinggroup" in steering(user)


def perms_on(output, user):
    """What somebody may do with one output, as ``taskgroups.…`` permissions."""
    held = {
        perm
        for grant, perms in BY_GROUP.items()
        if user.has_perm(f"groups.{grant}", output.group)
        for perm in perms
    }
    held |= {perm for grant in steering(user) for perm in BY_STEERING.get(grant, ())}
    if output.shared_with == output.SharedWith.PROGRAMME:
        held.add("suggest_output")  # whoever sees it then is of the programme
    return {f"taskgroups.{perm}" for perm in held}
