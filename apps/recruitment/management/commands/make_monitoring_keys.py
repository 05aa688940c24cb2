"""Make the pair of keys for equality monitoring."""

from django.core.management.base import BaseCommand

from ...applications.models.monitoring import new_keys


class Command(BaseCommand):
    """Print a new pair of keys: the public one for every process, the private one for the worker.

    Answers that were sealed to an earlier key can be counted with its private half alone: count
    them before changing keys.
    """

    help = __doc__

    def handle(self, **options):
        public, private = new_keys()
        self.stdout.write(f"MONITORING_PUBLIC_KEY={public}")
        self.stdout.write(f"MONITORING_PRIVATE_KEY={private}")
        self.stderr.write("Give the private key to the worker alone, never to the web process.")
