from django.db.models.signals import post_migrate, pre_migrate

from apps.core import parts


class SearchConfig(parts.PartsConfig):
    name = "apps.search"
    verbose_name = "Search"

    def ready(self):
        super().ready()
        from apps.core.health import BEHIND

        from . import following, index

        pre_migrate.connect(following.remove, sender=self, weak=False)
        BEHIND.add(("search index", index.lag))
        post_migrate.connect(following.install, sender=self, weak=False)
