"""Meetings, and what comes of them."""

from django.urls import reverse

from apps.core.searching import Told, searched, unsearched

from .models.agenda import AgendaItem
from .models.meeting import Meeting, MeetingSeries
from .models.minutes import Minutes
from .models.outcome import Action, Decision
from .models.paper import Paper
from .models.people import Attendance, AttendanceCorrection, SupportRequest


@searched("meeting", "Meetings", Meeting, texts=("title", "purpose", "place"))
def meeting(meeting):
    """Not how to join: that is for those who are invited."""
    return Told(
        title=meeting.title,
        body=[meeting.purpose, meeting.place],
        group=meeting.group_id,
        on=meeting.starts_at,
        state=meeting.State(meeting.state),
        url=meeting.get_absolute_url(),
    )


@searched(
    "agenda_item",
    "Agenda items",
    AgendaItem,
    texts=("title", "detail"),
    of={"meeting": ("starts_at",)},  # its day finds it
    read=("meeting",),
)
def agenda_item(item):
    return Told(
        title=item.title,
        body=item.detail,
        group=item.meeting.group_id,
        on=item.meeting.starts_at,
        state=item.State(item.state),
        url=item.get_absolute_url(),
    )


@searched("paper", "Papers", Paper, texts=("title", "sha256"), read=("meeting",), file=True)
def paper(paper):
    return Told(
        title=paper.title,
        group=paper.meeting.group_id,
        on=paper.uploaded_at,
        url=reverse("paper", args=[paper.pk]),
    )


@searched(
    "minutes",
    "Minutes",
    Minutes,
    texts=("body",),
    of={"meeting": ("title", "starts_at")},
    read=("meeting",),
)
def minutes(minutes):
    return Told(
        title=str(minutes),
        body=minutes.body,
        group=minutes.meeting.group_id,
        on=minutes.meeting.starts_at,
        state=minutes.State(minutes.state),
        url=minutes.get_absolute_url(),
    )


@searched(
    "decision",
    "Decisions",
    Decision,
    texts=("reference", "text", "reasons"),
    of={"meeting": ("starts_at",)},
    read=("meeting",),
)
def decision(decision):
    return Told(
        title=decision.text,
        body=decision.reasons,
        reference=decision.reference,
        group=decision.meeting.group_id,
        on=decision.meeting.starts_at,
        state=decision.State(decision.state),
        url=decision.get_absolute_url(),
    )


@searched("action", "Actions", Action, texts=("text",))
def action(action):
    return Told(
        title=action.text,
        group=action.group_id,
        on=action.due,
        state=action.State(action.state),
        url=action.get_absolute_url(),
    )


unsearched("Only the person and the named organiser know of it.", SupportRequest)
unsearched("Who comes stands on the meeting's page.", Attendance, AttendanceCorrection)
unsearched("How often a meeting repeats.", MeetingSeries)
