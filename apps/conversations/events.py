"""Who is told when something happens: Conversations."""

from datetime import timedelta

from apps.accounts.models.people import User
from apps.core import clock
from apps.core.moves import effect
from apps.core.waking import wake
from apps.notifications.kinds import is_silent, notify, others, void

HOUR, AT_MOST = timedelta(hours=1), 3  # letters to one address that anybody can bring about


def _write(booking, kind, version=0):
    """A letter to somebody without an account, in the caller's transaction; sent once it commits.

    The same kind and version is written once, however often it is asked for.
    """
    if is_silent():
        return
    booking.letters.get_or_create(kind=kind, version=version)
    wake("apps.conversations.tasks.send_booking_letters")


def _tell(bookings, kind, letter, conversation, *, version):
    """The same to everybody who booked: a message with an account, a letter without."""
    bookings = list(bookings.select_related("user"))
    people = [booking.user for booking in bookings if booking.user_id]
    notify(kind, conversation, people, version=version)
    for booking in bookings:
        if booking.email:
            _write(booking, letter, version)


@effect
def conversation_announced(conversation, entry):
    members = conversation.network.memberships.current().values("user")
    people = User.objects.active().filter(pk__in=members)
    notify("conversations.conversation", conversation, others(people, entry.by))


@effect
def conversation_cancelled(conversation, entry):
    void(conversation)
    _tell(
        conversation.bookings.live(),
        "conversations.conversation_cancelled",
        "called_off",
        conversation,
        version=conversation.sequence,
    )


@effect
def conversation_held(conversation, entry):
    """Those who came are asked how it was."""
    came = conversation.bookings.filter(came=True)
    for booking in came.filter(user__isnull=False).select_related("user"):
        notify("conversations.feedback_asked", booking, [booking.user])
    for booking in came.exclude(email=""):
        _write(booking, "feedback")


def conversation_changed(conversation):
    """A new time or place: what was not sent yet is void, and everybody learns the new one."""
    void(conversation)
    _tell(
        conversation.bookings.live(),
        "conversations.conversation_changed",
        "changed",
        conversation,
        version=conversation.sequence,
    )


def booking_asked(booking):
    """Somebody without an account wrote: their letter says how it stands, each time they ask."""
    written = booking.letters.filter(kind__in=["confirm", "stands"])
    if written.filter(created_at__gt=clock.now() - HOUR).count() >= AT_MOST:
        return  # whoever asks again and again fills somebody's post, perhaps not their own
    version = written.count()
    _write(booking, "confirm" if booking.state == "asked" else "stands", version)


def _say(booking, entry, kind, letter):
    if booking.user_id:
        notify(kind, booking, [booking.user], version=entry.pk)
    elif booking.email:
        _write(booking, letter, entry.pk)


@effect
def booking_booked(booking, entry):
    _say(booking, entry, "conversations.booked", "booked")


@effect
def booking_waits(booking, entry):
    _say(booking, entry, "conversations.waiting", "waiting")


@effect
def booking_given_up(booking, entry):
    _say(booking, entry, "conversations.booking_given_up", "given_up")


@effect
def support_asked(support, entry):
    """The one organiser is told that somebody asks, or that it changed; it is read on the site."""
    notify("conversations.support_asked", support, [support.organiser], version=entry.pk)


@effect
def support_arranged(support, entry):
    booking = support.booking
    if booking.user_id:
        notify("conversations.support_arranged", support, [booking.user], version=entry.pk)
    elif booking.email:
        _write(booking, "arranged", entry.pk)


def photo_consent_asked(consent, entry):
    notify("conversations.photo_consent", consent, [consent.user], version=entry.pk)
