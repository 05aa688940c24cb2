"""What seats, Conversations and claims tell people: at once (involvement_events.py), and by the
clock (due). Subjects say no sum and no role: others see them on a locked phone."""

from apps.accounts.models import User
from apps.core import clock
from apps.core.dates import DAY, day, morning_of, weekday
from apps.groups.models import Membership
from apps.notifications.kinds import Default, Due, Kind, Part, Topic, register

from . import involvement_calendar as calendar
from .involvement_events import holders
from .involvement_links import feedback_path
from .models.booking import Booking, BookingSupport
from .models.claim import InvolvementClaim
from .models.conversation import Conversation
from .models.photograph import PhotoConsent
from .models.seat import Nomination, SeatRequest


# --- claims -------------------------------------------------------------------------------------
class ClaimKind(Kind):
    """About one claim. What it comes to is read on the site."""

    topic = Topic.NETWORK
    line = ""

    def context(self, occurrence, user):
        claim = occurrence.subject
        return {
            "title": f"{self.label}: {claim.reference}",
            "lines": [self.line] if self.line else [],
            "url": claim.get_absolute_url(),
            "action": "See the claim",
        }


class ForOffice(ClaimKind):
    def wanted(self, rule, claim, user):
        return claim.state == InvolvementClaim.State.SUBMITTED


@register
class ClaimWaiting(ForOffice):
    name = "network.claim_waiting"
    label = "A claim is waiting"
    line = "Somebody sent in a claim. Please check it soon: people rely on it."


@register
class ClaimStillWaiting(ForOffice):
    """A claim that nobody has answered for a week."""

    name = "network.claim_still_waiting"
    label = "A claim is still waiting"
    line = "It was sent in some time ago, and nobody has answered it."
    defaults = (Default(-7 * DAY), Default(-14 * DAY))

    def due(self, rule, now):
        for claim in InvolvementClaim.objects.waiting().filter(submitted_at__lte=now + rule.offset):
            yield Due(claim, rule.due_at(claim.submitted_at))

    def version(self, claim):
        return int(claim.submitted_at.timestamp()) if claim.submitted_at else 0

    def audience(self, rule, claim):
        return holders("approve_claim").exclude(pk=claim.user_id)


class ForClaimant(ClaimKind):
    state = None

    def wanted(self, rule, claim, user):
        return claim.state == self.state


@register
class ClaimReturned(ForClaimant):
    name = "network.claim_returned"
    label = "Your claim needs a change"
    line = "Read what has to change, change it and send it again."
    state = InvolvementClaim.State.RETURNED


@register
class ClaimApproved(ForClaimant):
    name = "network.claim_approved"
    label = "Your claim is approved"
    line = "Payment comes next. We tell you when it is on its way."
    state = InvolvementClaim.State.APPROVED


@register
class ClaimPaid(ForClaimant):
    name = "network.claim_paid"
    label = "Your claim is dealt with"
    line = "It is marked as paid. It can take a few days to reach you."
    state = InvolvementClaim.State.PAID


@register
class ClaimLeft(ClaimKind):
    """Somebody left before they were paid."""

    name = "network.claim_left"
    label = "A claim of somebody who has left"
    line = "Their account is closed and this claim is not settled. Please see it through."

    def wanted(self, rule, claim, user):
        return claim.state != InvolvementClaim.State.PAID and not claim.user.is_active


# --- seats --------------------------------------------------------------------------------------
class SeatKind(Kind):
    """About seats in groups. Who offered, and why, is read on the site."""

    topic = Topic.NETWORK
    line = ""
    action = "See the seats"

    def request(self, subject):
        return subject if isinstance(subject, SeatRequest) else subject.request

    def context(self, occurrence, user):
        request = self.request(occurrence.subject)
        return {
            "title": f"{self.label}: {request}",
            "facts": [("Group", request.group.name), ("Answer by", day(request.by_when))],
            "lines": [self.line] if self.line else [],
            "url": occurrence.subject.get_absolute_url(),
            "action": self.action,
        }


@register
class SeatsAsked(SeatKind):
    name = "network.seats_asked"
    label = "A group asks for members"
    line = "You can put yourself forward, or somebody else with their consent."

    def wanted(self, rule, request, user):
        return request.state == SeatRequest.State.OPEN and user.has_perm(
            "network.offer_nomination", request
        )


