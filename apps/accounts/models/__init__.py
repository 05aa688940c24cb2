"""People, what helps them take part, and how they are invited."""

from .addresses import AddressChange
from .invitations import Invitation
from .letters import Letter
from .people import Constituency, Department, User
from .put_off import PutOff
from .role_changes import RoleChange
from .sides import SideChange
from .support import SUPPORT_READERS, AccessNeed, ShareWith, SupportProfile
from .unreachable import Unreachable

__all__ = [
    "SUPPORT_READERS",
    "AccessNeed",
    "AddressChange",
    "Constituency",
    "Department",
    "Invitation",
    "Letter",
    "PutOff",
    "RoleChange",
    "ShareWith",
    "SideChange",
    "SupportProfile",
    "Unreachable",
    "User",
]
