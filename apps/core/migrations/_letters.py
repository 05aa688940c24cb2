"""For migrations of other apps: what waited to be e-mailed by senders of their own waits here."""


def wait(apps, kind, subject, address, version=0):
    """A letter of this kind about a historical row, not yet sent."""
    rules = apps.get_model("notifications", "ReminderRule").objects
    rule = rules.filter(kind=kind).first() or rules.create(kind=kind, seed="0:00:00 everyone")
    type_of = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label=subject._meta.app_label, model=subject._meta.model_name
    )
    occurrence, _ = apps.get_model("notifications", "Occurrence").objects.get_or_create(
        rule=rule,
        subject_type=type_of[0],
        subject_id=str(subject.pk),
        due_at=None,
        schedule_version=version,
    )
    apps.get_model("notifications", "Delivery").objects.get_or_create(
        occurrence=occurrence, address=address.strip().lower(), channel="email"
    )
