"""Forms: involvement payments."""

from datetime import timedelta

from django import forms

from apps.accounts.payable_time import Work
from apps.core import clock
from apps.core.dates import day
from apps.core.fields import DateField, MoneyField
from apps.core.forms import choice, words
from apps.core.money import pounds
from apps.core.nhs import Form, ModelForm
from apps.core.uploads import UploadField

from .models import (
    CLAIM_WITHIN,
    EarningsLimit,
    Expense,
    InvolvementClaim,
    Rate,
    StatusDecision,
)


def not_ahead(on):
    if on > clock.today():
        raise forms.ValidationError("The date is in the future. Claim it afterwards.")
    if on < clock.today() - 2 * CLAIM_WITHIN:
        raise forms.ValidationError("The date is more than a year ago. Ask the programme office.")
    return on


class AttendedForm(Form):
    """Which of the meetings that somebody came to go into the claim."""

    keys = forms.MultipleChoiceField(
        label="What do you want to claim for?",
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Tick at least one.",
            "invalid_choice": "Something that you chose has been claimed already. Look again.",
        },
    )

    def __init__(self, *args, offered, rates, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["keys"]
        field.choices = [
            (one.key, f"{one.what}, {day(one.on)}") for one in offered if rates.at(one.kind, one.on)
        ]
        field.choice_hints = {
            one.key: Work(one.kind).label for one in offered if one.kind in Work.values
        }
        self.unrated = [one for one in offered if not rates.at(one.kind, one.on)]


class WorkForm(Form):
    """Other work that somebody agreed to."""

    what = forms.CharField(label="What did you do?", max_length=200)
    kind = forms.ChoiceField(
        label="What kind of work was it?",
        choices=Work.choices,
        widget=forms.RadioSelect,
        initial=Work.OTHER,
    )
    on = DateField(label="When?")
    hours = forms.DecimalField(
        label="How many hours?",
        min_value=0.25,
        max_value=12,
        max_digits=4,
        decimal_places=2,
        help_text="For example 1.5 for an hour and a half.",
        widget=forms.TextInput(attrs={"width": "3", "inputmode": "decimal"}),
        error_messages={
            "invalid": "Enter a number of hours, for example 1.5.",
            "min_value": "Claim at least a quarter of an hour.",
            "max_value": "Claim at most 12 hours for one day.",
        },
    )
    agreed_with = forms.CharField(
        label="Who agreed to it?",
        max_length=120,
        help_text="The person of the programme who asked you to do this.",
    )

    def clean_on(self):
        return not_ahead(self.cleaned_data["on"])

    def values(self):
        data = dict(self.cleaned_data)
        return data | {"minutes": round(data.pop("hours") * 60)}


class ExpenseForm(Form):
    """Something that the person spent."""

    kind = forms.ChoiceField(
        label="What was it for?", choices=Expense.Kind.choices, widget=forms.RadioSelect
    )
    what = forms.CharField(
        label="Say what it was", max_length=200, help_text="For example, bus from Bexley and back"
    )
    on = DateField(label="When?")
    amount = MoneyField(label="How much?")
    receipt = UploadField(label="Receipt", required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        hint = self.fields["receipt"].help_text
        self.fields["receipt"].help_text = f"A picture or a scan, if you have one. {hint}"

    def clean_on(self):
        return not_ahead(self.cleaned_data["on"])


# --- the office -----------------------------------------------------------------------------------
class MyClaimsForm(Form):
    """Which of my claims to show."""

    SORTS = {"newest": ("-pk",), "oldest": ("pk",), "sum": ("-sum", "-pk")}

    state = choice("Show", InvolvementClaim.State.choices, "All")
    sort = choice(
        "In order of", [("oldest", "Oldest first"), ("sum", "Highest sum")], "Newest first"
    )


class ClaimFilterForm(Form):
    """Which claims the office looks at, and in which order."""

    SORTS = {
        "waiting": ("-waits", "submitted_at", "pk"),
        "newest": ("-submitted_at", "-pk"),
        "name": ("user__full_name", "pk"),
        "sum": ("-sum", "pk"),
    }

    q = words("Name or claim number")
    state = choice(
        "State", [one for one in InvolvementClaim.State.choices if one[0] != "draft"], "All"
    )
    since = DateField(label="Sent in from", required=False)
    until = DateField(label="Sent in until", required=False)
    sort = choice(
        "In order of",
        [("newest", "Newest first"), ("name", "Name"), ("sum", "Highest sum")],
        "Longest waiting",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("since", "until"):
            self.fields[name].hide_optional = True


class WhenForm(Form):
    """When somebody wants to be paid, and how their benefit counts it."""

    pay_from = DateField(
        label="Do not pay me before",
        required=False,
        help_text="Leave it empty to be paid as soon as it can be. To be paid in parts, make a "
        "claim for each part.",
    )
    begins = forms.IntegerField(
        label="On which day of the month does your benefit month begin?",
        required=False,
        min_value=1,
        max_value=31,
        widget=forms.TextInput(attrs={"width": "2", "inputmode": "numeric"}),
        help_text="Universal Credit calls it your assessment period. Only you see this. We use it "
        "to tell you when your pay in one of your months goes above a limit.",
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"), "Enter a day of the month, from 1 to 31."
        ),
    )

    def __init__(self, *args, is_mine, **kwargs):
        super().__init__(*args, **kwargs)
        if not is_mine:
            del self.fields["begins"]

    def clean_pay_from(self):
        on = self.cleaned_data["pay_from"]
        if on and not clock.today() < on <= clock.today() + timedelta(days=365):
            raise forms.ValidationError("Choose a day in the next 12 months, or leave it empty.")
        return on


class ClaimsChoice(forms.ModelMultipleChoiceField):
    def label_from_instance(self, claim):
        words = f"{claim.reference}: {claim.user.full_name}, {pounds(claim.total)}"
        return f"{words}, not before {day(claim.pay_from)}" if claim.pay_from else words


class PayForm(Form):
    """Which approved claims were paid, and on which day."""

    claims = ClaimsChoice(
        label="Which claims were paid?",
        queryset=InvolvementClaim.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Tick at least one claim."},
    )
    paid_on = DateField(label="On which day?")

    def __init__(self, *args, claims, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["claims"].queryset = claims
        self.initial.setdefault("paid_on", clock.today())


class RateForm(ModelForm):
    """A rate that begins on a day."""

    amount = MoneyField(label="How much?")
    effective_from = DateField(label="From which day?")

    class Meta:
        model = Rate
        fields = ["kind", "unit", "amount", "effective_from"]
        labels = {"kind": "For what kind of work?", "unit": "Paid by"}
        widgets = {"kind": forms.RadioSelect, "unit": forms.RadioSelect}
        help_texts = {
            "unit": "A half-day is up to 4 hours, and counts as 4 against the legal minimum. A "
            "longer stay counts as two."
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = Work.choices
        self.fields["unit"].choices = [("hour", "The hour"), ("half_day", "The half-day")]
        self.fields["effective_from"].help_text = (
            "Today or later. Should the steering group decide after that day, it begins on the "
            "day after the decision. What was done before keeps the rate of its day."
        )

    def clean_effective_from(self):
        on = self.cleaned_data["effective_from"]
        if on > clock.today() + timedelta(days=731):
            raise forms.ValidationError("Choose a day within the next two years.")
        return on

    def _post_clean(self):
        """Rate.propose checks the rest, with reasons in words."""


class StatusForm(Form):
    """That those who are paid by a rate are not workers: who decided it, when, and why."""

    decided_by = forms.CharField(
        label="Who decided it?",
        max_length=150,
        help_text="For example, the head of payroll, with Human Resources.",
    )
    decided_on = DateField(label="On which day?")
    grounds = forms.CharField(
        label="Why are those who are paid by it not workers?",
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="What was asked and what the answer was. For example, whether anybody has to "
        "come, whether work has to be given to them, and whether they can send somebody else.",
    )

    def clean(self):
        super().clean()
        if not self.errors:
            for field, words in StatusDecision.faults(**self.cleaned_data):
                self.add_error(field, words)
        return self.cleaned_data


class LimitsForm(Form):
    """The sums above which a person is pointed to advice; an empty one warns of nothing."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for value, label in EarningsLimit.Period.choices:
            self.fields[value] = MoneyField(label=f"Warn above, in {label}", required=False)
            self.fields[value].hide_optional = True
        known = EarningsLimit.objects.values_list("period", "amount")
        self.initial |= dict(known)
