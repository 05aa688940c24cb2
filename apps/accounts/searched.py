"""People, for those who see the pages of accounts. Others find them in their groups."""

from apps.core.needs import permitted
from apps.core.searching import Told, searched, unsearched

from .models.addresses import AddressChange
from .models.invitations import Invitation
from .models.letters import Letter
from .models.people import User
from .models.put_off import PutOff
from .models.role_changes import RoleChange
from .models.sides import SideChange
from .models.support import SupportProfile
from .models.unreachable import Unreachable

NAMES = ("full_name", "known_as", "email")


@searched(
    "person",
    "People",
    User,
    texts=NAMES,
    watched=NAMES,
    may=permitted("accounts.view_user"),
)
def person(user):
    names = user.full_name if user.known_as in ("", user.full_name) else f"Also {user.full_name}"
    return Told(
        title=user.name,
        body=[names if names != user.name else "", user.email],
        url=user.get_absolute_url(),
    )


unsearched("It tells of somebody's health, and no role opens it.", SupportProfile)
unsearched("Addresses of people who are not here yet.", Invitation)
unsearched("Codes, sealed.", Letter)
unsearched("It stands on the page of the person.", Unreachable)
unsearched("What was asked about one account stands on its page.", AddressChange, RoleChange)
unsearched("What somebody put off is theirs.", PutOff)
unsearched("It is between the person and the office.", SideChange)
