"""Who has read what cannot be kept private."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_two_people")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="limits_read",
            field=models.PositiveSmallIntegerField(
                default=0,
                editable=False,
                help_text="The version of the page on what cannot be kept private that this person "
                "said they had read; 0: none.",
                verbose_name="limits of privacy, as last read",
            ),
        ),
    ]
