"""Forms of consultations: find one, write one, its questions, extend one."""

from datetime import time

from django import forms
from django.core.exceptions import ValidationError

from apps.accounts.models.people import User
from apps.core.clock import LONDON
from apps.core.dates import wall_clock
from apps.core.fields import DateField, TimeField
from apps.core.nhs import Form, ModelForm
from apps.groups.models import WorkingGroup

from ..models.consultation import Consultation, Question, Section

MOST_OPTIONS = 20
END_OF_DAY = time(17)


class FindForm(Form):
    """Words of the title."""

    q = forms.CharField(label="Words in the title", max_length=100, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["q"].hide_optional = True


class ClosingMixin(forms.Form):
    """A last day and a time of day, as one moment."""

    closing_day = DateField(label="Last day for responses", required=False)
    closing_time = TimeField(
        label="Closes at",
        required=False,
        help_text="For example, 5pm. A response at this very second is still in.",
    )

    def closing(self):
        """The moment; None where no day is given. Adds errors."""
        data = self.cleaned_data
        if not data.get("closing_day"):
            return None
        try:
            return wall_clock(data["closing_day"], data.get("closing_time") or END_OF_DAY)
        except ValueError as skipped:
            self.add_error("closing_time", str(skipped))
            return None


class ConsultationForm(ClosingMixin, ModelForm):
    """Everything but the questions."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Consultation
        fields = [
            "group",
            "title",
            "summary",
            "easy_read_required",
            "easy_read",
            "body",
            "audience",
            "groups",
            "naming",
        ]
        labels = {
            "group": "Which group asks?",
            "title": "What is it called?",
            "easy_read_required": "It needs an easy-read version",
            "body": "The whole text",
            "audience": "Who is asked?",
            "groups": "Which groups?",
            "naming": "How do people respond?",
        }
        help_texts = {
            "easy_read": "Short sentences, one idea in each. You can use Markdown.",
            "easy_read_required": "It cannot open before there is one.",
            "body": "If there is more to read than the summary. You can use Markdown.",
            "groups": "If you ask the members of some groups.",
            "naming": "This cannot be changed once it is open.",
        }
        widgets = {
            "summary": forms.Textarea(attrs={"rows": 5}),
            "easy_read": forms.Textarea(attrs={"rows": 6}),
            "body": forms.Textarea(attrs={"rows": 10}),
            "audience": forms.RadioSelect,
            "naming": forms.RadioSelect,
            "groups": forms.CheckboxSelectMultiple,
        }

    field_order = [
        "group",
        "title",
        "summary",
        "easy_read_required",
        "easy_read",
        "body",
        "audience",
        "groups",
        "naming",
        "closing_day",
        "closing_time",
    ]

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        active = WorkingGroup.objects.filter(state=WorkingGroup.State.ACTIVE)
        self.fields["group"].queryset = active.where(user, "run_consultation")
        self.fields["group"].empty_label = None
        self.fields["groups"].queryset = active
        self.fields["groups"].hide_optional = True
        self.fields["audience"].choices = Consultation.Audience.choices
        self.fields["naming"].choices = Consultation.Naming.choices
        if self.instance.pk:
            del self.fields["group"]
            self.initial["seen"] = self.instance.revision
        if self.instance.closes_at:
            local = self.instance.closes_at.astimezone(LONDON)
            self.initial |= {"closing_day": local.date(), "closing_time": local.time()}

    def clean(self):
        data = super().clean()
        data["closes_at"] = self.closing()
        if data.get("audience") == Consultation.Audience.GROUPS and not data.get("groups"):
            self.add_error("groups", "Choose at least one group.")
        return data

    def values(self):
        """What is stored on the consultation itself; ``groups`` are kept apart."""
        names = [name for name in self._meta.fields if name in self.fields and name != "groups"]
        return {name: self.cleaned_data[name] for name in [*names, "closes_at"]}


class SectionForm(ModelForm):
    class Meta:
        model = Section
        fields = ["title", "text"]
        labels = {"title": "Heading"}
        widgets = {"text": forms.Textarea(attrs={"rows": 4})}


class ConsultationQuestionForm(ModelForm):
    """One question; the answers to choose from one a line."""

    lines = forms.CharField(
        label="Answers to choose from",
        required=False,
        max_length=4000,
        help_text="One a line, for questions where people choose or put in order.",
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    class Meta:
        model = Question
        fields = ["kind", "text", "help", "required", "section"]
        labels = {
            "kind": "How do people answer?",
            "text": "The question",
            "section": "Under the heading",
        }
        help_texts = {"text": "Ask one thing at a time, in plain words."}
        widgets = {"kind": forms.RadioSelect, "text": forms.Textarea(attrs={"rows": 2})}

    field_order = ["kind", "text", "help", "lines", "required", "section"]

    def __init__(self, *args, sections, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = Question.Kind.choices
        self.fields["section"].queryset = sections
        self.fields["section"].empty_label = "No heading"
        self.fields["section"].hide_optional = self.fields["lines"].hide_optional = True
        self.initial["lines"] = "\n".join(self.instance.options)

    def clean_text(self):
        return " ".join(self.cleaned_data["text"].split())

    def clean_lines(self):
        lines = [" ".join(line.split()) for line in self.cleaned_data["lines"].splitlines()]
        lines = [line for line in lines if line]
        if len(lines) > MOST_OPTIONS:
            raise ValidationError(f"There can be at most {MOST_OPTIONS} answers to choose from.")
        if any(len(line) > 200 for line in lines):
            raise ValidationError("Make each answer shorter than 200 letters.")
        if len({line.casefold() for line in lines}) < len(lines):
            raise ValidationError("Two of the answers are the same.")
        return lines

    def clean(self):
        data = super().clean()
        if data.get("kind") in Question.WITH_OPTIONS:
            if len(data.get("lines") or ()) < 2 and "lines" not in self.errors:
                self.add_error("lines", "Give at least two answers to choose from.")
        else:
            data["lines"] = []
        return data

    def values(self):
        names = ("kind", "text", "help", "required", "section")
        return {name: self.cleaned_data[name] for name in names} | {
            "options": self.cleaned_data["lines"]
        }


class ExtendConsultationForm(ClosingMixin, Form):
    """A later end, and why."""

    reason = forms.CharField(
        label="Why?",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Everybody who is asked reads it.",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("closing_day", "closing_time"):
            self.fields[name].required = True
        self.fields["closing_day"].error_messages["required"] = "Enter the new last day."
        self.fields["closing_time"].error_messages["required"] = "Enter a time, for example 5pm."

    def clean(self):
        data = super().clean()
        if not self.errors:
            data["until"] = self.closing()
        return data


class ConsultationAboutForm(Form):
    """One of the things found."""

    thing = forms.ChoiceField(
        label="What is it about?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what it is about."},
    )

    def __init__(self, *args, found, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["thing"].choices = [
            *(
                (f"{source.key}:{thing.pk}", f"{source.label}: {source.title(thing)}")
                for source, thing in found
            ),
            ("nothing", "Nothing: it is a question of its own"),
        ]


class PeopleForm(Form):
    """People found by name, to be asked."""

    people = forms.ModelMultipleChoiceField(
        queryset=User.objects.none(),
        label="Who, among those found?",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose somebody."},
    )

    def __init__(self, *args, found, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["people"].queryset = found


class ConsultationNameForm(Form):
    q = forms.CharField(label="Name, or a part of it", max_length=100)


class ConsultationWordsForm(Form):
    q = forms.CharField(label="Words of the title", max_length=100)
