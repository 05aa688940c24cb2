"""The one place where the index is written."""

import logging
from collections import defaultdict
from datetime import datetime

from django.db import DatabaseError, OperationalError, connection, transaction
from django.db.models import DurationField, ExpressionWrapper, F
from django.db.models.functions import Now
from psycopg2 import errors
from psycopg2.extras import execute_values

from apps.core import clock
from apps.core.searching import SEARCHED

from . import days, files
from .models import Entry, Stale
from .words import LONGEST, fold, held_like, key, plain

log = logging.getLogger(__name__)
BATCH = 500
FEW = 10  # files
MOST_BYTES = 250_000  # of words: a tsvector of a megabyte is refused, and may be four times as long
NOT_NOW = errors.LockNotAvailable, errors.DeadlockDetected, errors.QueryCanceled
FIELDS = [
    *("group", "day", "reference", "key", "title", "body", "state", "colour", "url", "again_at"),
    *("file", "text"),
]


def write(source, things):
    """Make the entries of these things as they are now; what is gone or tells nothing has none."""
    rows = source.model._base_manager.filter(pk__in=things).prefetch_related(*source.prefetch)
    if source.read:  # without a name Django would read all that a row leads to
        rows = rows.select_related(*source.read)
    entries = []
    for row in rows:
        if (told := source.told(row)) is not None:
            entries.append(_entry(source, row, told))
    gone = set(things) - {entry.thing for entry in entries}
    if gone:
        Entry.objects.filter(kind=source.kind, thing__in=gone).delete()
    if source.file and entries:
        files.keep(source, entries)
    keep(entries)
    return len(entries)


def _entry(source, row, told):
    on = told.on
    day = on.astimezone(clock.LONDON).date() if isinstance(on, datetime) else on
    body = told.body if isinstance(told.body, str) else "\n\n".join(filter(None, told.body))
    return Entry(
        kind=source.kind,
        thing=row.pk,
        group_id=told.group,
        day=day,
        reference=told.reference[:60],
        key=key(told.reference)[:60],
        title=told.title,
        body=plain(body)[:LONGEST],
        state=told.state.label[:60] if told.state else "",
        colour=told.state.colour if told.state else "",
        url=told.url,
        again_at=told.again_at,
        file=row.sha256 if source.file else "",
    )


def keep(entries):
    """Put entries into the index, in place of those that are there of the same things."""
    words = [_words(one) for one in entries]
    if not entries:
        return
    try:
        _put(entries, words)
    except DatabaseError as fault:
        if isinstance(fault.__cause__, NOT_NOW):
            raise  # none of these is at fault
        for one, told in zip(entries, words, strict=True):  # what cannot be held keeps no other
            try:
                _put([one], [told])
            except DatabaseError:
                named = {"entry": str(one)}
                log.warning("The words of an entry cannot be indexed", extra=named)
                _put([one], [("", "", "")])


@transaction.atomic
def _put(entries, words):
    put = _put_postgresql if connection.vendor == "postgresql" else _put_sqlite
    with connection.cursor() as cursor:
        put(cursor, entries, words)


def _words(one):
    """What is looked for: reference, title with the day, and body; folded."""
    title = f"{fold(one.title)} {days.held(one.day)}"
    return fold(one.reference), title, _short(fold(f"{one.body} {one.text}"))


def _short(words):
    """As much as a tsvector holds: a letter that was folded may take many bytes."""
    return words.encode()[:MOST_BYTES].decode(errors="ignore")


def _quoted(name):
    return f'"{name}"'


COLUMNS = [Entry._meta.get_field(name) for name in ("kind", "thing", *FIELDS)]
NAMED = "setweight(to_tsvector('english', %s), 'A') || setweight(to_tsvector('english', %s), 'B')"
WRITTEN = [*(one.column for one in COLUMNS), "near", "named", "words"]
UPSERT = (
    f"INSERT INTO search_entry ({', '.join(map(_quoted, WRITTEN))}) VALUES %s"  # noqa: S608 - ours
    " ON CONFLICT (kind, thing) DO UPDATE SET "
    + ", ".join(f"{_quoted(name)} = EXCLUDED.{_quoted(name)}" for name in WRITTEN[2:])
)
ROW = (
    f"({', '.join(['%s'] * len(COLUMNS))}, array_to_tsvector(%s::text[]), {NAMED},"
    f" {NAMED} || setweight(to_tsvector('english', %s), 'D'))"
)


