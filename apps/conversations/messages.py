"""What people are told about Conversations, at once and by the clock.

Subjects say no sum and no role: others see them on a locked phone.
"""

from apps.accounts.models.people import User
from apps.core.dates import DAY, weekday
from apps.notifications.kinds import Default, Due, Kind, Part, Topic, register

from . import calendar
from .links import feedback_path
from .models.booking import Booking, BookingSupport
from .models.conversation import Conversation
from .models.photograph import PhotoConsent


class ConversationKind(Kind):
    """About one Conversation. The subject line has its day; the title is inside."""

    topic = Topic.NETWORK
    line = ""
    with_calendar = False

    def conversation(self, subject):
        return subject if isinstance(subject, Conversation) else subject.conversation

    def version(self, subject):
        return self.conversation(subject).sequence

    def subject_line(self, occurrence, user):
        return f"{self.label}: {weekday(self.conversation(occurrence.subject).starts_at)}"

    def lines(self, subject):
        return [self.line] if self.line else []

    def context(self, occurrence, user):
        conversation = self.conversation(occurrence.subject)
        facts = [("When", conversation.when), ("Where", conversation.where)]
        return {
            "title": f"{self.label}: {conversation.title}",
            "facts": facts,
            "lines": self.lines(occurrence.subject),
            "url": conversation.get_absolute_url(),
            "action": "See the Conversation",
        }

    def attachments(self, occurrence, user):
        if not self.with_calendar:
            return ()
        method, entry = calendar.part(self.conversation(occurrence.subject))
        return (
            Part(entry, f"text/calendar; method={method}"),
            Part(entry, f"text/calendar; method={method}", "conversation.ics"),
        )


@register
class Announced(ConversationKind):
    name = "conversations.conversation"
    label = "A Conversation"

    def lines(self, conversation):
        return [conversation.summary]

    def wanted(self, rule, conversation, user):
        return conversation.is_open


@register
class Changed(ConversationKind):
    name = "conversations.conversation_changed"
    label = "Moved or changed"
    urgent = with_calendar = True

    def lines(self, conversation):
        return [conversation.announcement]

    def wanted(self, rule, conversation, user):
        return conversation.bookings.live().filter(user=user).exists()


@register
class CalledOff(ConversationKind):
    name = "conversations.conversation_cancelled"
    label = "Cancelled"
    urgent = essential = with_calendar = True

    def lines(self, conversation):
        return ["It will not take place. We are sorry.", conversation.announcement]

    def wanted(self, rule, conversation, user):
        return conversation.state == Conversation.State.CANCELLED


class BookingKind(ConversationKind):
    """About one person's booking, while it stands as the message says."""

    state = None

    def version(self, booking):
        return 0

    def wanted(self, rule, booking, user):
        return booking.state == self.state


@register
class Booked(BookingKind):
    name = "conversations.booked"
    label = "You have a place"
    state = Booking.State.BOOKED
    with_calendar = True

    def lines(self, booking):
        conversation = booking.conversation
        online = f"To join online: {conversation.link}" if conversation.link else ""
        return [line for line in (online, conversation.joining) if line]


@register
class Waiting(BookingKind):
    name = "conversations.waiting"
    label = "You are on the waiting list"
    state = Booking.State.WAITING
    line = "If a place falls free it is yours at once, and we tell you."


@register
class GivenUp(BookingKind):
    name = "conversations.booking_given_up"
    label = "Your booking is given up"
    state = Booking.State.CANCELLED


@register
class ComingUp(ConversationKind):
    """Before a Conversation, to everybody who has a place."""

    name = "conversations.conversation_reminder"
    label = "Coming up"
    defaults = (Default(7 * DAY), Default(DAY))
    with_calendar = True

    def lines(self, conversation):
        online = f"To join online: {conversation.link}" if conversation.link else ""
        cannot = "If you cannot come, please give up your place for somebody else."
        return [line for line in (online, conversation.joining, cannot) if line]

    def due(self, rule, now):
        coming = Conversation.objects.filter(
            state=Conversation.State.PUBLISHED,
            reminders=True,
            starts_at__gt=now,
            starts_at__lte=now + rule.offset,
        )
        for conversation in coming:
            due_at = rule.due_at(conversation.starts_at)
            if due_at > conversation.scheduled_at:
                yield Due(conversation, due_at)

    def audience(self, rule, conversation):
        booked = conversation.bookings.filter(state=Booking.State.BOOKED, user__isnull=False)
        return User.objects.active().filter(pk__in=booked.values("user"))

    def wanted(self, rule, conversation, user):
        booked = conversation.bookings.filter(user=user, state=Booking.State.BOOKED)
        return conversation.is_open and conversation.reminders and booked.exists()


@register
class FeedbackAsked(BookingKind):
    name = "conversations.feedback_asked"
    label = "How was it?"

    def wanted(self, rule, booking, user):
        return booking.may_give_feedback

    def context(self, occurrence, user):
        booking = occurrence.subject
        return super().context(occurrence, user) | {
            "lines": ["Thank you for coming. Nobody sees that an answer is yours."],
            "url": feedback_path(booking),
            "action": "Say how it was",
        }


class SupportKind(Kind):
    """What somebody needs is never in a message: it is read on the site."""

    topic = Topic.NETWORK
    withheld = True
    essential = True

    def context(self, occurrence, user):
        conversation = occurrence.subject.booking.conversation
        return {
            "title": self.label,
            "facts": [("Conversation", conversation.title), ("When", conversation.when)],
            "url": occurrence.subject.get_absolute_url(),
            "action": "See the Conversation",
        }


@register
class SupportAsked(SupportKind):
    name = "conversations.support_asked"
    label = "Somebody asks you to arrange something"

    def context(self, occurrence, user):
        url = f"/network/conversations/support/{occurrence.subject.pk}/"
        return super().context(occurrence, user) | {"url": url, "action": "See the request"}

    def wanted(self, rule, support, user):
        return support.organiser_id == user.pk


@register
class SupportArranged(SupportKind):
    name = "conversations.support_arranged"
    label = "What you asked for is arranged"

    def wanted(self, rule, support, user):
        return support.state == BookingSupport.State.ARRANGED


@register
class PhotoAsked(Kind):
    name = "conversations.photo_consent"
    label = "May we use a photograph of you?"
    topic = Topic.NETWORK

    def context(self, occurrence, user):
        return {
            "title": self.label,
            "lines": [
                "It would be shown to everybody. Nothing happens unless you agree, and you "
                "can change your mind at any time."
            ],
            "url": occurrence.subject.get_absolute_url(),
            "action": "See the photograph",
        }

    def wanted(self, rule, consent, user):
        return consent.state == PhotoConsent.State.ASKED
