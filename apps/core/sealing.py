"""Sealing the audit trail, and checking it: what was edited, taken out, swapped or put in.

Writers never wait for this: a task seals what they wrote, a minute later. docs/adr/0014 says what
the seals show, and what only an anchor kept elsewhere can show.
"""

import logging
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, transaction
from django.db.models import Count, Min

from . import anchors as anchored
from . import chain, clock
from .models import AuditCheck, AuditEntry, AuditSeal

log = logging.getLogger(__name__)

RUN = 1000  # entries under one seal
SHOWN = 1000  # findings that a report names; more are counted
# A transaction may take its number early and commit late: so long its number is looked at again.
LATE = timedelta(hours=1)
MANY = 30_000  # gaps in an hour: no more than these are looked through


# --- sealing --------------------------------------------------------------------------------------
def seal():
    """Seal every entry that has none yet; the number of entries sealed."""
    sealed = 0
    try:
        sealed += _seal_run(_late())
        while more := _seal_run(_new()):
            sealed += more
    except IntegrityError:
        log.info("Another process is sealing the audit trail")
    return sealed


def _new():
    last = AuditSeal.objects.order_by("-number").values_list("last", flat=True).first()
    entries = AuditEntry.objects.filter(pk__gt=last or 0).order_by("pk")
    return list(entries.values_list("pk", "digest")[:RUN])


def _late():
    """Entries whose number was passed over by a recent seal, since they were not there yet."""
    recent = AuditSeal.objects.filter(made_at__gte=clock.now() - LATE).order_by("number")
    first = recent.values_list("number", flat=True).first()
    if first is None:
        return []
    before = AuditSeal.objects.filter(number__lt=first).order_by("-number").first()
    cursor = before.last if before else 0
    start, known = cursor, set()
    for packed in recent.values_list("entries", flat=True).iterator(chunk_size=20):
        known.update(chain.listed(packed))
    end = max(known)
    if not 0 < end - start - len(known) < MANY:
        return []  # no gap; or a number far out of line, which a check names
    return _numbered([pk for pk in range(start + 1, end + 1) if pk not in known])[:RUN]


def _numbered(pks):
    return list(AuditEntry.objects.filter(pk__in=pks).order_by("pk").values_list("pk", "digest"))


def _seal_run(rows):
    if not rows:
        return 0
    with transaction.atomic():
        # Two at once would give the same number, and one of them fails: no row is locked, so that
        # the database role of the site may do without a right to change one.
        last = AuditSeal.objects.order_by("-number").first()
        number, previous = (last.number + 1, last.digest) if last else (1, "")
        packed = chain.listing(rows)
        made = AuditSeal.objects.create(
            number=number,
            count=len(rows),
            last=max(rows[-1][0], last.last if last else 0),
            entries=packed,
            previous=previous,
            digest=chain.seal_digest(chain.keys()[0], number, previous, packed),
        )
    # The log is kept elsewhere than the database: so each line is an anchor.
    log.info("Audit trail sealed: %s", made.anchor)
    return len(rows)


# --- checking -------------------------------------------------------------------------------------
FIELDS = (
    "pk",
    "at",
    "by_id",
    "action",
    "subject_type_id",
    "subject_id",
    "request_id",
    "salt",
    "note",
    "note_digest",
    "digest",
)


@dataclass
class Report:
    """What a check found. ``late`` are sound entries that a long transaction wrote."""

    entries: int = 0
    seals: int = 0
    unsealed: int = 0
    problems: int = 0
    findings: list = field(default_factory=list)
    late: list = field(default_factory=list)
    anchor: str = ""

    def found(self, text):
        self.problems += 1
        if len(self.findings) < SHOWN:
            self.findings.append(text)


