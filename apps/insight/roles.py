"""Who sees figures. A group's: its members. The programme's: the steering group and the office.

The co-leads of a group see it beside the programme; what that shows of the programme is the same
that the steering group sees, suppressed by the same rule.
"""

from django.db.models import Exists, OuterRef

from apps.accounts.roles import OFFICE, programme_role
from apps.core.places import is_known
from apps.groups.models import Membership, WorkingGroup
from apps.groups.roles import CONTRIBUTING, LEADING, group_permission
from apps.taskgroups.roles import steering

from .figures import TOPICS

group_permission("view_balance", "Can see how co-production stands in the group", *CONTRIBUTING)
group_permission("compare_balance", "Can see the group beside the programme", *LEADING)

programme_role(OFFICE, "groups.view_balance", "groups.compare_balance")


def sees_programme(user):
    """Whether this person sees the figures of the whole programme."""
    if not user.is_authenticated:
        return False
    return user.has_perm("groups.view_balance") or "view_balance" in steering(user)


def sees_recruitment(user):
    """Whether this person sees how recruitment goes: as above, and those who work on all of it."""
    return sees_programme(user) or user.has_perm("recruitment.view_vacancy")


def sees_group(user, group):
    """Whether this person sees the figures of a group."""
    return sees_programme(user) or user.has_perm("groups.view_balance", group)


def groups_of(user):
    """The groups whose figures this person sees."""
    if sees_programme(user):
        return WorkingGroup.objects.all()
    return WorkingGroup.objects.where(user, "view_balance")


def contributes():
    """A condition on User: belongs to some group today, and not as an observer alone."""
    return Exists(Membership.objects.current().deciding().filter(user=OuterRef("pk")))


def may_see_insight(user):
    """Whether there is anything for them: the menu asks. It costs no query, save for those who hold
    some programme-wide role.
    """
    if is_known("contributes")(user):
        return True
    if not user.is_authenticated:
        return False
    return user.holds_programme_role is not False and any(one.may(user) for one in TOPICS)


def compares(user, group):
    """Whether this person sees the group beside the programme."""
    return sees_programme(user) or user.has_perm("groups.compare_balance", group)
