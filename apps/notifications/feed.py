"""A calendar that other programs subscribe to (RFC 5545)."""

from datetime import date

from django.conf import settings
from icalendar import Calendar

from apps.core.registry import Registry

# Each: user -> iterable of icalendar.Event, for that person's private feed.
CALENDAR = Registry("What calendar feeds hold")


def calendar(events):
    """The bytes of a calendar with these events and the time zones that they name."""
    result = Calendar()
    result.add("prodid", f"-//{settings.SITE_NAME}//EN")
    result.add("version", "2.0")
    result.add("x-wr-calname", settings.SITE_NAME)
    result.add("refresh-interval;value=duration", "PT1H")
    for event in events:
        result.add_component(event)
    result.add_missing_timezones(first_date=date(2020, 1, 1))
    return result.to_ical()
