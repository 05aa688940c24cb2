from django.db.models.signals import post_migrate

from apps.core import parts


class AccountsConfig(parts.PartsConfig):
    name = "apps.accounts"
    verbose_name = "Accounts"

    def ready(self):
        super().ready()
        from apps.core.audit_words import sensitive
        from apps.core.context import navigation

        from . import session_life, sign_in_log  # noqa: F401 - they listen to who signs in
        from .recovery_codes import instead_of_allauths
        from .roles import sync_programme_roles

        instead_of_allauths()
        # Permissions exist only once migrations ran; no other hook of Django's comes after that.
        post_migrate.connect(sync_programme_roles, sender=self)
        sensitive(
            read_support_profile="Read what helps somebody take part",
        )
        navigation("People", "people", shown=may_see_people, order=90)


def may_see_people(user):
    """Asks the database only for those who hold some programme-wide role."""
    asked = user.is_authenticated and user.holds_programme_role is not False
    return asked and user.has_perm("accounts.view_user")
