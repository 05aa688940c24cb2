"""Words are counted, and things walked by their day, kind by kind."""

from django.db import migrations, models


# A word is indexed with the kind of its thing: so that the hits of one kind are counted, as far as
# they are few, without a look at those of others. (Where words follow one another is left out.)
POSTGRESQL = """
CREATE FUNCTION search_of_kind(kind text, words tsvector) RETURNS tsvector
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT array_to_tsvector(
        ARRAY(SELECT kind || '~' || word FROM unnest(tsvector_to_array(words)) AS word)
    )
$$;
CREATE INDEX search_entry_of_kind ON search_entry USING gin (search_of_kind(kind, words))
    WITH (gin_pending_list_limit = 64);
CREATE INDEX search_entry_named ON search_entry USING gin (search_of_kind(kind, named))
    WITH (gin_pending_list_limit = 64);
DROP INDEX search_entry_words;
"""
BACK = """
CREATE INDEX search_entry_words ON search_entry USING gin (words)
    WITH (gin_pending_list_limit = 64);
DROP INDEX search_entry_named;
DROP INDEX search_entry_of_kind;
DROP FUNCTION search_of_kind(text, tsvector);
"""


def make(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL)


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(BACK)


class Migration(migrations.Migration):
    dependencies = [("search", "0002_days_and_titles")]

    operations = [
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(fields=["kind", "day", "id"], name="search_entry_nearest"),
        ),
        migrations.AddIndex(
            model_name="stale",
            index=models.Index(
                fields=["kind", "thing"],
                name="search_stale_hides",
                condition=models.Q(("hides", True)),
            ),
        ),
        migrations.RunPython(make, drop),
    ]
