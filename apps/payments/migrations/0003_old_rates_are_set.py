from django.db import migrations


def set_them(apps, schema_editor):
    """What was paid by before rates were decided on is paid by still."""
    apps.get_model("payments", "Rate").objects.update(state="set")


def forget_proposals(apps, schema_editor):
    """Without states each rate would be paid by."""
    apps.get_model("payments", "Rate").objects.exclude(state="set").delete()


class Migration(migrations.Migration):
    dependencies = [("payments", "0002_rates_by_decision")]

    operations = [migrations.RunPython(set_them, forget_proposals)]
