"""By the clock: people are asked, and what is over is told."""

from celery import shared_task
from django.db.models import Count, Q

from apps.core import clock
from apps.core.dates import later, midnight_of, quarter_of
from apps.core.disclosure import LEAST
from apps.groups.models import WorkingGroup
from apps.meetings.models.meeting import Meeting

from .models.round import OPEN_FOR, TOO_LATE, Round, Since


@shared_task
def ask_and_settle():
    """Begin rounds, and end those that are over. Does each once, however often it is called."""
    since, now = Since.moment(), clock.now()
    came = Count("attendances", filter=Q(attendances__attended=True))
    held = Meeting.objects.held().filter(
        kind=Meeting.Kind.MEETING,
        round=None,
        ends_at__gt=max(since, now - TOO_LATE),
        ends_at__lte=now,
    )
    for meeting in held.alias(came=came).filter(came__gte=LEAST).select_related("group"):
        Round.ask_of(meeting)
    quarter = later(quarter_of(clock.today()), -1)
    end = midnight_of(later(quarter))
    if since < end and now < end + OPEN_FOR:
        met = Meeting.objects.held().filter(
            kind=Meeting.Kind.MEETING,
            starts_at__gte=midnight_of(quarter),
            starts_at__lt=end,
        )
        groups = WorkingGroup.objects.filter(
            state=WorkingGroup.State.ACTIVE, pk__in=met.values("group")
        )
        for group in groups.exclude(rounds__quarter=quarter):
            Round.ask_quarter(group, quarter)
    for one in Round.objects.to_settle().select_related("group"):
        one.settle()
