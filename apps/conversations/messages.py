"""What people are told about Conversations, at once and by the clock.

With an account or without: a kind is given a User or an Address (apps/notifications). Whoever has
no account is led to the page of their booking, by a signed link.

Subjects say no sum and no role: others see them on a locked phone.
"""

from apps.accounts.models.people import User
from apps.core.dates import DAY, clock, weekday_near
from apps.core.models import AuditEntry
from apps.meetings import telling
from apps.notifications.calendar import as_part
from apps.notifications.kinds import Default, Kind, Topic, register
from apps.notifications.wording import AT_TIME, FROM_TO, ON_DAY, Case, Placeholder

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


JOINING = {
    "link": Placeholder("the address to join online, if there is one", "https://example.org/join"),
    "joining": Placeholder("how to take part", "The side door is open. There is no step."),
}


def _joining(conversation):
    return {"link": conversation.link, "joining": conversation.joining}


PAGE = Placeholder("where the button leads: to the Conversation, or to a booking", "your booking")


def _page(reader):
    """Whoever has no account has the page of their booking alone."""
    return "your booking" if reader.pk is None else "the Conversation"


class ConversationKind(Kind):
    """About one Conversation. The subject line has its day; the title is inside."""

    topic = Topic.NETWORK
    subject_line = "{label}: {day}, {time}"
    preview = "Open it to see which Conversation it is, and where."
    title = "{label}: {conversation}"
    action = "See {page}"
    facts = (("When", "{when}"), ("Where", "{where}"))
    placeholders = {
        "conversation": Placeholder("the title of the Conversation", "What helps on a bad day"),
        "when": FROM_TO,
        "where": Placeholder("the place, or online, or both", "The Pinewood centre, or online"),
        "day": ON_DAY,
        "time": AT_TIME,
        "page": PAGE,
    }
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

    def values(self, occurrence, reader):
        conversation = self.conversation(occurrence.subject)
        return {
            "conversation": conversation.title,
            "when": conversation.when,
            "where": conversation.where,
            "day": weekday_near(conversation.starts_at),
            "time": clock(conversation.starts_at),
            "page": _page(reader),
        }

    def url(self, occurrence, reader):
        """To their booking, for whoever comes by a link."""
        subject = occurrence.subject
        if reader.pk is None:
            return booking_path(self.booking(subject, reader))
        return self.conversation(subject).get_absolute_url()

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
    to_whom = "everybody in the network, when a Conversation is announced or they join later"
    news = announces = True
    unnamed = False  # to the whole network
    preview = "You can book a place."
    text = "It is on {day} at {time}. You can book a place on its page.\n\n{summary}"
    placeholders = ConversationKind.placeholders | {
        "summary": Placeholder("what it is about", "We swap what helps, over tea.")
    }

    def values(self, occurrence, reader):
        return super().values(occurrence, reader) | {"summary": occurrence.subject.summary}

    def wanted(self, rule, conversation, user):
        return conversation.is_open


@register
class Arranging(ConversationKind):
    """To the one who reads what people need: when it is announced, and whoever is named since."""

    name = "conversations.arranging"
    label = "You arrange support"
    to_whom = (
        "whoever arranges support at a Conversation, when it is announced or they are named later"
    )
    text = "You read what people need in order to take part, and arrange it."
    announces = with_calendar = True
    unnamed = False

    def wanted(self, rule, conversation, user):
        return conversation.is_published and conversation.organiser_id == user.pk


