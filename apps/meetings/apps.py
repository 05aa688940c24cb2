from django.apps import AppConfig

from apps.core.context import navigation


class MeetingsConfig(AppConfig):
    name = "apps.meetings"
    verbose_name = "Meetings"

    def ready(self):
        from apps.accounts import second_factor
        from apps.groups.models import WorkingGroup

        from . import (  # noqa: F401 - they register themselves
            calendar,
            messages,
            needs,
            payable_time,
            personal,
            roles,
            support,
        )
        from .models.meeting import is_deputy

        second_factor.FACTS["is_deputy"] = is_deputy
        WorkingGroup.closing_checks.append(needs.unfinished)
        calendar.register()
        navigation("Meetings", "meetings", order=10)
        navigation("Actions", "actions", order=30)
