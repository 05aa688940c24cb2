"""The organiser of a meeting may read what helps those who come, where they share it."""

from apps.accounts.models.support import SUPPORT_READERS, ShareWith

from .models.meeting import Meeting
from .models.people import Attendance


def organised_by(user):
    """Ids of the people who may come to a meeting ahead for which somebody arranges support."""
    ahead = Meeting.objects.upcoming().filter(support_organiser=user)
    coming = [Attendance.Reply.YES, Attendance.Reply.MAYBE]
    return Attendance.objects.filter(meeting__in=ahead, reply__in=coming).values("user")


SUPPORT_READERS[ShareWith.ORGANISERS].append(organised_by)
