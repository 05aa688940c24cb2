"""Pairing up, checking in, and asking for help."""

from django import forms
from django.db.models import Q

from apps.accounts.models.people import User
from apps.core import clock
from apps.core.fields import DateField
from apps.core.forms import choice, words
from apps.core.nhs import Form, ModelForm
from apps.groups.forms import FOUND_AT_MOST

from .models import SIDES, CheckIn, HelpRequest, Pair


class FindPartnerForm(Form):
    """Find somebody of the other side by name."""

    q = forms.CharField(label="Name, or a part of it", max_length=100)

    def found(self, among):
        """At most ``FOUND_AT_MOST`` of them; more are better found by more letters."""
        if not self.is_valid():
            return among.none()
        q = self.cleaned_data["q"]
        return among.filter(Q(full_name__icontains=q) | Q(known_as__icontains=q))[:FOUND_AT_MOST]


class ProposeForm(Form):
    """Suggest a pair to one of the people found."""

    partner = forms.ModelChoiceField(
        queryset=User.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": "Choose the person."},
    )
    about = forms.CharField(
        label="Which service, or which piece of practice, is it about?",
        max_length=150,
        help_text="For example: the Wednesday walk. Keep anything private out of it: the co-leads "
        "of the network and the programme office see it too.",
    )
    every = forms.ChoiceField(
        label="How often would you like to be reminded to meet?",
        choices=Pair.Every,
        required=False,
        initial=Pair.Every.FOUR_WEEKS,
        widget=forms.RadioSelect,
    )
    every.hide_optional = True

    def __init__(self, *args, found, other_side, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["partner"].queryset = found
        self.fields["partner"].label = f"Who, among those found ({other_side})?"


class CheckInForm(ModelForm):
    """A time that the two met."""

    on = DateField(label="When did you meet?")

    class Meta:
        model = CheckIn
        fields = ["on", "how", "helps"]
        labels = {"how": "How did it go?", "helps": "What would help?"}
        help_texts = {
            "how": "In your own words, as short or long as you like. The two of you alone read it.",
        }
        widgets = {
            "how": forms.Textarea(attrs={"rows": 5}),
            "helps": forms.Textarea(attrs={"rows": 3}),
        }

    def clean_on(self):
        on = self.cleaned_data["on"]
        if on > clock.today():
            raise forms.ValidationError("Enter a day that is not in the future.")
        return on

    def values(self):
        return {name: self.cleaned_data[name] for name in self._meta.fields}


class HelpForm(ModelForm):
    """What the pair chooses to say with it; may be nothing."""

    class Meta:
        model = HelpRequest
        fields = ["note"]
        labels = {"note": "Anything you would like to say with it"}
        help_texts = {
            "note": "You can leave it empty: then we only learn that you would like help."
        }
        widgets = {"note": forms.Textarea(attrs={"rows": 4})}


class HelpContactForm(Form):
    """Name one of the people found."""

    user = forms.ModelChoiceField(
        label="Who, among those found?",
        queryset=User.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": "Choose the person."},
    )

    def __init__(self, *args, found, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = found


class PairFilterForm(Form):
    """Which pairs to show to those who see that they exist."""

    SORTS = {"newest": ("-pk",), "oldest": ("pk",), "about": ("about", "pk")}

    q = words("Name, service or practice")
    state = choice("How it stands", Pair.State.choices, "All")
    sort = choice(
        "In order of", [("oldest", "Oldest first"), ("about", "What it is about")], "Newest first"
    )


def other_side(user):
    """The side of co-production that somebody pairs with; None for partners."""
    if user.constituency not in SIDES:
        return None
    return SIDES[1 - SIDES.index(user.constituency)]
