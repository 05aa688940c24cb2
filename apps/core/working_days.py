"""Working days in England: Monday to Friday without bank holidays. Deadlines count in them."""

from datetime import timedelta
from functools import cache

import holidays

from . import clock


@cache
def _bank_holidays():
    return holidays.country_holidays("GB", subdiv="ENG")  # fills in years as it is asked


def is_working_day(day):
    return day.weekday() < 5 and day not in _bank_holidays()


def bank_holiday(day):
    """What the bank holiday of a day is called; empty on any other, and on a Saturday or Sunday:
    then the holiday is on a weekday after."""
    name = _bank_holidays().get(day, "") if day.weekday() < 5 else ""
    return name.replace("(observed)", "(substitute day)")


def add_working_days(day, number):
    """The date so many working days after ``day``; before it where ``number`` is negative."""
    step = timedelta(days=1 if number >= 0 else -1)
    for _ in range(abs(number)):
        day += step
        while not is_working_day(day):
            day += step
    return day


def working_days_until(day, today=None):
    """How many working days lie after today, up to and with ``day``; 0 once it is past."""
    today = today or clock.today()
    return sum(is_working_day(today + timedelta(days=n)) for n in range(1, (day - today).days + 1))
