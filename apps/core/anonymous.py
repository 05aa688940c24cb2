"""Rows that nobody must be able to join to a person: by where they lie, who wrote them, or the log.

PostgreSQL lays rows down in turn and notes which transaction wrote each; SQLite numbers them as
they come, and its write-ahead log holds each change after the other until it is written over. So
such rows are written anew, all at once and in an order that tells nothing, whenever one comes in;
and the log of SQLite is emptied each time (docs/adr/0012).
"""

import logging
import secrets

from django.db import OperationalError, connection, models, transaction
from django.http.response import HttpResponseBase

log = logging.getLogger(__name__)


def rewrite(rows: models.QuerySet, again: list) -> None:
    """Write rows anew in this order, in the transaction that is going on: with the same keys, so
    what points at them stays. The caller holds a lock, so that nobody else does so.
    """
    # Past Django's own cascade: the same keys are back before the transaction ends.
    every = rows.order_by()
    every._raw_delete(every.db)
    rows.model._default_manager.bulk_create(again, batch_size=500)


def by_chance(rows: models.QuerySet, *more: models.Model) -> None:
    """Write rows anew, and further ones among them, in an order of chance."""
    every = [*rows, *more]
    secrets.SystemRandom().shuffle(every)
    rewrite(rows, every)


def without_a_line(response: HttpResponseBase) -> HttpResponseBase:
    """Django logs each refusal with whose it is: of this one it does not, as that would say who
    answers, and when.
    """
    response._has_been_logged = True  # type: ignore[attr-defined] # as Django notes it itself
    return response


def leave_no_log() -> None:
    """Once this transaction is through, SQLite's log is emptied; other databases have none here."""
    if connection.vendor == "sqlite":
        transaction.on_commit(_empty_log)


def _empty_log():
    """All of it goes into the file itself, where deleted rows are overwritten (secure_delete)."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            [busy, *_] = cursor.fetchone()
    except OperationalError:
        busy = True
    if busy:
        log.warning("SQLite's log was in use and not emptied; the next answer empties it.")
