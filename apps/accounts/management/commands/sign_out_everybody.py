"""Sign everybody out, on the server: when it is not known whose sessions somebody has."""

from django.core.management.base import BaseCommand, CommandError

from apps.accounts.models.people import end_all_sessions
from apps.core.says import says_something


class Command(BaseCommand):
    help = "End every session, half-done sign-in and code; it is in the audit trail."

    def add_arguments(self, parser):
        parser.add_argument("--reason", required=True, help="kept in the audit trail")

    def handle(self, *args, reason, **options):
        if not says_something(reason):
            raise CommandError("Say why.")
        self.stdout.write(f"{end_all_sessions(reason)} sessions ended. Everybody signs in again.")
