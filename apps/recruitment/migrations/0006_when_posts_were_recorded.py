"""When a post and its end were recorded. Of those that exist it was not kept, and is not made up."""

from django.db import migrations, models

import apps.core.clock


class Migration(migrations.Migration):
    dependencies = [
        ("recruitment", "0005_decided_anew"),
    ]

    operations = [
        migrations.AddField(
            model_name="appointment",
            name="recorded_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AlterField(
            model_name="appointment",
            name="recorded_at",
            field=models.DateTimeField(default=apps.core.clock.now, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="appointment",
            name="left_recorded_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
    ]