@register
class ArrangingEnds(ConversationKind):
    """Somebody else was named, or the account of the one who was has closed."""

    name = "conversations.arranging_ends"
    label = "Somebody else arranges support"
    to_whom = "whoever arranged support at a Conversation, when it is no longer theirs to arrange"
    preview = "You do not need to do anything."
    text = (
        "You no longer read what people need at this Conversation. You do not need to do anything."
    )
    announces = parting = essential = after = with_calendar = gives_up = True
    because = "so that nobody travels for nothing"
    unnamed = False

    def url(self, occurrence, reader):
        return "" if reader.pk is None else super().url(occurrence, reader)

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
    label = "Conversation moved or changed"
    to_whom = (
        "everybody with a place or waiting for one, and whoever arranges support, when "
        "it is moved or changed"
    )
    urgent = essential = with_calendar = True
    because = "so that nobody travels for nothing"

    preview = "Please check that you can still come."
    text = (
        "{changed}\n\nPlease check that it still suits you.\n\n"
        "If you can no longer come, please give up {place} for somebody else."
    )
    placeholders = ConversationKind.placeholders | {
        "changed": Placeholder("what changed, and why", "It moves to Room 2: the lift is broken."),
        "place": Placeholder("*your place*, where the reader booked one", "your place"),
    }

    def values(self, occurrence, reader):
        conversation = occurrence.subject
        return super().values(occurrence, reader) | {
            "changed": conversation.announcement,
            "place": "your place" if self.booking(conversation, reader) else "",
        }

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
    label = "Conversation cancelled"
    to_whom = (
        "everybody with a place or waiting for one, and whoever arranges support, when "
        "it is cancelled"
    )
    urgent = essential = with_calendar = parting = True
    because = "so that nobody travels for nothing"

    preview = "It will not take place. You do not need to do anything."
    text = "It will not take place. We are sorry. You do not need to do anything.\n\n{why}"
    placeholders = ConversationKind.placeholders | {
        "why": Placeholder("why it is off, as it was said", "Both who lead it are ill.")
    }

    def values(self, occurrence, reader):
        return super().values(occurrence, reader) | {"why": occurrence.subject.announcement}

    def url(self, occurrence, reader):
        """What is left to read stands in the letter, for whoever has no account."""
        return "" if reader.pk is None else super().url(occurrence, reader)

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
    to_whom = "somebody without an account, when they ask for a place at a Conversation"
    always = pressing = True
    state = Booking.State.ASKED
    preview = "It takes one press. Was it not you? Then do nothing."
    text = (
        "You asked for a place. Open the page below and confirm within 2 days. If it was not you, "
        "do nothing: no place is taken."
    )

    action = "Confirm your booking"

    def url(self, occurrence, reader):
        return booking_path(occurrence.subject)


@register
class Stands(BookingKind):
    """Somebody asked again who has booked already; the page says the same to both."""

    name = "conversations.booking_stands"
    label = "How your booking stands"
    to_whom = "somebody without an account, when they ask again for what they have booked already"
    always = pressing = True

    def wanted(self, rule, booking, user):
        return booking.is_confirmed

    preview = "You need not book again."
    text = "You asked for a place again. You have a place already."
    cases = {
        "waits": Case(
            when="the reader has no place yet",
            text="You asked for a place again. You are on the waiting list.",
        )
    }

    def case(self, occurrence, reader):
        return "" if occurrence.subject.has_place else "waits"


@register
class Booked(BookingKind):
    name = "conversations.booked"
    label = "You have a place"
    to_whom = "whoever has a place at a Conversation, when they get it"
    state = Booking.State.BOOKED
    with_calendar = True

    preview = "You can say what would help you take part."
    text = (
        "You have a place on {day} at {time}.\n\nTo join online: {link}\n\n{joining}\n\n"
        "On its page you can say what would help you take part, or give up your place."
    )
    placeholders = ConversationKind.placeholders | JOINING

    def values(self, occurrence, reader):
        joining = _joining(occurrence.subject.conversation)
        return super().values(occurrence, reader) | joining

    def wanted(self, rule, booking, user):
        return super().wanted(rule, booking, user) and booking.conversation.is_open


@register
class Waiting(BookingKind):
    name = "conversations.waiting"
    label = "You are on the waiting list"
    to_whom = "whoever booked, when they are put on the waiting list of a Conversation"
    state = Booking.State.WAITING
    preview = "You do not need to do anything."
    text = (
        "If a place falls free it is yours at once, and we tell you. You do not need to do "
        "anything."
    )

    def wanted(self, rule, booking, user):
        return super().wanted(rule, booking, user) and booking.conversation.is_open


