"""The legal floor: what a worker is paid an hour at the least, since when, and where that stands.

It is the National Living Wage, for people of 21 and over, so the highest of the minimum wages. It
changes on 1 April. Once the next one is announced (each autumn, on GOV.UK under *National Minimum
Wage and National Living Wage rates*), add a line below. A line is never taken away.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from dateutil.relativedelta import relativedelta

from apps.core import clock
from apps.core.dates import day


@dataclass(frozen=True)
class Floor:
    """The least that a worker is paid for an hour from a day on, and the source of that."""

    starts: date
    hour: Decimal
    source: str

    @property
    def since(self):
        """*since 1 April 2026*; *from* a day that is still to come."""
        return f"{'since' if self.starts <= clock.today() else 'from'} {day(self.starts)}"


# Looked up on 29 November 2026.
FLOORS = (
    Floor(
        date(2024, 4, 1),
        Decimal("11.44"),
        "The National Minimum Wage (Amendment) (No. 2) Regulations 2024",
    ),
    Floor(
        date(2025, 4, 1),
        Decimal("12.21"),
        "The National Minimum Wage (Amendment) Regulations 2025",
    ),
    Floor(
        date(2026, 4, 1),
        Decimal("12.71"),
        "GOV.UK, National Minimum Wage and National Living Wage rates, announced in November 2025",
    ),
)
SOURCE = "https://www.gov.uk/national-minimum-wage-rates"


def floor_at(on):
    """The floor that holds on a day; for days before the first of the table that first one."""
    return next((one for one in reversed(FLOORS) if one.starts <= on), FLOORS[0])


def known_until():
    """The last day of which the table says what holds: the next floor comes on an April's first."""
    return FLOORS[-1].starts + relativedelta(years=1) - timedelta(days=1)


# Of the National Institute for Health and Care Research and the Health Research Authority.
GUIDE = (
    "https://www.nihr.ac.uk/"
    "payment-public-involvement-health-and-care-research-guide-organisations-employment-status-and-tax"
)
