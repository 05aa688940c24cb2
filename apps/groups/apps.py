from django.apps import AppConfig

from apps.core.registry import navigation


class GroupsConfig(AppConfig):
    name = "apps.groups"
    verbose_name = "Groups"

    def ready(self):
        from . import needs, reminders  # noqa: F401 - they register themselves

        navigation("Groups", "groups", order=20)
