"""The form that a consultation's questions make, and the receipt code."""

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string

from apps.core.forms import PublicForm
from apps.core.missing import missing
from apps.core.nhs import Form, NHSBoundField

from ..models.consultation import Consultation, Question
from ..models.response import Response

MOST_LETTERS = 5000
SIGNED = signing.Signer(salt="governance.receipt")


# --- the code in the page -------------------------------------------------------------------------
def signed(consultation, code):
    """A code as a page carries it, so that nobody can bring one that is easy to guess."""
    return SIGNED.sign(f"{consultation.pk}:{code}")


def unsigned(consultation, text):
    """The code that a page of this consultation carried; None where it carried none of ours."""
    try:
        whose, _, code = SIGNED.unsign(text or "").partition(":")
    except signing.BadSignature:
        return None
    return code if whose == str(consultation.pk) else None


# --- putting in order -----------------------------------------------------------------------------
class RankingWidget(forms.Widget):
    """A place for each option: chosen from a list, so that it works with a keyboard alone."""

    def value_from_datadict(self, data, files, name):
        return [data.get(f"{name}_{place}", "") for place in range(self.many)]

    def value_omitted_from_data(self, data, files, name):
        return not any(f"{name}_{place}" in data for place in range(self.many))


class RankingBoundField(NHSBoundField):
    """Draws itself as a group of lists."""

    def as_field_group(self):
        options = self.field.options
        places = self.field.places(self.value())
        ids = [self.auto_id, *(f"{self.auto_id}_{at}" for at in range(1, len(options)))]
        items = [
            {"id": ids[at], "name": f"{self.html_name}_{at}", "text": text, "place": places[at]}
            for at, text in enumerate(options)
        ]
        numbers = [str(number) for number in range(1, len(options) + 1)]
        optional = not self.field.required and not getattr(self.field, "hide_optional", False)
        context = {"field": self, "items": items, "numbers": numbers, "optional": optional}
        return render_to_string("governance/consultations/ranking.html", context)


class RankingField(forms.Field):
    """Options in order: the value is their numbers, what comes first first."""

    def __init__(self, *, options, **kwargs):
        super().__init__(widget=RankingWidget, **kwargs)
        self.options = options
        self.widget.many = len(options)

    def get_bound_field(self, form, field_name):
        return RankingBoundField(form, self, field_name)

    def places(self, value):
        """What each list shows, from what was typed (texts) or what is kept (an order)."""
        value = value or []
        if value and isinstance(value[0], str):
            return value
        shown = [""] * len(self.options)
        for place, option in enumerate(value, start=1):
            if option < len(shown):
                shown[option] = str(place)
        return shown

    def to_python(self, value):
        given = {}
        places = {str(place): place for place in range(1, len(self.options) + 1)}
        for option, typed in enumerate(value or []):
            if not typed:
                continue
            if typed not in places:
                raise ValidationError("Choose the places from the lists.")
            if places[typed] in given:
                raise ValidationError("Give each a place of its own.")
            given[places[typed]] = option
        return [given[place] for place in sorted(given)]

    def validate(self, value):
        if self.required and len(value) < len(self.options):
            raise ValidationError("Give a place to each of them.")


# --- the form -------------------------------------------------------------------------------------
def field_for(question):
    """The form field of a question."""
    kinds = Question.Kind
    common = {
        "label": f"{question.number}. {question.text}",
        "help_text": question.help,
        "required": question.required,
    }
    choices = [(str(value), words) for value, words in question.choices]
    if question.kind == kinds.TEXT:
        common["error_messages"] = {"required": f"Answer question {question.number}."}
        field = forms.CharField(
            max_length=MOST_LETTERS, widget=forms.Textarea(attrs={"rows": 5}), **common
        )
    elif question.kind == kinds.MULTIPLE:
        common["error_messages"] = {
            "required": f"Choose at least one in question {question.number}."
        }
        field = forms.MultipleChoiceField(
            choices=choices, widget=forms.CheckboxSelectMultiple, **common
        )
    elif question.kind == kinds.RANKING:
        field = RankingField(options=question.options, **common)
    else:
        common["error_messages"] = {"required": f"Choose an answer to question {question.number}."}
        field = forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **common)
    field.label_size = "s"
    return field


