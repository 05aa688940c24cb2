"""Erase what is held of somebody who has no account and asked for it by letter or e-mail."""

from django.core.management.base import BaseCommand, CommandError

from apps.accounts.models.people import User

from ... import erasure


class Command(BaseCommand):
    """Show what is held of somebody without an account, by the address they gave; erase it with
    --erase. Somebody with an account is erased on the site, which shows more.
    """

    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("address")
        parser.add_argument("--erase", action="store_true", help="do it")

    def handle(self, *, address, erase, **options):
        if User.objects.filter(email__iexact=address).exists():
            raise CommandError("There is an account with this address. Erase it on the site.")
        lines = erasure.preview_address(address)
        for line in lines:
            self.stdout.write(f"{line.what}: {line.count}. {line.why}".strip())
        if not lines:
            self.stdout.write("Nothing is held.")
        elif waits := erasure.address_waits(address):
            raise CommandError(" ".join(waits))
        elif erase:
            self.stdout.write(f"Erased: {erasure.erase_address(address)}")
        else:
            self.stdout.write("Nothing was changed. Say --erase to erase it.")
