"""What people are told about seats in task groups, at once and by the clock.

Subjects say no sum and no role, and not that somebody is put forward: others see them on a locked
phone. A seat that was given and one that was not look the same there.
"""

from apps.accounts.models.people import User
from apps.core import clock
from apps.core.dates import DAY, day, morning_of, weekday_near
from apps.groups.models import Membership
from apps.notifications.kinds import Default, Due, Kind, Topic, register
from apps.notifications.wording import A_GROUP, BY_DAY, Placeholder

from .models import Nomination, SeatRequest


class SeatKind(Kind):
    """About seats in groups. Who offered, and why, is read on the site."""

    topic = Topic.NETWORK
    preview = "Open it when you have a quiet moment."
    title = "{label}: {seats}"
    action = "See the seats"
    facts = (("Group", "{group}"), ("Answer by", "{date}"))
    placeholders = {
        "seats": Placeholder("how many seats, and where", "2 seats in Peers on the wards"),
        "group": A_GROUP,
        "by": BY_DAY,
        "date": Placeholder("the same day with its year", "10 December 2026"),
    }

    def request(self, subject):
        return subject if isinstance(subject, SeatRequest) else subject.request

    def values(self, occurrence, reader):
        request = self.request(occurrence.subject)
        return {
            "seats": str(request),
            "group": request.group.name,
            "by": weekday_near(request.by_when),
            "date": day(request.by_when),
        }

    def url(self, occurrence, reader):
        return occurrence.subject.get_absolute_url()


@register
class SeatsAsked(SeatKind):
    name = "network.seats_asked"
    label = "A group asks for members"
    to_whom = "the deciding members of the network, when a group asks for members"
    subject_line = "{label}: answer by {by}"
    preview = "See what it is about, and whether it is for you."
    text = "You can put yourself forward, or somebody else with their consent."

    def wanted(self, rule, request, user):
        return request.state == SeatRequest.State.OPEN and user.has_perm(
            "network.offer_nomination", request
        )


@register
class SeatsDue(SeatsAsked):
    """A week before an answer is wanted, to the co-leads of both sides."""

    name = "network.seats_due"
    label = "Seats to be filled soon"
    to_whom = "the co-leads of the network and of the group, while seats are not filled"
    preview = "Please see who would like one, and answer them."
    text = "The group asked for an answer by {by}. Please see who has offered."
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
    action = "Read and answer"

    def wanted(self, rule, nomination, user):
        return nomination.state == self.state


@register
class ConsentAsked(NominationKind):
    name = "network.seat_consent"
    withheld = True
    label = "Somebody would like to put you forward"
    to_whom = "whoever is suggested for a seat by somebody else, to ask whether they agree"
    subject_line = "Please say yes or no by {by}"
    preview = "You need not give a reason."
    text = (
        "Please say whether you agree. Nothing happens unless you do. You can say no without "
        "giving a reason."
    )
    state = Nomination.State.ASKED


@register
class PutForward(NominationKind):
    name = "network.put_forward"
    label = "Somebody would like to take a seat"
    to_whom = "the co-leads of the network, when somebody would like to take a seat"
    subject_line = "Please decide for the network by {by}"
    text = "Please decide for the network."
    state = Nomination.State.PUT_FORWARD


@register
class NominationAccepted(NominationKind):
    name = "network.nomination_accepted"
    label = "The network proposes somebody for a seat"
    to_whom = "the co-leads of the group, when the network proposes somebody for a seat"
    subject_line = "Please decide for your group by {by}"
    text = "Please decide for the group."
    state = Nomination.State.ACCEPTED


class Outcome(NominationKind):
    """To the one who was put forward: outside it is the same whether they have a seat or not."""

    subject_line = "There is an answer for you"
    alike = True


@register
class Seated(Outcome):
    name = "network.seated"
    label = "You have a seat"
    to_whom = "whoever was put forward for a seat, when they have it"
    text = "Welcome to the group. Its meetings and papers are open to you now."
    action = "See your seat"
    state = Nomination.State.SEATED


@register
class SeatFilled(NominationKind):
    name = "network.seat_filled"
    label = "A seat is filled"
    to_whom = "the other co-leads of the network and of the group, when a seat is filled"
    news = True
    preview = "You can see who has it."
    text = "The group and the network have agreed. You can see who has it."
    action = "See who has it"
    state = Nomination.State.SEATED


@register
class NotSeated(Outcome):
    name = "network.not_seated"
    withheld = True
    label = "About the seat that you put yourself forward for"
    to_whom = "whoever agreed to be put forward for a seat, when it did not come to one"
    text = (
        "Thank you for offering. We could not offer you a seat this time.\n\nThe reason: {reason}"
    )
    action = "See the answer"
    state = Nomination.State.NOT_SEATED
    placeholders = NominationKind.placeholders | {
        "reason": Placeholder("why not", "Two had offered before. Please offer again in spring.")
    }

    def values(self, occurrence, reader):
        return super().values(occurrence, reader) | {"reason": occurrence.subject.answer}


@register
class SeatFree(Kind):
    """A representative left before the end of the term."""

    name = "network.seat_free"
    label = "A seat has fallen free"
    to_whom = (
        "the co-leads of the group and of the network, "
        "when a representative leaves before their term ends"
    )
    news = True
    topic = Topic.NETWORK
    preview = "The group can ask the network for somebody else."
    title = "{label}: {group}"
    text = (
        "A representative of the network has left. The group's co-leads can ask the network for "
        "somebody else."
    )
    action = "See the group"
    placeholders = {"group": A_GROUP}

    def values(self, occurrence, reader):
        return {"group": occurrence.subject.group.name}

    def url(self, occurrence, reader):
        return occurrence.subject.group.get_absolute_url()

    def wanted(self, rule, membership, user):
        return Membership.objects.filter(pk=membership.pk, ended_at__isnull=False).exists()
