"""The index: a row for each thing that can be found, and a note of each that has changed since."""

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Now

from apps.core import clock
from apps.groups.models import WorkingGroup


class Entry(models.Model):
    """What is searched of one thing, as it stands in its own row: a copy, written by ``index.py``.

    Whoever reads one asks first who sees the thing (``finding.py``). The database itself takes one
    away with its thing, and as soon as the words change (``following.py``).
    """

    kind = models.CharField(max_length=30)
    thing = models.BigIntegerField()
    group = models.ForeignKey(
        WorkingGroup, null=True, on_delete=models.CASCADE, related_name="+", db_constraint=False
    )
    day = models.DateField(null=True)
    reference = models.CharField(max_length=60)
    key = models.CharField(max_length=60, help_text="The reference, folded: found exactly.")
    title = models.TextField()
    body = models.TextField()
    state = models.CharField(max_length=60, help_text="As its tag says it.")
    colour = models.CharField(max_length=20)
    url = models.CharField(max_length=200)
    again_at = models.DateTimeField(null=True)
    file = models.CharField(max_length=64, help_text="The digest of the file whose text is held.")
    text = models.TextField(help_text="Of the file.")

    class Meta:
        verbose_name_plural = "entries"
        constraints = [models.UniqueConstraint(fields=["kind", "thing"], name="search_entry_once")]
        indexes = [
            models.Index(fields=["key"], name="search_entry_key", condition=~Q(key="")),
            models.Index(fields=["kind", "day", "id"], name="search_entry_nearest"),
            models.Index(
                fields=["again_at"],
                name="search_entry_again",
                condition=Q(again_at__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.kind} {self.thing}"


class Stale(models.Model):
    """A thing changed: its entry is to be made anew. Written by the database's triggers alone.

    ``hides``: until then nothing is found of it, whatever stands in the index.
    """

    kind = models.CharField(max_length=30)
    thing = models.BigIntegerField()
    hides = models.BooleanField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name_plural = "stale entries"
        indexes = [
            models.Index(fields=["kind", "thing"], name="search_stale_thing"),
            models.Index(
                fields=["kind", "thing"], name="search_stale_hides", condition=Q(hides=True)
            ),
        ]

    def __str__(self):
        return f"{self.kind} {self.thing}"


class Remembered(models.Model):
    """What somebody opened from the search, or pinned: shown to them while the box is empty.

    It names the thing and holds none of its words; whether they see it is asked each time.
    """

    AT_MOST = 10

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="remembered_things"
    )
    kind = models.CharField(max_length=30)
    thing = models.BigIntegerField()
    pinned = models.BooleanField(default=False)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name_plural = "remembered things"
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "kind", "thing"], name="search_remembered_once")
        ]

    def __str__(self):
        return f"{self.kind} {self.thing}"

    @classmethod
    @transaction.atomic
    def opened(cls, user, kind, thing):
        """Remember it as the last; of those that are not pinned, as many as are shown."""
        cls.objects.update_or_create(
            user=user, kind=kind, thing=thing, defaults={"at": clock.now()}
        )
        loose = cls.objects.filter(user=user, pinned=False)
        stay = list(loose.values_list("pk", flat=True)[: cls.AT_MOST])
        loose.exclude(pk__in=stay).delete()

    @classmethod
    @transaction.atomic
    def turn(cls, user, kind, thing):
        """Pin it, or take the pin out; False where there are as many pins as there may be."""
        get_user_model().objects.select_for_update().get(pk=user.pk)  # one after the other
        mine = cls.objects.filter(user=user)
        if mine.filter(kind=kind, thing=thing, pinned=True).update(pinned=False):
            return True
        if mine.filter(pinned=True).count() >= cls.AT_MOST:
            return False
        mine.update_or_create(kind=kind, thing=thing, user=user, defaults={"pinned": True})
        return True
