from apps.core import parts


class ExperienceConfig(parts.PartsConfig):
    name = "apps.experience"
    verbose_name = "How it was to work together"

    def ready(self):
        super().ready()
        from .models.round import Since

        self.seed(Since, Since.begin)
