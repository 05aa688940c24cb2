"""What people fill in about themselves and about one another."""

from datetime import timedelta

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from apps.core import clock
from apps.core.dates import weekday
from apps.core.fields import DateField
from apps.core.nhs import Form, ModelForm

from .group_placement import places
from .models.people import Constituency, Department, User
from .models.put_off import LONGEST
from .models.support import AccessNeed, SupportProfile
from .sign_in import GOOD_PASSWORD, NOT_AN_ADDRESS


class ProfileForm(ModelForm):
    """What a person may change about themselves; their side of co-production is the office's."""

    def clean_full_name(self):
        printable(self.cleaned_data["full_name"])
        return self.cleaned_data["full_name"]

    def clean_known_as(self):
        printable(self.cleaned_data["known_as"])
        return self.cleaned_data["known_as"]

    class Meta:
        model = User
        fields = ["full_name", "known_as", "phone"]
        labels = {
            "full_name": "Full name",
            "known_as": "What would you like to be called?",
            "phone": "Telephone",
        }
        help_texts = {
            "known_as": "This is the name that others in your groups see.",
            "phone": "Only the programme office sees it. They use it if e-mail does not reach you.",
        }
        widgets = {
            "full_name": forms.TextInput(attrs={"autocomplete": "name"}),
            "known_as": forms.TextInput(attrs={"autocomplete": "nickname"}),
            "phone": forms.TextInput(
                attrs={"autocomplete": "tel", "inputmode": "tel", "width": "20"}
            ),
        }


class SupportProfileForm(ModelForm):
    """What helps me take part, and who may read it."""

    needs = forms.MultipleChoiceField(
        label="What do you need?",
        help_text="Choose all that help.",
        choices=AccessNeed,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = SupportProfile
        fields = ["needs", "what_helps", "share_with"]
        widgets = {
            "what_helps": forms.Textarea(attrs={"rows": 6}),
            "share_with": forms.RadioSelect,
        }

    def clean(self):
        cleaned = super().clean()
        if AccessNeed.OTHER in cleaned.get("needs", ()) and not cleaned.get("what_helps"):
            self.add_error("what_helps", "Say what else would help.")
        return cleaned


def printable(text):
    """A name is one line of characters that can be seen."""
    if not text.isprintable():
        raise ValidationError("Use letters, spaces and punctuation only.")


# --- what the programme office fills in --------------------------------------------------------
class SideMixin:
    """A department belongs to staff, and staff have one."""

    def clean(self):
        cleaned = super().clean()
        side, department = cleaned.get("constituency"), cleaned.get("department")
        if side == Constituency.STAFF and not department and "department" not in self.errors:
            self.add_error("department", "Choose the department of a member of staff.")
        if side and side != Constituency.STAFF and department:
            self.add_error("department", "Only staff have a department.")
        return cleaned


class PersonForm(SideMixin, Form):
    """One person to be invited."""

    full_name = forms.CharField(
        max_length=120,
        validators=[printable],
        error_messages={"required": "Enter a name."},
    )
    email = forms.EmailField(
        label="E-mail address",
        max_length=254,
        error_messages={"required": "Enter an e-mail address.", "invalid": NOT_AN_ADDRESS},
    )
    constituency = forms.ChoiceField(
        label="Takes part as",
        choices=Constituency,
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose how the person takes part.",
            "invalid_choice": "%(value)s is not one of: lived experience, staff, partner.",
        },
    )
    department = forms.ChoiceField(
        choices=[("", "None"), *Department.choices],
        required=False,
        help_text="For staff only.",
        error_messages={"invalid_choice": "%(value)s is not a department."},
    )

    def clean_email(self):
        return self.cleaned_data["email"].lower()


class InviteForm(PersonForm):
    """One person, and up to three groups to be placed in."""

    PLACES = ("first", "second", "third")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        groups, roles = places.choices()
        for place in self.PLACES if groups else ():
            self.fields[f"{place}_group"] = forms.ChoiceField(
                label=f"{place.title()} group", choices=[("", "No group"), *groups], required=False
            )
            self.fields[f"{place}_role"] = forms.ChoiceField(
                label=f"Role in the {place} group",
                choices=[("", "No role"), *roles],
                required=False,
            )

    def clean(self):
        cleaned = super().clean()
        self.memberships = []
        for place in self.PLACES:
            group, role = cleaned.get(f"{place}_group"), cleaned.get(f"{place}_role")
            if group and role:
                self.memberships.append({"group": group, "role": role})
            elif group:
                self.add_error(f"{place}_role", f"Choose the role in the {place} group.")
            elif role:
                self.add_error(f"{place}_group", f"Choose the {place} group, or no role.")
        return cleaned


class PeopleFileForm(Form):
    file = forms.FileField(
        label="CSV file",
        help_text="Up to 500 people and 1 MB.",
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
        error_messages={
            "required": "Choose a file.",
            "empty": "The file is empty. Choose a file with people in it.",
        },
    )


