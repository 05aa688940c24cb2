from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CoreConfig(AppConfig):
    name = "apps.core"
    verbose_name = "Core"

    def ready(self):
        from .models import CrisisContact

        # An empty table would leave people without a number to call.
        post_migrate.connect(CrisisContact.seed, sender=self)
