from django.apps import AppConfig

from apps.core.context import navigation


class GroupsConfig(AppConfig):
    name = "apps.groups"
    verbose_name = "Groups"

    def ready(self):
        from apps.accounts import placing, second_factor

        from . import needs, personal, reminders, support  # noqa: F401 - they register themselves
        from .invitations import GroupPlaces
        from .models import in_groups

        placing.register(GroupPlaces())
        second_factor.FACTS["in_groups"] = in_groups

        navigation("Groups", "groups", order=20)
