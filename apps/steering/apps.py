from django.apps import AppConfig


class SteeringConfig(AppConfig):
    name = "apps.steering"
    verbose_name = "Steering group"

    def ready(self):
        from apps.groups.models import WorkingGroup

        from . import needs, personal, register, reminders, roles  # noqa: F401 - to register

        WorkingGroup.closing_checks.append(needs.unfinished)
