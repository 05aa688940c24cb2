"""The past of a draft while it is one, and which of its words an answer names.

Suggestions that were answered before name none: they are told apart by that.
"""

import apps.core.clock
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def say_it_stays(apps, schema_editor):
    """Without an answer for *agreed*: the text stays as it is, and the reason says why."""
    suggestions = apps.get_model("taskgroups", "Suggestion").objects.filter(state="agreed")
    suggestions.update(state="not_taken_up")


class Migration(migrations.Migration):
    dependencies = [
        ("taskgroups", "0002_frozen_version_trigger"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DraftRevision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField(editable=False)),
                (
                    "before",
                    models.JSONField(
                        editable=False,
                        verbose_name="the words before it, of each text that changed",
                    ),
                ),
                (
                    "size",
                    models.PositiveIntegerField(editable=False, help_text="Characters in them."),
                ),
                (
                    "is_going_on",
                    models.BooleanField(
                        default=False,
                        editable=False,
                        verbose_name="saved by itself while somebody writes",
                    ),
                ),
                ("at", models.DateTimeField(default=apps.core.clock.now, editable=False)),
            ],
            options={
                "ordering": ["-number", "pk"],
            },
        ),
        migrations.RemoveIndex(
            model_name="suggestion",
            name="taskgroups__constit_4ef380_idx",
        ),
        migrations.AddField(
            model_name="suggestion",
            name="objected_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="suggestion",
            name="objection",
            field=models.TextField(
                blank=True, max_length=2000, verbose_name="why this is not what was meant"
            ),
        ),
        migrations.AddField(
            model_name="suggestion",
            name="revision",
            field=models.PositiveIntegerField(
                blank=True,
                editable=False,
                help_text="Empty where no words did, or where it was answered before revisions were kept.",
                null=True,
                verbose_name="the revision in which the words changed",
            ),
        ),
        migrations.AddField(
            model_name="suggestion",
            name="seen_revision",
            field=models.PositiveIntegerField(
                default=0,
                editable=False,
                verbose_name="the last revision of the draft when it was made",
            ),
        ),
        migrations.AddField(
            model_name="suggestion",
            name="words",
            field=models.JSONField(
                blank=True, default=list, editable=False, verbose_name="the words before and after"
            ),
        ),
        migrations.AlterField(
            model_name="suggestion",
            name="state",
            field=models.CharField(
                choices=[
                    ("open", "Waiting for an answer"),
                    ("taken_up", "Taken up"),
                    ("adapted", "Adapted"),
                    ("agreed", "Agreed, no change of words needed"),
                    ("not_taken_up", "Not taken up"),
                    ("withdrawn", "Withdrawn"),
                ],
                default="open",
                max_length=12,
            ),
        ),
        migrations.AddIndex(
            model_name="suggestion",
            index=models.Index(
                fields=["constituency", "state", "revision"], name="taskgroups__constit_1679a2_idx"
            ),
        ),
        migrations.AddConstraint(
            model_name="suggestion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("revision__isnull", True),
                    models.Q(("changed__isnull", False), ("state__in", ["taken_up", "adapted"])),
                    _connector="OR",
                ),
                name="taskgroups_suggestion_revision_is_uptake",
            ),
        ),
        migrations.AddField(
            model_name="draftrevision",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="draft_revisions",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="draftrevision",
            name="version",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="draft_revisions",
                to="taskgroups.outputversion",
            ),
        ),
        migrations.AddConstraint(
            model_name="draftrevision",
            constraint=models.UniqueConstraint(
                fields=("version", "number"), name="taskgroups_draft_revision_once"
            ),
        ),
        migrations.RunPython(migrations.RunPython.noop, say_it_stays),
    ]