@register
class SeatsDue(SeatsAsked):
    """A week before an answer is wanted, to the co-leads of both sides."""

    name = "network.seats_due"
    label = "Seats to be filled soon"
    line = "The group would like to have an answer by then."
    defaults = (Default(7 * DAY), Default(-DAY))

    def due(self, rule, now):
        latest = clock.date_of(now) + rule.offset
        for request in SeatRequest.objects.open().filter(by_when__lte=latest):
            due_at = rule.due_at(morning_of(request.by_when))
            if due_at > request.asked_at:
                yield Due(request, due_at)

    def audience(self, rule, request):
        both = {user.pk: user for user in [*request.network.leads(), *request.group.leads()]}
        return User.objects.active().filter(pk__in=both)

    def wanted(self, rule, request, user):
        return request.state == SeatRequest.State.OPEN


class NominationKind(SeatKind):
    """About one nomination, while it stands where the message says."""

    state = None
    action = "Open it"

    def wanted(self, rule, nomination, user):
        return nomination.state == self.state


@register
class ConsentAsked(NominationKind):
    name = "network.seat_consent"
    label = "Somebody would like to put you forward"
    line = "Nothing happens unless you agree. You can say no without giving a reason."
    state = Nomination.State.ASKED


@register
class PutForward(NominationKind):
    name = "network.put_forward"
    label = "Somebody would like to take a seat"
    line = "Please decide for the network."
    state = Nomination.State.PUT_FORWARD


@register
class NominationAccepted(NominationKind):
    name = "network.nomination_accepted"
    label = "The network proposes somebody for a seat"
    line = "Please decide for the group."
    state = Nomination.State.ACCEPTED


@register
class Seated(NominationKind):
    name = "network.seated"
    label = "You have a seat"
    line = "Welcome to the group. Its meetings and papers are open to you now."
    state = Nomination.State.SEATED


@register
class SeatFilled(NominationKind):
    name = "network.seat_filled"
    label = "A seat is filled"
    state = Nomination.State.SEATED


@register
class NotSeated(NominationKind):
    name = "network.not_seated"
    label = "About the seat that you put yourself forward for"
    state = Nomination.State.NOT_SEATED

    def context(self, occurrence, user):
        nomination = occurrence.subject
        thanks = "Thank you for offering. It did not come to a seat this time."
        return super().context(occurrence, user) | {
            "lines": [thanks, f"The reason: {nomination.answer}"]
        }


@register
class SeatFree(Kind):
    """A representative left before the end of the term."""

    name = "network.seat_free"
    label = "A seat has fallen free"
    topic = Topic.NETWORK

    def context(self, occurrence, user):
        membership = occurrence.subject
        return {
            "title": f"{self.label}: {membership.group.name}",
            "lines": [
                "A representative of the network has left. The group's co-leads can ask the "
                "network for somebody else."
            ],
            "url": membership.group.get_absolute_url(),
            "action": "See the group",
        }

    def wanted(self, rule, membership, user):
        return Membership.objects.filter(pk=membership.pk, ended_at__isnull=False).exists()


# --- Conversations --------------------------------------------------------------------------------
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
    name = "network.conversation"
    label = "A Conversation"

    def lines(self, conversation):
        return [conversation.summary]

    def wanted(self, rule, conversation, user):
        return conversation.is_open


@register
class Changed(ConversationKind):
    name = "network.conversation_changed"
    label = "Moved or changed"
    urgent = with_calendar = True

    def lines(self, conversation):
        return [conversation.announcement]

    def wanted(self, rule, conversation, user):
        return conversation.bookings.live().filter(user=user).exists()


@register
class CalledOff(ConversationKind):
    name = "network.conversation_cancelled"
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
    name = "network.booked"
    label = "You have a place"
    state = Booking.State.BOOKED
    with_calendar = True

    def lines(self, booking):
        conversation = booking.conversation
        online = f"To join online: {conversation.link}" if conversation.link else ""
        return [line for line in (online, conversation.joining) if line]


@register
class Waiting(BookingKind):
    name = "network.waiting"
    label = "You are on the waiting list"
    state = Booking.State.WAITING
    line = "If a place falls free it is yours at once, and we tell you."


@register
class GivenUp(BookingKind):
    name = "network.booking_given_up"
    label = "Your booking is given up"
    state = Booking.State.CANCELLED


@register
class ComingUp(ConversationKind):
    """Before a Conversation, to everybody who has a place."""

    name = "network.conversation_reminder"
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
    name = "network.feedback_asked"
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
    name = "network.support_asked"
    label = "Somebody asks you to arrange something"

    def context(self, occurrence, user):
        url = f"/network/conversations/support/{occurrence.subject.pk}/"
        return super().context(occurrence, user) | {"url": url, "action": "See the request"}

    def wanted(self, rule, support, user):
        return support.organiser_id == user.pk


@register
class SupportArranged(SupportKind):
    name = "network.support_arranged"
    label = "What you asked for is arranged"

    def wanted(self, rule, support, user):
        return support.state == BookingSupport.State.ARRANGED


@register
class PhotoAsked(Kind):
    name = "network.photo_consent"
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
