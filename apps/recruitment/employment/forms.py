"""Forms: offers and people in post."""

from django import forms

from apps.core.fields import DateField
from apps.core.nhs import Form

from .models.offer import Check


class StartForm(Form):
    """The first day, and what is in place for it."""

    start_on = DateField(label="First day", required=False)
    adjustments_in_place = forms.BooleanField(
        label="Adjustments at work are agreed and in place, or none are wanted", required=False
    )
    benefits_advice = forms.BooleanField(
        label="Advice about benefits was offered",
        required=False,
        help_text="Before they accept is best: pay can change what somebody gets.",
    )


class CheckForm(Form):
    """Where one check stands. No box for what it said: that stays with whoever did it."""

    state = forms.ChoiceField(
        label="Where does it stand?", choices=Check.State.choices, widget=forms.RadioSelect
    )


class ReviewForm(Form):
    held_on = DateField(label="When did you meet?")
    agreed = forms.CharField(
        label="What was agreed?",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="What helps from here on. They read it, too. Leave out anything about health.",
    )


class LeftForm(Form):
    left_on = DateField(label="Last day in post")
    words = forms.CharField(
        label="Why they left, in their own words",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Only if they want to say. It helps the programme to learn.",
    )


class AppointmentFilterForm(Form):
    WHICH = [
        ("", "Everybody in post"),
        ("due", "A review is due"),
        ("left", "Those who left"),
        ("all", "Everybody"),
    ]

    which = forms.ChoiceField(label="Show", required=False, choices=WHICH)
    which.hide_optional = True

    def wanted(self):
        self.is_valid()
        return self.cleaned_data.get("which", "")
