"""On PostgreSQL the audit trail is not emptied either: TRUNCATE fires no trigger of a row."""

from django.db import migrations

TABLES = ("core_auditentry", "core_auditseal")


def create(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for table in TABLES:
            schema_editor.execute(
                f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION core_audit_is_append_only()"
            )


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for table in TABLES:
            schema_editor.execute(f"DROP TRIGGER {table}_no_truncate ON {table}")


class Migration(migrations.Migration):
    dependencies = [("core", "0003_first_presses")]
    operations = [migrations.RunPython(create, drop)]
