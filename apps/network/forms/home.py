"""Finding people in the network."""

from django import forms

from apps.accounts.models import Constituency
from apps.core.nhs import Form
from apps.groups.roles import Role


def choice(label, choices, everything, **kwargs):
    """A choice that may be left open."""
    field = forms.ChoiceField(
        label=label, choices=[("", everything), *choices], required=False, **kwargs
    )
    field.hide_optional = True
    return field


def words(label, **kwargs):
    """Words to look for."""
    field = forms.CharField(label=label, required=False, max_length=100, **kwargs)
    field.hide_optional = True
    return field


class MemberFilterForm(Form):
    """Which members to show, and in which order."""

    SORTS = {"name": "user__full_name", "newest": "-starts"}

    q = words("Name")
    side = choice("Takes part as", Constituency.choices, "Everybody")
    role = choice("Role in the network", Role.choices, "Every role")
    sort = choice("In order of", [("newest", "Newest first")], "Name")
