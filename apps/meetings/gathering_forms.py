"""When, where and why, and what people need: forms of meetings and Conversations alike."""

from datetime import timedelta

from django import forms

from apps.core import clock
from apps.core.clock import LONDON
from apps.core.dates import wall_clock
from apps.core.fields import DateField, TimeField
from apps.core.nhs import Form, ModelForm

LONGEST = timedelta(hours=12)


class GatheringForm(ModelForm):
    """A day and two times of London's wall clock, which become two moments; and the link."""

    date = DateField(label="Date")
    start = TimeField(label="Starts at")
    end = TimeField(label="Ends at")
    link = forms.URLField(
        label="Link for joining online",
        required=False,
        max_length=500,
        assume_scheme="https",
        error_messages={"invalid": "Enter the whole link, beginning with https://"},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["place"].hide_optional = self.fields["link"].hide_optional = True
        if self.instance.pk:
            start = self.instance.starts_at.astimezone(LONDON)
            end = self.instance.ends_at.astimezone(LONDON)
            self.initial |= {"date": start.date(), "start": start.time(), "end": end.time()}

    def clean(self):
        data = super().clean()
        for name, moment in (("start", "starts_at"), ("end", "ends_at")):
            if not (data.get("date") and data.get(name)):
                continue
            try:
                data[moment] = wall_clock(data["date"], data[name])
            except ValueError as skipped:
                self.add_error(name, str(skipped))
        starts, ends = data.get("starts_at"), data.get("ends_at")
        if starts and ends and ends <= starts:
            self.add_error("end", "It must end after it starts.")
        elif starts and ends and ends - starts > LONGEST:
            self.add_error("end", "It can last 12 hours at most. Check am and pm.")
        moved = self.instance.pk is None or starts != self.instance.starts_at
        if starts and moved and starts <= clock.now():
            self.add_error("date", "It must be in the future.")
        return data

    def values(self):
        """The model's own fields, with the times as moments."""
        names = [*self._meta.fields, "starts_at", "ends_at"]
        return {name: self.cleaned_data[name] for name in names}


def reason_field(readers):
    """Why it moves, on the form that changes one that people know of."""
    field = forms.CharField(
        label="Why does the time or place change?",
        required=False,
        max_length=500,
        help_text=f"Only needed if it does. {readers} will read it.",
    )
    field.hide_optional = True
    return field


def seen_field():
    """What the person had before them (``Gathering.details``)."""
    return forms.CharField(max_length=20, widget=forms.HiddenInput)


def about_what_stands(form):
    """A form that changes: what was seen, and no reason where nobody was told yet."""
    form.fields["seen"].initial = form.instance.details
    if not form.instance.is_published:
        del form.fields["reason"]


# --- support --------------------------------------------------------------------------------------
class NeedForm(Form):
    """What somebody needs in order to take part."""

    text = forms.CharField(
        label="What would help you take part?",
        required=False,
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="For example step-free access, a hearing loop, a quiet seat, large print. You "
        "need not say why, and please tell us nothing about your health.",
    )
    text.hide_optional = True
    EMPTY = "Leave it empty if you need nothing."


class ArrangeForm(Form):
    """What has been arranged, for the person to read."""

    read = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    arrangement = forms.CharField(
        label="What have you arranged?",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="The person reads this. Say who to ask for on the day.",
    )
