"""What people are told about joining the network, at once and by the clock."""

from apps.notifications.kinds import register

from ..messages import NetworkKind
from .models import Interest


@register
class InterestReceived(NetworkKind):
    """Who it is stands on the site alone."""

    name = "network.interest"
    label = "Somebody would like to take part"
    action = "Read and answer"

    def wanted(self, rule, interest, user):
        return interest.state == Interest.State.NEW
