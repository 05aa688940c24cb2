"""What is held about people: data rights."""

from apps.core.personal import Identity, erasure_waits, nobodys, personal, retention

from .erasure import held_things
from .models import DataExport, DataRequest, Hold, RetentionRun

nobodys("Counts.", RetentionRun)
personal(
    DataExport,
    "Copies of your data",
    about=("user",),
    hide=("file", "claimed_at"),
    erase=lambda rows, user: _discard(rows),
    why="Deleted, with their files.",
)
personal(
    DataRequest,
    "What you asked about your data",
    about=("person",),
    mentions=("recorded_by", "settled_by"),
    erase={"words": "", "answer": ""},
    why="The words go; that and when it was asked and answered stays, to show that it was.",
)
personal(
    Hold,
    "Holds on your data",
    about=("person",),
    mentions=("placed_by",),
    scrub=("reason",),
    why="It says why a deletion had to wait.",
)


@erasure_waits
def held(user):
    """A complaint, a claim at law: nothing goes before that is over."""
    if Hold.objects.in_force().filter(person=user).exists():
        yield "A hold is on their data. It must be lifted first."
    yield from held_things(Identity.of(user), lambda held: held.rows(user))


retention(
    "exports",
    DataExport,
    what="The copy of one's data that somebody asked for",
    why="Long enough to download it; it should not lie about.",
    since="it was asked for",
    days="DATA_EXPORT_KEEP_DAYS",
    rows=lambda cutoff: DataExport.objects.filter(asked_at__lt=cutoff),
    act=lambda rows: _discard(rows),
)
retention(
    "data-requests",
    DataRequest,
    what="Requests about one's data that were answered",
    why="To show that they were answered in time.",
    since="the answer",
    days="DATA_REQUEST_KEEP_DAYS",
    rows=lambda cutoff: DataRequest.objects.exclude(state__in=DataRequest.OPEN).filter(
        settled_at__lt=cutoff
    ),
)
retention(
    "retention-runs",
    RetentionRun,
    what="Counts of what was deleted at night",
    why="To see that it happens.",
    since="the night",
    days="RETENTION_RUN_KEEP_DAYS",
    rows=lambda cutoff: RetentionRun.objects.filter(started_at__lt=cutoff),
)


def _discard(rows):
    DataExport.objects.filter(pk__in=rows.values("pk")).discard()
