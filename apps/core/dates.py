"""English dates the NHS way: 23 November 2026, 2:30pm. Shown in Europe/London, stored in UTC."""

from datetime import UTC, date, datetime, time, timedelta

from django.utils import timezone

from .clock import LONDON, today
from .clock import now as this_moment

DAY = timedelta(days=1)
MORNING = time(9)


def morning_of(date):
    """Nine in the morning, London time: when reminders about a day go out, and where what is due
    on a day stands among what is due at an hour."""
    return datetime.combine(date, MORNING, tzinfo=LONDON)


def midnight_of(date):
    """The moment at which a day begins, in London."""
    return datetime.combine(date, time(), tzinfo=LONDON)


def day(value):
    """``Monday 23 November 2026`` without the weekday: ``23 November 2026``."""
    value = _local(value)
    return f"{value.day} {value:%B %Y}" if value else ""


def shortday(value):
    """``23 Nov``, for narrow places beside a text that says the year."""
    value = _local(value)
    return f"{value.day}\N{NO-BREAK SPACE}{value:%b}" if value else ""


def weekday(value):
    """``Monday 23 November 2026``."""
    value = _local(value)
    return f"{value:%A} {value.day} {value:%B %Y}" if value else ""


def weekday_near(value):
    """``Monday 23 November``, where the year goes without saying."""
    value = _local(value)
    return f"{value:%A} {value.day} {value:%B}" if value else ""


def clock(value):
    """``2:30pm``, ``2pm``, ``midday``, ``midnight``."""
    value = _local(value)
    if value is None:
        return ""
    if value.minute == 0 and value.hour in (0, 12):
        return "midday" if value.hour else "midnight"
    hour = value.hour % 12 or 12
    minutes = f":{value:%M}" if value.minute else ""
    return f"{hour}{minutes}{'am' if value.hour < 12 else 'pm'}"


def moment(value):
    """``Monday 23 November 2026, 2:30pm``."""
    return f"{weekday(value)}, {clock(value)}" if value else ""


def span(start, end):
    """``Monday 23 November 2026, 2pm to 3:30pm``."""
    if _local(start).date() == _local(end).date():
        return f"{moment(start)} to {clock(end)}"
    return f"{moment(start)} to {moment(end)}"


def wall_clock(date, time):
    """The aware moment at which a London clock shows this date and time.

    Raises ValueError for a time that the clock change skips (it never shows on any clock). A
    time that comes twice in October means its first coming.
    """
    value = datetime.combine(date, time, tzinfo=LONDON)
    back = value.astimezone(UTC).astimezone(LONDON)
    if back.replace(tzinfo=None) != value.replace(tzinfo=None):
        raise ValueError("The clocks go forward that night, so this time does not exist.")
    return value


def last_closing(now=None):
    """What closed at this moment or before is over: the closing second itself still counts."""
    return (now or this_moment()) - timedelta(seconds=1)


# --- until when, in words ------------------------------------------------------------------------
SOON = 6  # days after today that are called by their name
IN_DAYS, IN_WEEKS = 13, 56  # as far as days and weeks are counted


def london_day(when):
    """The day on which an hour falls in London; a day is its own."""
    return _local(when).date() if isinstance(when, datetime) else when


def is_past(due):
    """Whether it is late: an hour that has passed, or a day that is over."""
    return due < this_moment() if isinstance(due, datetime) else due < today()


def due_words(due):
    """Until when, as people say it: ``3 days late``, ``today, 2pm``, ``tomorrow``, ``Friday``,
    ``in 9 days``, ``in 3 weeks``, and the day itself where that is far away.

    Days are counted by the calendar in London, so a night with a change of the clock is one.
    """
    days = (london_day(due) - today()).days
    hour = f", {clock(due)}" if isinstance(due, datetime) else ""
    if is_past(due):
        return f"{_how_long(-days)} late" if days else f"late since {clock(due)}"
    if days > SOON:
        return f"in {_how_long(days)}" if days <= IN_WEEKS else day(due)
    return {0: "today", 1: "tomorrow"}.get(days, f"{_local(due):%A}") + hour


def _how_long(days):
    if days <= IN_DAYS:
        return "1 day" if days == 1 else f"{days} days"
    return f"{days // 7} weeks"


def _local(value):
    if isinstance(value, datetime) and timezone.is_aware(value):
        return value.astimezone(LONDON)
    return value


# --- quarters -------------------------------------------------------------------------------------
MONTHS = 3


def quarter_of(on):
    """The first day of the quarter in which a date lies: it stands for the quarter."""
    return date(on.year, on.month - (on.month - 1) % MONTHS, 1)


def later(quarter, many=1):
    """The quarter that is so many later; earlier, for less than none."""
    months = quarter.year * 12 + quarter.month - 1 + many * MONTHS
    return date(months // 12, months % 12 + 1, 1)
