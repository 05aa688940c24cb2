"""Meetings to come, on the home page of those who are asked to them."""

from django.db.models import OuterRef, Q, Subquery
from django.urls import reverse

from apps.core.coming import Coming, comes
from apps.core.needs import known

from .models.meeting import Meeting
from .models.people import Attendance

ANSWERS = ((Attendance.Reply.YES, "Yes"), (Attendance.Reply.MAYBE, "Not sure"), ("no", "No"))


def _asked_to(user):
    reply = Attendance.objects.filter(meeting=OuterRef("pk"), user=user).values("reply")[:1]
    coming = Meeting.objects.inviting(user).upcoming().annotate(my_reply=Subquery(reply))
    coming = coming.filter(Q(my_reply__isnull=True) | ~Q(my_reply="no"))
    return coming.select_related("group").order_by("starts_at", "pk")


@comes(_asked_to, may=known("in_groups", "is_deputy"))
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
