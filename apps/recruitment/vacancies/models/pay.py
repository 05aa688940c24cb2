"""What a band pays, from a date on: figures of Agenda for Change with their source."""

from decimal import Decimal

from django.db import models

from apps.core import clock
from apps.core.lines import Line

from .vacancy import Band

FULL_TIME_HOURS = Decimal("37.5")  # a week, for staff on Agenda for Change


class PayScale(models.Model):
    """The lowest and the highest full-time salary of a band, in pounds a year."""

    # England, from 1 April 2025. Administrators add the scales of a later year.
    SOURCE = "NHS Employers, Pay scales for 2025/26"
    FIRST = "2025-04-01"
    FIGURES = (
        (Band.BAND_2, 24465, 24465),
        (Band.BAND_3, 24937, 26598),
        (Band.BAND_4, 27485, 30162),
        (Band.BAND_5, 31049, 37796),
        (Band.BAND_6, 38682, 46580),
        (Band.BAND_7, 47810, 54710),
        (Band.BAND_8A, 55690, 62682),
    )

    band = models.CharField(max_length=3, choices=Band)
    effective_from = models.DateField("from")
    lowest = models.PositiveIntegerField(help_text="Pounds a year, full time.")
    highest = models.PositiveIntegerField(help_text="Pounds a year, full time.")
    source = Line(max_length=200)

    class Meta:
        ordering = ["band", "-effective_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["band", "effective_from"], name="recruitment_pay_scale_once"
            )
        ]

    def __str__(self):
        return f"{self.get_band_display()} from {self.effective_from}"

    @classmethod
    def of(cls, band, on=None):
        """The scale in force on a date (today unless told), or None."""
        on = on or clock.today()
        return cls.objects.filter(band=band, effective_from__lte=on).first()

    @classmethod
    def seed(cls):
        """The first scales where there are none; called after every migration."""
        if not cls.objects.exists():
            cls.objects.bulk_create(
                cls(
                    band=band,
                    effective_from=cls.FIRST,
                    lowest=lowest,
                    highest=highest,
                    source=cls.SOURCE,
                )
                for band, lowest, highest in cls.FIGURES
            )

    def part(self, amount, wte):
        """A full-time salary for part of the hours, to the pound."""
        return int((Decimal(amount) * wte).quantize(Decimal("1")))


def weekly_hours(wte):
    """Hours a week of a whole-time equivalent, without needless zeros: ``15``, ``22.5``."""
    hours = (FULL_TIME_HOURS * wte).quantize(Decimal("0.01")).normalize()
    return f"{hours:f}"
