"""Fill an empty database with the demonstration programme."""

from datetime import date

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

from ... import clock, demo
from ...models import AuditEntry


class Command(BaseCommand):
    """Load the demonstration programme: people, groups and what they did, all of it invented.

    The same day gives the same data. Refuses a database that anybody has used, and production.
    """

    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument(
            "--scale",
            choices=["small", "large"],
            default="small",
            help="small: about the programme on the poster; large: for measuring",
        )
        parser.add_argument(
            "--today",
            type=date.fromisoformat,
            metavar="YYYY-MM-DD",
            help="the day on which the programme stands (default: today)",
        )

    def handle(self, *, scale, today, **options):
        if not settings.DEMO_ALLOWED:
            raise CommandError("Demonstration data has no place in production. Nothing was loaded.")
        with transaction.atomic():
            if get_user_model().objects.exists() or AuditEntry.objects.exists():
                raise CommandError("The database is not empty. Nothing was loaded.")
            demo.load(today=today or clock.today(), large=scale == "large")
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # so much at once: let the database plan by how much there is
        if options["verbosity"]:
            self.stdout.write(f"The demonstration programme is loaded ({scale}).")
            for one in demo.sign_ins():
                self.stdout.write(f"  {one.email:26}{one.what}")
            self.stdout.write(f"Their password: {demo.PASSWORD}")
