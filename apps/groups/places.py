"""Where groups are."""

from apps.core.places import entry, page, thing

from .programme import takes_part

entry(
    "groups",
    "Groups",
    "groups",
    order=20,
    shown=takes_part,
    text="The steering group, the task groups and the network: who is in them, and what they do.",
)
page("Groups", "groups", shown=takes_part)
thing("Group", "group", "groups.workinggroup", name="name")
