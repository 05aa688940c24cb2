"""Answers that come from a calendar: whoever presses *Accept* there has answered.

The address to which it came names the person and the meeting (``answer_address``). That it is from
them is asked besides: it names their own address, for the time that they were told last.
"""

from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction

from apps.accounts.models.people import User
from apps.core import clock
from apps.core.exceptions import IllegalMove, NotYet
from apps.notifications.calendar import uid_of
from apps.notifications.inbound.addresses import ANSWERS, Answers

from . import events
from .calendar import LETTER, REPLIES
from .models.meeting import Meeting
from .models.people import Attendance, deputies_for

SLOW = timedelta(minutes=5)  # so far may the clock of somebody's program be behind ours


@transaction.atomic
def take(meeting_id, user_id, said):
    """Record an answer; or tell its person that it does not count, and what to do. False where it
    is not certain to be theirs, or what they said since is newer."""
    user = User.objects.filter(pk=user_id).first()
    # Locked: what they answer on a page meanwhile is older or newer, not beside this.
    meeting = Meeting.objects.select_for_update(of=("self",)).filter(pk=meeting_id).first()
    if user is None or meeting is None or meeting.published_at is None:
        return False
    if said.attendee != user.email.lower() or said.uid != uid_of(meeting.uid):
        return False
    if said.sequence > meeting.sequence or not meeting.invited().filter(pk=user.pk).exists():
        return False
    is_old = said.sequence < meeting.sequence
    asked_at = meeting.published_at if is_old else meeting.scheduled_at or meeting.published_at
    if said.stamp < asked_at - SLOW:
        return False  # nobody answers what they were not told yet
    mine = meeting.attendances.select_related("deputy").filter(user=user).first()
    if not is_old:
        return _answer(meeting, user, mine, said)
    if not _stands(meeting, mine, said):
        events.answer_does_not_count(meeting, user)
    return True


ANSWERS.add(Answers(LETTER, take))


def _stands(meeting, mine, said):
    """They have answered since (a new time takes answers away), or so already: this was long on
    its way, or comes again."""
    if mine is None or not mine.reply:
        return False
    so_already = meeting.is_announced and mine.reply == REPLIES[said.answer]
    return so_already or said.stamp <= mine.replied_at


def _answer(meeting, user, mine, said):
    reply, said_at = REPLIES[said.answer], min(said.stamp, clock.now())
    if mine and mine.replied_at and said_at <= mine.replied_at:
        return mine.reply == reply
    # Apologies once more keep whom they named to come instead.
    deputy = mine.deputy if mine and reply == Attendance.Reply.NO else None
    if deputy and deputy not in deputies_for(meeting, user):
        deputy = None
    try:
        Attendance.answer(meeting, user, reply, deputy, note=said.note or None, said_at=said_at)
    except PermissionDenied:
        return False
    except (IllegalMove, NotYet):
        events.answer_does_not_count(meeting, user)
    return True
