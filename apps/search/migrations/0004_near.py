"""Titles are held word by word, forwards and backwards: so a near miss is found by how it begins or
ends, kind by kind. Trigrams found titles of all kinds at once, however many there were."""

from django.db import migrations

POSTGRESQL = """
DROP INDEX search_entry_title;
ALTER TABLE search_entry ADD COLUMN near tsvector;
CREATE INDEX search_entry_near ON search_entry USING gin (search_of_kind(kind, near))
    WITH (gin_pending_list_limit = 64);
"""
BACK = """
ALTER TABLE search_entry DROP COLUMN near;
CREATE INDEX search_entry_title ON search_entry USING gin (lower(title) gin_trgm_ops)
    WITH (gin_pending_list_limit = 64);
"""
# The worker makes every entry anew; until then it is no suggestion.
ANEW = """
INSERT INTO search_stale (kind, thing, hides) SELECT kind, thing, FALSE FROM search_entry
"""


def make(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL)
        schema_editor.execute(ANEW)


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(BACK)


class Migration(migrations.Migration):
    dependencies = [("search", "0003_nearest")]

    operations = [migrations.RunPython(make, drop)]
