"""Forms of documents."""

from datetime import timedelta

from django import forms

from apps.core import clock
from apps.core.dates import day
from apps.core.fields import DateField
from apps.core.forms import WordsForm
from apps.core.nhs import Form, ModelForm
from apps.core.uploads import AUDIO, UploadField
from apps.groups.models import WorkingGroup

from .models.document import SUMMARY_WORDS, Document, DocumentVersion, Phase
from .models.formats import DocumentFormat

REVIEW_YEARS = 2


class DocumentRegisterForm(Form):
    """Which documents the register shows. What does not fit is left out of account."""

    q = forms.CharField(label="Words in the title or summary", required=False, max_length=100)
    kind = forms.ChoiceField(
        label="Type", required=False, choices=[("", "All types"), *Document.Kind.choices]
    )
    state = forms.ChoiceField(
        label="How it stands", required=False, choices=[("", "Anything"), *Phase.choices]
    )
    owner = forms.ModelChoiceField(
        WorkingGroup.objects.none(),
        label="Whose",
        to_field_name="slug",
        required=False,
        empty_label="All groups",
    )

    def __init__(self, data, *, groups):
        super().__init__(data)
        self.fields["owner"].queryset = groups
        for field in self.fields.values():
            field.hide_optional = True

    def wanted(self):
        self.is_valid()
        return self.cleaned_data


class DocumentForm(ModelForm):
    """What it is called, what kind of document it is, and who may read it."""

    class Meta:
        model = Document
        fields = ["title", "kind", "visibility"]
        labels = {"kind": "What is it?", "visibility": "Who may read it, once it is approved?"}
        widgets = {"kind": forms.RadioSelect, "visibility": forms.RadioSelect}
        help_texts = {"visibility": ""}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = Document.Kind.choices


class NewDocumentForm(DocumentForm):
    """The same, with the group that owns it."""

    owner = forms.ModelChoiceField(
        WorkingGroup.objects.none(),
        label="Which group owns it?",
        to_field_name="slug",
        empty_label="Choose a group",
    )
    field_order = ["owner", "title", "kind", "visibility"]

    def __init__(self, *args, groups, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = groups


class DocumentWordsForm(WordsForm):
    """The words of a draft."""

    TEXTS = DocumentVersion.TEXTS

    summary = forms.CharField(
        label="Summary in plain language",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="For everybody: what this is, and what it means for them.",
    )
    body = forms.CharField(
        label="Text",
        required=False,
        max_length=200_000,
        widget=forms.Textarea(attrs={"rows": 25}),
        help_text="Start a heading with ## and a list item with a dash.",
    )
    easy_read = forms.CharField(
        label="Easy-read version",
        required=False,
        max_length=40_000,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text="Short sentences, one thought in each. You can add a file instead.",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["summary"].max_words = SUMMARY_WORDS


class DecisionField(forms.ModelChoiceField):
    """Decisions about one version; their words only for those who may read them (``read``)."""

    widget = forms.RadioSelect
    read: frozenset[int] | set[int] = frozenset()

    def label_from_instance(self, decision):
        words = decision.text if len(decision.text) < 90 else f"{decision.text[:89]}…"
        state = decision.get_state_display().lower()
        label = f"{decision.reference}, {day(decision.meeting.starts_at)}, {state}"
        return f"{label}: {words}" if decision.pk in self.read else label


class ApproveDocumentForm(Form):
    """Which decision approved it, and from when it is in force."""

    decision = DecisionField(
        label="Which decision approved it?",
        queryset=None,
        empty_label=None,
        help_text="Decisions of meetings that had this version on their agenda. One that was taken "
        "without its quorum does not count until it is ratified, and each is confirmed by a "
        "second co-lead.",
    )
    same_words = forms.BooleanField(
        label="The meeting decided on these very words",
        error_messages={
            "required": "If the words have changed since, take the new ones to a meeting first."
        },
    )
    in_force_from = DateField(label="From when is it in force?")
    review_on = DateField(label="By when is it looked at again?")

    def __init__(self, *args, decisions, read, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["decision"].read = read
        self.fields["decision"].queryset = decisions
        today = clock.today()
        self.initial.setdefault("in_force_from", today)
        self.initial.setdefault("review_on", today + timedelta(days=365 * REVIEW_YEARS))


class ReviewedForm(Form):
    """Looked at again, and it stays as it is."""

    note = forms.CharField(
        label="Who looked at it, and what did they find?",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Kept in the history of the document. Leave names of single people out.",
    )
    review_on = DateField(label="By when is it looked at next?")

    def clean_review_on(self):
        review_on = self.cleaned_data["review_on"]
        if review_on <= clock.today():
            raise forms.ValidationError("Choose a day that is still to come.")
        return review_on


class ReplacesForm(Form):
    """The older document, by the number in its address and on its page."""

    number = forms.IntegerField(
        label="Number of the older document",
        min_value=1,
        widget=forms.NumberInput(attrs={"width": "5"}),
        help_text="It is on its page, beside the title.",
    )

    def __init__(self, *args, documents, **kwargs):
        super().__init__(*args, **kwargs)
        self.documents = documents

    def clean_number(self):
        number = self.cleaned_data["number"]
        self.cleaned_data["older"] = self.documents.filter(pk=number).first()
        if self.cleaned_data["older"] is None:
            raise forms.ValidationError("You keep no document with this number.")
        return number


class AskFormatForm(Form):
    """In which other format somebody needs a document."""

    kind = forms.ChoiceField(
        label="Which format?", choices=DocumentFormat.Kind.choices, widget=forms.RadioSelect
    )
    detail = forms.CharField(
        label="Which language, or how large?",
        max_length=60,
        required=False,
        help_text="For a translation or large print. For example: Polish, or 24 point.",
    )

    def clean(self):
        data = super().clean()
        needs_detail = (DocumentFormat.Kind.TRANSLATION, DocumentFormat.Kind.OTHER)
        if data.get("kind") in needs_detail and not data.get("detail"):
            self.add_error("detail", "Say which language or format you need.")
        return data


class DeliverForm(Form):
    """The file of a format, or where people get it."""

    file = UploadField(label="File", required=False, also=AUDIO)
    where = forms.CharField(
        label="Where do people get it?",
        max_length=300,
        required=False,
        help_text="For what is not a file: Braille by post, a video. Give a telephone number or "
        "an address.",
    )

    def clean(self):
        data = super().clean()
        if not self.errors and not data.get("file") and not data.get("where"):
            self.add_error("file", "Add a file, or say where people get it.")
        return data
