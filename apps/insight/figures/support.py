"""Support to take part: whether what people need is there in time. Numbers only."""

from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Count, Exists, F, OuterRef, Q
from django.db.models.functions import Cast

from apps.core.models import AuditEntry
from apps.meetings.models.meeting import Meeting
from apps.meetings.models.people import SupportRequest

from ..roles import sees_programme
from . import Atom, Rule, Standard, by_part, count, define, topic
from .raw import quarter, within

topic(
    slug="support",
    title="Support to take part",
    lead="Whether what people need to take part was arranged before the meeting began. Nobody "
    "reads here what they need, or who they are.",
    may=sees_programme,
)


@count("support", rule=Rule.PEOPLE)
def support(period):
    kind = ContentType.objects.get_for_model(SupportRequest)
    in_time = AuditEntry.objects.filter(
        subject_type=kind,
        subject_id=Cast(OuterRef("pk"), CharField()),
        action="arrange",
        at__lte=OuterRef("meeting__starts_at"),
    )
    asked = SupportRequest.objects.filter(
        meeting__state__in=[Meeting.State.HELD, Meeting.State.MINUTED],
        asked_at__lte=F("meeting__starts_at"),
        **within(period, "meeting__starts_at"),
    ).exclude(state=SupportRequest.State.WITHDRAWN)
    asked = asked.order_by().annotate(
        one=quarter("meeting__starts_at"),
        arranged=Q(state=SupportRequest.State.ARRANGED) & Exists(in_time),
    )
    for one, arranged, number in asked.values_list("one", "arranged").annotate(Count("pk")):
        yield Atom(None, one, "", "in_time" if arranged else "late", number)


define(
    key="support",
    topic="support",
    main=True,
    in_groups=False,
    title="Support that was arranged in time",
    count=support,
    rows=by_part(in_time="Arranged in time"),
    of=("in_time", "late"),
    standard=Standard.PROCESS,
    unit="times that somebody asked",
    says="{share} of the support that people asked for was arranged before the meeting began",
    numerator="Requests that were marked as arranged before the meeting began.",
    denominator="Requests for support at meetings that were held, made before the meeting began.",
    source="Requests for support, in the quarter of the meeting, and the record of what was done.",
    leaves_out="Requests that were taken back. Support at open Conversations, which is deleted "
    "soon after. Whether it was what the person needed.",
)
define(
    key="support_asked",
    topic="support",
    in_groups=False,
    title="Support asked for",
    count=support,
    rows=by_part(in_time="Arranged in time", late="Not arranged, or later"),
    standard=Standard.PROCESS,
    unit="times that somebody asked",
    says="support was asked for and arranged in time {number} times",
    numerator="Requests for support at meetings that were held, made before the meeting began.",
    source="Requests for support, in the quarter of the meeting, and the record of what was done.",
    leaves_out="Requests that were taken back. Support at open Conversations.",
)
