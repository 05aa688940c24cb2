from django.apps import AppConfig

from apps.core.audit_words import sensitive
from apps.core.context import navigation


class NetworkConfig(AppConfig):
    name = "apps.network"
    verbose_name = "Peers and Sponsors Network"

    def ready(self):
        from . import (  # noqa: F401 - they register themselves
            involvement_leaving,
            involvement_needs,
            involvement_reminders,
            involvement_tasks,
            leaving,
            needs,
            personal,
            reminders,
            roles,
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
