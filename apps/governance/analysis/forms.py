"""Forms for coding answers, answering themes, publishing what came of it."""

from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.urls import Resolver404, resolve

from apps.accounts.models.people import User
from apps.core.nhs import Form

from .models import Theme


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
    because = forms.CharField(
        label="Because …",
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Say what you did and why, or why not. Everybody who was asked can read it.",
    )
    made = forms.ChoiceField(label="Which change did it make?", required=False)
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
            resolve(parts.path)
        except Resolver404:
            raise forms.ValidationError("There is no page with this address here.") from None
        return parts.path

    def clean(self):
        data = super().clean()
        did = data.get("answer") in (Theme.Answer.DID, Theme.Answer.PARTLY)
        if did and not self.errors and not data.get("made") and not data.get("address"):
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
