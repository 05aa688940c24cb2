"""Who is told when a time is looked for, found or no longer looked for.

Imports no model, so that they can import this.
"""

from apps.core.moves import effect
from apps.notifications.ahead import knowing
from apps.notifications.kinds import notify, others, told, void

from ..events import ENDS, TELLS

ASKED = ("meetings.times_asked", "meetings.times_reminder")  # who was told knows of it


def times_asked(finding):
    """Whoever proposed the times too: they are asked as well."""
    notify("meetings.times_asked", finding, finding.asked())


def time_chosen(finding, *, announced, quorate):
    """Where the meeting is announced, that says it to those who are invited, unless there is more
    to be said."""
    void(finding)
    people = finding.asked()
    if announced and quorate:
        people = people.exclude(pk__in=finding.meeting.invited().values("pk"))
    notify("meetings.time_chosen", finding, people, data={"quorate": quorate})


@effect
def finding_dropped(finding, entry):
    """Those who had been asked."""
    void(finding)
    people = others(told(finding), entry.by)
    data = {"why": entry.note}
    notify("meetings.times_dropped", finding, people, data=data)


@effect
def chosen_is_off(meeting, entry):
    """Whoever was told of the chosen time, and of the meeting itself nothing."""
    finding = getattr(meeting, "finding", None)
    if finding is not None:
        void(finding)
        people = told(finding, kinds=["meetings.time_chosen"])
        people = people.exclude(pk__in=knowing(meeting, TELLS, ENDS).values("pk"))
        notify("meetings.times_dropped", finding, people, data={"why": entry.note})
