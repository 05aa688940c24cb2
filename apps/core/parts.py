"""Apps, and the parts that the large ones are made of: what each tells is told at the start."""

from importlib import import_module

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.module_loading import module_has_submodule

# Files that tell another app, or Celery, of something when they are imported.
TELLING = (
    "checks",
    "roles",
    "decided",
    "accepted",
    "support",
    "register",
    "payable_time",
    "calendar",
    "answers",
    "messages",
    "events",
    "ahead",
    "needs",
    "coming",
    "sections",
    "places",
    "progress",
    "personal",
    "searched",
    "account_closure",
    "tasks",
)


class PartsConfig(AppConfig):
    """An app of ours. ``parts`` names the packages that it is made of, lowest first."""

    parts: tuple[str, ...] = ()

    def seed(self, model, rows):
        """Call ``rows`` after every migration, so that a table is never empty.

        Where migrations went back, the table may be gone: then there is nothing to do.
        """

        def after(apps=None, **kwargs):
            if apps is None or model._meta.model_name in apps.all_models[model._meta.app_label]:
                rows()

        post_migrate.connect(after, sender=self, weak=False)

    def ready(self):
        for package in (self.name, *(f"{self.name}.{part}" for part in self.parts)):
            for name in TELLING:
                if module_has_submodule(import_module(package), name):
                    import_module(f"{package}.{name}")
