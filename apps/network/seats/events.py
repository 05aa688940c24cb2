"""Who is told when something happens: seats in task groups."""

from apps.accounts.models.people import User
from apps.core.moves import effect
from apps.notifications.kinds import notify, others


def seats_asked(request):
    """The whole network hears of free seats, so that turns are fair."""
    members = request.network.memberships.current().deciding().values("user")
    people = User.objects.active().filter(pk__in=members)
    notify("network.seats_asked", request, others(people, request.asked_by))


def nominated(nomination, entry):
    """Suggested by another: the person is asked first, and nobody else hears of it."""
    if nomination.state == "asked":
        notify("network.seat_consent", nomination, [nomination.user], version=entry.pk)
    else:
        put_forward(nomination, entry)


@effect
def put_forward(nomination, entry):
    people = others(nomination.request.network.leads(), entry.by)
    notify("network.put_forward", nomination, people, version=entry.pk)


@effect
def accepted(nomination, entry):
    people = others(nomination.request.group.leads(), entry.by)
    notify("network.nomination_accepted", nomination, people, version=entry.pk)


@effect
def seated(nomination, entry):
    request = nomination.request
    both = {user.pk: user for user in [*request.network.leads(), *request.group.leads()]}
    notify("network.seated", nomination, [nomination.user], version=entry.pk)
    notify("network.seat_filled", nomination, others(both.values(), entry.by), version=entry.pk)


@effect
def not_seated(nomination, entry):
    """Who never agreed to be put forward hears nothing."""
    if nomination.consented_at:
        notify("network.not_seated", nomination, [nomination.user], version=entry.pk)


def seat_fell_free(membership, network):
    """A representative has left: the group and the network look for another."""
    both = {user.pk: user for user in membership.group.leads()}
    if network:
        both |= {user.pk: user for user in network.leads()}
    both.pop(membership.user_id, None)
    notify("network.seat_free", membership, both.values())
