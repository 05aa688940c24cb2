"""What a meeting did not agree to is confirmed by another co-lead too."""

from django.db import migrations, models


def tell_what_was_agreed(apps, schema_editor):
    apps.get_model("meetings", "Decision").objects.filter(state="not_carried").update(agreed=False)


def count_as_not_carried(apps, schema_editor):
    unconfirmed = apps.get_model("meetings", "Decision").objects.filter(state="recorded")
    unconfirmed.filter(agreed=False).update(state="not_carried")


class Migration(migrations.Migration):
    dependencies = [("meetings", "0004_decisions_of_two")]

    operations = [
        migrations.AddField(
            model_name="decision",
            name="agreed",
            field=models.BooleanField(
                default=True,
                editable=False,
                help_text="Whether the meeting agreed to it. It needs no quorum to say no.",
            ),
        ),
        migrations.AlterField(
            model_name="minutes",
            name="approved_at",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                help_text="The later quorate meeting that approved them, once both co-leads say "
                "so.",
                null=True,
                on_delete=models.deletion.PROTECT,
                related_name="approved_minutes",
                to="meetings.meeting",
            ),
        ),
        migrations.RunPython(tell_what_was_agreed, count_as_not_carried),
    ]
