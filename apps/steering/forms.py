"""Forms of reviews, recommendations and decisions."""

from datetime import datetime, timedelta

from django import forms

from apps.core import clock
from apps.core.clock import LONDON
from apps.core.fields import DateField
from apps.core.nhs import Form
from apps.meetings.models.outcome import Decision

from .models.review import REVIEW_DAYS, Outcome
from .models.written import Vote

CLOSES = 17  # written rounds close at five in the afternoon


def labelled(person):
    return f"{person.name} ({person.get_constituency_display().lower()})"


class ReviewersField(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, person):
        return labelled(person)


class AskReviewForm(Form):
    """Who should review."""

    reviewers = ReviewersField(
        label="Whom do you ask?",
        queryset=None,
        help_text="At least one person with lived experience and one member of staff must send a "
        "recommendation. Whoever worked on it is not listed.",
        error_messages={"required": "Choose at least one person."},
    )

    def __init__(self, *args, candidates, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reviewers"].queryset = candidates


class BeginReviewForm(AskReviewForm):
    """Open a review: who, and by when."""

    due = DateField(label="By when do they recommend?")
    field_order = ["reviewers", "due"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reviewers"].required = False
        self.fields["reviewers"].hide_optional = True
        self.initial.setdefault("due", clock.today() + timedelta(days=REVIEW_DAYS))

    def clean_due(self):
        due = self.cleaned_data["due"]
        if due <= clock.today():
            raise forms.ValidationError("Give them until tomorrow at least.")
        return due


class RecommendForm(Form):
    """A reviewer's recommendation; it can be saved half done."""

    verdict = forms.ChoiceField(
        label="What do you recommend?",
        choices=Outcome.choices,
        widget=forms.RadioSelect,
        required=False,
    )
    text = forms.CharField(
        label="Your reasons",
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="What works well? What would have to change, and why?",
    )
    verdict.hide_optional = text.hide_optional = True


class CommentForm(Form):
    """A comment on some words of the output."""

    passage = forms.CharField(
        label="Which words do you mean?",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Copy or type the words from the text.",
    )
    text = forms.CharField(
        label="Your comment", max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )


class StandDownForm(Form):
    """Why somebody does not review this."""

    why = forms.CharField(
        label="Why?",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="A few words are enough, such as: I know the author well. The co-leads of the "
        "steering group read it, and nobody else.",
    )


class ReasonsMixin(Form):
    """Why an outcome, and what to change where that is the outcome."""

    reasons = forms.CharField(
        label="Why?",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="The task group reads this. Say what is good about it as well.",
    )
    changes = forms.CharField(
        label="What should change?",
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Only where you ask for changes. One thing on each line.",
    )
    changes.hide_optional = True

    def chosen(self):
        """The outcome that the reasons are for; nothing where none was chosen."""
        return self.cleaned_data.get("outcome", "")

    def clean(self):
        data = super().clean()
        if self.chosen() == Outcome.REQUEST_CHANGES and not data.get("changes"):
            self.add_error("changes", "List at least one thing to change.")
        return data

    @property
    def change_list(self):
        """What to change; nothing where another outcome was chosen."""
        if self.chosen() != Outcome.REQUEST_CHANGES:
            return []
        return self.cleaned_data["changes"].splitlines()


class DecideForm(ReasonsMixin):
    """What a steering meeting decided about the output."""

    decision = forms.ModelChoiceField(
        label="Which decision settled it?",
        queryset=Decision.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
        help_text="Decisions of meetings that had this review on their agenda. Each says what the "
        "meeting decided. It counts once a second co-lead has confirmed it.",
        error_messages={"required": "Choose the decision of the steering meeting."},
    )
    field_order = ["decision", "reasons", "changes"]

    def __init__(self, *args, decisions, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["decision"]
        field.queryset = decisions
        field.label_from_instance = self.words

    @staticmethod
    def words(decision):
        state = decision.get_state_display().lower()
        outcome = f"{decision.outcome_label}. " if decision.outcome_label else ""
        return f"{decision.reference} ({state}): {outcome}{decision.text[:150]}"

    def chosen(self):
        decision = self.cleaned_data.get("decision")
        return decision.outcome if decision else ""


class RoundForm(ReasonsMixin):
    """A proposal for the members to answer in writing."""

    outcome = forms.ChoiceField(
        label="What is the outcome?", choices=Outcome.choices, widget=forms.RadioSelect
    )
    closes = DateField(
        label="Until which day can they answer?", help_text="It closes at 5pm on that day."
    )
    field_order = ["outcome", "reasons", "changes", "closes"]

    def clean_closes(self):
        day = self.cleaned_data["closes"]
        closes_at = datetime.combine(day, datetime.min.time(), tzinfo=LONDON).replace(hour=CLOSES)
        if closes_at <= clock.now() + timedelta(days=1):
            raise forms.ValidationError("Give them at least one full day.")
        return closes_at


class RoundAnswerForm(Form):
    """One member's answer in a written round."""

    value = forms.ChoiceField(
        label="Do you agree?",
        choices=Vote.Value.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose an answer."},
    )
    comment = forms.CharField(
        label="Anything you want to say to the others",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
