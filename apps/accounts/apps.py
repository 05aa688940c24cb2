from django.db.models.signals import post_migrate

from apps.core import parts


class AccountsConfig(parts.PartsConfig):
    name = "apps.accounts"
    verbose_name = "Accounts"

    def ready(self):
        super().ready()
        from apps.core.audit_words import sensitive
        from apps.core.needs import PUT_OFF

        from . import second_factor, session_life, sign_in_log  # noqa: F401 - they listen to who signs in
        from .models import put_off
        from .recovery_codes import instead_of_allauths
        from .roles import sync_programme_roles

        instead_of_allauths()
        second_factor.FACTS["has_put_off"] = put_off.has_put_off
        PUT_OFF.add(put_off.of)
        # Permissions exist only once migrations ran; no other hook of Django's comes after that.
        post_migrate.connect(sync_programme_roles, sender=self)
        sensitive(
            read_support_profile="Read what helps somebody take part",
        )
