"""Check that nobody changed the audit trail."""

from django.core.management.base import BaseCommand, CommandError

from ... import sealing
from ...models import AuditSeal


class Command(BaseCommand):
    """Check the audit trail: names each entry that was edited, removed, swapped or put in.

    Ends with 1 where anything was found. An anchor, kept outside of the database, also shows
    whether the end of the trail was cut off.
    """

    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument(
            "--anchor",
            action="append",
            default=[],
            metavar="NUMBER:DIGEST",
            help="an anchor printed or logged earlier; may be given several times",
        )
        parser.add_argument(
            "--print-anchor",
            action="store_true",
            help="seal what is not sealed yet and print the latest anchor alone",
        )

    def handle(self, *, anchor, print_anchor, **options):
        sealing.seal()
        if print_anchor:
            latest = AuditSeal.objects.first()
            self.stdout.write(latest.anchor if latest else "")
            return
        if bad := [one for one in anchor if ":" not in one]:
            raise CommandError(f"Not an anchor: {bad[0]}. It looks like 12:6f1a….", returncode=2)
        report = sealing.check(anchor)
        for text in report.findings:
            self.stdout.write(text)
        if report.problems > len(report.findings):
            self.stdout.write(f"… and {report.problems - len(report.findings)} more.")
        summary = f"{report.entries} entries under {report.seals} seals"
        if report.late:
            summary += f", {len(report.late)} of them sealed late"
        if report.unsealed:
            summary += f", {report.unsealed} not sealed yet"
        if report.problems:
            raise CommandError(f"{summary}: {report.problems} findings.")
        self.stdout.write(f"{summary}: nothing was changed. Anchor: {report.anchor or 'none yet'}")
