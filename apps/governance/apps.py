from django.apps import AppConfig

from apps.core.audit_words import sensitive
from apps.core.context import navigation


class GovernanceConfig(AppConfig):
    name = "apps.governance"
    verbose_name = "Governance"

    def ready(self):
        from apps.datarights import (  # noqa: F401 - they register themselves
            needs as datarights_needs,
        )
        from apps.groups.models import WorkingGroup

        from . import (  # noqa: F401 - they register themselves
            roles,
        )
        from .analysis import (  # noqa: F401 - they register themselves
            messages,
            needs,
        )
        from .consultations import (  # noqa: F401 - they register themselves
            needs as consultations_needs,
        )
        from .decisions import (  # noqa: F401 - they register themselves
            personal,
        )
        from .documents import (  # noqa: F401 - they register themselves
            needs as documents_needs,
        )
        from .interests import (  # noqa: F401 - they register themselves
            needs as interests_needs,
        )

        navigation("Consultations", "consultations", order=42)
        sensitive(
            read_interests="Read what people declared",
            ask_for_copy="Asked for a copy of their data",
            download_copy="Downloaded a copy of their data",
            erase_person="Erased somebody's data",
        )
        navigation("Governance", "governance", shown=lambda user: True, order=45)
        WorkingGroup.closing_checks.append(consultations_needs.unfinished)
