"""Interviews get codes of their own, drawn anew: no panel can join them to the copies it read."""

from django.db import migrations, models

from apps.core import chance

from ..references import ALPHABET


def draw(apps, schema_editor):
    """A code for each interview that there is, another than any of its vacancy."""
    taken = {}
    copies = apps.get_model("recruitment", "BlindApplication").objects.order_by()
    for vacancy, label in copies.values_list("vacancy", "label"):
        taken.setdefault(vacancy, set()).add(label)
    interviews = apps.get_model("recruitment", "Interview").objects.order_by()
    changed = []
    for interview in interviews.only("vacancy", "label"):
        there = taken.setdefault(interview.vacancy_id, set())
        while not interview.label or interview.label in there:
            interview.label = chance.code(ALPHABET, 3)
        there.add(interview.label)
        changed.append(interview)
    interviews.bulk_update(changed, ["label"], batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("recruitment", "0003_checks_and_offices")]

    operations = [
        migrations.AddField(
            model_name="round",
            name="seen_at",
            field=models.DateTimeField(
                editable=False,
                help_text="When a member first read what the others gave.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="interview",
            name="label",
            field=models.CharField(
                default="",
                editable=False,
                help_text="A new code: the panel cannot join it to the copy that it read before.",
                max_length=6,
            ),
            preserve_default=False,
        ),
        migrations.RunPython(draw, migrations.RunPython.noop, elidable=False),
        migrations.AddConstraint(
            model_name="interview",
            constraint=models.UniqueConstraint(
                fields=["vacancy", "label"], name="recruitment_interview_label_once"
            ),
        ),
    ]
