"""Where meetings, decisions and actions are."""

from apps.core.places import beneath, entry, page, thing
from apps.groups.programme import takes_part

entry(
    "meetings",
    "Meetings",
    "meetings",
    order=10,
    shown=takes_part,
    text="What is to come, and what was.",
)
page("Meetings", "meetings", shown=takes_part, also="next last minutes agenda papers attendance")
page("Actions", "actions", under="work", text="What people took on, and until when.", order=40)
page("Support at meetings", "support_to_arrange")
thing("Meeting", "meeting", "meetings.meeting")
thing("Minutes", "minutes")
thing("Decisions of the group", "group_decisions")
thing("Decision", "decision", "meetings.decision", name="reference")
thing("Action", "action")
beneath("/support/", "meetings")
beneath("/agenda/", "meetings", "meetings.agendaitem", "meeting")
beneath("/papers/", "meetings", "meetings.paper", "meeting")
beneath("/attendance/", "meetings", "meetings.attendancecorrection", "meeting")
beneath("/decisions/", "meetings", "meetings.decision", "meeting")
beneath("/minutes/", "meetings", "meetings.minutes", "meeting")
beneath("/actions/", "actions")
