"""What somebody put off on their home page: what waits for them and for nobody else."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from apps.core import clock
from apps.core.lines import Line

LONGEST = timedelta(days=365)


class PutOffQuerySet(models.QuerySet):
    def standing(self):
        """Those whose day has not come; what was put away has none."""
        return self.filter(Q(until__isnull=True) | Q(until__gt=clock.today()))


class PutOff(models.Model):
    """One thing that one person does not want to see before a day, or at all.

    ``key`` says which (``core.needs.Need.key``); ``due`` is when it was due then: once that is
    earlier, it comes back at once.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="put_off"
    )
    key = models.CharField("which", max_length=400)
    title = Line("what it was", max_length=400)
    until = models.DateField("comes back on", null=True)
    due = models.DateTimeField(null=True)
    at = models.DateTimeField("put off on", default=clock.now, editable=False)

    objects = PutOffQuerySet.as_manager()

    class Meta:
        verbose_name = "thing put off"
        verbose_name_plural = "things put off"
        ordering = ["until", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="accounts_put_off_once")
        ]

    def __str__(self):
        return self.title

    def covers(self, need):
        """Whether it keeps a need off the home page."""
        if need.key != self.key or not need.put_off:
            return False
        if need.due_at is None:
            return True
        return self.due is not None and need.due_at >= self.due

    @classmethod
    def put(cls, user, need, until):
        """Put it off till a day, or away (None)."""
        given = {"title": need.title[:400], "until": until, "due": need.due_at, "at": clock.now()}
        return cls.objects.update_or_create(user=user, key=need.key, defaults=given)[0]


def has_put_off():
    """A condition on User: has put something off, and it may stand."""
    return Exists(PutOff.objects.filter(user=OuterRef("pk")))


def of(user):
    """What somebody put off and what stands: no query for whoever put nothing off."""
    if getattr(user, "has_put_off", None) is False:
        return []
    return list(PutOff.objects.standing().filter(user=user))
