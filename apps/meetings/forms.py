"""Forms around a meeting: plan it, answer it, hold it, record what came of it."""

from dateutil.rrule import FR, MO, MONTHLY, SA, SU, TH, TU, WE, WEEKLY, rrule
from django import forms

from apps.accounts.models.people import User
from apps.core import clock
from apps.core.dates import wall_clock
from apps.core.fields import DateField
from apps.core.nhs import Form, ModelForm
from apps.core.uploads import UploadField
from apps.groups.counting import SIDES

from .decided import decidable, named, outcomes_of
from .gathering_forms import GatheringForm, about_what_stands, reason_field, seen_field
from .models.agenda import AgendaItem
from .models.meeting import Meeting, MeetingSeries
from .models.outcome import Action, Decision
from .models.paper import Paper
from .models.people import Attendance, deputies_for

WEEKDAYS = (MO, TU, WE, TH, FR, SA, SU)
SERIES_AT_MOST = 24


def people_field(queryset, **kwargs):
    """A choice among people, by name."""
    return forms.ModelChoiceField(queryset=queryset.order_by("full_name"), **kwargs)


# --- planning -------------------------------------------------------------------------------
class MeetingForm(GatheringForm):
    """What, when, where, and who arranges support."""

    class Meta:
        model = Meeting
        fields = [
            "title",
            "purpose",
            "format",
            "place",
            "link",
            "joining",
            "support_organiser",
            "reminders",
        ]
        widgets = {
            "purpose": forms.Textarea(attrs={"rows": 3}),
            "joining": forms.Textarea(attrs={"rows": 3}),
            "format": forms.RadioSelect,
        }
        help_texts = {
            "joining": "For example bus stops, parking, step-free way in, or a phone number to "
            "dial in.",
        }
        labels = {
            "format": "How do people take part?",
            "support_organiser": "Who arranges support?",
            "reminders": "Send reminders before the meeting",
        }

    field_order = ["title", "purpose", "date", "start", "end", "format", "place", "link"]

    def __init__(self, *args, group, **kwargs):
        self.group = group
        super().__init__(*args, **kwargs)
        self.fields["format"].choices = Meeting.Format.choices
        self.fields["support_organiser"].empty_label = "Choose somebody"
        for name, when in (("place", "in person"), ("link", "online")):
            self.fields[name].help_text = f"If people can take part {when}. " + (
                "Room, building and address." if name == "place" else ""
            )
        members = group.memberships.current().deciding().values("user")
        organisers = User.objects.active().filter(pk__in=members)
        if self.instance.pk:
            organisers |= User.objects.filter(pk=self.instance.support_organiser_id)
        self.fields["support_organiser"].queryset = organisers.order_by("full_name")


class PlanMeetingForm(MeetingForm):
    """A new meeting, or several at regular times."""

    repeat = forms.ChoiceField(
        label="Does it repeat?",
        choices=[("", "No, just once"), *MeetingSeries.Every.choices],
        required=False,
        widget=forms.RadioSelect,
    )
    repeat.hide_optional = True
    times = forms.IntegerField(
        label="How many meetings in all?",
        required=False,
        min_value=2,
        max_value=SERIES_AT_MOST,
        help_text=f"If it repeats, up to {SERIES_AT_MOST}. Each one can be changed afterwards.",
        widget=forms.NumberInput(attrs={"width": "2"}),
    )

    def clean(self):
        data = super().clean()
        if data.get("repeat") and not data.get("times") and "times" not in self.errors:
            self.add_error("times", "Say how many meetings there will be.")
        if data.get("repeat") and data.get("times") and data.get("starts_at") and not self.errors:
            try:
                data["dates"] = self._dates(data)
            except ValueError as skipped:
                self.add_error("start", f"One of the dates does not work. {skipped}")
        return data

    def _dates(self, data):
        """The moments of the series: each at the same London wall-clock time."""
        first, every, count = data["date"], data["repeat"], data["times"]
        if every == MeetingSeries.Every.MONTH:
            nth = (first.day - 1) // 7 + 1
            # A fifth Tuesday is not in every month: then it is the last one.
            weekday = WEEKDAYS[first.weekday()](nth if nth < 5 else -1)
            days = rrule(MONTHLY, dtstart=first, count=count, byweekday=weekday)
        else:
            weeks = {"week": 1, "fortnight": 2, "four_weeks": 4}[every]
            days = rrule(WEEKLY, dtstart=first, count=count, interval=weeks)
        return [
            (wall_clock(day.date(), data["start"]), wall_clock(day.date(), data["end"]))
            for day in days
        ]