@register
class GivenUp(BookingKind):
    """Whoever had a place has it in their calendar: it goes from there."""

    name = "conversations.booking_given_up"
    label = "Your booking is given up"
    to_whom = "whoever booked, when their booking is given up"
    parting = True
    state = Booking.State.CANCELLED
    with_calendar = gives_up = True
    preview = "Nothing else is needed."
    text = "You do not need to do anything else. You can book again while there are places."

    def url(self, occurrence, reader):
        """Somebody whose account closed has no page of it."""
        parted = reader.pk is None and occurrence.subject.user_id
        return "" if parted else super().url(occurrence, reader)

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
    label = "Conversation coming up"
    to_whom = "everybody who has a place at the Conversation"
    defaults = (Default(7 * DAY), Default(DAY))
    with_calendar = True

    preview = "You have a place. If you cannot come, please give it up."
    title = "Coming up: {conversation}"
    text = (
        "You have a place on {day} at {time}.\n\nTo join online: {link}\n\n{joining}\n\n"
        "If you cannot come, please give up your place for somebody else."
    )
    placeholders = ConversationKind.placeholders | JOINING

    def values(self, occurrence, reader):
        return super().values(occurrence, reader) | _joining(occurrence.subject)

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
    to_whom = "everybody who came to a Conversation, when it is recorded that it was held"
    news = True
    subject_line = "{label} {day}, {time}"
    preview = "It takes two minutes."
    text = (
        "Thank you for coming. Please say how it was: it takes two minutes. Nobody sees that an "
        "answer is yours."
    )
    action = "Say how it was"
    urgent = essential = False

    def wanted(self, rule, booking, user):
        return booking.may_give_feedback

    def url(self, occurrence, reader):
        return feedback_path(occurrence.subject)


class AtConversation:
    """Of somebody without an account the link leads to their booking."""

    topic = Topic.NETWORK
    facts = (("Conversation", "{gathering}"), ("When", "{when}"))

    def url(self, occurrence, reader):
        if reader.pk is not None:
            return super().url(occurrence, reader)
        return booking_path(occurrence.subject.booking)


@register
class SupportAsked(AtConversation, telling.SupportAsked):
    name = "conversations.support_asked"
    label = "Somebody asks you to arrange something"
    to_whom = "whoever arranges support at the Conversation, when somebody asks for something"
    subject_line = "Conversation on {day}: please arrange something"


@register
class SupportChanged(AtConversation, telling.SupportChanged):
    name = "conversations.support_changed"
    label = "What somebody needs at a Conversation has changed"
    to_whom = "whoever arranges support at the Conversation, when what somebody asked for changes"
    subject_line = "Conversation on {day}: what to arrange has changed"


class ForWhoeverAsked(AtConversation):
    action = "See {page}"

    def values(self, occurrence, reader):
        return super().values(occurrence, reader) | {"page": _page(reader)}


@register
class SupportHanded(ForWhoeverAsked, telling.SupportHanded):
    name = "conversations.support_handed"
    to_whom = (
        "whoever asked for support at a Conversation, when somebody else arranges it from now on"
    )
    subject_line = "Conversation on {day}: somebody else arranges it now"
    placeholders = telling.SupportHanded.placeholders | {"page": PAGE}


@register
class SupportArranged(ForWhoeverAsked, telling.SupportArranged):
    name = "conversations.support_arranged"
    to_whom = "whoever asked for support at a Conversation, when it is arranged"
    subject_line = "Conversation on {day}: what you asked for is arranged"
    placeholders = telling.SupportArranged.placeholders | {"page": PAGE}


@register
class PhotoAsked(Kind):
    name = "conversations.photo_consent"
    label = "May we use a photograph of you?"
    to_whom = "the person in a photograph, when they are asked whether it may be used"
    topic = Topic.NETWORK
    preview = "Nothing happens unless you agree."
    text = (
        "Please say whether we may. It would be shown to everybody. Nothing happens unless you "
        "agree, and you can change your mind at any time."
    )
    action = "See the photograph"

    def url(self, occurrence, reader):
        return occurrence.subject.get_absolute_url()

    def wanted(self, rule, consent, user):
        return consent.state == PhotoConsent.State.ASKED
