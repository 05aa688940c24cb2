from datetime import timedelta

from django.db import migrations

from apps.core.migrations._letters import wait

# What a letter was, and the kind of message that it is now.
KINDS = {
    "confirm": "conversations.booking_asked",
    "stands": "conversations.booking_stands",
    "booked": "conversations.booked",
    "waiting": "conversations.waiting",
    "given_up": "conversations.booking_given_up",
    "feedback": "conversations.feedback_asked",
}
OF_THE_EVENT = {
    "changed": "conversations.conversation_changed",
    "called_off": "conversations.conversation_cancelled",
}


REMINDERS = {"week": timedelta(days=7), "day": timedelta(days=1)}
GAVE_UP = 8  # attempts


def waiting_letters(apps, schema_editor):
    """What is to leave still. Back, what waits is not carried: people with an account alone hear."""
    letters = apps.get_model("conversations", "BookingLetter").objects
    unsent = letters.filter(sent_at=None, attempts__lt=GAVE_UP)
    for letter in unsent.exclude(booking__email="").select_related("booking__conversation"):
        booking = letter.booking
        if letter.kind in KINDS:
            wait(apps, KINDS[letter.kind], booking, booking.email, letter.version)
        elif letter.kind in OF_THE_EVENT:
            kind = OF_THE_EVENT[letter.kind]
            wait(apps, kind, booking.conversation, booking.email, letter.version)
        elif letter.kind in REMINDERS:
            remind(apps, letter)
        elif letter.kind == "arranged":
            for support in apps.get_model("conversations", "BookingSupport").objects.filter(
                booking=booking
            ):
                kind = "conversations.support_arranged"
                wait(apps, kind, support, booking.email, letter.version)


def remind(apps, letter):
    """The planner has told people with an account; where it has not yet, it tells everybody."""
    said = apps.get_model("notifications", "Occurrence").objects.filter(
        rule__kind="conversations.conversation_reminder",
        rule__offset=REMINDERS[letter.kind],
        subject_type__app_label="conversations",
        subject_type__model="conversation",
        subject_id=str(letter.booking.conversation_id),
        schedule_version=letter.version,
    )
    if occurrence := said.first():
        apps.get_model("notifications", "Delivery").objects.get_or_create(
            occurrence=occurrence, address=letter.booking.email.lower(), channel="email"
        )


class Migration(migrations.Migration):
    """Letters to people who booked without an account are sent as any message."""

    dependencies = [
        ("conversations", "0001_initial"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("notifications", "0003_letters"),
    ]

    operations = [
        migrations.RunPython(waiting_letters, migrations.RunPython.noop),
        migrations.DeleteModel(name="BookingLetter"),
    ]
