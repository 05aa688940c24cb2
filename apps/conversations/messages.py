"""What people are told about Conversations, at once and by the clock.

With an account or without: a kind is given a User or an Address (apps/notifications). Whoever has
no account is led to the page of their booking, by a signed link.

Subjects say no sum and no role: others see them on a locked phone.
"""

from apps.accounts.models.people import User
from apps.core.dates import DAY, weekday
from apps.core.models import AuditEntry
from apps.meetings import telling
from apps.notifications.calendar import as_part
from apps.notifications.kinds import Default, Kind, Topic, register

from . import calendar
from .events import arranging
from .links import booking_path, feedback_path
from .models.booking import Booking
from .models.conversation import Conversation
from .models.photograph import PhotoConsent


def _arranges(conversation, reader):
    """Whether they arrange support at it, with an account that is open."""
    return reader.pk is not None and conversation.organiser_id == reader.pk


def _had(conversation, reader):
    """Whether they were told that they arrange it."""
    if reader.pk is None:
        return User.objects.filter(email__iexact=reader.email, is_active=False).exists()
    return arranging(conversation).filter(pk=reader.pk).exists()


class ConversationKind(Kind):
    """About one Conversation. The subject line has its day; the title is inside."""

    topic = Topic.NETWORK
    line = ""
    with_calendar = False
    gives_up = False  # its calendar entry ends with it, whatever becomes of the Conversation
    unnamed = True  # who comes is for those who run it

    def conversation(self, subject):
        return subject if isinstance(subject, Conversation) else subject.conversation

    def version(self, subject):
        return self.conversation(subject).sequence

    def booking(self, subject, reader):
        """Their booking that stands, or None."""
        if isinstance(subject, Booking):
            return subject
        return subject.bookings.of(reader).exclude(state=Booking.State.CANCELLED).first()

    def subject_line(self, occurrence, user):
        return f"{self.label}: {weekday(self.conversation(occurrence.subject).starts_at)}"

    def lines(self, subject):
        return [self.line] if self.line else []

    def context(self, occurrence, user):
        subject = occurrence.subject
        conversation = self.conversation(subject)
        facts = [("When", conversation.when), ("Where", conversation.where)]
        return {
            "title": f"{self.label}: {conversation.title}",
            "facts": facts,
            "lines": self.lines(subject),
        } | self.link(subject, user)

    def link(self, subject, reader):
        """Where it leads: to their booking, whoever comes by a link."""
        if reader.pk is None:
            url = booking_path(self.booking(subject, reader))
            return {"url": url, "action": "See your booking"}
        url = self.conversation(subject).get_absolute_url()
        return {"url": url, "action": "See the Conversation"}

    def attachments(self, occurrence, user):
        if not self.with_calendar:
            return ()
        conversation = self.conversation(occurrence.subject)
        made = calendar.part(conversation, off=self.gives_up)
        return as_part(made), as_part(made, "conversation.ics")


@register
class Announced(ConversationKind):
    name = "conversations.conversation"
    label = "A Conversation"
    news = announces = True
    unnamed = False  # to the whole network

    def lines(self, conversation):
        return [conversation.summary]

    def wanted(self, rule, conversation, user):
        return conversation.is_open


@register
class Arranging(ConversationKind):
    """To the one who reads what people need: when it is announced, and whoever is named since."""

    name = "conversations.arranging"
    label = "You arrange support"
    line = "You read what people need in order to take part, and arrange it."
    announces = with_calendar = True
    unnamed = False

    def wanted(self, rule, conversation, user):
        return conversation.is_published and conversation.organiser_id == user.pk


@register
class ArrangingEnds(ConversationKind):
    """Somebody else was named, or the account of the one who was has closed."""

    name = "conversations.arranging_ends"
    label = "Somebody else arranges support"
    line = "You no longer read what people need at this Conversation. You need do nothing."
    announces = parting = essential = after = with_calendar = gives_up = True
    because = "so that nobody travels for nothing"
    unnamed = False

    def link(self, conversation, reader):
        return {} if reader.pk is None else super().link(conversation, reader)

    def wanted(self, rule, conversation, user):
        """Called off or moved since: their entry has to go all the same."""
        return not conversation.has_begun and not _arranges(conversation, user)

    def attachments(self, occurrence, user):
        """Whoever has a place keeps the entry."""
        booked = occurrence.subject.bookings.of(user).filter(state=Booking.State.BOOKED)
        return () if booked.exists() else super().attachments(occurrence, user)


@register
class Changed(ConversationKind):
    name = "conversations.conversation_changed"
    label = "Moved or changed"
    urgent = essential = with_calendar = True
    because = "so that nobody travels for nothing"

    def lines(self, conversation):
        return [conversation.announcement]

    def context(self, occurrence, user):
        said = super().context(occurrence, user)
        if self.booking(occurrence.subject, user):
            cannot = "If you can no longer come, please give up your place for somebody else."
            said["lines"].append(cannot)
        return said

    def wanted(self, rule, conversation, user):
        booked = conversation.bookings.live().of(user).exists()
        return booked or conversation.organiser_id == user.pk

    def attachments(self, occurrence, user):
        """Whoever only waits has no entry, and is given none."""
        conversation = occurrence.subject
        booking = self.booking(conversation, user)
        has_one = conversation.organiser_id == user.pk or (booking and booking.has_place)
        return super().attachments(occurrence, user) if has_one else ()


