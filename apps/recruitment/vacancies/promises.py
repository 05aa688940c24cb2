"""Dates that candidates are promised, and by which everybody works.

The times are those of NHSBSA Trac's guidance (KA-23541 and beside it), counted in working days from
the closing day.
"""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

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


# The published rule: an essential criterion is met where the members' mean is at least this.
ESSENTIAL_MET = Fraction(3, 2)
# Its three sentences stand on the advert, and together where the panel compares.
RULES = (
    "Each member of the panel gives 0 to 3 points for each criterion, without seeing what the "
    "others give.",
    "You meet an essential criterion if the average of the members is 1.5 or more.",
    "If you asked for a guaranteed interview and meet every essential criterion, you are invited.",
)
RULE = " ".join(RULES)
