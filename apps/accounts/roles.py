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
SUPERUSER = "Superuser"  # no group: a mark on the account that gives everything

# Whoever holds one of these reads what others confided: nobody is given one by one person alone.
CONFIDENTIAL = frozenset({OFFICE, HR, EQUALITY, ADMIN, SUPERUSER})

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


# What is done to another's account, asked of that account (User.withheld_perms).
CLOSE = "accounts.close_account"
REMOVE_FACTOR = "accounts.remove_second_factor"
GIVE_ADDRESS = "accounts.give_address"
STOP_ADDRESS = "accounts.stop_address"
GIVE_ROLE = "accounts.give_role"
CONFIRM_ROLE = "accounts.confirm_role"
TO_AN_ACCOUNT = {
    CLOSE: "Can close an account, and open it again",
    REMOVE_FACTOR: "Can remove somebody's lost extra sign-in step",
    GIVE_ADDRESS: "Can ask for another sign-in address of somebody, and confirm it",
    STOP_ADDRESS: "Can stop another sign-in address of somebody",
    GIVE_ROLE: "Can ask for a programme-wide role of somebody",
    CONFIRM_ROLE: "Can confirm a programme-wide role of somebody",
}
for _perm, _name in TO_AN_ACCOUNT.items():
    further_permission("accounts.user", _perm.partition(".")[2], _name)

programme_role(
    OFFICE,
    "accounts.invite_user",
    "accounts.view_user",
    CLOSE,
    GIVE_ADDRESS,
    STOP_ADDRESS,
    CONFIRM_ROLE,
)
programme_role(ADMIN, "core.view_auditentry", *TO_AN_ACCOUNT)


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
