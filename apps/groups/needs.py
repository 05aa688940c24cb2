"""What groups add to *What needs you*."""

from datetime import timedelta

from apps.core import clock
from apps.core.dates import day
from apps.core.needs import Need, known, needs_you, permitted

from .models import Membership, WorkingGroup

NOTICE = timedelta(days=60)


def _half_led(user):
    """Running groups without one of their co-leads, for those who appoint."""
    if not user.has_perm("groups.manage_members"):
        return WorkingGroup.objects.none()
    return WorkingGroup.objects.half_led()


@needs_you(_half_led, may=permitted("groups.manage_members"))
def seats(groups, user):
    for group in groups:
        yield Need(
            f"Appoint a co-lead: {group.name}",
            group.get_absolute_url(),
            detail="A co-lead seat is empty",
        )


def _ending(user):
    soon = clock.today() + NOTICE
    mine = Membership.objects.current().filter(user=user, ends__lte=soon)
    return mine.select_related("group")


@needs_you(_ending, may=known("in_groups"))
def terms(memberships, user):
    """My own terms that end within 60 days."""
    for membership in memberships:
        yield Need(
            f"Your term in {membership.group.name} is ending",
            membership.group.get_absolute_url(),
            membership.ends,
            f"{membership.get_role_display()} until {day(membership.ends)}",
        )
