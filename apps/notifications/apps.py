from apps.core import parts


class NotificationsConfig(parts.PartsConfig):
    name = "apps.notifications"
    verbose_name = "Notifications"
    parts = ("gallery",)

    def ready(self):
        super().ready()
        from apps.accounts import second_factor
        from apps.accounts.models.letters import CARRIERS
        from apps.core.health import BEHIND
        from apps.core.moves import SAID_NO

        from .digests import Digest
        from .events import account_letter_written
        from .halves import said_no
        from .inbound.reading import lag
        from .kinds import register, seed_rules
        from .models import ReminderRule
        from .unread import unread_about, unread_of

        register(Digest)
        SAID_NO.add(said_no)
        CARRIERS.add(account_letter_written)
        BEHIND.add(("inbound mail", lag))
        second_factor.NUMBERS |= {"unread": unread_of, "unread_about": unread_about}
        # Rules need their table; no other hook of Django's comes after the migrations.
        self.seed(ReminderRule, seed_rules)
