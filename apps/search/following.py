"""The index follows writes by triggers: whoever writes, the site, an administrator, an erasure at
night or a command, and however many rows at once.

A row that goes takes its entry along, and so does a change of the words; every change leaves a note
in ``search_stale``, from which a worker makes the entry anew (``index.py``). The tables' owner puts
the triggers there after every migration; the site's role cannot take them away.
"""

import hashlib

from django.db import connections, transaction

from apps.core.searching import SEARCHED

PREFIX = "search_"
# One function for all: what it compares and where is in the triggers' arguments. It reads columns
# by name, so that a migration may rename one and write rows before this is put right.
FUNCTION = """
CREATE OR REPLACE FUNCTION search_follow() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    role CONSTANT text := TG_ARGV[0];
    what CONSTANT text := TG_ARGV[1];
    words CONSTANT text[] := string_to_array(TG_ARGV[2], ',');
    watched CONSTANT text := TG_ARGV[3];
    before jsonb := CASE WHEN TG_OP = 'INSERT' THEN '{}' ELSE to_jsonb(OLD) END;
    after jsonb := CASE WHEN TG_OP = 'DELETE' THEN '{}' ELSE to_jsonb(NEW) END;
    gone boolean := TG_OP = 'DELETE' OR TG_OP = 'UPDATE' AND EXISTS (
        SELECT FROM unnest(words) AS name WHERE before -> name IS DISTINCT FROM after -> name
    );
    things bigint[];
BEGIN
    IF role = 'own' THEN
        IF TG_OP = 'UPDATE' AND NOT gone AND watched <> '*' AND NOT EXISTS (
            SELECT FROM unnest(string_to_array(watched, ',')) AS name
            WHERE before -> name IS DISTINCT FROM after -> name
        ) THEN
            RETURN NULL;
        END IF;
        things := ARRAY[coalesce(after ->> 'id', before ->> 'id')::bigint];
    ELSIF role = 'part' THEN
        things := ARRAY[(before ->> watched)::bigint, (after ->> watched)::bigint];
        gone := TRUE;
    ELSE
        IF NOT gone THEN RETURN NULL; END IF;
        EXECUTE format('SELECT array_agg(id) FROM %I WHERE %I = $1', role, watched)
            INTO things USING (before ->> 'id')::bigint;
    END IF;
    IF gone THEN
        DELETE FROM search_entry WHERE kind = what AND thing = ANY (things);
    END IF;
    INSERT INTO search_stale (kind, thing, hides)
        SELECT DISTINCT what, one, gone FROM unnest(things) AS one WHERE one IS NOT NULL;
    RETURN NULL;
END $$
"""


# --- what is followed ---------------------------------------------------------------------------
def followed():
    """(table, role, kind, columns with words, column that matters otherwise) of every trigger."""
    for one in SEARCHED:
        own = one.model._meta
        watched = "*" if one.watched is None else ",".join(_columns(one.model, one.watched))
        yield own.db_table, "own", one.kind, _columns(one.model, one.texts), watched
        for model, name in one.parts:
            yield model._meta.db_table, "part", one.kind, (), own_column(model, name)
        for name, names in one.of.items():
            lender = own.get_field(name).related_model
            columns = _columns(lender, names)
            yield (
                lender._meta.db_table,
                own.db_table,
                one.kind,
                columns,
                own_column(one.model, name),
            )


def own_column(model, name):
    return model._meta.get_field(name).column


def _columns(model, names):
    return tuple(own_column(model, name) for name in names)


def wanted(vendor):
    """{name of a trigger: (its table, kind and SQL)}: the name changes with what it says."""
    triggers = {}
    for number, (table, role, kind, words, watched) in enumerate(followed()):
        make = _postgresql if vendor == "postgresql" else _sqlite
        for event, sql in make(table, role, kind, words, watched):
            said = hashlib.sha256(f"{FUNCTION}{sql}".encode()).hexdigest()[:8]
            name = f"{PREFIX}{number}_{kind}_{event}_{said}"
            triggers[name] = table, kind, sql.replace("{name}", name)
    return triggers


def _postgresql(table, role, kind, words, watched):
    given = ", ".join(f"'{one}'" for one in (role, kind, ",".join(words), watched))
    yield (
        "any",
        f'CREATE TRIGGER "{{name}}" AFTER INSERT OR UPDATE OR DELETE ON "{table}"'
        f" FOR EACH ROW EXECUTE FUNCTION search_follow({given})",
    )


