"""Who is in the programme, and which working group is the network."""

from apps.core.compiled import asked
from apps.core.places import is_known

from .models import WorkingGroup, belongs_to


def the_network():
    """The working group that is the network; None until the programme office has formed it."""
    return WorkingGroup.objects.filter(kind=WorkingGroup.Kind.NETWORK).order_by("pk").first()


@asked
def is_in_programme(user):
    """Whether somebody belongs to the programme: to any group now, or by a programme-wide role.

    Everybody with an account but candidates for a post, that is.
    """
    if not user.is_authenticated or not user.is_active:
        return False
    return bool(user.is_superuser or user.programme_roles or belongs_to(user))


# Facts of people who came for something else: to apply for a post, say. Higher apps add theirs.
CAME_FOR: list[str] = []


def takes_part(user):
    """Whether the menu shows the programme's work: to everybody but those who came for something
    else alone. Without a query."""
    if not user.is_authenticated:
        return False
    here = is_known("in_groups", "is_deputy", "holds_programme_role")(user) or user.is_superuser
    return here or not is_known(*CAME_FOR)(user)


def sees_every_group(user):
    """Whether a programme-wide role shows them all: asked of those who hold one."""
    holds = user.is_authenticated and (user.holds_programme_role is not False or user.is_superuser)
    return holds and user.has_perm("groups.view_workinggroup")


def sees_network(user):
    """Whether the network's pages are shown to somebody, for the menu: without a query."""
    return is_known("in_network")(user) or sees_every_group(user)
