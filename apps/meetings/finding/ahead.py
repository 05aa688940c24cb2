"""Who should know of times that are looked for: the group, today."""

from apps.groups.models import Membership
from apps.notifications.ahead import AHEAD, Ahead

from .events import ASKED
from .models import Finding


def _asked(keys):
    members = Membership.objects.filter(group__findings__in=keys, user__is_active=True)
    yield members.current().order_by().values_list("group__findings", "user")


AHEAD.add(Ahead(things=Finding.objects.answerable, people=_asked, tells=ASKED))
