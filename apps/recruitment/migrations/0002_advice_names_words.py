"""Which change of words answers advice; answers of before name none."""

import django.db.models.deletion
from django.db import migrations, models


def say_it_stays(apps, schema_editor):
    """Without an answer for *agreed*: it stays as it is, and the reason says why."""
    advice = apps.get_model("recruitment", "Advice").objects.filter(answer="agreed")
    advice.update(answer="declined")


class Migration(migrations.Migration):
    dependencies = [
        ("recruitment", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="advice",
            name="edit",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                help_text="The change of words that answers it.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="recruitment.edit",
            ),
        ),
        migrations.AlterField(
            model_name="advice",
            name="answer",
            field=models.CharField(
                blank=True,
                choices=[
                    ("taken", "Taken up"),
                    ("adapted", "Adapted"),
                    ("agreed", "Agreed, no change of words needed"),
                    ("declined", "Not taken up"),
                ],
                max_length=10,
            ),
        ),
        migrations.RunPython(migrations.RunPython.noop, say_it_stays),
    ]
