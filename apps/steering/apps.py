from apps.core import parts


class SteeringConfig(parts.PartsConfig):
    name = "apps.steering"
    verbose_name = "Steering group"

    def ready(self):
        super().ready()
        from apps.groups.models import WorkingGroup

        from . import needs

        WorkingGroup.closing_checks.append(needs.unfinished)
