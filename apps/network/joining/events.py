"""Who is told when something happens: joining the network."""

from apps.groups.messages import office
from apps.notifications.kinds import notify


def interest_received(interest):
    notify("network.interest", interest, office())
