"""What a group does together: meet, decide, act, and keep the minutes."""

from .agenda import AgendaItem
from .meeting import Meeting, MeetingSeries
from .minutes import Minutes
from .outcome import Action, Decision
from .paper import Paper
from .people import Attendance, SupportRequest

from ..finding.models import Finding, ProposedTime, TimeAnswer  # isort: skip # stands on these

__all__ = [
    "Action",
    "AgendaItem",
    "Attendance",
    "Decision",
    "Finding",
    "Meeting",
    "MeetingSeries",
    "Minutes",
    "Paper",
    "ProposedTime",
    "SupportRequest",
    "TimeAnswer",
]
