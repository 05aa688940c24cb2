"""Forms of texts, reports and public figures."""

from django import forms

from apps.core.forms import Form, WordsForm

from . import taking
from .models.public import PublicFigures
from .models.report import ReportWords
from .models.text import MOST

IN_MARKDOWN = "Start a heading with ## and a list item with a dash."


class SharedTextForm(WordsForm):
    """What a group says of itself."""

    TEXTS = ("body",)
    body = forms.CharField(
        label="Text",
        required=False,
        max_length=MOST,
        widget=forms.Textarea(attrs={"rows": 20}),
        help_text=IN_MARKDOWN,
    )


def _box(name, rows, help_text=""):
    label = ReportWords._meta.get_field(name).verbose_name
    return forms.CharField(
        label=label.capitalize(),
        required=False,
        max_length=MOST,
        widget=forms.Textarea(attrs={"rows": rows}),
        help_text=help_text,
    )


class SentencesForm(WordsForm):
    """The sentences of a report."""

    TEXTS = ReportWords.TEXTS
    introduction = _box("introduction", 6, IN_MARKDOWN)
    principles = _box("principles", 5, "How do we relate to each other?")
    purpose = _box("purpose", 5, "Why are we involving people?")
    presence = _box("presence", 12, "Who is involved, and are they in the right places?")
    process = _box("process", 12, "How are people involved?")
    impact = _box("impact", 12, "What difference does it make?")
    next_year = _box("next_year", 8, "What will be different, and who sees to it.")


class YearForm(Form):
    """Of which year."""

    year = forms.TypedChoiceField(
        label="Of which financial year?", coerce=int, widget=forms.RadioSelect
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        every = taking.years()
        self.fields["year"].choices = [(one, taking.period_of(one).words) for one in every]


class PublicFiguresForm(Form):
    """Which figures everybody is to read."""

    keys = forms.MultipleChoiceField(
        label="Figures",
        widget=forms.CheckboxSelectMultiple,
        help_text="Numbers of people are in steps of five or more; things are counted as they are.",
        error_messages={"required": "Choose at least one figure."},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["keys"].choices = list(taking.titles().items())
        self.fields["keys"].is_drawn_once = True

    def clean_keys(self):
        keys = self.cleaned_data["keys"]
        held = PublicFigures.objects.in_force().first()
        if held and set(keys) == set(held.shown):
            raise forms.ValidationError(
                "These are the figures that are public now. Tick another one, or untick one."
            )
        return keys


class TakeOffForm(Form):
    """Why a figure goes."""

    note = forms.CharField(
        label="Reason",
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
        help_text="The steering group reads it. Keep private details out of it.",
    )


class VersionsForm(Form):
    """Which two saves stand beside each other."""

    old = forms.TypedChoiceField(label="From save", coerce=int, required=False)
    new = forms.TypedChoiceField(label="To save", coerce=int, required=False)

    def __init__(self, data, *, numbers):
        super().__init__(data)
        for name in ("old", "new"):
            self.fields[name].choices = [(one, one) for one in numbers]
            self.fields[name].hide_optional = True
