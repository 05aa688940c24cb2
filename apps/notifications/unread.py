"""How many messages somebody has not read, as an expression: the session's query asks it."""

from django.db import models
from django.db.models import OuterRef

from .models import Channel, Delivery, Status


class CountUpTo(models.Subquery):
    """How many rows a query has, which is cut where nobody counts on."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = models.IntegerField()


MANY = 10  # unread messages: more are *9+*


def unread_of():
    """An expression on User: how many messages are unread, as far as the menu counts them."""
    mine = Delivery.objects.filter(
        recipient=OuterRef("pk"), channel=Channel.IN_APP, status=Status.SENT
    )
    return CountUpTo(mine.unread().order_by().values("pk")[:MANY])
