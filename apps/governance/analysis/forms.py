"""Forms for coding answers, answering themes, publishing what came of it."""

from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.urls import Resolver404, resolve

from apps.accounts.models.people import User
from apps.core.nhs import Form

from .changed import DECISION_PAGES, TEXT_PAGES, TEXTS
from .models import Theme

TEXT_LABELS = {model._meta.label_lower for model in TEXTS}


class CodersForm(Form):
    """The two people who code."""

    first = forms.ModelChoiceField(User.objects.none(), label="One person", empty_label="Choose")
    second = forms.ModelChoiceField(
        User.objects.none(), label="Another person", empty_label="Choose"
    )

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.queryset = people

    def clean(self):
        data = super().clean()
        if data.get("first") and data.get("first") == data.get("second"):
            self.add_error("second", "Choose two different people.")
        return data


class ThemeForm(Form):
    """A theme: a few words, and what belongs to it."""

    title = forms.CharField(
        label="What do people say, in a few words?",
        max_length=120,
        help_text="For example: Meetings at times when people with children can come.",
    )
    description = forms.CharField(
        label="What belongs to it?",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="So that you both understand the same by it.",
    )


class ThemeReplyForm(Form):
    """What the group did about a theme."""

    answer = forms.ChoiceField(
        label="What did you do?", choices=Theme.Answer.choices, widget=forms.RadioSelect
    )
    answer.choice_hints = {
        Theme.Answer.DID: "The words of a text changed. Choose its version below.",
        Theme.Answer.PARTLY: "They changed, but not in all that people asked for.",
        Theme.Answer.ACTED: "A decision, an action, or something that people can see on this site.",
    }
    because = forms.CharField(
        label="Because …",
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Say what you did and why, or why not. Everybody who was asked can read it.",
    )
    made = forms.ChoiceField(
        label="Which change did it make?",
        required=False,
        help_text="Only what came after people were asked stands here: texts in other words, "
        "decisions that count, and actions.",
        error_messages={"invalid_choice": "Choose something that changed after people were asked."},
    )
    address = forms.CharField(
        label="Or the address of a page on this site",
        required=False,
        max_length=300,
        help_text="Where people can see the change.",
    )

    def __init__(self, *args, changes, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["made"].choices = [("", "None of these"), *changes]
        self.fields["made"].hide_optional = self.fields["address"].hide_optional = True

    def clean_address(self):
        typed = self.cleaned_data["address"].strip()
        if not typed:
            return ""
        elsewhere = "Give the address of a page on this site."
        try:
            parts = urlsplit(typed)
        except ValueError:
            raise forms.ValidationError(elsewhere) from None
        if parts.netloc and parts.netloc != urlsplit(settings.SITE_URL).netloc:
            raise forms.ValidationError(elsewhere)
        try:
            found = resolve(parts.path)
        except Resolver404:
            raise forms.ValidationError("There is no page with this address here.") from None
        what = (found.url_name or "").partition("_")[0]
        if what in TEXT_PAGES:
            raise forms.ValidationError("This is a text. Choose its version in the list above.")
        if what in DECISION_PAGES and found.kwargs:
            raise forms.ValidationError("This is a decision. Choose it in the list above.")
        return parts.path

    def clean(self):
        data = super().clean()
        answer, made = data.get("answer"), data.get("made")
        if self.errors or answer == Theme.Answer.DID_NOT:
            return data
        is_text = bool(made) and made.partition(":")[0] in TEXT_LABELS
        if answer in Theme.IN_WORDS and not is_text:
            self.add_error(
                "made",
                "Choose the version of the text that changed. If the change is not in a text, say "
                f"“{Theme.Answer.ACTED.label}”.",
            )
        elif answer == Theme.Answer.ACTED and is_text:
            self.add_error("made", "This is a text. Say “We did” or “We partly did”.")
        elif answer == Theme.Answer.ACTED and not made and not data.get("address"):
            self.add_error("made", "Choose the change that it made, or give its address.")
        return data


class AnalysisOutcomeForm(Form):
    """What came of it, for everybody."""

    summary = forms.CharField(
        label="What came of it, in plain words",
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="What you heard, and what will be different. Name nobody.",
    )
