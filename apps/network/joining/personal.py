"""What is held about people: joining the network."""

from apps.core.personal import DELETE, personal, retention
from apps.notifications.kinds import forget

from .models import Interest, Letter, Welcomed

personal(
    Interest,
    "That you wished to take part",
    by_email="email",
    erase=DELETE,
    scrub=("words",),
)
personal(
    Letter,
    "What we wrote to you about taking part",
    by_email="interest__email",
    mentions=("by",),
    erase=DELETE,
)
personal(Welcomed, "That you have seen the welcome", about=("user",), erase=DELETE)


def _forgotten(rows):
    for letter in Letter.objects.filter(interest__in=rows):
        forget(letter)
    rows.delete()


def _settled(state):
    return lambda cutoff: Interest.objects.filter(state=state, settled_at__lte=cutoff)


retention(
    "interest-declined",
    Interest,
    what="Who wished to take part, where nothing came of it",
    why="In case they ask again, or ask why.",
    since="it was declined",
    days="INTEREST_KEEP_DECLINED_DAYS",
    rows=_settled(Interest.State.DECLINED),
    act=_forgotten,
)
retention(
    "interest-invited",
    Interest,
    what="Who wished to take part, and was invited",
    why="To see how people come to the network.",
    since="the invitation",
    days="INTEREST_KEEP_INVITED_DAYS",
    rows=_settled(Interest.State.INVITED),
    act=_forgotten,
)
