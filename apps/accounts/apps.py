from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AccountsConfig(AppConfig):
    name = "apps.accounts"
    verbose_name = "Accounts"

    def ready(self):
        from .roles import sync_programme_roles

        # Permissions exist only once migrations ran; no other hook of Django's comes after that.
        post_migrate.connect(sync_programme_roles, sender=self)
