"""How long before a meeting it is announced, and what that leaves to choose a time in.

``terms`` are all adopted terms of reference of a group, read once.
"""

from operator import attrgetter

from apps.core import clock
from apps.core.dates import DAY, day

ROOM = 3 * DAY  # between the last day to answer and the last one to announce


def in_force(terms, on):
    """Those that hold on a day, or None (as ``WorkingGroup.terms_at``)."""
    begun = (one for one in terms if one.in_force_from <= on)
    return max(begun, key=attrgetter("version"), default=None)


def longest_notice(terms, since, until=None):
    """In days, of what holds on a day, or comes to hold after it (and not after ``until``)."""
    later = [one for one in terms if one.in_force_from > since]
    coming = [one for one in later if until is None or one.in_force_from <= until]
    held = [one for one in (in_force(terms, since), *coming) if one]
    return max((one.notice_days for one in held), default=0)


def _notice(terms, closes_at, starts_at):
    return longest_notice(terms, clock.date_of(closes_at), clock.date_of(starts_at))


def is_too_soon(terms, closes_at, starts_at):
    """Whether a time that somebody proposes leaves no room to choose and to announce it."""
    return starts_at < closes_at + ROOM + _notice(terms, closes_at, starts_at) * DAY


def why_too_soon(terms, closes_at, starts_at):
    words = f"Each time must be at least {ROOM.days} days after the last day to answer"
    notice = _notice(terms, closes_at, starts_at)
    if notice:
        words += f", and {notice} days more, since the terms ask for that notice"
    return f"{words}: {day(closes_at + ROOM + notice * DAY)} or later."


def notice_begun(terms, starts_at):
    """The days of notice of what can no longer be announced for want of them, or 0.

    By the terms of today, as those let it be published, and by those of its day.
    """
    held = (in_force(terms, on) for on in (clock.today(), clock.date_of(starts_at)))
    days = max((one.notice_days for one in held if one), default=0)
    return days if starts_at < clock.now() + days * DAY else 0


def why_too_late(days):
    return (
        f"The terms of reference ask for {days} days' notice, so a meeting at this time cannot be "
        "announced any more."
    )
