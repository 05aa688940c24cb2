"""People, what helps them take part, and how they are invited."""

from .invitations import Invitation
from .people import Constituency, Department, User
from .sides import SideChange
from .support import SUPPORT_READERS, AccessNeed, ShareWith, SupportProfile

__all__ = [
    "SUPPORT_READERS",
    "AccessNeed",
    "Constituency",
    "Department",
    "Invitation",
    "ShareWith",
    "SideChange",
    "SupportProfile",
    "User",
]
