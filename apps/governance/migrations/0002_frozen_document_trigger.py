"""On PostgreSQL the database itself refuses to change frozen words, or what approved them."""

from django.db import migrations

CREATE = """
CREATE FUNCTION governance_version_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The words of this version no longer change.'
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER governance_version_kept BEFORE DELETE ON governance_documentversion
    FOR EACH ROW WHEN (OLD.frozen_at IS NOT NULL) EXECUTE FUNCTION governance_version_is_frozen();
CREATE TRIGGER governance_version_frozen BEFORE UPDATE ON governance_documentversion
    FOR EACH ROW WHEN (
        OLD.frozen_at IS NOT NULL
        AND (OLD.summary, OLD.body, OLD.easy_read, OLD.number, OLD.document_id, OLD.frozen_at)
            IS DISTINCT FROM
            (NEW.summary, NEW.body, NEW.easy_read, NEW.number, NEW.document_id, NEW.frozen_at)
        OR OLD.approved_at IS NOT NULL
        AND (OLD.approved_at, OLD.decision_id, OLD.in_force_from)
            IS DISTINCT FROM (NEW.approved_at, NEW.decision_id, NEW.in_force_from)
    ) EXECUTE FUNCTION governance_version_is_frozen();
"""
DROP = """
DROP TRIGGER governance_version_frozen ON governance_documentversion;
DROP TRIGGER governance_version_kept ON governance_documentversion;
DROP FUNCTION governance_version_is_frozen();
"""


def create(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(CREATE)


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(DROP)


class Migration(migrations.Migration):
    dependencies = [("governance", "0001_initial")]
    operations = [migrations.RunPython(create, drop)]
