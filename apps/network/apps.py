from django.apps import AppConfig

from apps.core.audit_words import sensitive
from apps.core.context import navigation


class NetworkConfig(AppConfig):
    name = "apps.network"
    verbose_name = "Peers and Sponsors Network"

    def ready(self):
        from apps.conversations import (  # noqa: F401 - they register themselves
            tasks,
        )

        from . import (  # noqa: F401 - they register themselves
            needs as network_needs,
        )
        from .joining import (  # noqa: F401 - they register themselves
            personal,
        )
        from .pairs import (  # noqa: F401 - they register themselves
            account_closure as pairs_account_closure,
        )
        from .seats import (  # noqa: F401 - they register themselves
            account_closure,
            messages,
            needs,
        )

        sensitive(
            export_members="Downloaded the list of members",
            export_interests="Downloaded who would like to take part",
            export_pairs="Downloaded which pairs there are",
            export_practice="Downloaded the practice register",
            export_claims="Downloaded claims",
            export_bookings="Downloaded who comes to a Conversation",
        )
        navigation("Network", "network", order=25)
