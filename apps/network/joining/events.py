"""Who is told when something happens: joining the network."""

from apps.groups.messages import office
from apps.notifications.kinds import notify
from apps.notifications.models import Address


def interest_received(interest):
    notify("network.interest", interest, office())


def letter_written(letter):
    notify(f"network.letter_{letter.kind}", letter, [Address.of(letter.interest.email)])
