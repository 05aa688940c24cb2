"""Anchors of the audit trail: what leaves the database, so that a cut of its end shows.

Whoever has the database can delete the last seals with their entries; what is left is sealed anew
and looks whole. An anchor names a seal, its digest and how many entries there were, and is signed
with a key that is not in the database. Each night one goes to the log, to a file, and by mail to
whoever is named for it; the nightly check, and ``verify_audit``, compare with them (docs/adr/0014).
"""

import hmac
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.mail import send_mail
from django.db.models import Sum

from . import chain, clock
from .models import AuditSeal

log = logging.getLogger(__name__)

WRITTEN = re.compile(r"\b(\d+):([0-9a-f]{64})(?::(\d+):([0-9a-f]{32}))?(?![0-9a-f])")
DIGITS = 18  # no seal has a longer number: such an anchor is found to be wrong


@dataclass(frozen=True)
class Anchor:
    """A seal as it stood. The short ones, of the page and of each minute's line in the log, know
    no number of entries and are not signed."""

    number: int
    digest: str
    count: int | None = None
    code: str = ""

    def __str__(self) -> str:
        words = f"{self.number}:{self.digest}"
        return f"{words}:{self.count}:{self.code}" if self.code else words

    def is_ours(self) -> bool:
        """Whether this site signed it; of a short one nobody can tell."""
        known = [_code(key, self.number, self.digest, self.count) for key in list(chain.keys())]
        return not self.code or any(hmac.compare_digest(self.code, code) for code in known)


def _code(key, number, digest, count):
    content = f"anchor:{number}:{digest}:{count}".encode()
    return hmac.digest(key, content, "sha256").hex()[:32]


def read(text: str) -> list[Anchor]:
    """Every anchor in a text: a file of them, or a mail as it was pasted."""
    return [
        Anchor(int(number[:DIGITS]), digest, int(count[:DIGITS]) if count else None, code or "")
        for number, digest, count, code in WRITTEN.findall(text)
    ]


def latest() -> Anchor | None:
    """The anchor of the last seal; None where there is no seal yet."""
    last = AuditSeal.objects.defer("entries").first()
    if last is None:
        return None
    count = AuditSeal.objects.aggregate(count=Sum("count"))["count"]
    code = _code(chain.keys()[0], last.number, last.digest, count)
    return Anchor(last.number, last.digest, count, code)


def kept() -> list[Anchor]:
    """Those of the file. What cannot be read of it is said in the log, and not compared."""
    path = settings.AUDIT_ANCHOR_FILE
    if not path or not Path(path).exists():
        return []
    try:
        text = Path(path).read_text(encoding="utf-8", errors="replace")
    except OSError as fault:
        log.error("The anchors of the audit trail cannot be read: %s", type(fault).__name__)
        return []
    if odd := sum(bool(line.strip()) and not WRITTEN.search(line) for line in text.splitlines()):
        log.error("The file of anchors has %s lines that hold no anchor.", odd)
    return read(text)


def publish(anchor: Anchor) -> None:
    """Send an anchor where the database does not reach. What cannot be reached is in the log."""
    log.info("Anchor of the audit trail: %s", anchor)
    for way in (_to_file, _by_mail):
        try:
            way(anchor)
        except OSError as fault:
            log.error("An anchor of the audit trail was not kept: %s", type(fault).__name__)


def _to_file(anchor):
    if settings.AUDIT_ANCHOR_FILE:
        with Path(settings.AUDIT_ANCHOR_FILE).open("a", encoding="utf-8") as file:
            file.write(f"{clock.now().isoformat(timespec='seconds')} {anchor}\n")


def _by_mail(anchor):
    _tell(
        "Anchor of the audit trail",
        [
            "Keep this message. It shows later whether the end of the audit trail was cut off.",
            str(anchor),
            "To compare, give its text to: manage.py verify_audit --anchors -",
        ],
    )


def warn(problems: int) -> None:
    """Tell those who get the anchors that a check found something."""
    words = [
        f"The nightly check of the audit trail has {problems} findings.",
        "Run manage.py verify_audit: it names each of them.",
        "Compare with the anchors that you kept.",
    ]
    try:
        _tell("The audit trail was tampered with", words)
    except OSError as fault:
        log.error("Nobody could be told of the findings: %s", type(fault).__name__)


def _tell(subject, lines) -> None:
    for address in settings.AUDIT_ANCHOR_EMAILS:
        send_mail(f"{settings.SITE_NAME}: {subject}", "\n\n".join(lines) + "\n", None, [address])


def compare(anchors: list[Anchor], counts: dict[int, tuple[str, int]]) -> Iterator[str]:
    """What the anchors show: ``counts`` is {number: (digest, entries so far)} of the seals."""
    for anchor in anchors:
        if not anchor.is_ours():
            yield f"The anchor of seal {anchor.number} was changed, or another site made it."
        elif anchor.number not in counts:
            yield f"Seal {anchor.number} of the anchor is missing: the trail was cut."
        elif counts[anchor.number][0] != anchor.digest:
            yield f"Seal {anchor.number} is not the one of the anchor."
        elif anchor.count not in (None, counts[anchor.number][1]):
            yield f"Seal {anchor.number} of the anchor covered {anchor.count} entries."
