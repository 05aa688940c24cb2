"""Writing an entry of the register, whole or by five questions; names; the public version."""

from django import forms

from apps.accounts.models.people import User
from apps.core import clock
from apps.core.fields import DateField
from apps.core.forms import choice, words
from apps.core.nhs import Form, ModelForm

from .models import Practice, PracticeName, boroughs


class SeenMixin:
    """Carries which revision the person had before them, so that no edit is lost."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["seen"] = forms.IntegerField(
                widget=forms.HiddenInput, initial=self.instance.revision
            )


class PracticeForm(SeenMixin, ModelForm):
    """The whole entry. Only its name is needed to save a draft."""

    class Meta:
        model = Practice
        fields = [
            "title",
            "kind",
            "borough",
            "service",
            "what_happens",
            "since_year",
            "how_to_join",
            "learnt",
        ]
        labels = {
            "title": "What is it called?",
            "kind": "Who runs it?",
            "service": "In which service or team?",
            "what_happens": "What happens?",
            "since_year": "In which year did it begin?",
            "how_to_join": "How do people join?",
            "learnt": "What was learnt?",
        }
        help_texts = {
            "what_happens": "Leave out names: those who agree to be named are added separately.",
        }
        widgets = {
            "kind": forms.RadioSelect,
            "what_happens": forms.Textarea(attrs={"rows": 6}),
            "since_year": forms.NumberInput(attrs={"width": "4"}),
            "how_to_join": forms.Textarea(attrs={"rows": 3}),
            "learnt": forms.Textarea(attrs={"rows": 5}),
        }

    KINDS = [
        (Practice.Kind.INFORMAL, "Nobody in particular: we support one another (informal)"),
        (Practice.Kind.CO_FACILITATION, "A peer and a member of staff together (co-facilitation)"),
        (Practice.Kind.PEER_LED, "Peers lead it (a peer-led group)"),
        (Practice.Kind.OTHER, "Something else"),
    ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = self.KINDS
        self.fields["borough"] = forms.ChoiceField(
            label="Where is it?",
            choices=boroughs,
            required=False,
            widget=forms.RadioSelect,
            initial=self.initial.get("borough", ""),
        )
        self.order_fields(self._meta.fields)

    def clean_since_year(self):
        year = self.cleaned_data["since_year"]
        if year is not None and not 1948 <= year <= clock.today().year:
            raise forms.ValidationError(
                f"Enter a year from 1948 to {clock.today().year}, or leave it empty."
            )
        return year

    def values(self):
        return {name: self.cleaned_data[name] for name in self._meta.fields}


class FiveQuestionsForm(Form):
    """Five short questions that make a whole first draft."""

    title = forms.CharField(
        label="1. What do you call it?",
        max_length=120,
        help_text="For example: Wednesday walk.",
        error_messages={"required": "Say what you call it. Any name will do for now."},
    )
    kind = forms.ChoiceField(
        label="2. Who runs it?",
        choices=PracticeForm.KINDS,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose who runs it."},
    )
    borough = forms.ChoiceField(
        label="3. Where is it?",
        choices=boroughs,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose where it is."},
    )
    what_happens = forms.CharField(
        label="4. What happens when you meet?",
        max_length=3000,
        help_text="Write as you would say it. One sentence is enough. Leave out people's names.",
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Say in a few words what happens."},
    )
    learnt = forms.CharField(
        label="5. What would you tell somebody who wants to start one?",
        max_length=3000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class PracticeFilterForm(Form):
    """Which entries to show."""

    SORTS = {
        "title": ("title", "pk"),
        "newest": ("-published_at", "-pk"),
        "borough": ("borough", "title", "pk"),
        "oldest": ("since_year", "title", "pk"),
    }

    q = words("Words", help_text="In the name, the service or what happens")
    borough = choice("Where", [], "Everywhere")
    kind = choice("Who runs it", Practice.Kind.choices, "Anybody")
    sort = choice(
        "In order of",
        [("newest", "Newest in the register"), ("borough", "Borough"), ("oldest", "Longest going")],
        "Name",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["borough"].choices = [("", "Everywhere"), *boroughs()]


class InsideFilterForm(PracticeFilterForm):
    """Inside the programme, also by how an entry stands."""

    state = choice("How it stands", Practice.State.choices, "Published")
    field_order = ["q", "borough", "kind", "state", "sort"]


# --- names ----------------------------------------------------------------------------------------
class PracticeNameForm(Form):
    """Ask one of the people found, who has an account."""

    user = forms.ModelChoiceField(
        label="Who, among those found?",
        queryset=User.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": "Choose the person."},
    )
    part = forms.ChoiceField(
        label="What do they do in it?",
        choices=PracticeName.Part,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what they do in it."},
    )

    def __init__(self, *args, found, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = found


class PaperNameForm(Form):
    """Consent given on paper by somebody without an account."""

    name = forms.CharField(label="Name as it should be shown", max_length=120)
    part = forms.ChoiceField(
        label="What do they do in it?",
        choices=PracticeName.Part,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what they do in it."},
    )
    level = forms.ChoiceField(
        label="What did they agree to?",
        choices=PracticeName.Level,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how widely the name may be shown."},
    )
    paper_on = DateField(
        label="The date on the signed form",
        help_text="Keep the form itself with the programme office's papers.",
    )

    def clean_paper_on(self):
        day = self.cleaned_data["paper_on"]
        if day > clock.today():
            raise forms.ValidationError("Enter a date that is not in the future.")
        return day


class PracticeConsentForm(Form):
    """Whether, and how widely, my name may be shown."""

    NO = "no"

    choice = forms.ChoiceField(
        label="May your name be shown?",
        choices=[
            *PracticeName.Level.choices,
            (NO, "No, leave my name out"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whether your name may be shown."},
    )


# --- the public version ---------------------------------------------------------------------------
class PublicPracticeForm(SeenMixin, ModelForm):
    """What everybody reads, in plain words."""

    show = forms.BooleanField(label="Show it on the public page", required=False)

    class Meta:
        model = Practice
        fields = ["public_title", "public_text", "public_join"]
        labels = {
            "public_title": "Name of the practice",
            "public_text": "What it is",
            "public_join": "How people can join",
        }
        help_texts = {
            "public_text": "You can use Markdown for lists. Leave out names: those who agreed to "
            "be named publicly are shown below it by themselves.",
        }
        widgets = {
            "public_text": forms.Textarea(attrs={"rows": 8}),
            "public_join": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["show"].initial = self.instance.public_since is not None
        for name in ("public_title", "public_text"):
            self.fields[name].required = True
        start = {
            "public_title": self.instance.title,
            "public_text": self.instance.what_happens,
            "public_join": self.instance.how_to_join,
        }
        if not self.instance.public_title:
            self.initial |= start

    def values(self):
        return {name: self.cleaned_data[name] for name in self._meta.fields}
