from zoneinfo import ZoneInfo

from django.db import migrations

LONDON = ZoneInfo("Europe/London")


def keep_their_terms(apps, schema_editor):
    """Meetings held already keep the terms that were in force on their day."""
    every = apps.get_model("groups", "TermsOfReference").objects
    held = apps.get_model("meetings", "Meeting").objects.filter(
        was_quorate__isnull=False, terms__isnull=True
    )
    for meeting in held.iterator(chunk_size=1000):
        day = meeting.starts_at.astimezone(LONDON).date()
        terms = every.filter(group=meeting.group_id, in_force_from__lte=day)
        meeting.terms = terms.order_by("-version").first()
        meeting.save(update_fields=["terms"])


class Migration(migrations.Migration):
    dependencies = [("meetings", "0002_corrections_and_what_is_decided")]

    operations = [migrations.RunPython(keep_their_terms, migrations.RunPython.noop)]
