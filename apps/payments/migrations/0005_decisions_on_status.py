"""That those who are paid by a rate below the legal minimum are not workers: two record it."""

import apps.core.clock
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0004_when_pay_comes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="StatusDecision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("decided_by", models.CharField(max_length=150)),
                ("decided_on", models.DateField()),
                ("grounds", models.TextField(max_length=3000)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("written", "Waits for a second person"),
                            ("recorded", "Recorded"),
                            ("dropped", "Taken back"),
                        ],
                        default="written",
                        max_length=10,
                    ),
                ),
                ("written_at", models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ("confirmed_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="status_confirmed",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "rate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="status_decisions",
                        to="payments.rate",
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="status_written",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "dropped"), _negated=True),
                        fields=("rate",),
                        name="payments_status_one",
                    )
                ],
            },
        ),
    ]
