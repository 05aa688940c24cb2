"""How a person wants to be told."""

from django import forms

from apps.core.fields import TimeField
from apps.core.nhs import ModelForm

from .kinds import topics
from .models import Frequency, Preference


class PreferenceForm(ModelForm):
    """A choice for each topic that has messages, and the quiet hours."""

    quiet_from = TimeField(label="Quiet hours start at", help_text="For example, 9pm")
    quiet_to = TimeField(label="Quiet hours end at", help_text="For example, 8am")

    class Meta:
        model = Preference
        fields = ["quiet", "quiet_from", "quiet_to"]
        labels = {"quiet": "Keep e-mails until my quiet hours end"}
        help_texts = {"quiet": "Only urgent e-mails, like a cancelled meeting, come at once."}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        chosen = {
            topic.value: forms.ChoiceField(
                label=f"E-mails about {topic.label.lower()}",
                choices=Frequency,
                widget=forms.RadioSelect,
                initial=self.instance.frequency(topic),
            )
            for topic in topics()
        }
        self.fields = chosen | self.fields
        self.topics = list(chosen)

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
