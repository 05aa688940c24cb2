"""Co-leads may read what helps the members of their groups, where a member shares it with them."""

from apps.accounts.models.support import SUPPORT_READERS, ShareWith

from .models import Membership
from .roles import Role


def led_by(user):
    """Ids of the people in the groups that somebody co-leads: by membership, never by rank."""
    current = Membership.objects.current()
    led = current.filter(user=user, role=Role.CO_LEAD).values("group")
    return current.filter(group__in=led).values("user")


SUPPORT_READERS[ShareWith.CO_LEADS].append(led_by)