@register
class CalledOff(ConversationKind):
    name = "conversations.conversation_cancelled"
    label = "Cancelled"
    urgent = essential = with_calendar = parting = True
    because = "so that nobody travels for nothing"

    def lines(self, conversation):
        return [
            "It will not take place. We are sorry. You need do nothing.",
            conversation.announcement,
        ]

    def link(self, conversation, reader):
        """What is left to read stands in the letter, for whoever has no account."""
        return {} if reader.pk is None else super().link(conversation, reader)

    def wanted(self, rule, conversation, user):
        """Who was told that they arrange it, though another was named just before, or whose account
        has closed, has it in a calendar as well."""
        if not conversation.is_cancelled:
            return False
        return bool(self.booking(conversation, user)) or _had(conversation, user)


class BookingKind(ConversationKind):
    """About one person's booking, while it stands as the message says. They wait for it."""

    state = None
    urgent = essential = True
    because = "since you booked it"

    def version(self, booking):
        return 0

    def wanted(self, rule, booking, user):
        return booking.state == self.state


@register
class Asked(BookingKind):
    """To an address that nobody has confirmed: it carries nothing that a stranger typed."""

    name = "conversations.booking_asked"
    label = "Please confirm your booking"
    always = pressing = True
    state = Booking.State.ASKED
    line = (
        "You asked for a place. Open the page below and confirm within 2 days. If it was not you, "
        "do nothing: no place is taken."
    )

    def link(self, booking, reader):
        return {"url": booking_path(booking), "action": "Confirm your booking"}


@register
class Stands(BookingKind):
    """Somebody asked again who has booked already; the page says the same to both."""

    name = "conversations.booking_stands"
    label = "How your booking stands"
    always = pressing = True

    def wanted(self, rule, booking, user):
        return booking.is_confirmed

    def lines(self, booking):
        have = "You have a place already." if booking.has_place else "You are on the waiting list."
        return [f"You asked for a place again. {have}"]


@register
class Booked(BookingKind):
    name = "conversations.booked"
    label = "You have a place"
    state = Booking.State.BOOKED
    with_calendar = True

    def lines(self, booking):
        conversation = booking.conversation
        online = f"To join online: {conversation.link}" if conversation.link else ""
        help_words = "On its page you can say what would help you take part, or give up your place."
        return [line for line in (online, conversation.joining, help_words) if line]

    def wanted(self, rule, booking, user):
        return super().wanted(rule, booking, user) and booking.conversation.is_open


@register
class Waiting(BookingKind):
    name = "conversations.waiting"
    label = "You are on the waiting list"
    state = Booking.State.WAITING
    line = "If a place falls free it is yours at once, and we tell you."

    def wanted(self, rule, booking, user):
        return super().wanted(rule, booking, user) and booking.conversation.is_open


@register
class GivenUp(BookingKind):
    """Whoever had a place has it in their calendar: it goes from there."""

    name = "conversations.booking_given_up"
    label = "Your booking is given up"
    parting = True
    state = Booking.State.CANCELLED
    with_calendar = gives_up = True
    line = "Nothing else is needed. You can book again while there are places."

    def link(self, booking, reader):
        """Somebody whose account closed has no page of it."""
        parted = reader.pk is None and booking.user_id
        return {} if parted else super().link(booking, reader)

    def attachments(self, occurrence, user):
        """Whoever arranges it keeps the entry."""
        booking = occurrence.subject
        had_a_place = AuditEntry.objects.about(booking).filter(action="book").exists()
        ends = had_a_place and not _arranges(booking.conversation, user)
        return super().attachments(occurrence, user) if ends else ()


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
        return telling.coming(Conversation, rule, now)

    def audience(self, rule, conversation):
        """Who booked after it was due has just been told the time."""
        due_at = rule.due_at(conversation.starts_at)
        booked = conversation.bookings.filter(state=Booking.State.BOOKED, queued_at__lt=due_at)
        return booked.readers()

    def wanted(self, rule, conversation, user):
        booked = conversation.bookings.of(user).filter(state=Booking.State.BOOKED)
        return conversation.is_open and conversation.reminders and booked.exists()


@register
class FeedbackAsked(BookingKind):
    name = "conversations.feedback_asked"
    label = "How was it?"
    news = True
    line = "Thank you for coming. It takes two minutes. Nobody sees that an answer is yours."
    urgent = essential = False

    def wanted(self, rule, booking, user):
        return booking.may_give_feedback

    def link(self, booking, reader):
        return {"url": feedback_path(booking), "action": "Say how it was"}


class AtConversation:
    """Of somebody without an account the link leads to their booking."""

    topic = Topic.NETWORK
    word = "Conversation"
    action = "See the Conversation"

    def link(self, support, reader):
        if reader.pk is not None:
            return super().link(support, reader)
        return {"url": booking_path(support.booking), "action": "See your booking"}


@register
class SupportAsked(AtConversation, telling.SupportAsked):
    name = "conversations.support_asked"
    label = "Somebody asks you to arrange something"


@register
class SupportChanged(AtConversation, telling.SupportChanged):
    name = "conversations.support_changed"
    label = "What somebody needs at a Conversation has changed"


@register
class SupportHanded(AtConversation, telling.SupportHanded):
    name = "conversations.support_handed"


@register
class SupportArranged(AtConversation, telling.SupportArranged):
    name = "conversations.support_arranged"


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
