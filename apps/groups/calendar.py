"""By which groups somebody's calendar page can be narrowed: their own."""

from apps.notifications.calendar import GROUPS

from .models import groups_of


@GROUPS.add
def groups(user):
    return [(group.slug, group.name) for group in groups_of(user)]
