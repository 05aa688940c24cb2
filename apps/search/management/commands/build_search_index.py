"""Make the index of the search anew, with progress."""

from django.core.management.base import BaseCommand, CommandError

from apps.core.searching import SEARCHED

from ... import index


class Command(BaseCommand):
    """Make every entry of the search anew from its thing, and take away those of nothing.

    People search meanwhile. Nothing on the site needs it in its daily life: triggers and a worker
    keep the index. It serves after the database was restored without its triggers, or for a doubt.
    """

    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("kinds", nargs="*", metavar="kind", help="only these kinds")

    def handle(self, *, kinds, verbosity, **options):
        for kind in kinds:
            if SEARCHED.get(kind) is None:
                known = ", ".join(one.kind for one in SEARCHED)
                raise CommandError(f"There is no kind {kind}. There are: {known}.")

        def say(source, done, total):
            if verbosity and total:
                self.stdout.write(f"{source.label}: {done:,} of {total:,}")

        made = index.build(say, kinds)
        self.stdout.write(f"{made:,} entries.")
