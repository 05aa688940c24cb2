from django.apps import AppConfig

from apps.core.registry import navigation


class TaskGroupsConfig(AppConfig):
    name = "apps.taskgroups"
    verbose_name = "Task groups"

    def ready(self):
        from apps.groups.models import WorkingGroup

        from . import (  # noqa: F401 - some register themselves
            accepted,
            consulted,
            needs,
            personal,
            reminders,
            roles,
        )

        WorkingGroup.closing_checks.append(needs.undecided)
        navigation("Outputs", "outputs", order=40)
