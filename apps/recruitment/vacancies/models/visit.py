"""Informal visits: meet the team before you apply. Nothing about a visit reaches the panel."""

from django.conf import settings
from django.db import models, transaction
from django.db.models import Count, F, Q

from apps.core import clock
from apps.core.exceptions import Already, Conflict
from apps.core.lines import Line
from apps.core.models import record

from .vacancy import Vacancy


class VisitQuerySet(models.QuerySet):
    def to_come(self):
        return self.filter(cancelled_at__isnull=True, starts_at__gt=clock.now())

    def with_taken(self):
        """With ``taken``: how many come."""
        return self.annotate(taken=Count("bookings"))


class Visit(models.Model):
    """A time at which people may come and look, with so many places."""

    vacancy = models.ForeignKey(Vacancy, on_delete=models.CASCADE, related_name="visits")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    place = Line(max_length=200, help_text="An address, or how to join from home.")
    host = Line("who meets people", max_length=120, blank=True, help_text="A first name is enough.")
    places = models.PositiveSmallIntegerField(default=4)
    cancelled_at = models.DateTimeField(null=True, editable=False)

    objects = VisitQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "pk"]
        indexes = [models.Index(fields=["vacancy", "starts_at"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="recruitment_visit_forwards"
            )
        ]

    def __str__(self):
        return f"Visit {self.pk}"

    @property
    def is_to_come(self):
        return self.cancelled_at is None and self.starts_at > clock.now()

    @transaction.atomic
    def book(self, user):
        """Take a place. Raises Conflict where none is left or the time is past."""
        self.vacancy.permit("book_visit", by=user)  # its row too: the last place goes to one
        self.refresh_from_db(fields=["cancelled_at", "starts_at"])
        if not self.is_to_come:
            raise Conflict("This visit can no longer be booked.", self.vacancy)
        if self.bookings.filter(user=user).exists():
            return
        if self.bookings.count() >= self.places:
            raise Conflict("Somebody has just taken the last place. Choose another time.")
        self.bookings.create(user=user)

    @transaction.atomic
    def cancel(self, *, by):
        """It does not take place; those who booked are told."""
        self.vacancy.permit("cancel_visit", by=by)
        if not Visit.objects.filter(pk=self.pk, cancelled_at__isnull=True).update(
            cancelled_at=clock.now()
        ):
            raise Already("This visit has been cancelled already.", self.vacancy)
        self.refresh_from_db(fields=["cancelled_at"])
        record("cancel_visit", self.vacancy, by=by, note=f"visit {self.pk}")
        self.vacancy.followed("cancel_visit", self)


class VisitBooking(models.Model):
    """Somebody who comes to a visit. Their name is shown to nobody: only how many come."""

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="bookings")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="visit_bookings"
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["visit", "user"], name="recruitment_visit_once")
        ]

    def __str__(self):
        return f"Booking {self.pk}"
