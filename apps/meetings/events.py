"""Who is told what when something happens at once; what comes by the clock is in messages.py.

Called by the models inside their transactions. Imports no model, so that they can import this.
"""

from apps.groups.roles import Role
from apps.notifications.kinds import notify, others, told, void

RUNNERS = (Role.CO_LEAD, Role.SECRETARY)


def runners(group):
    """Who runs the group's meetings now: co-leads and secretaries."""
    return [membership.user for membership in group.people().filter(role__in=RUNNERS)]


def _stamp(moment):
    """A number that tells one answer from a later one."""
    return int(moment.timestamp() * 1000)


# --- meetings ---------------------------------------------------------------------------------
def meeting_moved(meeting, entry):
    """Published: everyone invited is told. Cancelled: exactly those who had been told."""
    if entry.action == "publish":
        notify("meetings.published", meeting, meeting.invited(), version=meeting.sequence)
    if entry.action == "cancel":
        people = told(meeting)
        void(meeting)
        notify("meetings.cancelled", meeting, people, version=meeting.sequence)


def meeting_amended(meeting, changed):
    """A new time or place: whatever was not sent yet is void, and everyone learns the new one."""
    if changed & {"starts_at", "ends_at", "format", "place", "link"}:
        people = set(told(meeting)) | set(meeting.invited())
        void(meeting)
        notify("meetings.changed", meeting, people, version=meeting.sequence)
    if "support_organiser" in changed:
        for request in meeting.support_requests.filter(state="asked"):
            support_asked(request)


def deputy_asked(attendance):
    """Somebody is asked to stand in for a member."""
    notify(
        "meetings.deputy_asked",
        attendance,
        [attendance.deputy],
        version=_stamp(attendance.replied_at),
    )


def deputy_released(attendance, deputy):
    """The member can come after all, or chose someone else."""
    notify("meetings.deputy_released", attendance, [deputy], version=_stamp(attendance.replied_at))


def agenda_proposed(item):
    notify(
        "meetings.agenda_proposed",
        item,
        others(runners(item.meeting.group), item.proposed_by),
        version=0,
    )


def agenda_answered(item, entry):
    notify("meetings.agenda_answered", item, [item.proposed_by], version=entry.pk)


# --- support ----------------------------------------------------------------------------------
def support_asked(request):
    """The one organiser named for it is told that somebody asks; the text is read on the site."""
    notify("meetings.support_asked", request, [request.organiser], version=request.organiser_id)


def support_moved(request, entry):
    """Arranged: the person is told. Changed, asked again or withdrawn: the organiser is."""
    if entry.action == "arrange":
        notify("meetings.support_arranged", request, [request.user], version=entry.pk)
    else:
        notify("meetings.support_changed", request, [request.organiser], version=entry.pk)


# --- outcome ----------------------------------------------------------------------------------
def decision_recorded(decision):
    if decision.state == "provisional":
        notify("meetings.decision_provisional", decision, runners(decision.meeting.group))


def decision_moved(decision, entry):
    """Those who were there learn what became of what they decided."""
    if entry.action in ("ratify", "lapse"):
        present = [
            row.user
            for row in decision.meeting.attendances.filter(attended=True).select_related("user")
        ]
        notify("meetings.decision_settled", decision, present, version=entry.pk)


def action_given(action):
    notify("meetings.action_given", action, others([action.owner], action.created_by))


def minutes_moved(minutes, entry):
    if entry.action == "circulate":
        notify("meetings.minutes_circulated", minutes, minutes.meeting.invited(), version=entry.pk)
