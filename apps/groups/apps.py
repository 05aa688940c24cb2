from apps.core import parts
from apps.core.context import navigation


class GroupsConfig(parts.PartsConfig):
    name = "apps.groups"
    verbose_name = "Groups"

    def ready(self):
        super().ready()
        from apps.accounts import group_placement, second_factor

        from .invitations import GroupPlaces
        from .models import in_groups, leads_a_group

        group_placement.register(GroupPlaces())
        second_factor.FACTS["in_groups"] = in_groups
        second_factor.OFFERED_TO.append(leads_a_group)

        navigation("Groups", "groups", order=20)
