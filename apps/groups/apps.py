from django.apps import AppConfig

from apps.core.context import navigation


class GroupsConfig(AppConfig):
    name = "apps.groups"
    verbose_name = "Groups"

    def ready(self):
        from apps.accounts import group_placement, second_factor

        from . import (  # noqa: F401 - they register themselves
            messages,
            needs,
            personal,
            support,
        )
        from .invitations import GroupPlaces
        from .models import in_groups

        group_placement.register(GroupPlaces())
        second_factor.FACTS["in_groups"] = in_groups

        navigation("Groups", "groups", order=20)
