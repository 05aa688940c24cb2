from apps.core import parts


class InsightConfig(parts.PartsConfig):
    name = "apps.insight"
    verbose_name = "Insight"

    def ready(self):
        super().ready()
        from apps.accounts import second_factor

        # Each says what it counts, and what its page shows.
        from .figures import (  # noqa: F401
            balance,
            consultations,
            equality,
            network,
            recruitment,
            retention,
            support,
            sustainability,
            together,
        )
        from .roles import contributes

        second_factor.FACTS["contributes"] = contributes
