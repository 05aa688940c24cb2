"""Forms of a vacancy on its way to being open."""

from datetime import time

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from apps.core import clock
from apps.core.dates import moment, wall_clock
from apps.core.fields import DateField, TimeField
from apps.core.nhs import Form, ModelForm
from apps.core.readability import word_count
from apps.groups.forms import ChoosePersonForm
from apps.taskgroups.wording import in_short

from ..roles import PanelRole
from .models.advice import Advice
from .models.approval import DEPUTY_AT_MOST, Approval
from .models.template import VacancyTemplate
from .models.vacancy import SUMMARY_WORDS, Band, Criterion, DBSLevel, Vacancy

LAST_SECOND = time(23, 59, 59)  # people read "closes on 4 May" as the whole of that day


def boroughs():
    return [("", "Choose a borough"), *((name, name) for name in settings.BOROUGHS)]


class VacancyFilterForm(Form):
    """Which vacancies the list shows. What does not fit is left out of account."""

    ORDERS = [
        ("", "Newest first"),
        ("closing", "Closing date"),
        ("waiting", "Longest in its stage"),
    ]

    q = forms.CharField(label="Title, team or reference", required=False, max_length=100)
    state = forms.ChoiceField(
        label="How it stands", required=False, choices=[("", "Anything"), *Vacancy.State.choices]
    )
    borough = forms.ChoiceField(label="Borough", required=False)
    order = forms.ChoiceField(label="Order", required=False, choices=ORDERS)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["borough"].choices = [("", "All boroughs"), *boroughs()[1:]]
        for field in self.fields.values():
            field.hide_optional = True

    def wanted(self):
        self.is_valid()
        return self.cleaned_data


class BeginVacancyForm(Form):
    """What a new vacancy begins from."""

    title = forms.CharField(label="Job title", max_length=120, initial="Peer Support Worker")
    start = forms.ChoiceField(
        label="Begin from",
        required=False,
        widget=forms.RadioSelect,
        help_text="Words and criteria are taken over. Team, people, money and dates are not.",
    )

    def __init__(self, *args, earlier, offered, **kwargs):
        super().__init__(*args, **kwargs)
        choices = [("", "An empty draft")]
        choices += [
            (f"template:{one.pk}", f"Template: {one}") for one in VacancyTemplate.objects.all()
        ]
        choices += [
            (
                f"vacancy:{one.reference}",
                f"Earlier: {one.title}, {one.team or 'no team'}, {one.reference}",
            )
            for one in earlier
        ]
        choices += [
            (f"text:{one.key}", f"Accepted by the steering group: {one.title}") for one in offered
        ]
        self.fields["start"].choices = choices
        self.fields["start"].hide_optional = True


