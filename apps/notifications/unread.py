"""What somebody has not read, as expressions: the session's query asks them. And reading it."""

from django.db import models
from django.db.models import OuterRef, Q

from .models import Channel, Delivery, Status


class CountUpTo(models.Subquery):
    """How many rows a query has, which is cut where nobody counts on."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = models.IntegerField()


class Together(models.Subquery):
    """The ``url`` of each row of a query, one in a line; NULL for none."""

    template = "(SELECT STRING_AGG(gathered.url, CHR(10)) FROM (%(subquery)s) AS gathered)"
    output_field = models.TextField()

    def as_sqlite(self, compiler, connection, **more):
        template = "(SELECT GROUP_CONCAT(gathered.url, CHAR(10)) FROM (%(subquery)s) AS gathered)"
        return self.as_sql(compiler, connection, template=template, **more)


MANY = 10  # unread messages: more are *9+*
KNOWN = 50  # of so many the session's query says where they lead


def _mine():
    mine = Delivery.objects.filter(
        recipient=OuterRef("pk"), channel=Channel.IN_APP, status=Status.SENT
    )
    return mine.unread().order_by()


def unread_of():
    """An expression on User: how many messages are unread, as far as the menu counts them."""
    return CountUpTo(_mine().values("pk")[:MANY])


def unread_about():
    """An expression on User: where unread messages lead, one in a line."""
    return Together(_mine().values("url")[:KNOWN])


def about(user, path):
    """(the unread messages of somebody that lead to a page, how many are left), or None for none.

    The database is asked only where the session's query named one, or named as many as it can.
    """
    if not getattr(user, "unread", 0):
        return None
    led = [url.partition("#")[0].partition("?")[0] for url in user.unread_about.split("\n")]
    if path not in led and len(led) < KNOWN:
        return None
    there = Q(url=path) | Q(url__startswith=f"{path}#") | Q(url__startswith=f"{path}?")
    told = Delivery.objects.visible_to(user).unread().filter(there)
    left = len(led) - led.count(path) if len(led) < KNOWN else user.unread
    return told, min(MANY, left)
