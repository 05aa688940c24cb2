"""One person records a decision, another co-lead confirms it; what it decides is part of it."""

from django.conf import settings
from django.db import migrations, models


def wait_for_the_other(apps, schema_editor):
    """What named a thing and was never confirmed waits for that; the rest was carried by one."""
    Decision = apps.get_model("meetings", "Decision")
    unconfirmed = Decision.objects.filter(about_id__isnull=False, confirmed_by=None)
    unconfirmed.filter(state="carried").update(state="recorded")
    unconfirmed.filter(state="ratified").update(state="provisional", settled_at=None)


def count_as_carried(apps, schema_editor):
    Decision = apps.get_model("meetings", "Decision")
    Decision.objects.filter(state="recorded").update(state="carried")


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("meetings", "0003_terms_of_held_meetings"),
    ]

    operations = [
        migrations.AddField(
            model_name="decision",
            name="outcome",
            field=models.CharField(
                blank=True,
                help_text="What it decided about its thing, where more than one thing can come "
                "of it.",
                max_length=15,
            ),
        ),
        migrations.AlterField(
            model_name="decision",
            name="confirmed_by",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                help_text="The second co-lead. Empty for decisions that were carried before two "
                "were asked.",
                null=True,
                on_delete=models.deletion.PROTECT,
                related_name="decisions_confirmed",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="decision",
            name="state",
            field=models.CharField(
                choices=[
                    ("recorded", "Not confirmed yet"),
                    ("carried", "Carried"),
                    ("not_carried", "Not carried"),
                    ("provisional", "Provisional"),
                    ("ratified", "Ratified"),
                    ("lapsed", "Lapsed"),
                ],
                db_index=True,
                editable=False,
                max_length=12,
            ),
        ),
        migrations.RunPython(wait_for_the_other, count_as_carried),
    ]
