from apps.core import parts


class GroupsConfig(parts.PartsConfig):
    name = "apps.groups"
    verbose_name = "Groups"

    def ready(self):
        super().ready()
        from apps.accounts import group_placement, second_factor

        from .invitations import GroupPlaces
        from .models import in_groups, in_network, leads_a_group, on_steering

        group_placement.register(GroupPlaces())
        second_factor.FACTS["in_groups"] = in_groups
        second_factor.FACTS["in_network"] = in_network
        second_factor.FACTS["on_steering"] = on_steering
        second_factor.OFFERED_TO.append(leads_a_group)
