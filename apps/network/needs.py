"""What the network adds to *What needs you*: each source reads the rows that its gate names."""

from apps.core.sections import Section, section
from apps.groups.models import WorkingGroup


@section("group")
def on_group_page(user, group):
    """The way from the network's page as a group to the network's own pages."""
    if group.kind == WorkingGroup.Kind.NETWORK:
        return Section("network/group_section.html", {"group": group})
    return None
