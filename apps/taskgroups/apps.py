from apps.core import parts


class TaskGroupsConfig(parts.PartsConfig):
    name = "apps.taskgroups"
    verbose_name = "Task groups"

    def ready(self):
        super().ready()
        from apps.groups.models import WorkingGroup

        from . import needs

        WorkingGroup.closing_checks.append(needs.undecided)
