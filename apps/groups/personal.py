"""What groups hold about people."""

from apps.core import clock
from apps.core.personal import DELETE, NAMED, nobodys, personal
from apps.core.withheld import confidential

from .models import (
    Membership,
    SideAnswer,
    TermsOfReference,
    WorkingGroup,
    WorkingGroupUserPermission,
)

nobodys("What a group is for; no person is in it.", WorkingGroup)
personal(
    TermsOfReference,
    "Terms of reference that you proposed",
    mentions=("proposed_by",),
    why=NAMED,
)


def end(rows, user):
    """Whoever is erased is in no group any more; who was in it when stays countable."""
    for membership in rows.filter(ended_at=None).select_related("group", "user"):
        if membership.ends is None or membership.ends >= clock.today():
            membership.finish(by=None, reason="The person's data was erased.")


personal(
    Membership,
    "Your roles in groups",
    about=("user",),
    erase=end,
    why="Current ones end. That somebody of your side had the role stays: whether a group could "
    "decide depended on it.",
)
personal(
    WorkingGroupUserPermission,
    "What your roles let you do",
    about=("user",),
    erase=DELETE,
)
personal(
    SideAnswer,
    "On which side you said that you count, as a peer worker",
    about=("user",),
    why="On which side you counted decided whether meetings had their quorum.",
)
confidential("It tells who is in post: their co-leads know it, and nobody else.", SideAnswer)
