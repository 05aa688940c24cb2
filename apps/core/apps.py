from apps.core import parts


class CoreConfig(parts.PartsConfig):
    name = "apps.core"
    verbose_name = "Core"

    def ready(self):
        super().ready()
        from . import menu  # noqa: F401 - it tells of the menu
        from .models import CrisisContact
        from .permissions import hold_grants

        hold_grants()

        # An empty table would leave people without a number to call.
        self.seed(CrisisContact, CrisisContact.seed)