class AnswersForm(PublicForm):
    """The answers of one person, with how they want to be named where there is a choice.

    ``guarded``: filled in by somebody without an account. ``saving``: kept for later, so nothing
    has to be there yet. ``response``: what is changed or gone on with.
    """

    code = forms.CharField(required=False, widget=forms.HiddenInput)

    NAMED = (("named", "With my name"), ("anonymous", "Without my name"))
    HOW, HOW_MISSING = "How do you want to respond?", "Choose whether to respond with your name."

    def __init__(
        self,
        data=None,
        *,
        consultation,
        outline,
        code,
        person=None,
        response=None,
        guarded=False,
        saving=False,
    ):
        self.consultation, self.outline, self.response = consultation, outline, response
        self.person, self.guarded = person, guarded
        initial = {"code": signed(consultation, code)}
        if response is not None:
            initial["given_name"] = response.given_name
            initial["how"] = "anonymous" if response.is_anonymous else "named"
        super().__init__(data, initial=initial)
        if not guarded:
            del self.fields["website"], self.fields["opened"]
        self.add_who()
        for question in self.questions():
            field = field_for(question)
            if response is not None:
                field.initial = self.shown(question, response.answers.get(question.key))
            if saving:
                field.hide_optional, field.required = field.required, False
            self.fields[self.name(question)] = field

    @staticmethod
    def name(question):
        return f"q{question.pk}"

    @staticmethod
    def shown(question, answer):
        """A kept answer as its field wants it."""
        if answer is None or question.is_text or question.kind == Question.Kind.RANKING:
            return answer
        return [str(one) for one in answer] if isinstance(answer, list) else str(answer)

    def questions(self):
        return [question for _, questions in self.outline for question in questions]

    # --- who it is -----------------------------------------------------------------------------
    def add_who(self):
        naming = self.consultation.naming
        sent = self.response is not None and self.response.sent
        if naming == Consultation.Naming.CHOICE and not sent:
            labels = dict(self.NAMED)
            if self.person:
                labels["named"] = f"With my name: {self.person.full_name}"
            self.fields["how"] = forms.ChoiceField(
                label=self.HOW,
                choices=list(labels.items()),
                widget=forms.RadioSelect,
                error_messages={"required": self.HOW_MISSING},
            )
        asks = naming != Consultation.Naming.ANONYMOUS and self.person is None
        if asks and not (sent and self.response.is_anonymous):
            self.fields["given_name"] = self.name_field(naming)

    def name_field(self, naming):
        optional = naming == Consultation.Naming.CHOICE
        field = forms.CharField(
            label="Your name",
            max_length=120,
            required=False,
            help_text="If you respond with your name." if optional else "",
            widget=forms.TextInput(attrs={"autocomplete": "name"}),
        )
        field.hide_optional = True
        return field

    @property
    def is_named(self):
        """Whether the response carries a name. Once it is valid."""
        if self.consultation.naming == Consultation.Naming.CHOICE and "how" not in self.fields:
            return not self.response.is_anonymous
        return self.consultation.is_named or self.cleaned_data.get("how") == "named"

    def clean(self):
        data = super().clean() if self.guarded else self.cleaned_data
        nameless = "given_name" in self.fields and not data.get("given_name")
        if nameless and self.is_named and self.needs_name():
            field = self.fields["given_name"]
            self.add_error("given_name", missing(field.label, field.widget))
        return data

    def needs_name(self):
        return True

    @property
    def given_name(self):
        return self.cleaned_data.get("given_name", "") if self.is_named else ""

    # --- what they say -------------------------------------------------------------------------
    def answers(self):
        """{key: value} of what was answered."""
        found = {}
        for question in self.questions():
            value = self.cleaned_data.get(self.name(question))
            if value in ("", None, []):
                continue
            if question.kind in (Question.Kind.AGREE, Question.Kind.SINGLE):
                value = int(value)
            elif question.kind == Question.Kind.MULTIPLE:
                value = sorted(int(one) for one in value)
            found[question.key] = value
        return found

    def parts(self):
        """For the template: (section or None, [bound field])."""
        for section, questions in self.outline:
            yield section, [self[self.name(question)] for question in questions]

    def who_fields(self):
        names = ("channel", "whose", "how", "given_name")
        return [self[name] for name in names if name in self.fields]

    def typed(self):
        """Everything that was typed or chosen, whether or not it can be kept: (question, text)."""
        self.is_valid()
        for question in self.questions():
            name = self.name(question)
            value = self.cleaned_data.get(name)
            if question.is_text:
                text = self.data.get(name, "")
            elif value in ("", None, []):
                text = ""
            else:
                kept = [int(one) for one in value] if isinstance(value, list) else int(value)
                said = question.words(kept)
                text = "\n".join(said) if isinstance(said, list) else said
            yield question, text


class EntryForm(AnswersForm):
    """A response that came on paper or by telephone, entered for somebody."""

    NAMED = (("named", "With their name"), ("anonymous", "Without their name"))
    HOW, HOW_MISSING = "How do they want to respond?", "Choose whether they gave their name."

    channel = forms.ChoiceField(
        label="How did it come?",
        choices=Response.Channel.choices[1:],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how it came."},
    )
    whose = forms.EmailField(
        label="E-mail address of their account",
        required=False,
        max_length=254,
        help_text="If they have one and told you: they are then not reminded any more. Without "
        "their name the response is kept apart from it.",
        error_messages={"invalid": "Enter an e-mail address like name@example.com."},
    )

    def clean_whose(self):
        typed = self.cleaned_data["whose"].strip()
        if not typed:
            return None
        found = self.consultation.asked().filter(email__iexact=typed).first()
        if found is None and self.consultation.is_public:
            raise ValidationError("Nobody with this address takes part in the programme.")
        if found is None:
            raise ValidationError("Nobody with this address is asked in this consultation.")
        return found

    def name_field(self, naming):
        field = super().name_field(naming)
        field.label = "Their name"
        field.help_text = "If they respond with their name and have no account."
        field.widget.attrs.pop("autocomplete", None)
        return field

    def needs_name(self):
        return self.cleaned_data.get("whose") is None and "whose" not in self.errors


class ReceiptForm(Form):
    """A receipt code, however it was written down."""

    code = forms.CharField(
        label="Your receipt code",
        max_length=60,
        label_suffix="",
        help_text="28 letters and numbers. Spaces, dashes and small letters do not matter.",
        widget=forms.TextInput(attrs={"width": "30", "autocomplete": "off"}),
        error_messages={"required": "Enter your receipt code."},
    )
    change = forms.CharField(required=False, widget=forms.HiddenInput)
