"""What people are told about seats in task groups, at once and by the clock.

Subjects say no sum and no role: others see them on a locked phone.
"""

from apps.accounts.models.people import User
from apps.core import clock
from apps.core.dates import DAY, day, morning_of
from apps.groups.models import Membership
from apps.notifications.kinds import Default, Due, Kind, Topic, register

from .models import Nomination, SeatRequest


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
    withheld = True
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
    news = True
    state = Nomination.State.SEATED


@register
class NotSeated(NominationKind):
    name = "network.not_seated"
    withheld = True
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
    news = True
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
