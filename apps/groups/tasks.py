"""Nightly: terms that began or ended take effect."""

from collections import defaultdict

from celery import shared_task

from apps.accounts.models.people import User

from .models import Membership, WorkingGroup, WorkingGroupUserPermission
from .roles import grants_of, sync_grants


@shared_task
def nightly_sync():
    """Give the grants of terms that began and take those of terms that ended.

    Compares what is held with what is due in two queries, and touches only what differs; a night
    that was missed is made up by the next. Returns how many people's grants changed.
    """
    due = defaultdict(set)
    for user, group, role in (
        Membership.objects.current()
        .filter(user__is_active=True)
        .values_list("user_id", "group_id", "role")
        .iterator()
    ):
        due[user, group] |= grants_of(role)
    held = defaultdict(set)
    for user, group, codename in WorkingGroupUserPermission.objects.values_list(
        "user_id", "content_object_id", "permission__codename"
    ).iterator():
        held[user, group].add(codename)
    changed = [pair for pair in due.keys() | held.keys() if due[pair] != held[pair]]
    for user, group in changed:
        sync_grants(User.objects.get(pk=user), WorkingGroup.objects.get(pk=group))
    return len(changed)
