"""What somebody's calendar page shows: the weeks of a month, or what comes, day by day."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, lru_cache
from itertools import groupby
from operator import attrgetter

from django.template.loader import render_to_string

from apps.core import clock
from apps.core.dates import DAY, midnight_of
from apps.core.working_days import bank_holiday

from .calendar import CALENDAR, GROUPS, Asked, Entry

PAGE = 25
PAGES = 40  # further ahead nobody pages: there are months
IN_A_MONTH = 500  # of each source: more than anybody can do
FULL = 3  # that a day of a month shows before it folds
YEARS = 5  # that months go back and forward


@dataclass
class Day:
    """A day, what is on it, and whether the month that is shown has it."""

    date: date
    entries: list[Entry]
    is_other: bool = False

    @cached_property
    def holiday(self):
        return bank_holiday(self.date)

    @property
    def head(self):
        return _head(self.date, self.is_today, self.holiday)

    @cached_property
    def is_today(self):
        return self.date == clock.today()

    @property
    def week(self):
        return self.date.isocalendar().week

    @property
    def looks(self):
        """The class of its looks, and those of what it is besides."""
        free = not (self.entries or self.holiday or self.is_today)
        more = {"other": self.is_other, "today": self.is_today, "free": free}
        block = "app-month__day"
        return " ".join([block, *(f"{block}--{name}" for name, is_so in more.items() if is_so)])

    @property
    def first(self):
        """What is shown at once; where one alone would be folded, that too."""
        return self.entries[: self._shown]

    @property
    def more(self):
        return self.entries[self._shown :]

    @property
    def _shown(self):
        return FULL if len(self.entries) > FULL + 1 else FULL + 1


@lru_cache(maxsize=500)
def _head(day, is_today, holiday):
    """What stands over a day of a month: drawn once for each, as most have nothing else."""
    context = {"day": day, "is_today": is_today, "holiday": holiday}
    return render_to_string("notifications/calendar_day.html", context)


@dataclass
class Week:
    number: int
    days: list[Day]


def groups_of(user):
    """(slug, name) of the groups by which somebody can narrow their calendar."""
    return [group for source in GROUPS for group in source(user)]


def _found(user, asked):
    found = [entry for source in CALENDAR for entry in source(user, asked)]
    return sorted(found, key=_place)


def _place(entry):
    """By day; what has no hour stands before what has.

    What begins together stands as its source gave it, by which pages were cut.
    """
    return entry.day, entry.due is None, entry.starts_at


# --- a month --------------------------------------------------------------------------------------
def weeks_of(user, first, **wanted):
    """The weeks of the month that begins on ``first``, Monday to Sunday."""
    begin = first - timedelta(days=first.weekday())
    last = next_month(first) - DAY
    end = last + timedelta(days=7 - last.weekday())
    asked = Asked(midnight_of(begin), midnight_of(end), at_most=IN_A_MONTH, **wanted)
    by_day = {day: list(found) for day, found in groupby(_found(user, asked), attrgetter("day"))}
    days = [begin + timedelta(days=number) for number in range((end - begin).days)]
    made = [Day(day, by_day.get(day, []), day.month != first.month) for day in days]
    return [Week(made[at].week, made[at : at + 7]) for at in range(0, len(made), 7)]


def next_month(first):
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1)


def month_before(first):
    return (first - DAY).replace(day=1)


def can_be_shown(first):
    return abs(first.year - clock.today().year) <= YEARS


# --- what comes -----------------------------------------------------------------------------------
def days_from_today(user, page, **wanted):
    """(days, whether there is more) of one page of what comes: ``PAGE`` entries.

    Each source is asked for no more than all pages so far can hold.
    """
    today = clock.today()
    upto = page * PAGE
    found = _found(user, Asked(midnight_of(today), at_most=upto + 1, **wanted))
    shown = found[upto - PAGE : upto]
    if not shown:
        return [], False
    by_day = {day: list(entries) for day, entries in groupby(shown, attrgetter("day"))}
    begin, end = (today if page == 1 else min(by_day)), max(by_day)
    between = (begin + timedelta(days=number) for number in range((end - begin).days))
    free = {day: [] for day in between if bank_holiday(day) and day not in by_day}
    days = [Day(day, entries) for day, entries in sorted((by_day | free).items())]
    return days, len(found) > upto
