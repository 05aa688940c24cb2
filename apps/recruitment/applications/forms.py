"""Forms of candidates, and of those who type for them."""

from django import forms
from django.core.exceptions import ValidationError

from apps.core.nhs import Form, ModelForm

from .models.application import Answer, Application, Job, Referee
from .models.monitoring import NOT_SAID, QUESTIONS, choices
from .models.survey import ANSWERS, STATEMENTS


class Reachable:
    """Somebody who can be written to or rung up: one of the two is enough."""

    def clean(self):
        data = super().clean()
        if not (data.get("email") or data.get("phone")) and "email" not in self.errors:
            self.add_error("email", "Give an e-mail address or a telephone number.")
        return data


class ApplicationAboutForm(Reachable, ModelForm):
    """Who applies, and how to reach them."""

    right_to_work = forms.TypedChoiceField(
        label="Do you have the right to work in the United Kingdom?",
        choices=[("yes", "Yes"), ("no", "No, or I am not sure")],
        widget=forms.RadioSelect,
        coerce=lambda value: value == "yes",
        empty_value=None,
        required=False,
        help_text="We look at documents only after an offer.",
    )
    right_to_work.hide_optional = True

    class Meta:
        model = Application
        fields = ["full_name", "email", "phone", "address", "right_to_work"]
        labels = {"full_name": "Your name"}
        widgets = {
            "full_name": forms.TextInput(attrs={"autocomplete": "name"}),
            "email": forms.EmailInput(attrs={"autocomplete": "email"}),
            "phone": forms.TextInput(attrs={"autocomplete": "tel"}),
            "address": forms.Textarea(attrs={"rows": 3, "autocomplete": "street-address"}),
        }
        help_texts = {
            "full_name": "The panel that scores your answers does not see it.",
            "email": "We write to you here. Subject lines never say what it is about.",
        }

    def __init__(self, *args, instance, **kwargs):
        super().__init__(*args, instance=instance, **kwargs)
        self.initial["right_to_work"] = {True: "yes", False: "no"}.get(instance.right_to_work, "")


class ApplicationAnswerForm(Form):
    """How the candidate meets one criterion. Longer than asked for is kept, and said."""

    text = forms.CharField(
        required=False,
        max_length=10000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 14}),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, answer: Answer, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["text"]
        field.label = "Your answer"
        field.max_words = answer.criterion.max_words
        field.help_text = f"Up to {answer.criterion.max_words} words."
        field.hide_optional = True

    def clean_text(self):
        return self.cleaned_data["text"].replace("\r\n", "\n").rstrip()


class JobForm(ModelForm):
    class Meta:
        model = Job
        fields = ["title", "employer", "began", "ended", "duties"]
        widgets = {"duties": forms.Textarea(attrs={"rows": 4})}
        labels = {"title": "What were you?", "employer": "Where?", "duties": "What did you do?"}
        help_texts = {
            "title": "Paid or not: a volunteer, a carer and a student count.",
            "ended": "Leave it empty if it goes on.",
        }


class RefereeForm(Reachable, ModelForm):
    class Meta:
        model = Referee
        fields = ["name", "relation", "email", "phone"]
        labels = {"relation": "How do they know you?"}
        help_texts = {"relation": "A manager, a tutor, somebody you volunteer with."}


class ApplicationSupportForm(ModelForm):
    """A guaranteed interview, and somebody who supports the candidate."""

    class Meta:
        model = Application
        fields = ["guaranteed_interview", "supporter_name", "supporter_contact"]
        labels = {
            "guaranteed_interview": "I am disabled and ask for a guaranteed interview",
            "supporter_name": "Is there somebody who supports you with this?",
        }
        help_texts = {
            "guaranteed_interview": "Long-term mental health problems count. You get an interview "
            "if you meet every essential criterion. The panel does not see this tick.",
            "supporter_name": "A friend, a worker, a peer. We may speak with them about your "
            "application, if you name them here.",
        }


class AdjustmentsForm(Form):
    """What would make it fair. Never read by the panel."""

    adjustments = forms.CharField(
        label="What would help you?",
        required=False,
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="More time, a quiet room, the questions on paper, a break, somebody beside you, "
        "a video call. You need not say why.",
    )
    adjustments.hide_optional = True


class MonitoringForm(Form):
    """Equality monitoring: every question can be left, and nothing is typed."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for key, (question, _) in QUESTIONS.items():
            self.fields[key] = forms.ChoiceField(
                label=question,
                choices=choices(key),
                widget=forms.RadioSelect,
                required=False,
                initial=NOT_SAID,
            )
            self.fields[key].hide_optional = True


class SurveyForm(Form):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for key, statement in STATEMENTS.items():
            self.fields[key] = forms.ChoiceField(
                label=statement,
                choices=[*ANSWERS, ("", "It does not fit, or I would rather not say")],
                widget=forms.RadioSelect,
                required=False,
            )
            self.fields[key].hide_optional = True

    def clean(self):
        data = super().clean()
        if not any(data.values()):
            raise ValidationError("Choose at least one answer, or leave the page.")
        return data


class TypeInForm(Reachable, Form):
    """Somebody who applies another way: their name, and how to reach them."""

    full_name = forms.CharField(label="Their name", max_length=120)
    email = forms.EmailField(label="E-mail address", required=False, max_length=254)
    phone = forms.CharField(label="Telephone", required=False, max_length=30)


class ApplicationFilterForm(Form):
    """Which applications of a vacancy the list shows."""

    state = forms.ChoiceField(
        label="Where it stands",
        required=False,
        choices=[("", "Anything"), *Application.State.choices],
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["state"].hide_optional = True

    def wanted(self):
        self.is_valid()
        return self.cleaned_data.get("state", "")
