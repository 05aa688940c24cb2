"""Finding a message, its words, and when it goes out."""

from datetime import timedelta

from django import forms

from apps.core.forms import choice, words
from apps.core.nhs import Form

from ..kinds import KINDS, Topic
from ..models import ReminderRule
from .editing import CALLED, can_be_changed, wrong_with


class KindFilterForm(Form):
    q = words("Words to look for")
    topic = choice("About", Topic.choices, "Everything")
    changed = forms.BooleanField(
        label="Only messages that we changed or switched off", required=False
    )


class WordingForm(Form):
    """The five texts of a kind; one that is left empty is as it came."""

    HELP = {
        "subject_line": "It shows on a locked phone, so it must not tell what it is about.",
        "preview": "The line that a phone shows beside the subject. The same goes for it.",
        "title": "The first line inside.",
        "text": "A blank line begins a new paragraph. With nothing to put in, it is left out. "
        "**Two stars** make words bold; a line that begins with - is a point of a list.",
        "action": "What the button says.",
    }

    def __init__(self, *args, kind, **kwargs):
        super().__init__(*args, **kwargs)
        self.kind = kind
        for name in can_be_changed(kind):
            widget = forms.Textarea(attrs={"rows": 10}) if name == "text" else forms.TextInput()
            self.fields[name] = forms.CharField(
                label=CALLED[name], help_text=self.HELP[name], required=False, widget=widget
            )
            self.fields[name].hide_optional = True
        self.fields["seen"] = forms.IntegerField(widget=forms.HiddenInput)

    def clean(self):
        said = super().clean()
        for name in can_be_changed(self.kind):
            text = said.get(name, "").replace("\r\n", "\n").strip()
            said[name] = text
            if text and (wrong := wrong_with(self.kind, name, text)):
                self.add_error(name, wrong)
        return said

    @property
    def texts(self):
        return {name: self.cleaned_data[name] for name in can_be_changed(self.kind)}


UNITS = {"days": timedelta(days=1), "hours": timedelta(hours=1), "minutes": timedelta(minutes=1)}
LONGEST = timedelta(days=3660)


class RuleForm(Form):
    """When one message of a kind goes out, to whom, and how."""

    number = forms.IntegerField(
        label="Send it how long before or after?",
        min_value=0,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "width": "4"}),
        error_messages={
            "required": "Enter how long before or after it goes out",
            "invalid": "Enter how long as a number, like 7",
            "min_value": "Enter 0 or more",
        },
    )
    unit = forms.ChoiceField(label="Days, hours or minutes", choices=[(one, one) for one in UNITS])
    side = forms.ChoiceField(
        label="Before or after", choices=[("before", "before"), ("after", "after")]
    )
    audience = forms.ChoiceField(
        label="To whom",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose to whom it goes"},
    )
    channel = forms.ChoiceField(
        label="Where it goes",
        choices=ReminderRule.Reach.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how it goes"},
    )
    enabled = forms.BooleanField(label="Switched on", required=False)

    def __init__(self, *args, kind, rule, **kwargs):
        self.kind, self.rule = kind, rule
        super().__init__(*args, initial=self.now() | kwargs.pop("initial", {}), **kwargs)
        self.fields["audience"].choices = list(kind.audiences.items())
        if len(kind.audiences) == 1:
            del self.fields["audience"]
        if kind.stays_on:
            del self.fields["channel"]  # the latest of several goes alone: it would take the others
        if kind.is_event:
            for name in ("number", "unit", "side"):
                del self.fields[name]

    def now(self):
        """How the rule stands, in the words of the form."""
        seconds = abs(self.rule.offset)
        unit = next((one for one, size in UNITS.items() if not seconds % size), "minutes")
        return {
            "number": seconds // UNITS[unit],
            "unit": unit,
            "side": "after" if self.rule.offset < timedelta(0) else "before",
            "audience": self.rule.audience,
            "channel": self.rule.channel,
            "enabled": self.rule.enabled,
        }

    def clean(self):
        said = super().clean()
        if self.errors:
            return said
        offset = self.rule.offset
        if "number" in said:
            if said["number"] > LONGEST / UNITS[said["unit"]]:
                self.add_error("number", f"Enter at most {LONGEST.days} days.")
                return said
            offset = said["number"] * UNITS[said["unit"]]
            offset = -offset if said["side"] == "after" else offset
        self.rule.offset = offset
        self.rule.audience = said.get("audience", next(iter(self.kind.audiences)))
        self.rule.channel = said.get("channel", ReminderRule.Reach.EMAIL)
        self.rule.enabled = said["enabled"]
        same = ReminderRule.objects.filter(
            kind=self.kind.name,
            offset=offset,
            audience=self.rule.audience,
            channel=self.rule.channel,
        )
        if same.exclude(pk=self.rule.pk).exists():
            name = "number" if "number" in self.fields else "channel"
            self.add_error(name, "There is a time like this already.")
        return said


def kinds_that(q="", topic="", changed=False, names=()):
    """The kinds that are asked for, by topic and then by what they are called."""
    order = list(Topic)
    said = q.casefold()
    return sorted(
        (
            kind
            for kind in KINDS.values()
            if (not topic or kind.topic == topic)
            and (not changed or kind.name in names)
            and said in f"{kind.label} {kind.title} {kind.text} {kind.subject_line}".casefold()
        ),
        key=lambda kind: (order.index(kind.topic), kind.label, kind.name),
    )
