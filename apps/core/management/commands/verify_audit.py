"""Check that nobody changed the audit trail."""

import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from ... import anchors, sealing


class Command(BaseCommand):
    """Check the audit trail: names each entry that was edited, removed, swapped or put in.

    Ends with 1 where anything was found. An anchor, kept outside of the database, also shows
    whether the end of the trail was cut off: give one, a file of them, or the mail that brought it.
    """

    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument(
            "--anchor",
            action="append",
            default=[],
            metavar="NUMBER:DIGEST",
            help="an anchor printed, logged or mailed earlier; may be given several times",
        )
        parser.add_argument(
            "--anchors",
            metavar="FILE",
            help="a file with anchors, or with the text of a mail; - reads what is pasted",
        )
        parser.add_argument(
            "--print-anchor",
            action="store_true",
            help="seal what is not sealed yet and print the latest anchor alone",
        )

    def handle(self, *, anchor, print_anchor, **options):
        sealing.seal()
        if print_anchor:
            self.stdout.write(str(anchors.latest() or ""))
            return
        given = list(self._given(anchor, options.get("anchors")))
        report = sealing.check(given)
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
        if given:
            self.stdout.write(f"The trail contains what {len(given)} anchors say.")
        self.stdout.write(f"{summary}: nothing was changed. Anchor: {report.anchor or 'none yet'}")

    def _given(self, texts, path):
        for text in texts:
            if not (found := anchors.read(text)):
                raise CommandError(f"Not an anchor: {text}. It looks like 12:6f1a….", returncode=2)
            yield from found
        if path:
            try:
                whole = sys.stdin.read() if path == "-" else _text(path)
            except OSError as fault:
                raise CommandError(f"{path} cannot be read: {fault.strerror}.") from fault
            except UnicodeError as fault:
                raise CommandError("What was pasted is no text.") from fault
            if not (found := anchors.read(whole)):
                raise CommandError(f"There is no anchor in {path}.", returncode=2)
            yield from found


def _text(path):
    return Path(path).read_text(encoding="utf-8", errors="replace")
