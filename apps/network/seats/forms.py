"""Forms of seats: ask for them, offer oneself or another, answer."""

from django import forms

from apps.accounts.models.people import Constituency, User
from apps.core import clock
from apps.core.fields import DateField
from apps.core.forms import choice, words
from apps.core.nhs import Form, ModelForm
from apps.groups.forms import FindPersonForm

from .models import SeatRequest


class SeatRequestForm(ModelForm):
    """How many, what for, by when, and for how long."""

    by_when = DateField(label="By when do you need an answer?")
    starts = DateField(label="First day of the term")
    ends = DateField(label="Last day of the term")

    class Meta:
        model = SeatRequest
        fields = ["seats", "purpose", "by_when", "starts", "ends"]
        labels = {"seats": "How many seats?", "purpose": "What are they for?"}
        help_texts = {
            "purpose": "What the group does, how much time it takes, and what helps. Say what is "
            "offered too: pay, travel, a pre-meet."
        }
        widgets = {
            "seats": forms.NumberInput(attrs={"width": "2"}),
            "purpose": forms.Textarea(attrs={"rows": 6}),
        }

    def clean(self):
        data = super().clean()
        by_when, starts, ends = (data.get(name) for name in ("by_when", "starts", "ends"))
        if by_when and by_when < clock.today():
            self.add_error("by_when", "Choose a day that is still to come.")
        if starts and ends and ends <= starts:
            self.add_error("ends", "The last day must be after the first day.")
        if ends and ends <= clock.today():
            self.add_error("ends", "The term must end in the future.")
        return data


class StatementField(forms.CharField):
    """Why, in a few sentences."""

    def __init__(self, **kwargs):
        super().__init__(max_length=1500, widget=forms.Textarea(attrs={"rows": 5}), **kwargs)


class OfferForm(Form):
    """Put oneself forward."""

    statement = StatementField(
        label="Why would you like to take part?",
        help_text="A few sentences. The co-leads of the network and of the group read this.",
    )


class MemberChoice(forms.ModelChoiceField):
    """Members as radios: name and side, no address."""

    def label_from_instance(self, user):
        return f"{user.full_name}, {user.get_constituency_display().lower()}"


class FindMemberForm(FindPersonForm):
    """Look a member of the network up by name."""

    looks_at = ("full_name", "known_as")

    q = forms.CharField(label="Name", max_length=100, required=False)
    q.hide_optional = True


class SuggestForm(Form):
    """Suggest another member, who is asked first."""

    user = MemberChoice(
        label="Who?", queryset=User.objects.none(), widget=forms.RadioSelect, empty_label=None
    )
    statement = StatementField(
        label="Why them?", help_text="They read this first, can change it, and can say no."
    )

    def __init__(self, *args, found, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = found


class SeatConsentForm(Form):
    """Agree to be put forward, with one's own words."""

    statement = StatementField(
        label="What the co-leads will read", help_text="Change it so that it is right for you."
    )


# --- lists ----------------------------------------------------------------------------------------
class SeatFilterForm(Form):
    """Which requests to show."""

    SORTS = {"due": ("by_when", "pk"), "newest": ("-pk",), "group": ("group__name", "pk")}

    q = words("Group")
    state = choice("State", SeatRequest.State.choices, "All")
    sort = choice(
        "In order of", [("newest", "Newest first"), ("group", "Group")], "When an answer is due"
    )


class TurnFilterForm(Form):
    """Whose turns to show."""

    q = words("Name")
    side = choice("Takes part as", Constituency.choices, "Everybody")
    had = choice(
        "Seats",
        [("never", "Has had none"), ("now", "Has one now"), ("had", "Has had one")],
        "Any number",
    )
    sort = choice("In order of", [("name", "Name")], "Whose turn it is")
