"""Dates that candidates are promised, and by which everybody works.

The times are those of NHSBSA Trac's guidance (KA-23541 and beside it), counted in working days from
the closing day.
"""

from dataclasses import dataclass
from datetime import date

from apps.core import clock
from apps.core.working_days import add_working_days

REDACTION, SCORING, TELLING = 1, 3, 2  # working days for each, one after another
INTERVIEW_NOTICE = 7  # days before an interview, at least


@dataclass(frozen=True)
class Promises:
    """By which day each step is done."""

    closes_on: date
    redacted_by: date
    scored_by: date
    told_by: date
    interviews_on: date | None

    @classmethod
    def of(cls, vacancy):
        """The promises of a vacancy, or None where it has no closing time yet."""
        if vacancy.closes_at is None:
            return None
        closes_on = clock.date_of(vacancy.closes_at)
        redacted_by = add_working_days(closes_on, REDACTION)
        scored_by = add_working_days(redacted_by, SCORING)
        told_by = add_working_days(scored_by, TELLING)
        return cls(closes_on, redacted_by, scored_by, told_by, vacancy.interviews_on)
