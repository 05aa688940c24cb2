from apps.core import parts
from apps.core.audit_words import sensitive


class NetworkConfig(parts.PartsConfig):
    name = "apps.network"
    verbose_name = "Peers and Sponsors Network"
    parts = ("joining", "pairs", "practice", "board", "seats")

    def ready(self):
        super().ready()
        from apps.accounts import second_factor

        from .pairs.models import helps_pairs

        second_factor.OFFERED_TO.append(helps_pairs)
        sensitive(
            export_members="Downloaded the list of members",
            export_interests="Downloaded who would like to take part",
            export_pairs="Downloaded which pairs there are",
            export_practice="Downloaded the practice register",
        )
