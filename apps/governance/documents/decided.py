"""What meetings decide on here: versions that are written or that people were asked about."""

from apps.groups.models import WorkingGroup
from apps.meetings.decided import DECIDABLE, Decidable

from .models.document import DocumentVersion


def versions_of(group):
    """Those of the group; for the steering group those of every group."""
    rows = DocumentVersion.objects.filter(state__in=DocumentVersion.moves["approve"].sources)
    every = group.kind == WorkingGroup.Kind.STEERING
    return rows if every else rows.filter(document__owner=group)


DECIDABLE.add(
    Decidable(
        DocumentVersion,
        rows=versions_of,
        reads=("document",),
        follows="The approval can then be recorded on the page of the document.",
    )
)
