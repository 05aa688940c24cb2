"""The register of decisions: looking, replacing, making public."""

from django import forms

from apps.core.fields import DateField
from apps.core.nhs import Form
from apps.groups.models import WorkingGroup

from .register import METHODS, STATUSES, Wanted


class DecisionRegisterForm(Form):
    """Which decisions the register shows. What does not fit is left out of account."""

    q = forms.CharField(label="Words or reference", required=False, max_length=100)
    group = forms.ModelChoiceField(
        WorkingGroup.objects.none(), to_field_name="slug", required=False, empty_label="All groups"
    )
    status = forms.ChoiceField(
        required=False,
        choices=[("", "Anything"), *((key, label) for key, (label, _) in STATUSES.items())],
        label="How it stands",
    )
    method = forms.ChoiceField(
        required=False, choices=[("", "Any way"), *METHODS.items()], label="How it was decided"
    )
    since = DateField(label="From", required=False)
    until = DateField(label="To", required=False)

    def __init__(self, data, *, groups):
        super().__init__(data)
        self.fields["group"].queryset = groups
        for field in self.fields.values():
            field.hide_optional = True

    def wanted(self):
        """What was asked for, as far as it makes sense."""
        self.is_valid()
        said = self.cleaned_data
        return Wanted(
            words=said.get("q", "").strip(),
            group=said.get("group"),
            status=said.get("status", ""),
            method=said.get("method", ""),
            since=said.get("since"),
            until=said.get("until"),
        )


class SupersedeForm(Form):
    """The earlier decision, by the reference that every page of it shows."""

    reference = forms.CharField(
        label="Reference of the earlier decision",
        max_length=40,
        help_text="For example, role-design/2026/3. It is on the page of the decision.",
    )

    def __init__(self, *args, decisions, **kwargs):
        super().__init__(*args, **kwargs)
        self.decisions = decisions

    def clean_reference(self):
        typed = self.cleaned_data["reference"].strip().lower()
        found = self.decisions.filter(reference=typed).select_related("meeting__group").first()
        if found is None:
            raise forms.ValidationError("You can see no decision with this reference.")
        self.cleaned_data["older"] = found
        return typed


class TakeBackForm(Form):
    reason = forms.CharField(
        label="Why?",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="This is kept in the history. Leave names out.",
    )


class DecisionPublicForm(Form):
    """The words for everybody."""

    text = forms.CharField(
        label="What was decided, for everybody",
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="Anybody can read this without signing in. Leave out names, and anything that "
        "tells who somebody is.",
    )
