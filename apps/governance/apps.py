from django.apps import AppConfig

from apps.core.audit_words import sensitive
from apps.core.context import navigation


class GovernanceConfig(AppConfig):
    name = "apps.governance"
    verbose_name = "Governance"

    def ready(self):
        from apps.groups.models import WorkingGroup

        from . import (  # noqa: F401 - they register themselves
            analysis_needs,
            analysis_reminders,
            consultation_needs,
            consultation_reminders,
            consultation_tasks,
            document_needs,
            document_reminders,
            interest_needs,
            interest_reminders,
            personal,
            rights_needs,
            rights_reminders,
            roles,
            sections,
        )

        navigation("Consultations", "consultations", order=42)
        sensitive(
            read_interests="Read what people declared",
            ask_for_copy="Asked for a copy of their data",
            download_copy="Downloaded a copy of their data",
            erase_person="Erased somebody's data",
        )
        navigation("Governance", "governance", shown=lambda user: True, order=45)
        WorkingGroup.closing_checks.append(consultation_needs.unfinished)
