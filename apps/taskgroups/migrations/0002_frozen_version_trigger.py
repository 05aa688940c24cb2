"""On PostgreSQL the database itself refuses to change or delete a submitted version."""

from django.db import migrations

CREATE = """
CREATE FUNCTION taskgroups_version_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A submitted version no longer changes.' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER taskgroups_outputversion_frozen BEFORE UPDATE OR DELETE ON taskgroups_outputversion
    FOR EACH ROW WHEN (OLD.frozen_at IS NOT NULL) EXECUTE FUNCTION taskgroups_version_is_frozen();
"""
DROP = """
DROP TRIGGER taskgroups_outputversion_frozen ON taskgroups_outputversion;
DROP FUNCTION taskgroups_version_is_frozen();
"""


def create(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(CREATE)


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(DROP)


class Migration(migrations.Migration):
    dependencies = [("taskgroups", "0001_initial")]
    operations = [migrations.RunPython(create, drop)]