def _sqlite(table, role, kind, words, watched):
    """The same in three triggers: SQLite has neither functions nor several events."""

    def changed(columns):
        return " OR ".join(f'OLD."{one}" IS NOT NEW."{one}"' for one in columns) or "0"

    def trigger(event, what, things, when="1", gone=True):
        takes = f"DELETE FROM search_entry WHERE kind = '{kind}' AND thing IN ({things});"
        notes = (
            "INSERT INTO search_stale (kind, thing, hides)"
            f" SELECT '{kind}', thing, {int(gone)} FROM (SELECT thing FROM ({things}));"
        )
        return what, (
            f'CREATE TRIGGER "{{name}}" AFTER {event} ON "{table}" FOR EACH ROW WHEN {when} '
            f"BEGIN {takes if gone else ''} {notes} END"
        )

    new, old = "SELECT NEW.id AS thing", "SELECT OLD.id AS thing"
    if role == "own":
        other = "1" if watched == "*" else f"({changed(watched.split(','))})"
        yield trigger("INSERT", "add", new, gone=False)
        yield trigger("UPDATE", "words", new, when=f"({changed(words)})")
        yield trigger("UPDATE", "other", new, f"NOT ({changed(words)}) AND {other}", gone=False)
        yield trigger("DELETE", "gone", old)
    elif role == "part":
        yield trigger("INSERT", "add", f'SELECT NEW."{watched}" AS thing')
        both = f'SELECT OLD."{watched}" AS thing UNION SELECT NEW."{watched}"'
        yield trigger("UPDATE", "change", both)
        yield trigger("DELETE", "gone", f'SELECT OLD."{watched}" AS thing')
    else:
        things = f'SELECT id AS thing FROM "{role}" WHERE "{watched}" = NEW.id'
        yield trigger("UPDATE", "lent", things, when=f"({changed(words)})")


# --- putting them there -------------------------------------------------------------------------
def install(apps=None, using="default", **kwargs):
    """Put right what differs; called after every migration. What is followed anew is stale."""
    if apps is not None and "entry" not in apps.all_models["search"]:
        return
    link = connections[using]
    triggers = wanted(link.vendor)
    there = present(link)
    if there.keys() == triggers.keys():
        return
    new = triggers.keys() - there.keys()
    statements = [(FUNCTION, None)] if link.vendor == "postgresql" else []
    statements += [_drop(link, name, there[name]) for name in there.keys() - triggers.keys()]
    statements += [(triggers[name][2], None) for name in sorted(new)]
    kinds = {triggers[name][1] for name in new}
    statements += [_all_stale(one) for one in SEARCHED if one.kind in kinds]
    _carry_out(link, statements)


def _all_stale(one):
    """Note that everything of a kind is to be read anew; it is found meanwhile."""
    table = one.model._meta.db_table
    return (
        f'INSERT INTO search_stale (kind, thing, hides) SELECT %s, id, %s FROM "{table}"',
        [one.kind, False],
    )


def remove(using="default", plan=(), **kwargs):
    """On SQLite they stand in the way of a migration, whose tables are made anew."""
    link = connections[using]
    if plan and link.vendor == "sqlite":
        _carry_out(link, [_drop(link, name, table) for name, table in present(link).items()])


def _drop(link, name, table):
    return f'DROP TRIGGER "{name}"' + (
        f' ON "{table}"' if link.vendor == "postgresql" else ""
    ), None


def _carry_out(link, statements):
    with transaction.atomic(link.alias), link.cursor() as cursor:
        for sql, given in statements:
            cursor.execute(sql, given)


def present(link):
    """{name: its table} of the triggers that are there."""
    with link.cursor() as cursor:
        if link.vendor == "postgresql":
            cursor.execute(
                "SELECT tgname, relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"
                " WHERE NOT tgisinternal AND tgfoid = to_regproc('search_follow')"
                " AND relnamespace = current_schema()::regnamespace"
            )
        else:
            cursor.execute(
                "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'"
                " AND name LIKE 'search\\_%' ESCAPE '\\' AND tbl_name != 'search_entry'"
            )
        return dict(cursor.fetchall())
