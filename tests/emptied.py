"""How the tables are emptied after a test that commits."""

from contextlib import contextmanager

from django.db.backends.postgresql.base import DatabaseWrapper as Server
from django.db.backends.sqlite3.base import DatabaseWrapper as File

OnAServer, InAFile = Server.ops_class, File.ops_class
truncate, delete = OnAServer.sql_flush, InAFile.sql_flush


def empty(self, style, tables, **how):
    """SQL that takes every row of these tables, as Django's own does, for those that have any.

    A test that commits leaves rows in some twenty tables of two hundred, and PostgreSQL needs a
    quarter of a second to truncate these. No trigger runs, as none of a row does there.
    """
    there = " UNION ALL ".join(
        f"SELECT {number} WHERE EXISTS (SELECT FROM {self.quote_name(table)})"  # noqa: S608 - ours
        for number, table in enumerate(tables)
    )
    with self.connection.cursor() as cursor:
        cursor.execute("SHOW is_superuser")
        if cursor.fetchone() == ("off",):  # whose triggers run whatever they say
            return truncate(self, style, tables, **how)
        cursor.execute(there)
        filled = [tables[number] for (number,) in cursor.fetchall()]
    return [
        "SET LOCAL session_replication_role = replica",
        *(f"DELETE FROM {self.quote_name(table)}" for table in filled),  # noqa: S608 - ours
        "SET LOCAL session_replication_role = DEFAULT",
    ]


def empty_a_file(self, style, tables, **how):
    """Django's own; but what triggers note of rows that go is taken last."""
    return delete(self, style, sorted(tables, key="search_stale".__eq__), **how)


@contextmanager
def emptied():
    OnAServer.sql_flush, InAFile.sql_flush = empty, empty_a_file
    try:
        yield
    finally:
        OnAServer.sql_flush, InAFile.sql_flush = truncate, delete
