"""Who is told when something happens: Conversations."""

from datetime import timedelta

from django.db.models import Max

from apps.core import clock
from apps.core.moves import effect
from apps.notifications.ahead import knowing
from apps.notifications.kinds import notify, void
from apps.notifications.models import Occurrence

# Who was told of a Conversation, and that it is no longer theirs (apps/notifications/ahead.py).
NEWS = ("conversations.conversation",)
ARRANGING, ARRANGING_ENDS = ("conversations.arranging",), ("conversations.arranging_ends",)
HOUR, AT_MOST = timedelta(hours=1), 3  # letters to one address that anybody can bring about


@effect
def conversation_announced(conversation, entry):
    notify("conversations.conversation", conversation, conversation.members())
    notify("conversations.arranging", conversation, [conversation.organiser])


@effect
def conversation_cancelled(conversation, entry):
    void(conversation)
    _tell("conversations.conversation_cancelled", conversation)


@effect
def conversation_held(conversation, entry):
    """Those who came are asked how it was."""
    for booking in conversation.bookings.filter(came=True).select_related("user"):
        _say("conversations.feedback_asked", booking)


def conversation_changed(conversation):
    """A new time or place: what was not sent yet is void, and everybody learns the new one."""
    void(conversation)
    _tell("conversations.conversation_changed", conversation)


def _tell(kind, conversation):
    """All who have a place or wait for one, with an account or without; and who arranges it."""
    readers = [*conversation.bookings.live().readers(), *arranging(conversation)]
    notify(kind, conversation, readers, version=conversation.sequence)


def arranging(conversation):
    """Who was told that they arrange what people need at it."""
    return knowing(conversation, ARRANGING, ARRANGING_ENDS)


def _say(kind, booking, about=None, version=0):
    """Whoever booked, about the booking or what belongs to it."""
    reader = booking.reader
    notify(kind, about or booking, [reader] if reader else [], version=version)


def booking_asked(booking):
    """Somebody without an account wrote: their letter says how it stands, each time they ask."""
    kinds = ("conversations.booking_asked", "conversations.booking_stands")
    written = Occurrence.objects.about(booking).filter(rule__kind__in=kinds)
    if written.filter(made_at__gt=clock.now() - HOUR).count() >= AT_MOST:
        return  # whoever asks again and again fills somebody's post, perhaps not their own
    asked, stands = kinds
    last = written.aggregate(last=Max("schedule_version"))["last"]
    version = 0 if last is None else last + 1
    _say(stands if booking.is_confirmed else asked, booking, version=version)


@effect
def booking_booked(booking, entry):
    _say("conversations.booked", booking, version=entry.pk)


@effect
def booking_waits(booking, entry):
    _say("conversations.waiting", booking, version=entry.pk)


@effect
def booking_given_up(booking, entry):
    _say("conversations.booking_given_up", booking, version=entry.pk)


@effect
def support_asked(support, entry):
    """The one organiser is told that somebody asks; what it is, is read on the site."""
    notify("conversations.support_asked", support, [support.organiser], version=entry.pk)


@effect
def support_changed(support, entry):
    """And that it changed, or is needed no longer."""
    notify("conversations.support_changed", support, [support.organiser], version=entry.pk)


@effect
def support_handed(support, entry):
    """Whoever asked was told who reads it."""
    _say("conversations.support_handed", support.booking, support, entry.pk)


@effect
def support_arranged(support, entry):
    _say("conversations.support_arranged", support.booking, support, entry.pk)


def photo_consent_asked(consent, entry):
    notify("conversations.photo_consent", consent, [consent.user], version=entry.pk)
