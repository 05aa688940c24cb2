"""How rows lie on the disk, for tests of what their order and their writers give away."""

from django.db import connection


def from_the_start(*tables):
    """Nothing lies in these tables, and no vacuum comes until the test is over.

    Rows that earlier tests took back leave gaps; where PostgreSQL cleans them in the middle of a
    test, what comes later lies before what came sooner.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {', '.join(tables)} CASCADE")


def dump():
    """{table: rows as text, in the order in which they lie on the disk}."""
    place, tables, by_key = "ctid", {}, set()
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":  # those without a rowid lie in the order of their key
            place = "rowid"
            cursor.execute("SELECT name FROM pragma_table_list WHERE wr = 1")
            by_key = {name for (name,) in cursor.fetchall()}
        for table in connection.introspection.table_names(cursor):
            name = connection.ops.quote_name(table)
            order = "" if table in by_key else f"ORDER BY {place}"
            cursor.execute(f"SELECT * FROM {name} {order}")  # noqa: S608 - our own tables
            columns = [column[0] for column in cursor.description]
            tables[table] = [
                {key: str(value) for key, value in zip(columns, row, strict=True)}
                for row in cursor.fetchall()
            ]
    return tables


def transactions(table):
    """Which transaction wrote each row: PostgreSQL tells; SQLite keeps nothing of the kind."""
    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT xmin FROM {connection.ops.quote_name(table)}")  # noqa: S608
        return [row[0] for row in cursor.fetchall()]
