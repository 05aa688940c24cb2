from apps.core import parts
from apps.core.audit_words import sensitive


class ConversationsConfig(parts.PartsConfig):
    name = "apps.conversations"
    verbose_name = "Peer Support Conversations"

    def ready(self):
        super().ready()
        sensitive(export_bookings="Downloaded who comes to a Conversation")
