from django.apps import AppConfig


class SteeringConfig(AppConfig):
    name = "apps.steering"
    verbose_name = "Steering group"

    def ready(self):
        from apps.groups.models import WorkingGroup

        from . import (  # noqa: F401 - to register
            messages,
            needs,
            personal,
            register,
            roles,
        )

        WorkingGroup.closing_checks.append(needs.unfinished)
