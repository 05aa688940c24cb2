"""Interviews and meetings of the panel in calendars: for the day, telling nothing.

Others look into a calendar. So an entry has no name, place or reference, and no word about a job:
the time, and the address of the site, where *What needs you* says the rest once one has signed in.
That holds for candidates and panel alike.
"""

from dataclasses import replace
from datetime import datetime

from django.urls import reverse
from django.utils.crypto import salted_hmac

from apps.core.permissions import granted
from apps.core.plain import known
from apps.notifications.calendar import CALENDAR, Asked, AtTimes, Entry, Sort

from ..vacancies.models.panel import PanelMember
from ..vacancies.models.vacancy import Vacancy
from .models.interview import Interview, PanelMeeting

TITLE = "Appointment"
_HAS_APPLIED = known("has_applied")


def _entry(key, starts_at, ends_at, stamp, sequence=0, *, cancelled=False):
    return Entry(
        key=key,
        sequence=sequence,
        stamp=stamp,
        starts_at=starts_at,
        ends_at=ends_at,
        title=TITLE,
        page="/",
        sort=Sort.APPOINTMENT,
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


def _own(user):
    own = Interview.objects.filter(application__candidate=user, state="booked")
    return own.select_related("slot", "application").order_by("slot__starts_at", "pk")


def _interviews(user):
    rows = Interview.objects.for_panel(user).filter(state="booked")
    return rows.select_related("slot", "vacancy").order_by("slot__starts_at", "label")


def _meetings(user):
    serving = PanelMember.objects.serving().filter(user=user)
    rows = PanelMeeting.objects.filter(vacancy__panel__in=serving).select_related("vacancy")
    return rows.order_by("starts_at", "pk")


# One's own, and of panels that somebody judges now: few, and long to ask for anew.
_OWN, _INTERVIEWS = AtTimes(_own, "slot__"), AtTimes(_interviews, "slot__")
_MEETINGS = AtTimes(_meetings)


@CALENDAR.add
def feed(user, asked=None):
    """What somebody has before them as a candidate, and as a member of panels.

    A time given up leaves the feed: *Cancelled* would say more than the day.
    """
    asked = asked or Asked()
    if not asked.wants(Sort.APPOINTMENT, group=False):
        return
    if _HAS_APPLIED(user):
        for interview in _OWN.rows(user, asked):
            yield replace(of_candidate(interview), opens=interview.get_absolute_url())
    if not granted(user, Vacancy, "judge_applications"):
        return
    for interview in _INTERVIEWS.rows(user, asked):
        page = reverse("panel", args=[interview.vacancy.reference])
        yield replace(of_panel(interview), opens=page, shown="Interview")
    for meeting in _MEETINGS.rows(user, asked):
        page = reverse("panel", args=[meeting.vacancy.reference])
        yield replace(of_meeting(meeting), opens=page, shown=meeting.get_kind_display())
