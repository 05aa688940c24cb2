from apps.core import parts
from apps.core.audit_words import sensitive


class GovernanceConfig(parts.PartsConfig):
    name = "apps.governance"
    verbose_name = "Governance"
    parts = ("decisions", "interests", "consultations", "documents", "analysis")

    def ready(self):
        super().ready()
        from apps.groups.models import WorkingGroup

        from .consultations.needs import unfinished

        sensitive(read_interests="Read what people declared")
        WorkingGroup.closing_checks.append(unfinished)
