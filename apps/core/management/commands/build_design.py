"""Put the NHS design system, as npm installed it, where Django finds static files."""

import re
import shutil
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

PACKAGE = Path(settings.BASE_DIR) / "node_modules" / "nhsuk-frontend"
FONT_FACE = re.compile(r"@font-face\s*\{[^}]*\}")
SOURCE_MAP = re.compile(r"(/\*# sourceMappingURL=.*?\*/|//# sourceMappingURL=\S+)")


class Command(BaseCommand):
    """Copies two files and the pictures, with two changes (docs/adr/0003).

    The design system's fonts come from a remote host: dropped, so that no page tells a third
    party who reads it; Arial is its own fallback. Its pictures are found beside the style sheet.
    """

    help = __doc__
    requires_system_checks = []

    def handle(self, **options):
        dist = PACKAGE / "dist" / "nhsuk"
        if not dist.exists():
            raise CommandError("The design system is not installed. Run: npm ci")
        target = Path(settings.DESIGN_DIR) / "nhsuk"
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(dist / "assets" / "images", target / "images")
        css = (dist / "nhsuk-frontend.min.css").read_text()
        css = FONT_FACE.sub("", SOURCE_MAP.sub("", css)).replace("/assets/images/", "images/")
        (target / "nhsuk-frontend.min.css").write_text(css)
        script = (dist / "nhsuk-frontend.min.js").read_text()
        (target / "nhsuk-frontend.min.js").write_text(SOURCE_MAP.sub("", script))
        self.stdout.write(f"The design system is in {target}.")
