"""Who is told what when something happens at once; what comes by the clock is in messages.py.

Called by the models inside their transactions. Imports no model, so that they can import this.
"""

from apps.core import clock
from apps.core.moves import effect
from apps.groups.roles import Role
from apps.notifications.ahead import knowing
from apps.notifications.kinds import ask, notify, others, void

RUNNERS = (Role.CO_LEAD, Role.SECRETARY)


def runners(group):
    """Who runs the group's meetings now: co-leads and secretaries."""
    return [membership.user for membership in group.people().filter(role__in=RUNNERS)]


# Who was told of a meeting, and that it is no longer theirs (apps/notifications/ahead.py).
TELLS = (
    "meetings.published",
    "meetings.changed",
    "meetings.deputy_asked",
    "meetings.reminder",
)
ENDS = ("meetings.left", "meetings.deputy_released")


def _stamp(moment):
    """A number that tells one answer from a later one."""
    return int(moment.timestamp() * 1000)


# --- meetings ---------------------------------------------------------------------------------
@effect
def meeting_published(meeting, entry):
    notify("meetings.published", meeting, meeting.invited(), version=meeting.sequence)


@effect
def meeting_to_call_off(meeting, entry):
    """One co-lead says that it did not take place; the other is asked."""
    ask("meetings.to_call_off", meeting, others(meeting.group.leads(), entry.by))


@effect
def meeting_cancelled(meeting, entry):
    """Exactly those who had been told of it, and not that it is no longer theirs."""
    void(meeting)
    people = knowing(meeting, TELLS, ENDS)
    notify("meetings.cancelled", meeting, people, version=meeting.sequence)


def meeting_changed(meeting):
    """A new time or place: whatever was not sent yet is void, and everyone learns the new one."""
    void(meeting)
    people = set(knowing(meeting, TELLS, ENDS)) | set(meeting.invited())
    notify("meetings.changed", meeting, people, version=meeting.sequence)


def organiser_named(meeting, by):
    """Somebody else arranges support from now on."""
    people = others([meeting.support_organiser], by)
    notify("meetings.arranging", meeting, people, version=_stamp(clock.now()))


def answer_does_not_count(meeting, user):
    """They answered in their calendar, for a time that is no more, or too late. Said once of each
    time, however often they press."""
    notify("meetings.answer_does_not_count", meeting, [user], version=meeting.sequence)


def deputy_asked(attendance):
    """Somebody is asked to stand in for a member."""
    notify(
        "meetings.deputy_asked",
        attendance.meeting,
        [attendance.deputy],
        version=_stamp(attendance.replied_at),
    )


def deputy_released(attendance, deputy):
    """The member can come after all, or chose someone else. Who is a member by now stays asked."""
    if attendance.meeting.invited().filter(pk=deputy.pk).exists():
        return
    version = _stamp(attendance.replied_at)
    notify("meetings.deputy_released", attendance.meeting, [deputy], version=version)


def agenda_proposed(item):
    notify(
        "meetings.agenda_proposed",
        item,
        others(runners(item.meeting.group), item.proposed_by),
        version=0,
    )


@effect
def agenda_answered(item, entry):
    """Whoever puts their own item on the agenda knows."""
    people = others([item.proposed_by], entry.by)
    notify("meetings.agenda_answered", item, people, version=entry.pk)


@effect
def correction_asked(correction, entry):
    """The other co-lead is told; so is nobody else, since nothing has changed yet."""
    people = others(correction.meeting.group.leads(), entry.by)
    siblings = correction.meeting.corrections.all()
    ask("meetings.correction_asked", correction, people, among=siblings)


# --- support ----------------------------------------------------------------------------------
@effect
def support_asked(request, entry):
    """The one organiser named for it is told that somebody asks; the text is read on the site."""
    notify("meetings.support_asked", request, [request.organiser], version=entry.pk)


@effect
def support_handed(request, entry):
    """Whoever asked was told who reads it."""
    notify("meetings.support_handed", request, [request.user], version=entry.pk)


@effect
def support_arranged(request, entry):
    notify("meetings.support_arranged", request, [request.user], version=entry.pk)


@effect
def support_changed(request, entry):
    """Changed, asked for again or withdrawn."""
    notify("meetings.support_changed", request, [request.organiser], version=entry.pk)


# --- outcome ----------------------------------------------------------------------------------
def decision_recorded(decision, entry):
    if decision.state == "provisional":
        notify("meetings.decision_provisional", decision, runners(decision.meeting.group))
    elif decision.state == "recorded":
        decision_to_confirm(decision, entry)


@effect
def decision_to_confirm(decision, entry):
    """It has its quorum, maybe only after a correction of who came: the other co-lead is asked."""
    people = others(decision.meeting.group.leads(), decision.recorded_by)
    notify("meetings.decision_to_confirm", decision, people, version=entry.pk)


@effect
def decision_to_deny(decision, entry):
    """Somebody says that it is not what the meeting decided: who recorded it, and co-leads."""
    people = {*decision.meeting.group.leads(), decision.recorded_by}
    ask("meetings.decision_to_deny", decision, others(people, entry.by))


@effect
def decision_to_settle(decision, entry):
    """One co-lead says what a later meeting made of it; the other is asked."""
    people = others(decision.meeting.group.leads(), entry.by)
    ask("meetings.decision_to_settle", decision, people)


@effect
def decision_settled(decision, entry):
    """Those who were there learn what became of what they decided."""
    rows = decision.meeting.attendances.filter(attended=True).select_related("user")
    notify("meetings.decision_settled", decision, [row.user for row in rows], version=entry.pk)


@effect
def minutes_to_approve(minutes, entry):
    """One co-lead says which meeting approved them; the other is asked."""
    people = others(minutes.meeting.group.leads(), entry.by)
    ask("meetings.minutes_to_approve", minutes, people)


def action_given(action):
    notify("meetings.action_given", action, others([action.owner], action.created_by))


@effect
def minutes_circulated(minutes, entry):
    notify("meetings.minutes_circulated", minutes, minutes.readers(), version=entry.pk)
