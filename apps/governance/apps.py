from apps.core import parts
from apps.core.audit_words import sensitive
from apps.core.context import navigation


class GovernanceConfig(parts.PartsConfig):
    name = "apps.governance"
    verbose_name = "Governance"
    parts = ("decisions", "interests", "consultations", "documents", "analysis")

    def ready(self):
        super().ready()
        from apps.groups.models import WorkingGroup

        from .consultations.needs import unfinished

        navigation("Consultations", "consultations", order=42)
        navigation("Governance", "governance", shown=lambda user: True, order=45)
        sensitive(read_interests="Read what people declared")
        WorkingGroup.closing_checks.append(unfinished)
