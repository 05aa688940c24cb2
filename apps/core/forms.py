"""Forms that every app shares."""

import logging
import time

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.html import format_html

from .fields import DateField
from .nhs import Form

log = logging.getLogger(__name__)


class MoveForm(Form):
    """Confirmation of a move; with a reason where the move asks for one."""

    note = forms.CharField(
        label="Reason",
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
        help_text="People affected can read this. Keep private details out of it.",
    )

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, offer, **kwargs):
        super().__init__(*args, **kwargs)
        if offer.both:  # what the second confirms is what they read
            self.initial["seen"] = offer.thing.shown(offer.first)
        else:
            del self.fields["seen"]
        if not offer.reason or offer.first is not None:  # the second confirms the first's reason
            del self.fields["note"]


class SayNoForm(Form):
    """Whoever could confirm a first press says that it is not so."""

    prefix = "no"
    note = forms.CharField(
        label="Why not",
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
        help_text="Whoever asked for it reads this. So does anybody else who could ask for it now.",
    )
    seen = forms.CharField(
        widget=forms.HiddenInput,
        error_messages={"required": "Open this page again, and read it before you say no."},
    )

    def __init__(self, *args, offer, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["seen"] = offer.thing.shown(offer.first)


# --- forms that need no account -------------------------------------------------------------------
class TrapInput(forms.TextInput):
    """A box that people do not see and programs fill in."""

    is_hidden = True  # drawn without a group of its own

    def render(self, name, value, attrs=None, renderer=None):
        return format_html(
            '<div class="nhsuk-u-visually-hidden"><label for="{0}">Leave this box empty</label>'
            '<input type="text" name="{1}" id="{0}" tabindex="-1" autocomplete="off"></div>',
            f"id_{name}",
            name,
        )


class PublicForm(Form):
    """A form for anybody, guarded without a puzzle: a trap that people do not see, and a signed
    note of when the page was opened, since people take some seconds to write.

    ``is_trapped`` once it is valid: thank the sender as ever, and keep nothing.
    """

    SALT = "core.public_form"
    LEAST_SECONDS = 3
    MOST_SECONDS = 24 * 3600

    website = forms.CharField(required=False, widget=TrapInput)
    opened = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["opened"].initial = lambda: signing.dumps(int(time.time()), salt=self.SALT)

    def clean(self):
        data = super().clean()
        if not self.errors and not self._in_good_time():
            # What was typed is kept, so that a person only presses again.
            self.data = self.data.copy()
            self.data[self.add_prefix("opened")] = signing.dumps(
                int(time.time()) - self.LEAST_SECONDS + 1, salt=self.SALT
            )
            raise ValidationError("That was very quick, or very long ago. Press the button again.")
        if not self.errors and self.is_trapped:
            log.warning("A program filled in %s, and nothing was kept", type(self).__name__)
        return data

    def _in_good_time(self):
        try:
            text = self.cleaned_data.get("opened") or ""
            opened = signing.loads(text, salt=self.SALT, max_age=self.MOST_SECONDS)
        except signing.BadSignature:
            return False
        return self.LEAST_SECONDS <= time.time() - opened <= self.MOST_SECONDS

    @property
    def is_trapped(self):
        return bool(self.cleaned_data.get("website"))


# --- the audit trail --------------------------------------------------------------------------
class AuditFilterForm(Form):
    """What to look for in the audit trail."""

    PARTS = [("by", "did it"), ("about", "is whom it was about")]

    person = forms.CharField(label="Name or e-mail address", required=False, max_length=254)
    part = forms.ChoiceField(label="This person", required=False, choices=PARTS)
    kind = forms.ChoiceField(label="Kind of thing", required=False)
    thing = forms.CharField(label="Number of the thing", required=False, max_length=64)
    action = forms.ChoiceField(label="What was done", required=False)
    sensitive = forms.BooleanField(label="Only who saw what is confidential", required=False)
    since = DateField(label="From", required=False)
    until = DateField(label="To", required=False)
    who = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, kinds, actions, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", "All"), *kinds]
        self.fields["action"].choices = [("", "All"), *actions]
        for field in self.fields.values():
            field.hide_optional = True

    def clean(self):
        data = super().clean()
        since, until = data.get("since"), data.get("until")
        if since and until and until < since:
            self.add_error("until", "The end of the period must not be before its beginning.")
        return data


def choice(label, choices, everything, **kwargs):
    """A choice that may be left open."""
    field = forms.ChoiceField(
        label=label, choices=[("", everything), *choices], required=False, **kwargs
    )
    field.hide_optional = True
    return field


def words(label, **kwargs):
    """Words to look for."""
    field = forms.CharField(label=label, required=False, max_length=100, **kwargs)
    field.hide_optional = True
    return field


class WordsForm(Form):
    """Texts that are kept in versions (``TEXTS``, as they are typed), with the revision that the
    writer had before them.
    """

    TEXTS: tuple[str, ...] = ()
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["seen"] = self.fields.pop("seen")  # after the texts
        for name in self.TEXTS:
            self.fields[name].hide_optional = True
            self.fields[name].strip = False

    def clean(self):
        data = super().clean()
        for name in self.TEXTS:
            if name in data:
                data[name] = data[name].replace("\r\n", "\n").rstrip()
        return data

    @property
    def texts(self):
        return {name: self.cleaned_data[name] for name in self.TEXTS}
