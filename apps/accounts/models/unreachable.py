"""Addresses that take no e-mail, and who is not reached because of that."""

from django.db import models
from django.db.models import Exists, OuterRef
from django.db.models.functions import Lower

from apps.core import clock


class UnreachableQuerySet(models.QuerySet):
    def among(self, addresses):
        """Those of these addresses, in small letters."""
        wanted = {address.lower() for address in addresses if address}
        return set(self.filter(address__in=wanted).values_list("address", flat=True))


class Unreachable(models.Model):
    """E-mail to this address does not arrive. The row goes as soon as some does.

    Whoever has to reach the person reads it: the programme office, and who organises what they
    come to. ``address`` is in small letters.
    """

    class Why(models.TextChoices):
        REFUSED = "refused", "its mail server says that there is no such address"
        GAVE_UP = "gave_up", "its mail server did not take it for a day"

    address = models.EmailField(max_length=254, unique=True)
    why = models.CharField(max_length=10, choices=Why)
    since = models.DateTimeField(default=clock.now)

    objects = UnreachableQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "unreachable"

    def __str__(self):
        return f"Unreachable address {self.pk}"  # no address: this reaches lists

    @classmethod
    def note(cls, address, why):
        """It was refused; the first time counts."""
        cls.objects.get_or_create(address=address.lower(), defaults={"why": why})

    @classmethod
    def arrived(cls, address):
        cls.objects.filter(address=address.lower()).delete()


def is_unreachable(email="email"):
    """A condition: the address in this field takes no e-mail."""
    return Exists(Unreachable.objects.filter(address=Lower(OuterRef(email))))
