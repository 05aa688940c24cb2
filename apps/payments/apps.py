from apps.core import parts
from apps.core.audit_words import sensitive


class PaymentsConfig(parts.PartsConfig):
    name = "apps.payments"
    verbose_name = "Involvement payments"

    def ready(self):
        super().ready()
        sensitive(export_claims="Downloaded claims")