class Check:
    """One pass over all seals and all entries, with bounded memory."""

    def __init__(self):
        self.report = Report()
        self.keys = chain.keys()
        self.cursor = 0
        self.strays = {}  # number -> (mark, what is wrong with it), in no seal so far
        self.missing = {}  # mark -> number
        self.moved = {}  # number -> (mark that was sealed, mark that is there)

    def run(self, anchors=()):
        """``anchors`` are those to compare with (anchors.py)."""
        previous, number, count = "", 0, 0
        wanted, there = {anchor.number for anchor in anchors}, {}
        for one in AuditSeal.objects.order_by("number").iterator(chunk_size=20):
            self._seal(one, number, previous)
            previous, number, count = one.digest, one.number, count + one.count
            if number in wanted:
                there[number] = (one.digest, count)
        for text in anchored.compare(anchors, there):
            self.report.found(text)
        self.report.anchor = f"{number}:{previous}" if previous else ""
        self._tail()
        self._settle()
        self._copies()
        return self.report

    # --- seals
    def _seal(self, one, number, previous):
        self.report.seals += 1
        if one.number != number + 1:
            for gone in range(number + 1, min(one.number, number + SHOWN)):
                self.report.found(f"Seal {gone}: missing.")
        elif one.previous != previous:
            self.report.found(f"Seal {one.number}: does not follow the seal before it.")
        listed = chain.listed(one.entries)
        sound = (
            any(
                one.digest == chain.seal_digest(key, one.number, one.previous, one.entries)
                for key in self.keys
            )
            and one.count == len(listed)
            and (not listed or one.last == max(self.cursor, max(listed)))
        )
        if not sound:
            self.report.found(f"Seal {one.number}: edited.")
        if not listed:
            return
        entries = AuditEntry.objects.order_by("pk")
        if min(listed) > self.cursor:
            rows = entries.filter(pk__gt=self.cursor, pk__lte=max(listed))
            self.cursor = max(listed)
        else:
            rows = entries.filter(pk__in=list(listed))
        without = []
        for row in rows.values_list(*FIELDS).iterator(chunk_size=RUN):
            self._entry(row, listed, without)
        self._unrecorded(without)
        for pk, mark in listed.items():
            self._remember(self.missing, mark, pk, f"Entry {pk}: missing.")

    def _entry(self, row, listed, without):
        pk, digest = row[0], row[-1]
        wrong, mark, sealed = self._wrong(row), chain.mark(digest), listed.pop(pk, None)
        if sealed is None:
            self._remember(self.strays, pk, (mark, wrong), f"Entry {pk}: added behind.")
            return
        self.strays.pop(pk, None)
        self.report.entries += 1
        if not row[7]:
            without.append(pk)
        if wrong:
            self.report.found(f"Entry {pk}: {wrong}.")
        elif mark != sealed:
            self._remember(self.moved, pk, (sealed, mark), f"Entry {pk}: replaced by another.")

    def _remember(self, store, key, value, text):
        """Judge it at the end, when all is known; past a bound, name it at once."""
        if len(store) < SHOWN:
            store[key] = value
        else:
            self.report.found(text)

    # --- entries
    def _wrong(self, row):
        """What is wrong with an entry by itself, or nothing."""
        _, at, by_id, action, type_id, subject_id, request_id, salt, note, noted, digest = row
        if not any(
            digest
            == chain.entry_digest(
                key,
                at=at,
                by_id=by_id,
                action=action,
                subject_type_id=type_id,
                subject_id=subject_id,
                request_id=request_id,
                noted=noted,
            )
            for key in self.keys
        ):
            return "edited"
        # A longer salt could hold the beginning of the note, which would then be cut unseen.
        if salt and (len(salt) != chain.SALT or chain.note_digest(salt, note) != noted):
            return "edited: its note"
        if note and not salt:
            return "edited: a note where one was removed"
        return ""

    def _unrecorded(self, without):
        """A note may be taken away, but not without an entry that says so."""
        if not without:
            return
        kind = ContentType.objects.get_for_model(AuditEntry)
        recorded = AuditEntry.objects.filter(
            action=AuditEntry.REMOVE_NOTE,
            subject_type=kind,
            subject_id__in=[str(pk) for pk in without],
        )
        recorded = set(recorded.values_list("subject_id", flat=True))
        for pk in without:
            if str(pk) not in recorded:
                self.report.found(f"Entry {pk}: its note was removed without a record.")

    def _tail(self):
        """What no seal covers yet: each entry is sound by itself, their order is not known."""
        rows = AuditEntry.objects.filter(pk__gt=self.cursor).order_by("pk")
        without = []
        for row in rows.values_list(*FIELDS).iterator(chunk_size=RUN):
            self.report.entries += 1
            self.report.unsealed += 1
            if not row[7]:
                without.append(row[0])
            if wrong := self._wrong(row):
                self.report.found(f"Entry {row[0]}: {wrong}.")
            else:
                mark = chain.mark(row[-1])
                if mark in self.missing:
                    self.report.found(f"Entry {row[0]}: was entry {self.missing[mark]}.")
        self._unrecorded(without)
        low = AuditEntry.objects.filter(pk__lte=0).aggregate(low=Min("pk"))["low"]
        if low is not None:
            self.report.found(f"Entry {low}: added behind.")

    def _settle(self):
        sealed_at = {sealed: pk for pk, (sealed, _) in self.moved.items()}
        for pk, (_, there) in self.moved.items():
            other = sealed_at.get(there) or self.missing.get(there)
            if other:
                self.report.found(f"Entry {pk}: swapped; it holds what entry {other} held.")
            else:
                self.report.found(f"Entry {pk}: replaced by another.")
        for pk, (mark, wrong) in self.strays.items():
            if wrong:
                self.report.found(f"Entry {pk}: added behind.")
            elif mark in self.missing:
                self.report.found(f"Entry {pk}: was entry {self.missing[mark]}.")
            else:
                self.report.entries += 1
                self.report.late.append(pk)
        for pk in self.missing.values():
            self.report.found(f"Entry {pk}: missing.")

    def _copies(self):
        """An entry put in by copying another one is sound by itself, but there twice."""
        twice = AuditEntry.objects.order_by().values("digest").annotate(times=Count("pk"))
        for digest in twice.filter(times__gt=1).values_list("digest", flat=True)[:SHOWN]:
            copies = AuditEntry.objects.filter(digest=digest).order_by("pk")
            pks = list(copies.values_list("pk", flat=True)[:10])
            self.report.found(f"Entries {', '.join(map(str, pks))}: copies of one.")
            self.report.late = [pk for pk in self.report.late if pk not in pks]


def check(anchors=()):
    """Check the whole trail, keep the outcome, and seal what was written late."""
    report = Check().run(anchors)
    with suppress(IntegrityError):  # another process is sealing; it comes again tomorrow
        _seal_run(_numbered(report.late))
    AuditCheck.objects.create(
        entries=report.entries,
        seals=report.seals,
        problems=report.problems,
        findings="\n".join(report.findings[:20]),
    )
    if report.problems:
        log.error("The audit trail was tampered with: %s findings", report.problems)
    return report
