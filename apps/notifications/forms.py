"""How a person wants to be told."""

from datetime import date

from django import forms

from apps.core.fields import TimeField
from apps.core.nhs import Form, ModelForm

from .calendar import Sort
from .diary import can_be_shown
from .kinds import ALWAYS, topics
from .models import OVERALL, Frequency, Preference

AS_ABOVE = ("", "As chosen above")


class CalendarFilterForm(Form):
    """Which month, and of which sort and group; ``month`` is empty where days are listed."""

    month = forms.RegexField(r"\A[1-9][0-9]{3}-(0[1-9]|1[0-2])\Z", required=False)
    sort = forms.ChoiceField(
        label="What", required=False, choices=[("", "Everything"), *Sort.choices]
    )
    group = forms.ChoiceField(label="Group", required=False)

    def __init__(self, *args, groups, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["month"].widget = forms.HiddenInput()
        self.fields["group"].choices = [("", "All groups"), *groups]
        if not groups:
            del self.fields["group"]
        for field in self.fields.values():
            field.hide_optional = True

    def clean_month(self):
        """The first day of the month."""
        said = self.cleaned_data["month"]
        if not said:
            return None
        first = date.fromisoformat(f"{said}-01")
        if not can_be_shown(first):
            raise forms.ValidationError("That month is too far away.")
        return first


class PreferenceForm(ModelForm):
    """One choice for all e-mail, one for each topic that is to differ, and the quiet hours."""

    overall = forms.ChoiceField(
        label="How should we e-mail you?",
        choices=OVERALL,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how we e-mail you"},
    )
    quiet_from = TimeField(label="Quiet hours start at", help_text="For example, 9pm")
    quiet_to = TimeField(label="Quiet hours end at", help_text="For example, 8am")

    class Meta:
        model = Preference
        fields = ["overall", "quiet", "quiet_from", "quiet_to"]
        labels = {"quiet": "Keep e-mails until my quiet hours end"}
        help_texts = {"quiet": "Only urgent e-mails, like a cancelled meeting, come at once."}

    HINTS = {
        Frequency.NOW: "New posts on the noticeboard come once a week, in one e-mail.",
        Frequency.DAILY: "What is urgent, like a cancelled meeting, still comes at once.",
        Frequency.NEEDS: "What asks something of you, or is about you. News is in your messages.",
    }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["overall"].choice_hints = self.HINTS
        offered = topics()
        self.topics = [topic.value for topic in offered]
        for topic in offered:
            self.fields[topic.value] = forms.ChoiceField(
                label=f"E-mails about {topic.label.lower()}",
                help_text=ALWAYS.get(topic, ""),
                choices=[AS_ABOVE, *Frequency.choices],
                required=False,
                initial=self.instance.email.get(topic, ""),
            )
            self.fields[topic.value].hide_optional = True

    @property
    def quiet_hours(self):
        return [self["quiet"], self["quiet_from"], self["quiet_to"]]

    @property
    def details(self):
        """One for each topic."""
        return [self[name] for name in self.topics]

    @property
    def differ(self):
        """How many topics are otherwise than the choice for all."""
        return sum(bool(field.value()) for field in self.details)

    @property
    def is_open(self):
        """Whether the details are shown at once: something is chosen there, or amiss."""
        return bool(self.differ or set(self.errors) & set(self.topics))

    def clean(self):
        """Quiet hours that end when they start would never be quiet, or never end."""
        said = super().clean()
        start, end = said.get("quiet_from"), said.get("quiet_to")
        if said.get("quiet") and start is not None and start == end:
            self.add_error("quiet_to", "Quiet hours must end at another time than they start.")
        return said

    def save(self, commit=True):
        preference = super().save(commit=False)
        preference.choose(**{topic: self.cleaned_data[topic] for topic in self.topics})
        return preference
