from django.db.models.signals import post_migrate

from apps.core import parts


class CoreConfig(parts.PartsConfig):
    name = "apps.core"
    verbose_name = "Core"

    def ready(self):
        super().ready()
        from .models import CrisisContact

        # An empty table would leave people without a number to call.
        post_migrate.connect(CrisisContact.seed, sender=self)
