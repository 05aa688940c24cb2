"""What people ask about their data."""

from django import forms

from apps.core.nhs import Form

from .models import DataRequest


class DataRequestForm(Form):
    """Which right, and what it is about."""

    kind = forms.ChoiceField(
        label="What would you like us to do?",
        choices=DataRequest.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what you would like."},
    )
    words = forms.CharField(
        label="What is it about?",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="For example: which page shows something wrong, and what it should say.",
    )

    def clean(self):
        data = super().clean()
        kind, words = data.get("kind"), data.get("words")
        if kind in (DataRequest.Kind.CORRECT, DataRequest.Kind.OBJECT) and not words:
            self.add_error("words", "Say what it is about, so that we can act on it.")
        return data


class EraseForm(Form):
    """A last check: the reference, typed."""

    typed = forms.CharField(
        max_length=20, widget=forms.TextInput(attrs={"width": "10", "autocomplete": "off"})
    )

    def __init__(self, *args, reference, **kwargs):
        super().__init__(*args, **kwargs)
        self.reference = reference
        self.fields["typed"].label = f"Type {reference} to confirm"
        self.fields["typed"].error_messages["required"] = f"Type {reference}."

    def clean_typed(self):
        typed = self.cleaned_data["typed"].strip().upper()
        if typed != self.reference:
            raise forms.ValidationError(f"This is not {self.reference}.")
        return typed
