"""Meetings to come, on the home page of those who are asked to them."""

from django.db.models import OuterRef, Q, Subquery
from django.urls import reverse

from apps.core import clock
from apps.core.coming import WEEKS, Coming, comes
from apps.core.compiled import Kept
from apps.core.plain import known

from .models.meeting import Meeting
from .models.people import Attendance

ANSWERS = ((Attendance.Reply.YES, "Yes"), (Attendance.Reply.MAYBE, "Not sure"), ("no", "No"))
SOON = 40  # that wait for an answer, or come within weeks: more than anybody goes to


def _asked_to(user):
    """Meetings to come of which this person has said nothing, and those of the next weeks to which
    they have not said no."""
    reply = Attendance.objects.filter(meeting=OuterRef("pk"), user=user).values("reply")[:1]
    coming = Meeting.objects.inviting(user).upcoming().annotate(my_reply=Subquery(reply))
    unanswered = Q(my_reply__isnull=True) | Q(my_reply="")
    near = Q(starts_at__lte=clock.now() + WEEKS) & ~Q(my_reply=Attendance.Reply.NO)
    return coming.filter(unanswered | near).select_related("group").order_by("starts_at", "pk")


ASKED_TO = Kept(_asked_to, SOON + 1)


@comes(ASKED_TO, may=known("in_groups", "is_deputy"))
def meetings(coming, user):
    for meeting in coming:
        reply = reverse("reply", args=[meeting.pk])
        yield Coming(
            meeting.title,
            meeting.get_absolute_url(),
            meeting.starts_at,
            meeting.ends_at,
            where=meeting.where,
            link=meeting.link,
            group=meeting.group.name,
            answer_url=reply,
            answers=ANSWERS,
            answered=str(Attendance.Reply(meeting.my_reply).label) if meeting.my_reply else "",
            needs=(reply,),
        )
