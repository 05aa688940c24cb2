from apps.core import parts


class MeetingsConfig(parts.PartsConfig):
    name = "apps.meetings"
    verbose_name = "Meetings"
    parts = ("finding",)

    def ready(self):
        super().ready()
        from apps.accounts import second_factor
        from apps.groups.models import WorkingGroup

        from . import needs
        from .finding.needs import unfinished
        from .models.meeting import arranges_support, is_deputy

        second_factor.FACTS["is_deputy"] = is_deputy
        second_factor.OFFERED_TO.append(arranges_support)
        WorkingGroup.closing_checks += [needs.unfinished, unfinished]
