import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def without_letters(apps, schema_editor):
    apps.get_model("notifications", "Delivery").objects.filter(recipient=None).delete()


def only_what_differs(apps, schema_editor):
    """*Straight away* is what everybody has who chose nothing; the form wrote it for each topic."""
    for one in apps.get_model("notifications", "Preference").objects.exclude(email={}):
        one.email = {
            name: often for name, often in one.email.items() if often != "now" or name == "board"
        }
        one.save(update_fields=["email"])


class Migration(migrations.Migration):
    """A message goes to a person or to the address of somebody without an account."""

    dependencies = [
        ("notifications", "0002_unread_messages"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="preference",
            name="overall",
            field=models.CharField(
                choices=[
                    ("now", "Everything, straight away"),
                    ("daily", "One e-mail a day, at 8am"),
                    ("needs", "Only what needs me"),
                ],
                default="now",
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="preference",
            name="email",
            field=models.JSONField(
                blank=True,
                default=dict,
                help_text="{topic: frequency}; a topic that is not there is as ``overall``.",
            ),
        ),
        migrations.RunPython(only_what_differs, migrations.RunPython.noop),
        migrations.RemoveIndex(model_name="delivery", name="notifications_waiting"),
        migrations.AddField(
            model_name="delivery",
            name="address",
            field=models.EmailField(
                blank=True,
                help_text="Where it goes, to somebody without an account.",
                max_length=254,
            ),
        ),
        migrations.AddField(
            model_name="delivery",
            name="pressing",
            field=models.BooleanField(
                default=False,
                editable=False,
                help_text="Before all others: somebody looks out for it.",
            ),
        ),
        migrations.AlterField(
            model_name="delivery",
            name="recipient",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="deliveries",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.RunPython(migrations.RunPython.noop, without_letters),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("status", "waiting")),
                fields=["channel", "-pressing", "next_attempt_at"],
                name="notifications_waiting",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.UniqueConstraint(
                condition=models.Q(("recipient", None)),
                fields=("occurrence", "address"),
                name="notifications_letter_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("recipient", None), models.Q(("address", ""), _negated=True)),
                    models.Q(("recipient__isnull", False), ("address", "")),
                    _connector="OR",
                ),
                name="notifications_delivery_to_one",
            ),
        ),
    ]
