"""Who is in the programme, and which working group is the network."""

from .models import WorkingGroup, belongs_to


def the_network():
    """The working group that is the network; None until the programme office has formed it."""
    return WorkingGroup.objects.filter(kind=WorkingGroup.Kind.NETWORK).order_by("pk").first()


def is_in_programme(user):
    """Whether somebody belongs to the programme: to any group now, or by a programme-wide role.

    Everybody with an account but candidates for a post, that is.
    """
    if not user.is_authenticated or not user.is_active:
        return False
    return bool(user.is_superuser or user.programme_roles or belongs_to(user))
