"""What messages hold about people."""

from django.db.models import Q

from apps.core.personal import DELETE, nobodys, personal, retention

from .messages import AccountLetter
from .models import Delivery, Occurrence, Postbox, Preference, ReminderRule, Status, Wording

nobodys("Rules of messages; no person is in them.", ReminderRule)
nobodys("What the office says in messages; no person is in it.", Wording)
nobodys("How many e-mails wait in our mailbox, and since when.", Postbox)
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
    by_email="address",
    hide=("claim", "claimed_at", "error", "pressing"),
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
    rows=lambda cutoff: _over(cutoff),
)
retention(
    "letters",
    Delivery,
    what="That we e-mailed somebody without an account, and their address",
    why="Long enough to look up whether a letter arrived.",
    since="it was sent",
    days="LETTERS_KEEP_DAYS",
    rows=lambda cutoff: _over(cutoff).filter(recipient=None),
    act=lambda rows: _letters_gone(rows),
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


def _over(cutoff):
    over = Q(sent_at__lt=cutoff) | Q(sent_at=None, next_attempt_at__lt=cutoff)
    return Delivery.objects.exclude(status__in=PENDING).filter(over)


def _letters_gone(rows):
    """A code that somebody asked for is never sent a second time: nothing of it need stay known."""
    codes = Occurrence.objects.filter(rule__kind=AccountLetter.name)
    codes.filter(pk__in=list(rows.values_list("occurrence", flat=True))).delete()
    rows.delete()
