"""The one door to guardian's tables: what a person holds on a thing is exactly what is told here.

Each app's ``roles.py`` says which permissions a role has, and calls this; nothing else grants.
"""

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from guardian.utils import get_user_obj_perms_model

from .held import forget_grants


def grant_exactly(user, thing, wanted):
    """Make the person's grants on one thing exactly these codenames; none for a closed account."""
    wanted = frozenset(wanted) if user.is_active else frozenset()
    # Read from the table: guardian says that a closed account holds nothing, and would leave it.
    table = get_user_obj_perms_model(thing).objects
    rows = table.filter(user=user, content_object=thing)
    held = set(rows.values_list("permission__codename", flat=True))
    if missing := wanted - held:
        _grant(table, missing, user, thing)
    if held - wanted:
        rows.filter(permission__codename__in=held - wanted).delete()
    forget_grants(user)


def _grant(table, codenames, user, thing):
    """Add grants, all at once; another process may have added some of them meanwhile."""
    found = Permission.objects.filter(content_type=ContentType.objects.get_for_model(thing))
    known = {perm.codename: perm for perm in found}
    table.bulk_create(
        [
            table.model(user=user, permission=known[codename], content_object=thing)
            for codename in sorted(codenames)
        ],
        ignore_conflicts=True,
    )
