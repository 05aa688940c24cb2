"""On PostgreSQL: the site works by a role that does not own the tables, and so cannot change them.

Whoever has the site's own password of the database then reads and writes rows, as the site does,
but switches no trigger off, empties and drops no table, and changes and deletes no entry of the
audit trail. ``manage.py migrate`` works as the owner, and gives the other role what it needs.
"""

from typing import Any

from django.core.management.base import CommandError
from psycopg2 import sql

ADDED_ALONE = ("core_auditentry", "core_auditseal")  # rows are added and read
READ_ALONE = ("django_migrations",)
# As the law can require, a note is taken away; a trigger lets nothing else be changed.
NOTE = ("note", "salt")


def prepare_role(link: Any, name: str, password: str) -> None:
    """See that the role is there and can sign in. CommandError where the owner cannot make it."""
    with link.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = %s", [name])
        found = cursor.fetchone()
        if found and found[0]:
            words = f"{name} is a superuser of the database: the site needs one who is not."
            raise CommandError(words)
        cursor.execute(
            "SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user"
        )
        if cursor.fetchone()[0]:
            words = (
                "ALTER ROLE {} LOGIN PASSWORD {}" if found else "CREATE ROLE {} LOGIN PASSWORD {}"
            )
            cursor.execute(sql.SQL(words).format(sql.Identifier(name), sql.Literal(password)))
        elif not found:
            raise CommandError(f"Make the role {name} first: CREATE ROLE {name} LOGIN PASSWORD …")


def grant(link: Any, name: str) -> None:
    """Give the role exactly what the site does with the tables of the schema in use."""
    rows = "SELECT, INSERT, UPDATE, DELETE"
    with link.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        named = {
            "role": sql.Identifier(name),
            "mine": sql.SQL("SCHEMA {}").format(sql.Identifier(cursor.fetchone()[0])),
            "note": sql.SQL(", ").join(map(sql.Identifier, NOTE)),
            "entries": sql.Identifier(ADDED_ALONE[0]),
            "added": sql.SQL(", ").join(map(sql.Identifier, ADDED_ALONE)),
            "read": sql.SQL(", ").join(map(sql.Identifier, READ_ALONE)),
        }
        for words in (
            "REVOKE CREATE ON {mine} FROM PUBLIC, {role}",
            "GRANT USAGE ON {mine} TO {role}",
            "REVOKE ALL ON ALL TABLES IN {mine} FROM {role}",
            f"GRANT {rows} ON ALL TABLES IN {{mine}} TO {{role}}",
            "REVOKE UPDATE, DELETE ON {added} FROM {role}",
            "REVOKE INSERT, UPDATE, DELETE ON {read} FROM {role}",
            "GRANT UPDATE ({note}) ON {entries} TO {role}",
            "GRANT USAGE, SELECT ON ALL SEQUENCES IN {mine} TO {role}",
            f"ALTER DEFAULT PRIVILEGES IN {{mine}} GRANT {rows} ON TABLES TO {{role}}",
            "ALTER DEFAULT PRIVILEGES IN {mine} GRANT USAGE, SELECT ON SEQUENCES TO {role}",
        ):
            cursor.execute(sql.SQL(words).format(**named))


def could_change(link: Any) -> bool:
    """Whether who is connected could switch off what guards the audit trail."""
    with link.cursor() as cursor:
        cursor.execute(
            "SELECT bool_or(pg_has_role(current_user, relowner, 'USAGE')) FROM pg_class"
            " WHERE relname = ANY(%s) AND relkind = 'r'",
            [list(ADDED_ALONE)],
        )
        return bool(cursor.fetchone()[0])
