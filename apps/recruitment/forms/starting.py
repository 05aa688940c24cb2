"""Forms from the offer to two years in post, and of training."""

from django import forms
from django.core.exceptions import ValidationError

from apps.core.dates import wall_clock
from apps.core.fields import DateField, TimeField
from apps.core.nhs import Form

from ..models import Check, TrainingCohort


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


# --- training -----------------------------------------------------------------------------------
class CohortForm(Form):
    name = forms.CharField(label="Name", max_length=120, help_text="For example, Spring 2027")
    place = forms.CharField(label="Where", required=False, max_length=200)
    on = DateField(label="Day of the first session")
    at = TimeField(label="Time")
    minutes = forms.IntegerField(
        label="Minutes a session",
        min_value=30,
        max_value=480,
        initial=180,
        widget=forms.NumberInput(attrs={"width": "3"}),
    )

    def clean_name(self):
        name = self.cleaned_data["name"].strip()
        if TrainingCohort.objects.filter(name__iexact=name).exists():
            raise ValidationError("There is a cohort of this name already.")
        return name

    def clean(self):
        data = super().clean()
        if "on" in data and "at" in data:
            try:
                data["starts_at"] = wall_clock(data["on"], data["at"])
            except ValueError as fault:
                self.add_error("at", str(fault))
        return data

    def values(self):
        return {name: self.cleaned_data[name] for name in ("name", "place", "starts_at", "minutes")}


class AttendanceForm(Form):
    """Who came to a session."""

    present = forms.MultipleChoiceField(
        label="Who came?", required=False, widget=forms.CheckboxSelectMultiple
    )
    present.hide_optional = True

    def __init__(self, *args, enrolments, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["present"].choices = [(one.pk, one.name) for one in enrolments]

    def clean_present(self):
        return {int(pk) for pk in self.cleaned_data["present"]}


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
