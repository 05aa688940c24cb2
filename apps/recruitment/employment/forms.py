"""Forms: offers and people in post."""

from django import forms

from apps.core.fields import DateField
from apps.core.nhs import Form

from ..vacancies.models.vacancy import DBSLevel


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

    def __init__(self, *args, offer, **kwargs):
        super().__init__(*args, **kwargs)
        self.offer = offer

    def clean_start_on(self):
        start_on = self.cleaned_data["start_on"]
        if start_on is not None and start_on < self.offer.first_possible_day:
            raise forms.ValidationError(self.offer.too_early)
        return start_on


class SeenForm(Form):
    """What was seen, and what the standard asks beside it; nothing of what a paper said."""

    evidence = forms.ChoiceField(label="What was seen?", widget=forms.RadioSelect)
    seen_on = DateField(label="When did you see it?")
    ends_on = DateField(
        label="When does it end?",
        help_text="Only for what ends on a day. Human Resources is reminded eight weeks before.",
    )
    level = forms.ChoiceField(
        label="Level of the certificate", choices=DBSLevel.choices[1:], widget=forms.RadioSelect
    )
    certificate_on = DateField(label="Date of the certificate")
    period_from = DateField(
        label="From which day is their history known?", help_text="At least 3 years back."
    )
    period_to = DateField(
        label="Until which day?", help_text="At least to the day on which they applied."
    )
    reference_count = forms.IntegerField(
        label="How many references are there?",
        min_value=1,
        max_value=20,
        widget=forms.NumberInput(attrs={"width": "2"}),
    )
    gaps_explained = forms.BooleanField(label="Every gap is explained, if there are any")
    weighed = forms.BooleanField(
        label="Something had to be weighed",
        help_text="A second person then looks at it, too. Write nothing about it here.",
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, check, **kwargs):
        super().__init__(*args, **kwargs)
        self.check = check
        asked = {"evidence", "seen_on", "seen", *check.ASKS[check.kind]}
        for name in set(self.fields) - asked:
            del self.fields[name]
        self.fields["evidence"].choices = [
            (one.value, one.label) for one in check.EVIDENCE[check.kind]
        ]
        self.fields["seen"].initial = check.revision
        for field in self.fields.values():  # what is missing, the check says in its own words
            field.required, field.hide_optional = False, True

    def clean(self):
        data = super().clean()
        facts = {name: data.get(name) for name in self.fields if name != "seen"}
        read = type(self.check)(offer_id=self.check.offer_id, kind=self.check.kind, **facts)
        if self.check.offer_id:
            read.offer = self.check.offer
        for name, words in read.faults():
            if name not in self.errors:
                self.add_error(name, words)
        return data

    def facts(self):
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}


class ConfirmForm(Form):
    """What the second person has read: the press counts for nothing else."""

    proposal = forms.CharField(widget=forms.HiddenInput)


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
