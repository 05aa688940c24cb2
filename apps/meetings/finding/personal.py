"""What is held about people: which times suit them."""

from django.db.models import Q

from apps.core.personal import DELETE, HELD, NAMED, Held, nobodys, personal, retention

from .models import Finding, ProposedTime, TimeAnswer

personal(
    Finding,
    "Times for meetings that you proposed",
    mentions=("created_by",),
    why=NAMED,
)
nobodys("When a meeting could be.", ProposedTime)


class Said(Held):
    """Of which meeting, and when: they were asked for it by its name."""

    def rows(self, user):
        return super().rows(user).select_related("time__finding")

    def told(self, row, user):
        about = {"Meeting": row.time.finding.title, "When": row.time.when}
        return about | super().told(row, user)


HELD[TimeAnswer] = Said(
    TimeAnswer,
    "Which times for a meeting suit you",
    about=("user",),
    erase=DELETE,
)

retention(
    "time-answers",
    TimeAnswer,
    what="Which times for a meeting suited whom",
    why="Once a time is chosen, or all are past, nobody needs it.",
    since="the last of the times was past",
    days=90,
    rows=lambda cutoff: TimeAnswer.objects.exclude(Q(time__finding__times__starts_at__gte=cutoff)),
)
