from django.apps import AppConfig
from django.db.models.signals import post_migrate


class NotificationsConfig(AppConfig):
    name = "apps.notifications"
    verbose_name = "Notifications"

    def ready(self):
        from apps.core.context import navigation

        from . import (  # noqa: F401 - registers itself
            personal,
        )
        from .digests import Digest
        from .kinds import register, seed_rules

        register(Digest)
        # Rules need their table; no other hook of Django's comes after the migrations.
        post_migrate.connect(seed_rules, sender=self)
        navigation("Messages", "messages", order=80)