class PersonChangeForm(SideMixin, ModelForm):
    """What only the office may change about a person."""

    class Meta:
        model = User
        fields = ["constituency", "department"]
        labels = {"constituency": "Takes part as"}
        help_texts = {"department": "Needed for staff, and only for them."}
        widgets = {"constituency": forms.RadioSelect}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["constituency"].choices = Constituency.choices

    def clean_constituency(self):
        side = self.cleaned_data["constituency"]
        # A fresh copy: this form's instance is about to hold what was typed.
        objections = places.objections(User.objects.get(pk=self.instance.pk), side)
        if objections:
            raise ValidationError(objections)
        return side

    @property
    def changes_side(self):
        return "constituency" in self.changed_data


class AccountReasonForm(Form):
    reason = forms.CharField(
        label="Reason",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=500,
        help_text="Kept in the audit trail. Leave out anything about health.",
        error_messages={"required": "Enter a reason."},
    )


class AddressForm(AccountReasonForm):
    """Another address for somebody who has lost theirs."""

    address = forms.EmailField(
        label="New e-mail address",
        max_length=254,
        error_messages={"required": "Enter the new e-mail address.", "invalid": NOT_AN_ADDRESS},
    )
    field_order = ["address", "reason"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = "How do you know that it is them, and lost their address?"
        self.fields[
            "reason"
        ].help_text = "The second person reads it, and the person. Leave out anything about health."


class PeopleFilterForm(Form):
    """Search and filters of the list of people."""

    STATES = [
        ("", "All"),
        ("open", "Open"),
        ("closed", "Closed"),
        ("unreachable", "E-mail does not arrive"),
    ]

    q = forms.CharField(label="Name or e-mail address", required=False, max_length=254)
    constituency = forms.ChoiceField(
        label="Takes part as", required=False, choices=[("", "All"), *Constituency.choices]
    )
    department = forms.ChoiceField(required=False, choices=[("", "All"), *Department.choices])
    state = forms.ChoiceField(label="Account", required=False, choices=STATES)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.hide_optional = True


# --- accepting an invitation ----------------------------------------------------------------
class AcceptForm(Form):
    """The last step to an account. The address is fixed: the invitation went there."""

    full_name = forms.CharField(
        max_length=120,
        validators=[printable],
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "Enter your name."},
    )
    known_as = forms.CharField(
        label="What would you like to be called?",
        required=False,
        max_length=60,
        validators=[printable],
        help_text="This is the name that others in your groups see.",
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
    )
    password1 = forms.CharField(
        label="Password",
        required=False,
        strip=False,
        help_text=f"{GOOD_PASSWORD} You can leave it empty: then we e-mail you a code each time "
        "you sign in.",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password2 = forms.CharField(
        label="Password again",
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args, email, **kwargs):
        super().__init__(*args, **kwargs)
        self.email = email

    def clean(self):
        cleaned = super().clean()
        password, again = cleaned.get("password1"), cleaned.get("password2")
        if password != again:
            self.add_error("password2", "Type the same password in both boxes.")
        elif password:
            person = User(email=self.email, full_name=cleaned.get("full_name", ""))
            try:
                validate_password(password, person)
            except ValidationError as error:
                self.add_error("password1", error)
        return cleaned


class PutOffForm(Form):
    """Until when: a week, a month, a day of one's own, or never again."""

    WEEK, MONTH, DAY, NEVER = "week", "month", "day", "never"
    DAYS = {WEEK: 7, MONTH: 28}

    how_long = forms.ChoiceField(
        label="When should it come back?",
        choices=[
            (WEEK, "In a week"),
            (MONTH, "In four weeks"),
            (DAY, "On a day that I choose"),
            (NEVER, "Never: I do not want to see it"),
        ],
        widget=forms.RadioSelect,
    )
    day = DateField(label="On which day?", required=False)
    day.hide_optional = True  # it is asked for with one of the choices

    def __init__(self, *args, due=None, **kwargs):
        """``due``: until when it can be done, a moment, if it has an end."""
        super().__init__(*args, **kwargs)
        self.last = clock.date_of(due) if due else None

    def clean_day(self):
        day = self.cleaned_data["day"]
        if day and not clock.today() < day <= clock.today() + LONGEST:
            raise forms.ValidationError("Choose a day after today, and within a year.")
        return day

    def clean(self):
        data = super().clean()
        how = data.get("how_long")
        if how == self.DAY and not data.get("day") and "day" not in self.errors:
            self.add_error("day", "Enter the day on which it should come back.")
        if how in self.DAYS:
            data["until"] = clock.today() + timedelta(days=self.DAYS[how])
        else:
            data["until"] = data.get("day") if how == self.DAY else None
        late = self.last and self.last >= clock.today()  # what is late already stays so
        if late and data["until"] and data["until"] > self.last:
            where = "day" if how == self.DAY else "how_long"
            self.add_error(where, f"It ends on {weekday(self.last)}. Choose a day until then.")
        return data
