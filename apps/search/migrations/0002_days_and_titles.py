"""What is searched is found by its day too, and by its title apart from its other words."""

from django.db import migrations

# What waits to be put into an index of words is read from end to end by each search.
POSTGRESQL = """
ALTER TABLE search_entry ADD COLUMN named tsvector;
ALTER INDEX search_entry_words SET (gin_pending_list_limit = 64);
ALTER INDEX search_entry_title SET (gin_pending_list_limit = 64);
"""
BACK = """
ALTER INDEX search_entry_title RESET (gin_pending_list_limit);
ALTER INDEX search_entry_words RESET (gin_pending_list_limit);
ALTER TABLE search_entry DROP COLUMN named;
"""
# The worker makes every entry anew; until then it is found as before.
ANEW = """
INSERT INTO search_stale (kind, thing, hides) SELECT kind, thing, {} FROM search_entry
"""


def make(apps, schema_editor):
    on_a_server = schema_editor.connection.vendor == "postgresql"
    if on_a_server:
        schema_editor.execute(POSTGRESQL)
    schema_editor.execute(ANEW.format("FALSE" if on_a_server else 0))


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(BACK)


class Migration(migrations.Migration):
    dependencies = [("search", "0001_initial")]

    operations = [migrations.RunPython(make, drop)]
