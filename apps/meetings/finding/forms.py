"""Forms of a time that is looked for: propose times, answer, choose."""

from datetime import UTC, timedelta

from django import forms

from apps.core import clock
from apps.core.dates import DAY, midnight_of, wall_clock
from apps.core.fields import DateField, TimeField
from apps.core.nhs import Form, ModelForm

from .models import FEWEST, MOST, Finding
from .notice import ROOM, is_too_soon, longest_notice, why_too_soon
from .tally import Suits

LENGTHS = [
    (30, "Half an hour"),
    (60, "1 hour"),
    (90, "1 and a half hours"),
    (120, "2 hours"),
    (150, "2 and a half hours"),
    (180, "3 hours"),
    (240, "4 hours"),
    (420, "A day: 7 hours"),
]


class ProposeForm(ModelForm):
    """What meeting, until when people can answer, and three to ten times."""

    length = forms.TypedChoiceField(label="How long will it take?", choices=LENGTHS, coerce=int)
    closes = DateField(label="Until the end of which day can people answer?")
    link = forms.URLField(
        label="Link for joining online",
        required=False,
        max_length=500,
        assume_scheme="https",
        error_messages={"invalid": "Enter the whole link, beginning with https://"},
    )

    class Meta:
        model = Finding
        fields = ["title", "purpose", "format", "place", "link"]
        widgets = {"purpose": forms.Textarea(attrs={"rows": 3}), "format": forms.RadioSelect}
        labels = {
            "title": "What is the meeting called?",
            "purpose": "What is it for?",
            "format": "How do people take part?",
        }
        help_texts = {"place": "If people can take part in person. Room, building and address."}

    def __init__(self, *args, group, **kwargs):
        super().__init__(*args, **kwargs)
        self.group = group
        self.fields["format"].choices = Finding._meta.get_field("format").choices
        self.fields["length"].initial = 120
        notice, room = longest_notice(group._adopted(), clock.today()), ROOM.days
        asks = f"the terms ask for {notice} days' notice, and " if notice else ""
        words = f"{asks}you need {room} days to choose a time, so each time must be at least "
        words += f"{notice + room} days after this day."
        self.fields["closes"].help_text = words[0].upper() + words[1:]
        for number in range(1, MOST + 1):
            needed = number <= FEWEST
            day = DateField(label=f"Time {number}: day", required=needed)
            start = TimeField(label=f"Time {number}: starts at", required=needed)
            day.hide_optional = start.hide_optional = True
            self.fields |= {f"day_{number}": day, f"start_{number}": start}

    def _rows(self, numbers):
        return [field for n in numbers for field in (self[f"day_{n}"], self[f"start_{n}"])]

    @property
    def about(self):
        return [self[name] for name in ("title", "purpose", "length", "closes")]

    @property
    def first_times(self):
        return self._rows(range(1, FEWEST + 1))

    @property
    def more_times(self):
        return self._rows(range(FEWEST + 1, MOST + 1))

    @property
    def is_open(self):
        """Whether the further times are shown at once: something is typed there."""
        return self.is_bound and any(
            self.cleaned_data.get(field.name) or field.errors for field in self.more_times
        )

    @property
    def where(self):
        return [self[name] for name in ("format", "place", "link")]

    def clean(self):
        said = super().clean()
        closes_at = None
        if said.get("closes") and said["closes"] < clock.today():
            self.add_error("closes", "The last day to answer must be today or later.")
        elif said.get("closes"):
            closes_at = midnight_of(said["closes"] + DAY)
        said["closes_at"], said["times"] = closes_at, []
        seen, terms = {}, self.group._adopted()
        for number in range(1, MOST + 1):
            starts_at = self._moment(said, number)
            if starts_at is None:
                continue
            if closes_at and is_too_soon(terms, closes_at, starts_at):
                self.add_error(f"day_{number}", why_too_soon(terms, closes_at, starts_at))
            if starts_at in seen:
                self.add_error(f"start_{number}", f"This is the same as time {seen[starts_at]}.")
            seen.setdefault(starts_at, number)
            if said.get("length"):
                # In UTC: two hours are two hours in a night in which the clock goes back, too.
                ends_at = starts_at.astimezone(UTC) + timedelta(minutes=said["length"])
                said["times"].append((starts_at, ends_at))
        return said

    def _moment(self, said, number):
        """When one of the times starts, or None where it is empty or not right."""
        day, start = f"day_{number}", f"start_{number}"
        if said.get(day) and said.get(start) is not None:
            try:
                return wall_clock(said[day], said[start])
            except ValueError as skipped:
                self.add_error(start, str(skipped))
        elif said.get(day) and start not in self.errors:
            self.add_error(start, f"Say when time {number} starts.")
        elif said.get(start) is not None and day not in self.errors:
            self.add_error(day, f"Give the day of time {number}.")
        return None

    def values(self):
        return {name: self.cleaned_data[name] for name in (*self._meta.fields, "closes_at")}


class SuitsForm(Form):
    """Which of the times suit me: an answer for each."""

    def __init__(self, *args, times, said=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.times = times
        for time in times:
            self.fields[f"time_{time.pk}"] = forms.ChoiceField(
                label=time.when,
                choices=Suits.choices,
                widget=forms.RadioSelect(attrs={"class": "nhsuk-radios--inline"}),
                initial=(said or {}).get(time.pk),
                error_messages={"required": f"Say whether {time.when} suits you"},
            )

    def answers(self):
        return {time.pk: self.cleaned_data[f"time_{time.pk}"] for time in self.times}


class ChooseForm(Form):
    """One press; where the answers give no quorum, one knows that."""

    knowingly = forms.BooleanField(
        label="I know that the meeting may have no quorum, so that what it decides is provisional",
        error_messages={"required": "Tick that you know, or go back and choose another time"},
    )

    def __init__(self, *args, quorate, **kwargs):
        super().__init__(*args, **kwargs)
        if quorate:
            del self.fields["knowingly"]
