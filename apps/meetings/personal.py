"""What meetings hold about people."""

from apps.core.personal import DELETE, NAMED, nobodys, personal, retention
from apps.core.withheld import confidential

from .models.agenda import AgendaItem
from .models.meeting import Meeting, MeetingSeries
from .models.minutes import Minutes
from .models.outcome import Action, Decision
from .models.paper import Paper
from .models.people import Attendance, AttendanceCorrection, SupportRequest

nobodys("How often a meeting repeats.", MeetingSeries)
personal(
    Meeting,
    "Meetings that you planned or organised support for",
    mentions=("support_organiser", "created_by"),
    why=NAMED,
)
personal(
    Attendance,
    "Meetings that you were asked to, your answers, and whether you came",
    about=("user",),
    mentions=("deputy",),
    erase={"note": ""},
    scrub=("note",),
    why="Whether a meeting could decide depended on who was there.",
)
personal(
    AttendanceCorrection,
    "Corrections of who came that you asked for or confirmed",
    mentions=("asked_by", "confirmed_by"),
    why=NAMED,
)
personal(
    SupportRequest,
    "Support that you asked for",
    about=("user",),
    mentions=("organiser",),
    erase=DELETE,
)
personal(
    AgendaItem,
    "What you proposed for agendas",
    about=("proposed_by",),
    why=NAMED,
    scrub=("title", "detail", "answer"),
)
personal(
    Paper,
    "Papers that you added to meetings",
    about=("uploaded_by",),
    files=("file",),
    why="It belongs to the meeting's record.",
)
personal(
    Decision,
    "Decisions that you recorded or confirmed",
    mentions=("recorded_by", "confirmed_by"),
    why=NAMED,
)
personal(Action, "Actions given to you", about=("owner",), mentions=("created_by",), why=NAMED)
personal(
    Minutes,
    "Minutes",
    why="Approved minutes are the record of a meeting and are not rewritten. They may name who "
    "was there or spoke.",
)

confidential("Only the person and the named organiser know of it.", SupportRequest)

retention(
    "notes-with-answers",
    Attendance,
    what="What people wrote beside their answer to a meeting",
    why="Until the meeting is over and its minutes are written.",
    since="the meeting",
    days=90,
    rows=lambda cutoff: Attendance.objects.filter(meeting__ends_at__lt=cutoff).exclude(note=""),
    act=lambda rows: rows.update(note=""),
    does="Emptied",
)
