"""Forms: answering, and telling back."""

from django import forms

from apps.core.dates import moment
from apps.core.nhs import Form

from .models.batch import TOLD
from .models.round import WORDS


class WordsForm(Form):
    """The last step: words, and sending."""

    words = forms.CharField(
        label="Anything that you want to add",
        required=False,
        max_length=WORDS,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Name nobody, yourself included. The group reads it with what others wrote, in "
        "no order, and not beside your answers.",
    )


class TellBackForm(Form):
    """What the co-leads say to what they heard, and at which meeting."""

    change = forms.CharField(
        label="What we change",
        max_length=TOLD,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="What you will do because of it, or why nothing changes. Agree it with the other "
        "co-lead: one of you puts it on the agenda. What was heard is put above it.",
    )
    meeting = forms.ChoiceField(
        label="At which meeting do you tell the group?",
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": "Choose one of the meetings that are planned."},
    )

    def __init__(self, *args, meetings, **kwargs):
        super().__init__(*args, **kwargs)
        self.meetings = {str(one.pk): one for one in meetings}
        words = {key: f"{one.title}, {moment(one.starts_at)}" for key, one in self.meetings.items()}
        self.fields["meeting"].choices = list(words.items())
        self.fields["meeting"].initial = next(iter(self.meetings), None)

    def clean_meeting(self):
        return self.meetings[self.cleaned_data["meeting"]]
