"""Forms for stages, outputs, their words, and suggestions."""

import hashlib

from django import forms
from django.utils.text import Truncator

from apps.accounts.models.people import Constituency
from apps.core import markdown
from apps.core.dates import moment
from apps.core.fields import DateField
from apps.core.forms import WordsForm
from apps.core.nhs import Form, ModelForm
from apps.core.uploads import UploadField
from apps.groups.models import WorkingGroup

from .models.output import SUMMARY_WORDS, Attachment, Output
from .models.stage import Stage
from .models.suggestion import CHANGED_MEANWHILE, ChangeAsked, Suggestion, label_of
from .wording import in_short


# --- stages -------------------------------------------------------------------------------------
class StageForm(ModelForm):
    """One stage and the task groups that do its work."""

    starts = DateField(label="First day")
    ends = DateField(label="Last day")

    class Meta:
        model = Stage
        fields = ["name", "order", "aim", "starts", "ends", "groups"]
        labels = {"order": "Place in the order", "groups": "Task groups of this stage"}
        widgets = {
            "order": forms.NumberInput(attrs={"width": "3"}),
            "aim": forms.Textarea(attrs={"rows": 4}),
            "groups": forms.CheckboxSelectMultiple,
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["groups"].queryset = WorkingGroup.objects.filter(kind=WorkingGroup.Kind.TASK)
        self.fields["groups"].hide_optional = True

    def clean(self):
        data = super().clean()
        if data.get("starts") and data.get("ends") and data["ends"] < data["starts"]:
            self.add_error("ends", "The last day must be after the first day.")
        return data


# --- outputs ------------------------------------------------------------------------------------
class OutputGroupForm(Form):
    """One task group, or all."""

    group = forms.ModelChoiceField(
        WorkingGroup.objects.none(), to_field_name="slug", required=False, empty_label="All groups"
    )

    def __init__(self, data, *, groups):
        super().__init__(data)
        self.fields["group"].queryset = groups
        self.fields["group"].hide_optional = True


class FilterForm(OutputGroupForm):
    """Which outputs the list shows, in which order. What does not fit is left out of account."""

    SORTS = {
        "": ("Latest change first", ("-changed_at", "-pk")),
        "title": ("By title", ("title", "pk")),
        "due": ("Asked for soonest first", ("has_no_date", "due", "pk")),
    }

    stage = forms.ModelChoiceField(Stage.objects.none(), required=False, empty_label="All stages")
    kind = forms.ChoiceField(
        label="Type", required=False, choices=[("", "All types"), *Output.Kind.choices]
    )
    state = forms.ChoiceField(
        required=False, choices=[("", "Anything"), *Output.State.choices], label="How it stands"
    )
    sort = forms.ChoiceField(
        label="Order", required=False, choices=[(key, label) for key, (label, _) in SORTS.items()]
    )

    def __init__(self, data, *, groups, stages):
        super().__init__(data, groups=groups)
        self.fields["stage"].queryset = stages
        for field in self.fields.values():
            field.hide_optional = True

    def narrow(self, outputs):
        """The outputs asked for, in the order asked for."""
        self.is_valid()
        chosen = {
            name: self.cleaned_data[name]
            for name in ("group", "stage", "kind", "state")
            if self.cleaned_data.get(name)
        }
        order = self.SORTS[self.cleaned_data.get("sort") or ""][1]
        return outputs.filter(**chosen).order_by(*order)


class OutputForm(ModelForm):
    """What kind of thing it is, what it is called, and to which stage it belongs."""

    class Meta:
        model = Output
        fields = ["title", "kind", "stage"]
        labels = {"kind": "What is it?", "stage": "Stage of the programme"}
        widgets = {"kind": forms.RadioSelect}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = Output.Kind.choices
        self.fields["stage"].empty_label = "None of them"


class NewOutputForm(OutputForm):
    """The same, with the group that makes it: one where the person drafts."""

    group = forms.ModelChoiceField(
        WorkingGroup.objects.none(),
        label="Which group makes it?",
        widget=forms.RadioSelect,
        empty_label=None,
    )
    field_order = ["group", "title", "kind", "stage"]

    def __init__(self, *args, groups, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["group"].queryset = groups


class OutputWordsForm(WordsForm):
    """The words of a draft."""

    TEXTS = ("summary", "body", "easy_read")

    summary = forms.CharField(
        label="Summary in plain language",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="For everybody: what this is, and what will be different.",
    )
    body = forms.CharField(
        label="Text",
        required=False,
        max_length=100_000,
        widget=forms.Textarea(attrs={"rows": 25}),
        help_text="Start a heading with ## and a list item with a dash.",
    )
    easy_read = forms.CharField(
        label="Easy-read version",
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text="Short sentences, one thought in each. You can add a file instead.",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["summary"].max_words = SUMMARY_WORDS


class FileForm(ModelForm):
    """A file of the draft."""

    file = UploadField(label="File")

    class Meta:
        model = Attachment
        fields = ["title", "use"]
        widgets = {"use": forms.RadioSelect}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["use"].choices = [
            choice for choice in Attachment.Use.choices if choice[0] != Attachment.Use.EVIDENCE
        ]


class ShareForm(Form):
    """Who may read the draft and suggest changes."""

    shared_with = forms.ChoiceField(
        label="Who may read the draft and suggest changes?",
        choices=[
            (Output.SharedWith.GROUP, "The group and the steering group"),
            (Output.SharedWith.PROGRAMME, "Everybody in the programme"),
        ],
        widget=forms.RadioSelect,
    )


class AskOutputForm(ModelForm):
    """By when the output is asked for, and in which form."""

    due = DateField(label="By when is it asked for?", required=False)

    class Meta:
        model = Output
        fields = ["due", "easy_read_required"]
        labels = {"easy_read_required": "An easy-read version is required"}
        help_texts = {"easy_read_required": "The co-leads cannot sign without one."}


class SignForm(Form):
    """A signature is on what the signer had before them: words, answers, objections."""

    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)


class ImplementForm(Form):
    """Where, and since when, it is in use."""

    evidence = forms.CharField(
        label="How is it in use?",
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="Where it is used, since when, and how you know. Everybody in the programme can "
        "read this.",
    )
    file = UploadField(label="A file that shows it", required=False)

    def clean(self):
        data = super().clean()
        if not self.errors and not data.get("evidence") and not data.get("file"):
            self.add_error("evidence", "Say how it is in use, or add a file that shows it.")
        return data


# --- suggestions --------------------------------------------------------------------------------
def _key(block):
    return hashlib.sha256(block.encode()).hexdigest()[:16]


class SuggestionForm(ModelForm):
    """What to change: in the whole, in a part chosen from a list, or in words copied from it."""

    part = forms.ChoiceField(
        label="Which part is it about?",
        required=False,
        error_messages={"invalid_choice": "That part has changed meanwhile. Choose again."},
    )
    passage = forms.CharField(
        label="Or copy the words here",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    part.hide_optional = True

    class Meta:
        model = Suggestion
        fields = ["text"]
        labels = {"text": "What would you change, and why?"}
        widgets = {"text": forms.Textarea(attrs={"rows": 6})}
        help_texts = {"text": "In your own words. There is no wrong way to say it."}

    field_order = ["part", "passage", "text"]

    def __init__(self, *args, version, **kwargs):
        super().__init__(*args, **kwargs)
        texts = [version.summary, version.body, version.easy_read]
        self.blocks = {_key(block): block for text in texts for block in markdown.blocks(text)}
        self.words = _flat(" ".join([*texts, *self.blocks.values()]))
        if self.instance.passage and not self.is_bound:
            self.initial["passage"] = self.instance.passage
        self.fields["part"].choices = [
            ("", "The whole of it"),
            *((key, Truncator(block).chars(90)) for key, block in self.blocks.items()),
        ]

    def clean_passage(self):
        passage = self.cleaned_data["passage"].strip()
        if passage and passage != self.instance.passage and _flat(passage) not in self.words:
            raise forms.ValidationError(
                "These words are not in the text. Copy them from it, or leave this box empty."
            )
        return passage

    def clean(self):
        data = super().clean()
        part = self.blocks.get(data.get("part"), "")
        data["chosen"] = data.get("passage") or Truncator(part).chars(1000)
        return data


def _flat(text):
    return " ".join(text.split()).casefold()


class OutputPaperForm(SuggestionForm):
    """The same for somebody who suggested it on paper or by word of mouth."""

    constituency = forms.ChoiceField(
        label="Which side of co-production does the person sit on?",
        choices=Constituency,
        widget=forms.RadioSelect,
    )
    given_name = forms.CharField(
        label="The person's name",
        required=False,
        max_length=120,
        help_text="Only if they want it known to the task group and the steering group.",
    )

    field_order = ["constituency", "given_name", "part", "passage", "text"]


class SuggestionAnswerForm(Form):
    """What became of a suggestion, which words changed, and why."""

    outcome = forms.ChoiceField(
        label="What became of it?",
        choices=[(name, Suggestion.moves[name].label) for name in Suggestion.OUTCOMES],
        widget=forms.RadioSelect,
    )
    outcome.choice_hints = {
        "take_up": "The text says now what was suggested. Choose the words below.",
        "adapt": "The text changed, but in another way. Choose the words below.",
        "agree": "You agree, and the text says so already or need not say it. It does not count "
        "as a change of the text.",
        "turn_down": "The text stays as it is.",
    }
    changes = forms.MultipleChoiceField(
        label="Which words changed because of it?",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="What changed since it was suggested and stands in the draft now, newest first. "
        "Everybody who reads the suggestion sees these words before and after.",
        error_messages={"invalid_choice": CHANGED_MEANWHILE},
    )
    reason = forms.CharField(
        label="Why?",
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="The person who suggested it is told, and everybody who reads the output can "
        "read it.",
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, changes, naming, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["changes"]
        field.hide_optional = True
        field.choices = [(one.key, _heading(one)) for one in changes]
        field.choice_hints = {one.key: _hint(one, naming(one)) for one in changes}
        if not changes:
            field.widget = forms.MultipleHiddenInput()

    def clean(self):
        data = super().clean()
        if data.get("outcome") not in Suggestion.UPTAKE:
            data["changes"] = []
            self.errors.pop("changes", None)
        elif "changes" not in self.errors and not data.get("changes"):
            self.add_error(*self._no_words())
        return data

    def _no_words(self):
        if self.fields["changes"].choices:
            return "changes", "Choose the words that changed because of it."
        return (
            "outcome",
            "No words have changed since it was suggested. Change them first, or choose another "
            "answer.",
        )


def _hint(change, others):
    too = [f"{other} names these words too." for other in others]
    return " ".join([in_short(change.pieces), *too])


def _heading(change):
    revision = change.revision
    return (
        f"Revision {revision.number}, {label_of(change.text)}: {revision.by}, {moment(revision.at)}"
    )


class SuggestionObjectionForm(Form):
    """Once: what the answer makes of it is not what was meant."""

    objection = forms.CharField(
        label="What did you mean?",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="In your own words. Everybody who reads the suggestion can read this.",
    )


class ChangeOutputForm(ModelForm):
    """Where and how the new version answers what was asked."""

    class Meta:
        model = ChangeAsked
        fields = ["answer"]
        labels = {"answer": "Where and how do you answer it?"}
        widgets = {"answer": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["answer"].required = True
