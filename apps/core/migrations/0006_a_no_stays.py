"""A no is kept beside what is pressed after it."""

from django.db import migrations, models


def one_each(apps, editor):
    """Backwards: where something waits again, what was answered no before it goes."""
    presses = apps.get_model("core", "FirstPress").objects
    keys = ("subject_type_id", "subject_id", "name")
    for key in presses.filter(refused_at=None).values(*keys):
        presses.filter(**key).exclude(refused_at=None).delete()


class Migration(migrations.Migration):
    dependencies = [("core", "0005_said_no")]

    operations = [
        migrations.RemoveConstraint("firstpress", "core_firstpress_one"),
        migrations.RunPython(migrations.RunPython.noop, one_each),
        migrations.AddConstraint(
            "firstpress",
            models.UniqueConstraint(
                fields=["subject_type", "subject_id", "name"],
                condition=models.Q(refused_at__isnull=True),
                name="core_firstpress_one",
            ),
        ),
    ]
