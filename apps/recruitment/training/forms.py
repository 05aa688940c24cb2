"""Forms: training."""

from django import forms
from django.core.exceptions import ValidationError

from apps.core.dates import wall_clock
from apps.core.fields import DateField, TimeField
from apps.core.nhs import Form

from .models import TrainingCohort


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


class CohortAttendanceForm(Form):
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
