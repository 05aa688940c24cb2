"""What a group does together: meet, decide, act, and keep the minutes."""

from .meeting import AgendaItem, Meeting, MeetingSeries, Paper
from .minutes import Minutes
from .outcome import Action, Decision
from .people import Attendance, SupportRequest

__all__ = [
    "Action",
    "AgendaItem",
    "Attendance",
    "Decision",
    "Meeting",
    "MeetingSeries",
    "Minutes",
    "Paper",
    "SupportRequest",
]
