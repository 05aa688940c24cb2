from apps.core import parts
from apps.core.audit_words import sensitive


class DataRightsConfig(parts.PartsConfig):
    name = "apps.datarights"
    verbose_name = "Data rights"

    def ready(self):
        super().ready()
        sensitive(
            ask_for_copy="Asked for a copy of their data",
            download_copy="Downloaded a copy of their data",
            erase_person="Erased somebody's data",
        )
