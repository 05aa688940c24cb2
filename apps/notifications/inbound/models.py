"""How the mailbox stood when it was read last."""

from django.db import models

from apps.core import clock


class Postbox(models.Model):
    """The mailbox in which answers come: one row, how it stood when it was read last.

    ``waiting`` are the mails in its folder *For a person*. ``claim`` is whoever reads it now.
    """

    ONLY = 1

    read_at = models.DateTimeField(null=True, editable=False)
    waiting = models.PositiveIntegerField(default=0, editable=False)
    waiting_since = models.DateTimeField(null=True, editable=False)
    claim = models.UUIDField(null=True, editable=False)
    claimed_at = models.DateTimeField(null=True, editable=False)
    made_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name_plural = "postboxes"

    def __str__(self):
        return "The mailbox"
