"""Conversations that somebody has a place at, on their home page."""

from apps.core import clock
from apps.core.coming import Coming, comes

from .models.conversation import Conversation


def _booked(user):
    mine = Conversation.objects.filter(
        bookings__user=user,
        bookings__state="booked",
        state=Conversation.State.PUBLISHED,
        ends_at__gte=clock.now(),
    )
    return mine.order_by("starts_at", "pk").distinct()


@comes(_booked)
def conversations(coming, user):
    for one in coming:
        yield Coming(
            one.title,
            one.get_absolute_url(),
            one.starts_at,
            one.ends_at,
            where=one.where,
            link=one.link,
            group="Conversation",
        )
