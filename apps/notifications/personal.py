"""What messages hold about people."""

from django.db.models import Q

from apps.core.personal import DELETE, nobodys, personal, retention

from .models import Delivery, Occurrence, Preference, ReminderRule, Status

nobodys("Rules of messages; no person is in them.", ReminderRule)
personal(
    Occurrence,
    "Occasions for messages",
    scrub=("data",),
    why="Shared by all who were told. Your name in them is replaced.",
)
personal(
    Delivery,
    "Messages to you",
    about=("recipient",),
    hide=("claim", "claimed_at", "error"),
    erase=DELETE,
    scrub=("title", "text"),
    why="In messages to others your name is replaced.",
)
personal(
    Preference,
    "Which messages you want",
    about=("user",),
    hide=("calendar_token",),
    erase=DELETE,
)

PENDING = (Status.WAITING, Status.SENDING, Status.HELD)

retention(
    "messages",
    Delivery,
    what="Messages to people",
    why="Long enough to look up what one was told.",
    since="it was sent",
    days="MESSAGES_KEEP_DAYS",
    # What was planned stays known (Occurrence), so that no message goes out a second time.
    rows=lambda cutoff: Delivery.objects.exclude(status__in=PENDING).filter(
        Q(sent_at__lt=cutoff) | Q(sent_at=None, next_attempt_at__lt=cutoff)
    ),
)
retention(
    "occasions",
    Occurrence,
    what="What a message was about, in a few words",
    why="As long as the messages themselves. That there was one stays, as a number.",
    since="it came up",
    days="MESSAGES_KEEP_DAYS",
    rows=lambda cutoff: (
        Occurrence.objects.filter(made_at__lt=cutoff)
        .exclude(data={})
        .exclude(deliveries__status__in=PENDING)
    ),
    act=lambda rows: rows.update(data={}),
    does="Emptied",
)