def _put_postgresql(cursor, entries, words):
    """Rows and their words in one statement, or each row and its place in the index is written
    twice."""
    rows = [
        (
            *(getattr(one, column.attname) for column in COLUMNS),
            held_like(one.title) if told[1] else [],
            *told[:2],
            *told,
        )
        for one, told in zip(entries, words, strict=True)
    ]
    with connection.wrap_database_errors:
        execute_values(cursor.cursor, UPSERT, rows, template=ROW, page_size=BATCH)


def _put_sqlite(cursor, entries, words):
    made = Entry.objects.bulk_create(
        entries, update_conflicts=True, unique_fields=["kind", "thing"], update_fields=FIELDS
    )
    cursor.executemany("DELETE FROM search_words WHERE rowid = %s", [(one.pk,) for one in made])
    cursor.executemany(
        "INSERT INTO search_words (rowid, reference, title, body) VALUES (%s, %s, %s, %s)",
        [(one.pk, *told) for one, told in zip(made, words, strict=True)],
    )


# --- one at a time ------------------------------------------------------------------------------
# What is read last is written last, or words that went could come back. So one process writes at a
# time: one what is quick, one what stands in files. Whoever changes a thing may wait for a row of
# the index, but never on one another: this side gives up first, and tries again.
QUICK, FILES = 4_815_162, 4_815_163
GIVES_UP = "300ms"
TRIES = 20


def _alone(which, wait):
    """Whether this transaction has its turn; on SQLite a second writer would fail by itself."""
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        if wait:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [which])
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [GIVES_UP])
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [which])
        return cursor.fetchone()[0]


# --- what changed -------------------------------------------------------------------------------
def follow(at_most=20):
    """Make entries anew of what changed, some in each transaction; how many notes were done."""
    _the_clock()
    files = [one.kind for one in SEARCHED if one.file]
    done = 0
    try:
        for _ in range(at_most):
            taken = _batch(QUICK, Stale.objects.exclude(kind__in=files))
            done += taken
            if taken < BATCH:
                break
        return done + _batch(FILES, Stale.objects.filter(kind__in=files), FEW)
    except OperationalError:
        log.info("Somebody is writing what was to be indexed: it comes with the next turn")
        return done


@transaction.atomic
def _batch(which, notes, size=BATCH):
    if not _alone(which, wait=False):
        return 0
    notes = list(notes.order_by("pk")[:size])
    things = defaultdict(set)
    for note in notes:
        things[note.kind].add(note.thing)
    for kind, changed in things.items():
        if source := SEARCHED.get(kind):
            write(source, changed)
    # Those alone: what changed meanwhile has a note of its own.
    Stale.objects.filter(pk__in=[note.pk for note in notes]).delete()
    return len(notes)


def _the_clock():
    """What became another without a write: a consultation that has closed, say."""
    over = Entry.objects.filter(again_at__lte=clock.now())
    for kind, thing in list(over.values_list("kind", "thing")[:BATCH]):
        Stale.objects.create(kind=kind, thing=thing, hides=False)
    # Told again when it is written; until then it is not asked for again and again.
    over.update(again_at=None)


# --- all of it ----------------------------------------------------------------------------------
def build(say=lambda source, done, total: None, kinds=()):
    """Make every entry anew, and take away those of nothing. Things are found meanwhile."""
    made = 0
    for source in SEARCHED:
        if kinds and source.kind not in kinds:
            continue
        notes = list(Stale.objects.filter(kind=source.kind).values_list("pk", flat=True))
        keys = list(source.model._base_manager.order_by("pk").values_list("pk", flat=True))
        for start in range(0, len(keys), BATCH):
            made += _at_last(source, keys[start : start + BATCH])
            say(source, min(start + BATCH, len(keys)), len(keys))
        there = source.model._base_manager.values("pk")
        Entry.objects.filter(kind=source.kind).exclude(thing__in=there).delete()
        for start in range(0, len(notes), BATCH):
            Stale.objects.filter(pk__in=notes[start : start + BATCH]).delete()
    Entry.objects.exclude(kind__in=[one.kind for one in SEARCHED]).delete()
    return made


def _at_last(source, things):
    for tried in range(1, TRIES + 1):
        try:
            with transaction.atomic():
                _alone(FILES if source.file else QUICK, wait=True)
                return write(source, things)
        except OperationalError:
            if tried == TRIES:
                raise
    return 0


def lag():
    """How long the oldest change has waited that is not in the index yet; None: there is none."""
    age = ExpressionWrapper(Now() - F("at"), DurationField())
    return Stale.objects.order_by("pk").annotate(age=age).values_list("age", flat=True).first()
