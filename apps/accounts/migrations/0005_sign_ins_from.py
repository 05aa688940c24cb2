"""From when on a sign-in that was begun counts."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_limits_read")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="sign_ins_from",
            field=models.DateTimeField(
                blank=True,
                editable=False,
                help_text="Sign-ins and new passwords that were begun before do not count.",
                null=True,
            ),
        ),
    ]
