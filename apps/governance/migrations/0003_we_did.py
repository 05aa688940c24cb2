"""*We did* names a text; what people were asked about is kept where it does not freeze."""

from django.db import migrations, models


def say_we_did(apps, schema_editor):
    """Without an answer of its own for what is in no text."""
    themes = apps.get_model("governance", "Theme").objects.filter(answer="acted")
    themes.update(answer="did")


class Migration(migrations.Migration):
    dependencies = [
        ("governance", "0002_frozen_document_trigger"),
    ]

    operations = [
        migrations.AddField(
            model_name="consultation",
            name="asked_words",
            field=models.JSONField(
                blank=True,
                editable=False,
                null=True,
                verbose_name="the words that people were asked about",
            ),
        ),
        migrations.AlterField(
            model_name="theme",
            name="answer",
            field=models.CharField(
                blank=True,
                choices=[
                    ("did", "We did"),
                    ("partly", "We partly did"),
                    ("acted", "We did something that is not in a text"),
                    ("did_not", "We did not"),
                ],
                max_length=8,
            ),
        ),
        migrations.RunPython(migrations.RunPython.noop, say_we_did),
    ]
