"""Give or take a programme-wide role on the server: the beginning, and when nobody else is left."""

from django.core.management.base import BaseCommand, CommandError

from apps.accounts.models.people import User
from apps.accounts.models.role_changes import GIVEN, RoleChange
from apps.core.exceptions import NotYet
from apps.core.says import says_something


class Command(BaseCommand):
    help = (
        "Give somebody a programme-wide role, or take it. On the site a confidential role takes "
        "two people; this is for whoever runs the server, while there are not yet two. It is in "
        "the audit trail, and the person and everybody who has the role are told."
    )

    def add_arguments(self, parser):
        parser.add_argument("email", help="the address that the person signs in with")
        parser.add_argument("role", choices=[role for role, _ in GIVEN])
        parser.add_argument("--reason", required=True, help="kept in the audit trail")
        parser.add_argument("--take", action="store_true", help="take the role instead")

    def handle(self, *args, email, role, reason, take, **options):
        user = User.objects.filter(email__iexact=email).first()
        if user is None:
            raise CommandError("Nobody has this address.")
        if not says_something(reason):
            raise CommandError("Say why.")
        try:
            change = RoleChange.on_the_server(user, role, not take, reason)
        except NotYet as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"Done: {change.words}. The person and everybody who has it are told.")
