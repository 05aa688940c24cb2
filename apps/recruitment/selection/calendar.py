"""Interviews and meetings of the panel as iCalendar: for the day, telling nothing.

Others look into a calendar. So an entry has no name, place or reference, and no word about a job:
the time, and the address of the site, where *What needs you* says the rest once one has signed in.
That holds for candidates and panel alike.
"""

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from icalendar import Event, vCalAddress, vText

from apps.core import clock
from apps.core.clock import LONDON
from apps.core.permissions import granted
from apps.meetings.calendar import wrap
from apps.notifications.feed import CALENDAR

from ..vacancies.models.panel import PanelMember
from ..vacancies.models.vacancy import Vacancy
from .models.interview import Interview, PanelMeeting

FEED_KEEPS = timedelta(days=90)
SUMMARY = "Appointment"


def _event(key, starts_at, ends_at, changed_at, sequence=0, status="CONFIRMED"):
    item = Event()
    item.add("uid", f"{key}@{urlsplit(settings.SITE_URL).hostname}")
    item.add("sequence", sequence)
    item.add("dtstamp", changed_at)
    item.add("dtstart", starts_at.astimezone(LONDON))
    item.add("dtend", ends_at.astimezone(LONDON))
    item.add("summary", SUMMARY)
    item.add("description", f"{settings.SITE_URL}/")
    item.add("status", status)
    return item


def of_candidate(interview):
    """The candidate's own entry."""
    slot = interview.slot
    return _event(
        interview.uid, slot.starts_at, slot.ends_at, interview.changed_at, interview.sequence
    )


def _panel_key(slot_pk):
    return f"panel-{slot_pk}"


def of_panel(interview):
    """The entry of the panel: another one than the candidate's, with no tie between the two."""
    slot = interview.slot
    return _event(
        _panel_key(slot.pk), slot.starts_at, slot.ends_at, interview.changed_at, interview.sequence
    )


def cancelled(interview, slot, *, of_panel):
    """The end of the entry that was for a time given up; ``slot`` as ``events.freed``."""
    return _event(
        _panel_key(slot["pk"]) if of_panel else interview.uid,
        datetime.fromisoformat(slot["starts_at"]),
        datetime.fromisoformat(slot["ends_at"]),
        interview.changed_at,
        slot["sequence"],
        "CANCELLED",
    )


def of_meeting(meeting):
    return _event(meeting.uid, meeting.starts_at, meeting.ends_at, meeting.planned_at)


def part(item, method="PUBLISH"):
    """The text of a calendar part of a message."""
    organiser = vCalAddress(f"MAILTO:{settings.SUPPORT_EMAIL}")
    organiser.params["cn"] = vText(settings.SITE_NAME)
    item.add("organizer", organiser)
    return wrap([item], method).decode()


def feed(user):
    """What somebody has before them as a candidate, and as a member of panels."""
    since = clock.now() - FEED_KEEPS
    own = Interview.objects.filter(
        application__candidate=user, state="booked", slot__ends_at__gte=since
    )
    for interview in own.select_related("slot", "application"):
        yield of_candidate(interview)
    judged = granted(user, Vacancy, "judge_applications")
    if not judged:
        return
    rows = Interview.objects.for_panel(user).filter(state="booked", slot__ends_at__gte=since)
    for interview in rows.select_related("slot"):
        yield of_panel(interview)
    serving = PanelMember.objects.serving().filter(user=user)
    meetings = PanelMeeting.objects.filter(vacancy__panel__in=serving, ends_at__gte=since)
    for meeting in meetings.select_related("vacancy"):
        yield of_meeting(meeting)


CALENDAR.add(feed)
