"""Forms for groups, their people and their terms of reference."""

from functools import reduce
from operator import or_

from django import forms
from django.db.models import Q
from django.utils.text import slugify

from apps.accounts.models.people import User
from apps.core import clock
from apps.core.fields import DateField
from apps.core.nhs import Form, ModelForm

from .counting import SIDES
from .models import IN_THE_PAST, PeerWorkers, Represents, TermsOfReference, WorkingGroup
from .roles import Role

FOUND_AT_MOST = 20


class GroupForm(ModelForm):
    """Name, kind and purpose of a group."""

    class Meta:
        model = WorkingGroup
        fields = ["name", "kind", "purpose"]
        widgets = {"kind": forms.RadioSelect, "purpose": forms.Textarea(attrs={"rows": 5})}
        labels = {"kind": "What kind of group is it?"}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = WorkingGroup.Kind.choices
        # A steering group decides for every group: none becomes one that has begun as another.
        if self.instance.pk and not self.instance.open_to("activate"):
            del self.fields["kind"]
        self.fields["purpose"].max_length = 2000

    def clean_name(self):
        name = self.cleaned_data["name"].strip()
        slug = slugify(name)[:80]
        if not slug:
            raise forms.ValidationError("The name needs at least one letter or number.")
        same = WorkingGroup.objects.exclude(pk=self.instance.pk)
        if same.filter(Q(name__iexact=name) | Q(slug=slug)).exists():
            raise forms.ValidationError("There is already a group with this name.")
        if not self.instance.pk:
            self.instance.slug = slug
        return name


class FindPersonForm(Form):
    """Look somebody up by name or e-mail address."""

    looks_at = ("full_name", "known_as", "email")

    q = forms.CharField(label="Name or e-mail address", max_length=100, required=False)
    q.hide_optional = True

    def found(self, among):
        """At most ``FOUND_AT_MOST`` of them in whose name or address each word stands."""
        words = (self.cleaned_data.get("q") or "").split() if self.is_valid() else []
        people = among if words else among.none()
        for word in words:
            found = [Q(**{f"{field}__icontains": word}) for field in self.looks_at]
            people = people.filter(reduce(or_, found))
        return people[:FOUND_AT_MOST]


class PersonChoice(forms.ModelChoiceField):
    """People as radios: name, side of co-production, and address to tell namesakes apart."""

    def label_from_instance(self, user):
        return f"{user.full_name}, {user.get_constituency_display().lower()} ({user.email})"


class ChoosePersonForm(Form):
    """Choose one of the people found."""

    user = PersonChoice(
        label="Who?",
        queryset=User.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": "Choose a person."},
    )

    def __init__(self, *args, found, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = found


class AppointForm(ChoosePersonForm):
    """Give one of the people found a role for a term."""

    role = forms.ChoiceField(label="Role", choices=Role, widget=forms.RadioSelect)
    represents = forms.ChoiceField(
        label="Whom do they represent?",
        choices=[("", "Nobody in particular"), *Represents.choices],
        required=False,
        help_text="For representatives of the network or of a corporate service.",
    )
    starts = DateField(label="First day of the term")
    ends = DateField(label="Last day of the term", required=False)

    def __init__(self, *args, group, **kwargs):
        self.group = group
        super().__init__(*args, **kwargs)
        self.fields["starts"].initial = clock.today()

    def clean(self):
        data = super().clean()
        starts, ends = data.get("starts"), data.get("ends")
        if starts and starts < clock.today():
            self.add_error("starts", IN_THE_PAST)
        if starts and ends and ends < starts:
            self.add_error("ends", "The last day must be after the first day.")
        if data.get("role") == Role.REPRESENTATIVE and not data.get("represents"):
            self.add_error("represents", "Say whom this representative speaks for.")
        return data


class EndForm(Form):
    """End somebody's term now."""

    reason = forms.CharField(
        label="Reason",
        required=False,
        max_length=300,
        help_text="Kept in the audit trail. Leave out anything private.",
    )


class GroupTermsForm(ModelForm):
    """A new version of the terms of reference, with the co-production quorum."""

    in_force_from = DateField(
        label="In force from",
        help_text="At the earliest. They hold once they are adopted, and never for a day before.",
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)
    voices = forms.MultipleChoiceField(
        label="Whose voices does the group need?",
        choices=Represents,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="At least one member speaks for each. A voice that is missing is shown.",
    )
    voices.hide_optional = True

    class Meta:
        model = TermsOfReference
        fields = [
            "text",
            "quorum_members",
            "quorum_lived_experience",
            "quorum_staff",
            "notice_days",
            "peer_workers",
            "voices",
            "in_force_from",
        ]
        labels = {"peer_workers": "How do peer workers count who are employed by the trust?"}
        widgets = {
            "peer_workers": forms.RadioSelect,
            "text": forms.Textarea(attrs={"rows": 15}),
            **{
                name: forms.NumberInput(attrs={"width": "3"})
                for name in (
                    "quorum_members",
                    "quorum_lived_experience",
                    "quorum_staff",
                    "notice_days",
                )
            },
        }
        help_texts = {
            "quorum_members": "A decision counts only when at least this many members are there.",
            "quorum_lived_experience": "Of these, how many with lived experience.",
            "quorum_staff": "Of these, how many members of staff.",
            "notice_days": "How long before a meeting people must be told.",
            "peer_workers": "Each of them says whether they want to count so, or on neither side. "
            "Whoever has not said it does not count.",
        }

    def __init__(self, *args, group, **kwargs):
        super().__init__(*args, **kwargs)
        says = self.fields["peer_workers"]
        says.choices, says.required = PeerWorkers.choices, True
        says.error_messages["required"] = "Choose how peer workers count in this group."
        if group.kind != WorkingGroup.Kind.TASK:
            del self.fields["voices"]

    def clean_text(self):
        """As it is compared with the version before, whichever browser sent it."""
        return self.cleaned_data["text"].replace("\r\n", "\n")

    def clean_in_force_from(self):
        on = self.cleaned_data["in_force_from"]
        if on < clock.today():
            raise forms.ValidationError("Terms never hold for the past. Choose today or later.")
        return on

    def clean(self):
        data = super().clean()
        sides = (data.get("quorum_lived_experience") or 0) + (data.get("quorum_staff") or 0)
        if data.get("quorum_members") and data["quorum_members"] < sides:
            self.add_error(
                "quorum_members",
                f"This must be at least {sides}: the two sides below add up to that.",
            )
        return data


class SideForm(Form):
    """On which side a peer worker counts in one group."""

    side = forms.ChoiceField(
        label="On which side do you want to count here?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose on which side you want to count."},
    )

    def __init__(self, *args, sides, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["side"].choices = [(side, SIDES[side].capitalize()) for side in sides]
