from django.db import migrations, models

from apps.core.migrations._letters import wait


def waiting_letters(apps, schema_editor):
    unsent = apps.get_model("network", "Letter").objects.filter(sent_at=None)
    for letter in unsent.select_related("interest"):
        wait(apps, f"network.letter_{letter.kind}", letter, letter.interest.email)


class Migration(migrations.Migration):
    """Letters to enquirers are sent as any message."""

    dependencies = [
        ("network", "0001_initial"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("notifications", "0003_letters"),
    ]

    operations = [
        migrations.RunPython(waiting_letters, migrations.RunPython.noop),
        migrations.RemoveField(model_name="letter", name="claimed_at"),
        migrations.AddField(
            model_name="letter",
            name="failed_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
    ]
