"""Finding people in the network."""

from apps.accounts.models.people import Constituency
from apps.core.forms import choice, words
from apps.core.nhs import Form
from apps.groups.roles import Role


class MemberFilterForm(Form):
    """Which members to show, and in which order."""

    SORTS = {"name": "user__full_name", "newest": "-starts"}

    q = words("Name")
    side = choice("Takes part as", Constituency.choices, "Everybody")
    role = choice("Role in the network", Role.choices, "Every role")
    sort = choice("In order of", [("newest", "Newest first")], "Name")
