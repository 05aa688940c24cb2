"""Quarters of the NHS year, which begins in April, and the periods that are made of them.

Figures are kept and shown by whole quarters: two periods that differ by a day would say what was
done on that day (docs/adr/0043).
"""

from dataclasses import dataclass
from datetime import date, datetime, time

from apps.core import clock
from apps.core.dates import DAY, day, later, quarter_of

YEAR_BEGINS = 4
IN_A_YEAR = 4


def last_day(quarter):
    return later(quarter) - DAY


def ends_at(quarter):
    """The moment at which the quarter is over, in London."""
    return datetime.combine(later(quarter), time(), tzinfo=clock.LONDON)


def begins_at(quarter):
    return datetime.combine(quarter, time(), tzinfo=clock.LONDON)


def running():
    """The quarter that it is."""
    return quarter_of(clock.today())


def year_of(quarter):
    """The first quarter of the NHS year in which it lies."""
    return date(quarter.year - (quarter.month < YEAR_BEGINS), YEAR_BEGINS, 1)


def label(quarter):
    """*April to June 2026*"""
    return f"{quarter:%B} to {last_day(quarter):%B %Y}"


def name(quarter):
    """How an address names it: *2026-04*."""
    return f"{quarter:%Y-%m}"


@dataclass(frozen=True)
class Period:
    """Whole quarters, from the first to the last."""

    first: date
    last: date

    @property
    def quarters(self):
        """The first day of each, in order."""
        found = [self.first]
        while found[-1] < self.last:
            found.append(later(found[-1]))
        return found

    @property
    def end(self):
        """The first day after it."""
        return later(self.last)

    @property
    def before(self):
        """The period of the same length that ends where this begins."""
        many = len(self.quarters)
        return Period(later(self.first, -many), later(self.first, -1))

    def has_before(self, since):
        """Whether anything was counted in the period before, as counting began in a quarter."""
        return self.before.last >= since

    @property
    def is_running(self):
        """Whether it is not over yet."""
        return self.last >= running()

    @property
    def words(self):
        """*April 2025 to March 2026*, *April to June 2026*"""
        end = last_day(self.last)
        begin = f"{self.first:%B}" if self.first.year == end.year else f"{self.first:%B %Y}"
        return f"{begin} to {end:%B %Y}"

    @property
    def moment(self):
        """The day at whose end what stands is shown, in words: today, while it runs."""
        return day(min(last_day(self.last), clock.today()))

    @property
    def calendar_years(self):
        """The year in which it ends, and the one before: for what is kept by calendar year."""
        year = last_day(self.last).year
        return year, year - 1

    @property
    def query(self):
        return f"from={name(self.first)}&to={name(self.last)}"


def shortcuts(since):
    """{words: Period} that most people want; ``since`` is the quarter in which all began."""
    now = running()
    year = year_of(now)
    return {
        "Last four quarters": Period(later(now, 1 - IN_A_YEAR), now),
        "This financial year": Period(year, now),
        "Last financial year": Period(later(year, -IN_A_YEAR), later(year, -1)),
        "Since the start": Period(min(since, now), now),
    }


def usual():
    """What is shown to whoever asks for nothing else: four quarters, with the one that runs."""
    now = running()
    return Period(later(now, 1 - IN_A_YEAR), now)
