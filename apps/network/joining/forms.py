"""Asking to take part, and what the programme office answers."""

from django import forms

from apps.accounts.forms import PersonForm
from apps.core.forms import PublicForm, choice, words
from apps.core.nhs import Form

from .models import Interest


class InterestForm(PublicForm):
    """Who it is and how they would like to take part. Nothing about health."""

    full_name = forms.CharField(
        label="Your name",
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "Enter your name. What people call you is enough."},
    )
    email = forms.EmailField(
        label="Your e-mail address",
        max_length=254,
        help_text="We write back to this address.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": "Enter your e-mail address, so that we can write back.",
            "invalid": "Enter an e-mail address like name@example.com.",
        },
    )
    phone = forms.CharField(
        label="Your telephone number",
        max_length=30,
        required=False,
        help_text="If you would rather be called.",
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel", "width": "20"}),
    )
    wish = forms.ChoiceField(
        label="How would you like to take part?",
        choices=Interest.Wish,
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose how you would like to take part, or that you are not sure yet."
        },
    )
    words = forms.CharField(
        label="What would you like to do, or to know?",
        max_length=1000,
        required=False,
        help_text="A sentence is enough. You do not need to tell us anything about your health, "
        "and please do not.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    FIELDS = ("full_name", "email", "phone", "wish", "words")

    def values(self):
        return {name: self.cleaned_data[name] for name in self.FIELDS}


class InterestFilterForm(Form):
    """Which enquiries to show."""

    SORTS = {"newest": ("-created_at", "-pk"), "oldest": ("created_at", "pk")}

    q = words("Name or e-mail address")
    state = choice("How it stands", [("open", "Waiting for us"), *Interest.State.choices], "All")
    wish = choice("Would like to take part", Interest.Wish.choices, "In any way")
    sort = choice("In order of", [("oldest", "Oldest first")], "Newest first")


class LetterForm(Form):
    """What we write to the enquirer."""

    words = forms.CharField(
        label="What would you like to say?",
        max_length=3000,
        help_text="They get it by e-mail, after a greeting. Others may see their screen: say "
        "nothing about anybody's health.",
        widget=forms.Textarea(attrs={"rows": 8}),
    )


class InterestInviteForm(PersonForm):
    """The invitation, begun from what the enquirer wrote."""
