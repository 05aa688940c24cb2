"""Digests for the entries that are there already, and what PostgreSQL lets through from now on:
new entries, and the taking away of a note with its salt; nothing else."""

from django.db import migrations

from apps.core import chain

APPEND_ONLY = """
CREATE OR REPLACE FUNCTION core_audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The audit trail is append-only.' USING ERRCODE = 'restrict_violation';
END $$;
"""
SAVE_FOR_NOTES = """
CREATE OR REPLACE FUNCTION core_audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE TRIGGER core_auditseal_append_only BEFORE UPDATE OR DELETE ON core_auditseal
    FOR EACH ROW EXECUTE FUNCTION core_audit_is_append_only();
"""
SWITCH = "ALTER TABLE core_auditentry {} TRIGGER core_auditentry_append_only"


def fill(apps, schema_editor):
    postgresql = schema_editor.connection.vendor == "postgresql"
    AuditEntry = apps.get_model("core", "AuditEntry")
    if postgresql:
        schema_editor.execute(SWITCH.format("DISABLE"))
    batch = []
    key = chain.keys()[0]
    for entry in AuditEntry.objects.order_by("pk").iterator(chunk_size=1000):
        entry.salt = chain.new_salt()
        entry.note_digest = chain.note_digest(entry.salt, entry.note)
        entry.digest = chain.entry_digest(
            key,
            at=entry.at,
            by_id=entry.by_id,
            action=entry.action,
            subject_type_id=entry.subject_type_id,
            subject_id=entry.subject_id,
            request_id=entry.request_id,
            noted=entry.note_digest,
        )
        batch.append(entry)
        if len(batch) == 1000:
            AuditEntry.objects.bulk_update(batch, ["salt", "note_digest", "digest"], 250)
            batch = []
    AuditEntry.objects.bulk_update(batch, ["salt", "note_digest", "digest"], 250)
    if postgresql:
        # Rows just changed have foreign keys still to be checked; the table cannot be altered then.
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        schema_editor.execute(SWITCH.format("ENABLE"))
        schema_editor.execute(SAVE_FOR_NOTES)


def back(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP TRIGGER core_auditseal_append_only ON core_auditseal")
        schema_editor.execute(APPEND_ONLY)


class Migration(migrations.Migration):
    dependencies = [("core", "0004_audit_chain")]
    operations = [migrations.RunPython(fill, back)]