class ChangeMeetingForm(MeetingForm):
    """Change a meeting that exists; one already announced asks for the reason."""

    reason = reason_field("Everyone invited")
    seen = seen_field()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        about_what_stands(self)


class LinkedForm(PlanMeetingForm):
    """A pre-meet or debrief around a meeting."""

    kind = forms.ChoiceField(
        label="What is it?",
        choices=[
            (Meeting.Kind.PRE_MEET, "A pre-meet, before the meeting"),
            (Meeting.Kind.DEBRIEF, "A debrief, after the meeting"),
        ],
        widget=forms.RadioSelect,
    )
    field_order = ["kind", *MeetingForm.field_order]

    def __init__(self, *args, parent, **kwargs):
        self.parent = parent
        super().__init__(*args, **kwargs)
        del self.fields["repeat"], self.fields["times"]

    def clean(self):
        data = super().clean()
        starts, ends, kind = data.get("starts_at"), data.get("ends_at"), data.get("kind")
        if kind == Meeting.Kind.PRE_MEET and ends and ends > self.parent.starts_at:
            self.add_error("end", "A pre-meet must end before the meeting starts.")
        if kind == Meeting.Kind.DEBRIEF and starts and starts < self.parent.ends_at:
            self.add_error("start", "A debrief must start after the meeting ends.")
        return data


