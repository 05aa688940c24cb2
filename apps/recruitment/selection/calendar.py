"""Interviews and meetings of the panel in calendars: for the day, telling nothing.

Others look into a calendar. So an entry has no name, place or reference, and no word about a job:
the time, and the address of the site, where *What needs you* says the rest once one has signed in.
That holds for candidates and panel alike.
"""

from datetime import datetime

from django.utils.crypto import salted_hmac

from apps.core.permissions import granted
from apps.notifications.calendar import CALENDAR, Entry, kept_since

from ..vacancies.models.panel import PanelMember
from ..vacancies.models.vacancy import Vacancy
from .models.interview import Interview, PanelMeeting

TITLE = "Appointment"


def _entry(key, starts_at, ends_at, stamp, sequence=0, *, cancelled=False):
    return Entry(
        key=key,
        sequence=sequence,
        stamp=stamp,
        starts_at=starts_at,
        ends_at=ends_at,
        title=TITLE,
        page="/",
        cancelled=cancelled,
    )


def of_candidate(interview):
    """The candidate's own entry."""
    slot = interview.slot
    return _entry(
        interview.uid, slot.starts_at, slot.ends_at, interview.changed_at, interview.sequence
    )


def _panel_key(interview, slot_pk):
    """Another one than the candidate's, with no tie between the two.

    Of this interview at this time: whoever has the time next begins to count their changes anew.
    Only the site can make it from the candidate's.
    """
    made = salted_hmac(__name__, f"{interview.uid} {slot_pk}", algorithm="sha256")
    return made.hexdigest()[:32]


def of_panel(interview):
    slot = interview.slot
    key = _panel_key(interview, slot.pk)
    return _entry(key, slot.starts_at, slot.ends_at, interview.changed_at, interview.sequence)


def cancelled(interview, slot, *, of_panel):
    """The end of the entry that was for a time given up; ``slot`` as ``events.freed``."""
    return _entry(
        _panel_key(interview, slot["pk"]) if of_panel else interview.uid,
        datetime.fromisoformat(slot["starts_at"]),
        datetime.fromisoformat(slot["ends_at"]),
        interview.changed_at,
        slot["sequence"],
        cancelled=True,
    )


def of_meeting(meeting):
    return _entry(meeting.uid, meeting.starts_at, meeting.ends_at, meeting.planned_at)


@CALENDAR.add
def feed(user):
    """What somebody has before them as a candidate, and as a member of panels.

    A time given up leaves the feed: *Cancelled* would say more than the day.
    """
    own = Interview.objects.filter(
        application__candidate=user, state="booked", slot__ends_at__gte=kept_since()
    )
    for interview in own.select_related("slot", "application"):
        yield of_candidate(interview)
    judged = granted(user, Vacancy, "judge_applications")
    if not judged:
        return
    rows = Interview.objects.for_panel(user).filter(state="booked", slot__ends_at__gte=kept_since())
    for interview in rows.select_related("slot"):
        yield of_panel(interview)
    serving = PanelMember.objects.serving().filter(user=user)
    meetings = PanelMeeting.objects.filter(vacancy__panel__in=serving, ends_at__gte=kept_since())
    for meeting in meetings.select_related("vacancy"):
        yield of_meeting(meeting)
