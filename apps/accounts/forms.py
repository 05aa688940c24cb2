"""What people fill in about themselves and about one another."""

from django import forms

from apps.core.nhs import ModelForm

from .models import AccessNeed, SupportProfile, User


class ProfileForm(ModelForm):
    """What a person may change about themselves; their side of co-production is the office's."""

    class Meta:
        model = User
        fields = ["full_name", "known_as", "phone"]
        labels = {"full_name": "Full name", "known_as": "What would you like to be called?",
                  "phone": "Telephone"}  # fmt: skip
        help_texts = {
            "known_as": "This is the name that others in your groups see.",
            "phone": "Only the programme office sees it. They use it if e-mail does not reach you.",
        }
        widgets = {
            "full_name": forms.TextInput(attrs={"autocomplete": "name"}),
            "known_as": forms.TextInput(attrs={"autocomplete": "nickname"}),
            "phone": forms.TextInput(
                attrs={"autocomplete": "tel", "inputmode": "tel", "width": "20"}
            ),
        }


class SupportForm(ModelForm):
    """What helps me take part, and who may read it."""

    needs = forms.MultipleChoiceField(
        label="What do you need?",
        help_text="Choose all that help.",
        choices=AccessNeed,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = SupportProfile
        fields = ["needs", "what_helps", "share_with"]
        widgets = {
            "what_helps": forms.Textarea(attrs={"rows": 6}),
            "share_with": forms.RadioSelect,
        }

    def clean(self):
        cleaned = super().clean()
        if AccessNeed.OTHER in cleaned.get("needs", ()) and not cleaned.get("what_helps"):
            self.add_error("what_helps", "Say what else would help.")
        return cleaned
