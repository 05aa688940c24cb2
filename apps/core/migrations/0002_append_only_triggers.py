"""On PostgreSQL the database itself keeps the audit trail: entries and seals are only added. A note
can be taken away with its salt, as the law can require; nothing else of an entry changes."""

from django.db import migrations

CREATE = """
CREATE FUNCTION core_audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    same core_auditentry;
BEGIN
    IF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'core_auditentry' THEN
        same := NEW;
        same.note := OLD.note;
        same.salt := OLD.salt;
        IF same IS NOT DISTINCT FROM OLD AND NEW.note = '' AND NEW.salt = '' THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'The audit trail is append-only.' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER core_auditentry_append_only BEFORE UPDATE OR DELETE ON core_auditentry
    FOR EACH ROW EXECUTE FUNCTION core_audit_is_append_only();
CREATE TRIGGER core_auditseal_append_only BEFORE UPDATE OR DELETE ON core_auditseal
    FOR EACH ROW EXECUTE FUNCTION core_audit_is_append_only();
"""
DROP = """
DROP TRIGGER core_auditseal_append_only ON core_auditseal;
DROP TRIGGER core_auditentry_append_only ON core_auditentry;
DROP FUNCTION core_audit_is_append_only();
"""


def create(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(CREATE)


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(DROP)


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]
    operations = [migrations.RunPython(create, drop)]
