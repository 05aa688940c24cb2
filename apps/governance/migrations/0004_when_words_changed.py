"""When a reader last found other words in a version: a save alone says nothing of that."""

from django.db import migrations, models


def as_far_as_is_known(apps, schema_editor):
    """What was saved so far counts as other words."""
    versions = apps.get_model("governance", "DocumentVersion").objects
    versions.filter(written_at__isnull=False).update(reworded_at=models.F("written_at"))


class Migration(migrations.Migration):
    dependencies = [
        ("governance", "0003_we_did"),
    ]

    operations = [
        migrations.AddField(
            model_name="documentversion",
            name="reworded_at",
            field=models.DateTimeField(
                blank=True,
                editable=False,
                null=True,
                verbose_name="when a reader last found other words in it",
            ),
        ),
        migrations.RunPython(as_far_as_is_known, migrations.RunPython.noop),
    ]
