import hashlib
import secrets

from django.db import migrations, models

import apps.core.clock
from apps.accounts.models.invitations import LIFE, PURPOSE
from apps.accounts.sealed import seal
from apps.core.clock import now
from apps.core.migrations._letters import wait


def waiting_invitations(apps, schema_editor):
    """Those that have not left yet get their link now, and are sent as any message."""
    waiting = apps.get_model("accounts", "Invitation").objects.filter(state="waiting", sent_at=None)
    for invitation in waiting:
        token = secrets.token_urlsafe(32)
        invitation.token_hash = hashlib.sha256(token.encode()).hexdigest()
        invitation.sealed_token, invitation.expires_at = seal(token, PURPOSE), now() + LIFE
        invitation.save()
        wait(apps, "accounts.invitation", invitation, invitation.email)


class Migration(migrations.Migration):
    """Letters about accounts, and invitations that are sent as any message."""

    dependencies = [
        ("accounts", "0006_put_off"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("notifications", "0003_letters"),
    ]

    operations = [
        migrations.CreateModel(
            name="Letter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("to", models.EmailField(max_length=254)),
                ("sealed", models.TextField()),
                ("written_at", models.DateTimeField(default=apps.core.clock.now)),
                ("good_until", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Unreachable",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("address", models.EmailField(max_length=254, unique=True)),
                (
                    "why",
                    models.CharField(
                        choices=[
                            ("refused", "its mail server says that there is no such address"),
                            ("gave_up", "its mail server did not take it for a day"),
                        ],
                        max_length=10,
                    ),
                ),
                ("since", models.DateTimeField(default=apps.core.clock.now)),
            ],
            options={"verbose_name_plural": "unreachable"},
        ),
        migrations.RenameField(
            model_name="invitation", old_name="claimed_at", new_name="posted_at"
        ),
        migrations.AddField(
            model_name="invitation",
            name="failed_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="invitation",
            name="sealed_token",
            field=models.TextField(blank=True, editable=False),
        ),
        migrations.RunPython(waiting_invitations, migrations.RunPython.noop),
    ]
