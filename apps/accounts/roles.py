"""Programme-wide roles: who may do what everywhere. Group roles are in apps.groups.roles."""

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions

from apps.core.registry import Registry

OFFICE = "Programme office"
HR = "Human Resources"
COMMS = "Communications"
EQUALITY = "Equality and Human Rights"
ADMIN = "Administrators"
PROGRAMME = (OFFICE, HR, COMMS, EQUALITY, ADMIN)

# Signing in to these needs a second factor (design, section 4).
SECOND_FACTOR = frozenset({OFFICE, HR, ADMIN})

# What each may do, as the apps say: (role, their "app.codename"s).
PROGRAMME_ROLES = Registry("What programme-wide roles may do")

# Permissions that an app declares on a thing of a lower one, or of its own:
# ("groups.workinggroup", codename, name). Those in a model's Meta are Django's to make.
FURTHER = Registry("Permissions beside those of models", key=lambda one: one[:2])

# Each: user -> what they judge blind now, in words; "" for nothing.
JUDGES = Registry("Who judges blind")


def programme_role(name, *perms):
    """Give a programme-wide role (an ``auth.Group``) further permissions."""
    PROGRAMME_ROLES.add((name, perms))


def further_permission(model, codename, name):
    """Add a permission on things of a model; the next ``migrate`` makes it."""
    FURTHER.add((model, codename, name))


programme_role(OFFICE, "accounts.invite_user", "accounts.view_user")
programme_role(ADMIN, "core.view_auditentry")


def _create_further():
    """Make the permissions that apps declared beside those of their models."""
    from django.contrib.auth.models import Permission
    from django.contrib.contenttypes.models import ContentType

    kinds = {
        model: ContentType.objects.get_by_natural_key(*model.split("."))
        for model in {model for model, _, _ in FURTHER}
    }
    there = set(
        Permission.objects.filter(content_type__in=kinds.values()).values_list(
            "content_type", "codename"
        )
    )
    Permission.objects.bulk_create(
        [
            Permission(content_type=kinds[model], codename=codename, name=name)
            for model, codename, name in FURTHER
            if (kinds[model].pk, codename) not in there
        ],
        ignore_conflicts=True,
    )


def sync_programme_roles(**kwargs):
    """Make each programme role hold exactly the permissions that the apps registered for it.

    Administrators also hold every model permission of Django admin; what they may do there is
    narrowed by each ModelAdmin.
    """
    from django.contrib.auth.models import Group, Permission

    for config in installed.get_app_configs():
        if config.name.startswith("apps."):
            create_permissions(config, verbosity=0)
    _create_further()
    held = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in Permission.objects.select_related("content_type")
    }
    ours = {
        config.label for config in installed.get_app_configs() if config.name.startswith("apps.")
    }
    for name in PROGRAMME:
        group, _ = Group.objects.get_or_create(name=name)
        wanted = {perm for role, perms in PROGRAMME_ROLES if role == name for perm in perms}
        if name == ADMIN:
            wanted |= {
                key
                for key, permission in held.items()
                if permission.content_type.app_label in ours
                and permission.codename.split("_", 1)[0] in ("add", "change", "delete", "view")
                and permission.codename.split("_", 1)[-1] == permission.content_type.model
            }
        group.permissions.set([held[key] for key in sorted(wanted)])
