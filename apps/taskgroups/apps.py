from django.apps import AppConfig

from apps.core.context import navigation


class TaskGroupsConfig(AppConfig):
    name = "apps.taskgroups"
    verbose_name = "Task groups"

    def ready(self):
        from apps.groups.models import WorkingGroup

        from . import (  # noqa: F401 - some register themselves
            messages,
            needs,
            personal,
            roles,
        )

        WorkingGroup.closing_checks.append(needs.undecided)
        navigation("Outputs", "outputs", order=40)
