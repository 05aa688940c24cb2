"""What somebody declares."""

from django import forms

from apps.core.converters import number_of
from apps.core.nhs import Form, ModelForm

from .models import DeclaredInterest


class DeclaredInterestForm(ModelForm):
    """One interest: what sort, what, and who may read it."""

    class Meta:
        model = DeclaredInterest
        fields = ["kind", "text", "is_public"]
        labels = {"kind": "What sort of interest is it?", "text": "What is it?"}
        help_texts = {
            "text": "A sentence or two. Leave out other people's names, and anything about "
            "anybody's health.",
            "is_public": "It then also tells everybody that you take part in the programme. "
            "Otherwise only those who chair your meetings can read it.",
        }
        widgets = {"kind": forms.RadioSelect, "text": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = DeclaredInterest.Kind.choices


class DeclareInterestForm(Form):
    """That the list is complete; it remembers which list was read."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    complete = forms.BooleanField(
        label="This is all that I have to declare",
        error_messages={"required": "Tick the box to say that your list is complete."},
    )

    def clean_seen(self):
        parts = self.cleaned_data["seen"].split(",")
        return [number for part in parts if (number := number_of(part)) is not None]


class SearchForm(Form):
    """Somebody's name."""

    q = forms.CharField(label="Name", required=False, max_length=100)

    def __init__(self, data):
        super().__init__(data)
        self.fields["q"].hide_optional = True
