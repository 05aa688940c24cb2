"""How peer workers in post count, by the terms of a group and by what each of them says."""

import apps.core.clock
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("groups", "0003_terms_are_adopted"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="termsofreference",
            name="peer_workers",
            field=models.CharField(
                blank=True,
                choices=[
                    ("lived_experience", "As people with lived experience"),
                    ("staff", "As staff"),
                    (
                        "neither",
                        "On neither side: they are members, and count in the number of all",
                    ),
                ],
                help_text="Empty where the terms do not say: then everybody counts as they are recorded.",
                max_length=20,
                verbose_name="how peer workers in post count",
            ),
        ),
        migrations.CreateModel(
            name="SideAnswer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("since", models.DateField(verbose_name="the first day in post, or after it")),
                (
                    "rule",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("lived_experience", "As people with lived experience"),
                            ("staff", "As staff"),
                            (
                                "neither",
                                "On neither side: they are members, and count in the number of all",
                            ),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "side",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("lived_experience", "Lived experience"),
                            ("staff", "Staff"),
                            ("partner", "Partner"),
                            ("neither", "Neither side"),
                        ],
                        max_length=20,
                    ),
                ),
                ("at", models.DateTimeField(default=apps.core.clock.now, editable=False)),
                (
                    "group",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="side_answers",
                        to="groups.workinggroup",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="side_answers",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-pk"],
                "indexes": [
                    models.Index(
                        fields=["group", "user", "at"], name="groups_side_group_i_93eb04_idx"
                    )
                ],
            },
        ),
    ]
