from apps.core import parts


class NotificationsConfig(parts.PartsConfig):
    name = "apps.notifications"
    verbose_name = "Notifications"

    def ready(self):
        super().ready()
        from apps.core.context import navigation
        from apps.core.moves import SAID_NO

        from .digests import Digest
        from .halves import said_no
        from .kinds import register, seed_rules
        from .models import ReminderRule

        register(Digest)
        SAID_NO.add(said_no)
        # Rules need their table; no other hook of Django's comes after the migrations.
        self.seed(ReminderRule, seed_rules)
        navigation("Messages", "messages", order=80)
