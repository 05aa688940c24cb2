from apps.core import parts


class ReportsConfig(parts.PartsConfig):
    name = "apps.reports"
    verbose_name = "Reports"

    def ready(self):
        super().ready()
        from apps.groups.models import WorkingGroup

        from . import needs

        WorkingGroup.closing_checks.append(needs.unfinished)
