from django.apps import AppConfig

from apps.core.registry import navigation


class GroupsConfig(AppConfig):
    name = "apps.groups"
    verbose_name = "Groups"

    def ready(self):
        from apps.accounts import placing

        from . import needs, personal, reminders, support  # noqa: F401 - they register themselves
        from .invitations import GroupPlaces

        placing.register(GroupPlaces())

        navigation("Groups", "groups", order=20)
