"""Programme-wide roles: who may do what everywhere. Group roles are in apps.groups.roles."""

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions

from apps.core.registry import PROGRAMME_ROLES, programme_role

OFFICE = "Programme office"
HR = "Human Resources"
COMMS = "Communications"
EQUALITY = "Equality and Human Rights"
ADMIN = "Administrators"
PROGRAMME = (OFFICE, HR, COMMS, EQUALITY, ADMIN)

# Signing in to these needs a second factor (design, section 4).
SECOND_FACTOR = frozenset({OFFICE, HR, ADMIN})

programme_role(OFFICE, "accounts.invite_user", "accounts.view_user")
programme_role(ADMIN, "core.view_auditentry")
for _name in (HR, COMMS, EQUALITY):
    programme_role(_name)


def sync_programme_roles(**kwargs):
    """Make each programme role hold exactly the permissions that the apps registered for it.

    Administrators also hold every model permission of Django admin; what they may do there is
    narrowed by each ModelAdmin.
    """
    from django.contrib.auth.models import Group, Permission

    for config in installed.get_app_configs():
        if config.name.startswith("apps."):
            create_permissions(config, verbosity=0)
    held = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in Permission.objects.select_related("content_type")
    }
    ours = {
        config.label for config in installed.get_app_configs() if config.name.startswith("apps.")
    }
    for name, wanted in PROGRAMME_ROLES.items():
        group, _ = Group.objects.get_or_create(name=name)
        wanted = set(wanted)
        if name == ADMIN:
            wanted |= {
                key
                for key, permission in held.items()
                if permission.content_type.app_label in ours
                and permission.codename.split("_", 1)[0] in ("add", "change", "delete", "view")
                and permission.codename.split("_", 1)[-1] == permission.content_type.model
            }
        group.permissions.set([held[key] for key in sorted(wanted)])