class AgendaItemForm(ModelForm):
    """Propose something for the agenda; and what it decides on, where there is such a thing."""

    about = forms.ChoiceField(
        label="Does the meeting decide on one of these?",
        required=False,
        widget=forms.RadioSelect,
        help_text="A decision then takes effect on it, once the second co-lead confirms it.",
    )
    about.hide_optional = True

    class Meta:
        model = AgendaItem
        fields = ["title", "detail", "kind", "minutes_allowed"]
        widgets = {
            "detail": forms.Textarea(attrs={"rows": 4}),
            "kind": forms.RadioSelect,
            "minutes_allowed": forms.NumberInput(attrs={"width": "3"}),
        }
        labels = {
            "title": "What should we talk about?",
            "detail": "Anything people should know before",
            "kind": "What is it for?",
            "minutes_allowed": "How many minutes does it need?",
        }

    def __init__(self, *args, meeting, chosen=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = AgendaItem.Kind.choices
        there = {item.about for item in meeting.agenda.accepted().prefetch_related(named())}
        every = decidable(meeting.group).items()
        self.decidable = {key: thing for key, thing in every if thing not in there}
        if thing := self.decidable.get(chosen):
            title = str(thing)[: AgendaItem._meta.get_field("title").max_length]
            self.initial |= {"about": chosen, "title": title, "kind": AgendaItem.Kind.DECISION}
        if self.decidable:
            things = [(key, str(thing)) for key, thing in self.decidable.items()]
            self.fields["about"].choices = [("", "No, none of these"), *things]
        else:
            del self.fields["about"]

    def clean(self):
        data = super().clean()
        if data.get("about"):
            self.instance.about = self.decidable[data["about"]]
            if data.get("kind") != AgendaItem.Kind.DECISION:
                self.add_error("kind", "Choose “For decision”, since the meeting decides on it.")
        return data

    def clean_minutes_allowed(self):
        minutes = self.cleaned_data["minutes_allowed"]
        if not 1 <= minutes <= 240:
            raise forms.ValidationError("Enter a number of minutes from 1 to 240.")
        return minutes


class MeetingPaperForm(Form):
    """A file for the meeting."""

    title = forms.CharField(label="What is it?", max_length=150)
    file = UploadField(label="File")

    def save(self, meeting, by):
        described = Paper.describe(self.cleaned_data["file"])
        return Paper.objects.create(
            meeting=meeting, uploaded_by=by, title=self.cleaned_data["title"], **described
        )


# --- answering ------------------------------------------------------------------------------
KEEPS = " You wrote a note before. Leave this empty to keep it."


class MeetingReplyForm(Form):
    """Will you come? With apologies, somebody may come instead."""

    reply = forms.ChoiceField(
        label="Will you come?", choices=Attendance.Reply.choices, widget=forms.RadioSelect
    )
    deputy = people_field(
        User.objects.none(),
        label="Who could come instead of you?",
        required=False,
        empty_label="Nobody",
        help_text="Only if you send apologies. We ask them for you.",
    )
    note = forms.CharField(
        label="A note with your answer",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Read by those who plan the meeting, not by other members. For what would help "
        "you take part, ask for support instead.",
    )

    def __init__(self, *args, meeting, user, by_link=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.by_link = by_link
        if by_link:
            # A message may be passed on: names of others are for people who signed in, and so is
            # what they wrote before.
            del self.fields["deputy"]
            if meeting.attendances.filter(user=user).exclude(note="").exists():
                self.fields["note"].help_text += KEEPS
        else:
            self.fields["deputy"].queryset = deputies_for(meeting, user).order_by("full_name")

    def clean_note(self):
        """None where what was written before stays: no box showed it."""
        note = self.cleaned_data["note"]
        stays = not note if self.by_link else self.add_prefix("note") not in self.data
        return None if stays else note

    def clean(self):
        data = super().clean()
        if data.get("deputy") and data.get("reply") not in (None, Attendance.Reply.NO):
            self.add_error("deputy", "Somebody can come instead only if you send apologies.")
        return data


# --- holding --------------------------------------------------------------------------------
class PeopleChoices(forms.ModelMultipleChoiceField):
    """People as checkboxes, with the side of co-production on which they count."""

    sides: dict[int, str] = {}

    def label_from_instance(self, user):
        side = self.sides.get(user.pk, user.constituency)
        words = SIDES[side].lower() if side else "does not count: has not said on which side"
        return f"{user.name}, {words}"


class MeetingAttendanceForm(Form):
    """Who came? The quorum is computed from this."""

    present = PeopleChoices(
        label="Who came?",
        queryset=User.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Tick at least one person who came."},
    )

    def __init__(self, *args, meeting, **kwargs):
        super().__init__(*args, **kwargs)
        invited = meeting.expected().order_by("constituency", "full_name")
        self.fields["present"].sides = meeting.sides(invited)
        self.fields["present"].queryset = invited
        known = meeting.attendances.filter(attended=True)
        if meeting.state == Meeting.State.PUBLISHED:
            known = meeting.attendances.filter(reply=Attendance.Reply.YES)
        self.initial["present"] = list(known.values_list("user_id", flat=True))


class DecisionForm(ModelForm):
    """What was decided, and how."""

    agreed = forms.ChoiceField(
        label="Was it agreed?",
        choices=[("yes", "Yes"), ("no", "No")],
        required=False,
        widget=forms.RadioSelect,
        help_text="For consensus and consent. A vote is counted below.",
    )
    agreed.hide_optional = True
    outcome = forms.ChoiceField(
        label="What did the meeting decide about it?", required=False, widget=forms.RadioSelect
    )
    outcome.hide_optional = True

    class Meta:
        model = Decision
        fields = [
            "item",
            "text",
            "reasons",
            "method",
            "votes_for",
            "votes_against",
            "abstentions",
        ]
        labels = {
            "item": "Which agenda item?",
            "votes_for": "Votes for",
            "votes_against": "Votes against",
            "method": "How was it decided?",
        }
        widgets = {
            "text": forms.Textarea(attrs={"rows": 4}),
            "reasons": forms.Textarea(attrs={"rows": 4}),
            "method": forms.RadioSelect,
            **{
                name: forms.NumberInput(attrs={"width": "3"})
                for name in ("votes_for", "votes_against", "abstentions")
            },
        }

    field_order = ["item", "outcome", "text", "reasons", "method", "agreed"]

    def __init__(self, *args, meeting, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["item"].queryset = items = meeting.agenda.accepted()
        asking = [item for item in items.prefetch_related(named()) if outcomes_of(item.about)]
        outcomes = {choice: None for item in asking for choice in outcomes_of(item.about)}
        if outcomes:
            titles = "; ".join(item.title for item in asking)
            self.fields["outcome"].choices = list(outcomes)
            self.fields["outcome"].help_text = f"Only for: {titles}."
        else:
            del self.fields["outcome"]
        self.fields["item"].empty_label = "None of them"
        self.fields["method"].choices = Decision.Method.choices
        for name in ("votes_for", "votes_against", "abstentions"):
            self.fields[name].hide_optional = True

    def clean(self):
        data = super().clean()
        if data.get("method") == Decision.Method.VOTE:
            if data.get("votes_for") is None and "votes_for" not in self.errors:
                self.add_error("votes_for", "Enter how many voted for it.")
            if data.get("votes_against") is None and "votes_against" not in self.errors:
                self.add_error("votes_against", "Enter how many voted against it.")
        elif data.get("method") and not data.get("agreed"):
            self.add_error("agreed", "Say whether it was agreed.")
        about = data["item"].about if data.get("item") else None
        asked = outcomes_of(about) and self._agreed(data) and "outcome" not in self.errors
        if asked and not data.get("outcome"):
            self.add_error("outcome", f"Say what the meeting decided about {about}.")
        return data

    @staticmethod
    def _agreed(data):
        if data.get("method") == Decision.Method.VOTE:
            return (data.get("votes_for") or 0) > (data.get("votes_against") or 0)
        return data.get("agreed") == "yes"


class LaterForm(Form):
    """Asks for the later quorate meeting that settled something, in the field ``LATER``."""

    LATER = ""

    def __init__(self, *args, meetings, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields[self.LATER]
        field.queryset = meetings
        field.label_from_instance = lambda meeting: f"{meeting.title}, {meeting.when}"


def later_meeting(label):
    return forms.ModelChoiceField(
        label=label,
        queryset=Meeting.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
        help_text="Only later meetings that reached their co-production quorum are listed.",
    )


class SettleForm(LaterForm):
    """A later quorate meeting ratifies a provisional decision, or lets it lapse."""

    LATER = "settled_at"
    SAID = (("ratify", "ratified it"), ("lapse", "let it lapse"))

    settled_at = later_meeting("At which meeting was this settled?")
    outcome = forms.ChoiceField(
        label="What did that meeting decide?",
        choices=[(name, f"The meeting {words}") for name, words in SAID],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label="Why did it lapse?",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Only needed if it lapsed.",
    )
    note.hide_optional = True

    def clean(self):
        data = super().clean()
        if data.get("outcome") == "lapse" and not data.get("note"):
            self.add_error("note", "Say why it lapsed: those who decided it will read this.")
        return data


class ApproveMinutesForm(LaterForm):
    """The later quorate meeting that approved the minutes."""

    LATER = "approved_at"

    approved_at = later_meeting("Which meeting approved these minutes?")


class ActionForm(ModelForm):
    """Who does what by when."""

    due = DateField(label="By when?")

    class Meta:
        model = Action
        fields = ["text", "owner", "due"]
        labels = {"text": "What will be done?", "owner": "Who does it?"}

    def __init__(self, *args, meeting, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = meeting.invited().order_by("full_name")
        self.fields["owner"].empty_label = "Choose somebody"

    def clean_due(self):
        due = self.cleaned_data["due"]
        if due < clock.today():
            raise forms.ValidationError("The day must be today or later.")
        return due


class MinutesForm(Form):
    """The text of the minutes, with the revision that the writer had before them."""

    body = forms.CharField(
        label="Minutes",
        widget=forms.Textarea(attrs={"rows": 25}),
        max_length=100_000,
        help_text="Start a heading with ## and a list item with a dash.",
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)