class TextsForm(ModelForm):
    """What candidates read, and why lived experience is asked for."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    borough = forms.ChoiceField(label="Borough", required=False)

    class Meta:
        model = Vacancy
        fields = [
            "title",
            "summary",
            "description",
            "easy_read",
            "band",
            "wte",
            "posts",
            "hours",
            "team",
            "borough",
            "legal_rationale",
            "dbs_level",
            "dbs_paid_by_trust",
        ]
        widgets = {
            "summary": forms.Textarea(attrs={"rows": 5}),
            "description": forms.Textarea(attrs={"rows": 18}),
            "easy_read": forms.Textarea(attrs={"rows": 8}),
            "hours": forms.Textarea(attrs={"rows": 3}),
            "legal_rationale": forms.Textarea(attrs={"rows": 5}),
            "wte": forms.TextInput(attrs={"width": "4", "inputmode": "decimal"}),
            "posts": forms.NumberInput(attrs={"width": "3"}),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["summary"].max_words = SUMMARY_WORDS
        self.fields["borough"].choices = boroughs()
        self.fields["band"].choices = Band.choices
        self.fields["dbs_level"].choices = DBSLevel.choices
        self.fields["seen"].initial = self.instance.revision
        for name in ("summary", "description", "hours", "team", "legal_rationale", "borough"):
            self.fields[name].hide_optional = True  # a draft may be unfinished

    def clean_summary(self):
        words = word_count(self.cleaned_data["summary"])
        if words > SUMMARY_WORDS:
            raise ValidationError(f"The summary has {words} words. {SUMMARY_WORDS} are enough.")
        return self.cleaned_data["summary"]


class VacancyTermsForm(Form):
    """Money, supervisors and dates: what can be set until it opens."""

    cost_code = forms.CharField(label="Cost code", required=False, max_length=30)
    position_number = forms.CharField(label="Position number", required=False, max_length=30)
    line_supervisor = forms.CharField(label="Line supervisor", required=False, max_length=120)
    peer_supervisor = forms.CharField(label="Peer supervisor", required=False, max_length=120)
    closes_on = DateField(
        label="Closing date",
        required=False,
        help_text="People can apply until the last second of this day.",
    )
    interviews_on = DateField(label="First day of interviews", required=False)

    # What was signed for and approved no longer changes once approval has begun.
    APPROVED = ("cost_code", "position_number", "line_supervisor", "peer_supervisor")

    def __init__(self, *args, vacancy, **kwargs):
        super().__init__(*args, **kwargs)
        self.vacancy = vacancy
        for field in self.fields.values():
            field.hide_optional = True

    @staticmethod
    def of(vacancy):
        """What stands now, to begin from."""
        return {
            "cost_code": vacancy.cost_code,
            "position_number": vacancy.position_number,
            "line_supervisor": vacancy.line_supervisor,
            "peer_supervisor": vacancy.peer_supervisor,
            "closes_on": clock.date_of(vacancy.closes_at) if vacancy.closes_at else None,
            "interviews_on": vacancy.interviews_on,
        }

    def clean(self):
        data = super().clean()
        closes_on, interviews_on = data.get("closes_on"), data.get("interviews_on")
        if closes_on and closes_on <= clock.today():
            self.add_error("closes_on", "The closing date must be in the future.")
        if closes_on and interviews_on and interviews_on <= closes_on:
            self.add_error("interviews_on", "Interviews begin after the closing date.")
        if self.vacancy.open_to("set_terms") and not self.vacancy.open_to("set_funding"):
            for name in self.APPROVED:
                if data.get(name) != getattr(self.vacancy, name):
                    self.add_error(name, Vacancy.moves["set_funding"].closed)
        return data

    def values(self):
        """The fields of a vacancy."""
        data = dict(self.cleaned_data)
        closes_on = data.pop("closes_on")
        data["closes_at"] = wall_clock(closes_on, LAST_SECOND) if closes_on else None
        return data


class ExtendVacancyForm(Form):
    """A later closing date, and why; interviews move where they must."""

    closes_on = DateField(
        label="New closing date", help_text="People can apply until the last second of this day."
    )
    interviews_on = DateField(
        label="First day of interviews",
        required=False,
        help_text="It must come after the closing date.",
    )
    interviews_on.hide_optional = True
    reason = forms.CharField(
        label="Reason",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Kept in the history of the vacancy.",
    )

    def clean(self):
        data = super().clean()
        closes_on, interviews_on = data.get("closes_on"), data.get("interviews_on")
        if closes_on and interviews_on and interviews_on <= closes_on:
            self.add_error("interviews_on", "Interviews begin after the closing date.")
        return data

    @property
    def until(self):
        return wall_clock(self.cleaned_data["closes_on"], LAST_SECOND)


class CriterionForm(ModelForm):
    """One line of the person specification."""

    class Meta:
        model = Criterion
        fields = ["text", "weight", "stage", "guidance", "scoring", "max_words"]
        widgets = {
            "weight": forms.RadioSelect,
            "stage": forms.RadioSelect,
            "guidance": forms.Textarea(attrs={"rows": 4}),
            "scoring": forms.Textarea(attrs={"rows": 4}),
            "max_words": forms.NumberInput(attrs={"width": "4"}),
        }

    # Words that ask for what must never be asked (Equality Act 2010, section 60; domain guidance).
    NEVER = ("diagnos", "medication", "medicine", "treatment", "sectioned", "illness", "sick leave")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["weight"].choices = Criterion.Weight.choices
        self.fields["stage"].choices = Criterion.Stage.choices

    def clean_max_words(self):
        words = self.cleaned_data["max_words"]
        if not 50 <= words <= 1000:
            raise ValidationError("Give between 50 and 1,000 words.")
        return words

    def clean_text(self):
        text = self.cleaned_data["text"]
        if found := [word for word in self.NEVER if word in text.lower()]:
            raise ValidationError(
                f"A criterion cannot ask about this (“{found[0]}…”). Ask for experience and the "
                "ability to use it."
            )
        return text


# --- people -------------------------------------------------------------------------------------
class PanelForm(ChoosePersonForm):
    """Choose one of the people found, and their seat on the panel."""

    role = forms.ChoiceField(
        label="Whom do they bring in?", choices=PanelRole.choices, widget=forms.RadioSelect
    )
    trained_on = DateField(
        label="Training in fair recruitment",
        required=False,
        help_text="When they last had it. Without it the vacancy cannot open.",
    )

    def clean_trained_on(self):
        value = self.cleaned_data["trained_on"]
        if value and value > clock.today():
            raise ValidationError("The training must have taken place.")
        return value


class TrainingForm(Form):
    """When a member of the panel last had training in fair recruitment."""

    trained_on = DateField(label="When was it?")

    clean_trained_on = PanelForm.clean_trained_on


class VacancyReasonForm(Form):
    reason = forms.CharField(
        label="Reason", max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


class DeputyForm(ChoosePersonForm):
    """Choose one of the people found, and for which days they stand in."""

    from_on = DateField(
        label="From",
        help_text="From tomorrow at the earliest.",
        error_messages={"required": "Say from which day they stand in."},
    )
    until_on = DateField(
        label="Until",
        help_text="Three months at most.",
        error_messages={"required": "Say until which day they stand in."},
    )

    def clean(self):
        data = super().clean()
        from_on, until_on = data.get("from_on"), data.get("until_on")
        if from_on and from_on <= clock.today():
            self.add_error(
                "from_on", "A deputy is named beforehand: from tomorrow at the earliest."
            )
        if from_on and until_on and until_on < from_on:
            self.add_error("until_on", "The last day must not be before the first.")
        elif from_on and until_on and until_on > from_on + DEPUTY_AT_MOST:
            self.add_error("until_on", "Give a last day within three months of the first.")
        return data


class ApproveVacancyForm(Form):
    """Approve, or return with a reason."""

    answer = forms.ChoiceField(
        label="What do you say?",
        widget=forms.RadioSelect,
        choices=[
            (Approval.Answer.APPROVED, "Approve it"),
            (Approval.Answer.RETURNED, "Send it back"),
        ],
    )
    reason = forms.CharField(
        label="What has to change?",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Only if you send it back.",
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean(self):
        data = super().clean()
        if data.get("answer") == Approval.Answer.RETURNED and not data.get("reason"):
            self.add_error("reason", "Say what has to change.")
        return data


# --- the co-production record -------------------------------------------------------------------
class AdviceForm(ModelForm):
    class Meta:
        model = Advice
        fields = ["text", "about", "side", "source"]
        labels = {"text": "What was advised?", "side": "Whose advice is it?"}
        widgets = {
            "text": forms.Textarea(attrs={"rows": 5}),
            "about": forms.RadioSelect,
            "side": forms.RadioSelect,
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["about"].choices = Advice.About.choices
        self.fields["side"].choices = self.fields["side"].choices[1:]


class AdviceAnswerForm(Form):
    answer = forms.ChoiceField(
        label="What became of it?", choices=Advice.Answer.choices, widget=forms.RadioSelect
    )
    answer.choice_hints = {
        Advice.Answer.TAKEN: "The words changed as advised. Choose the change below.",
        Advice.Answer.ADAPTED: "They changed in another way. Choose the change below.",
        Advice.Answer.AGREED: "It is so already, or it is not about words.",
        Advice.Answer.DECLINED: "It stays as it is.",
    }
    edit = forms.ChoiceField(
        label="Which change answers it?",
        required=False,
        widget=forms.RadioSelect,
        help_text="What changed since the advice was recorded, newest first. The record shows the "
        "words before and after.",
    )
    reason = forms.CharField(
        label="Because", max_length=3000, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *args, edits, **kwargs):
        super().__init__(*args, **kwargs)
        self.edits = {str(one.pk): one for one in edits}
        field = self.fields["edit"]
        field.hide_optional = True
        field.choices = [
            (pk, f"{one.label}: {one.by}, {moment(one.at)}") for pk, one in self.edits.items()
        ]
        field.choice_hints = {
            pk: in_short(one.places[0]["pieces"]) for pk, one in self.edits.items()
        }
        if not edits:
            field.widget = forms.HiddenInput()

    def clean(self):
        data = super().clean()
        if data.get("answer") not in Advice.CHANGED:
            self.errors.pop("edit", None)
            data["edit"] = None
        elif "edit" not in self.errors:
            data["edit"] = self.edits.get(data.get("edit") or "")
            if not self.edits:
                self.add_error(
                    "answer",
                    "No words have changed since the advice was given. Change them first, or "
                    "choose another answer.",
                )
            elif data["edit"] is None:
                self.add_error("edit", "Choose the change that answers it.")
        return data


class TemplateForm(Form):
    name = forms.CharField(
        label="Name of the template",
        max_length=120,
        help_text="A template of the same name is replaced.",
    )


# --- visits -------------------------------------------------------------------------------------
class VisitForm(Form):
    """When and where people may come and look."""

    on = DateField(label="Day")
    starts = TimeField(label="From")
    ends = TimeField(label="To")
    place = forms.CharField(
        label="Where", max_length=200, help_text="An address, or how to join from home."
    )
    host = forms.CharField(
        label="Who meets people?",
        required=False,
        max_length=120,
        help_text="A first name is enough.",
    )
    places = forms.IntegerField(
        label="Places",
        min_value=1,
        max_value=100,
        initial=4,
        widget=forms.NumberInput(attrs={"width": "3"}),
    )

    def clean(self):
        data = super().clean()
        if not {"on", "starts", "ends"} <= data.keys():
            return data
        try:
            data["starts_at"] = wall_clock(data["on"], data["starts"])
            data["ends_at"] = wall_clock(data["on"], data["ends"])
        except ValueError as fault:
            self.add_error("starts", str(fault))
            return data
        if data["ends_at"] <= data["starts_at"]:
            self.add_error("ends", "The visit must end after it starts.")
        if data["starts_at"] <= clock.now():
            self.add_error("on", "The visit must be in the future.")
        return data

    def values(self):
        names = ("starts_at", "ends_at", "place", "host", "places")
        return {name: self.cleaned_data[name] for name in names}
