"""Forms of selecting: redacting, scoring, deciding, interviews."""

from django import forms

from apps.core import clock
from apps.core.dates import wall_clock
from apps.core.fields import DateField, TimeField
from apps.core.nhs import Form, ModelForm

from ..vacancies.models.vacancy import Criterion
from .models.interview import Arrangement, InterviewPlan, PanelMeeting, Question
from .models.outcome import WORDS, Outcome, OutcomeResult
from .models.sheet import PanelDeclaration, Points

SLOTS = 12  # times that one form offers


class Area(forms.Textarea):
    def __init__(self, rows=4):
        super().__init__(attrs={"rows": rows})


# --- redacting ----------------------------------------------------------------------------------
class RedactionForm(Form):
    """What the panel will read, one text for each criterion."""

    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, redaction, answers, originals, **kwargs):
        super().__init__(*args, **kwargs)
        self.redaction = redaction
        self.written = {f"text_{one.pk}": originals.get(one.criterion_id, "") for one in answers}
        for answer in answers:
            self.fields[f"text_{answer.pk}"] = forms.CharField(
                label="What the panel reads",
                required=False,
                max_length=11000,
                widget=Area(max(6, len(answer.text) // 40)),
                initial=answer.text,
                strip=False,
            )
            self.fields[f"text_{answer.pk}"].hide_optional = True

    def clean(self):
        for name, written in self.written.items():
            if words := self.redaction.wrong_with(self.cleaned_data.get(name, ""), written):
                self.add_error(name, words)

    def texts(self):
        return {
            int(name.removeprefix("text_")): text.replace("\r\n", "\n")
            for name, text in self.cleaned_data.items()
            if name.startswith("text_")
        }


# --- scoring ------------------------------------------------------------------------------------
class PanelDeclareForm(Form):
    statement = forms.ChoiceField(
        label="Could anything make you unfair to somebody?",
        widget=forms.RadioSelect,
        choices=PanelDeclaration.Statement,
        help_text="Think of family, friends, colleagues, and people whom you have supported or who "
        "supported you. You name nobody, now or later.",
    )


class SheetForm(Form):
    """Points and evidence for each criterion; locking asks for all of them."""

    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, criteria, scores, **kwargs):
        super().__init__(*args, **kwargs)
        self.criteria = criteria
        for criterion in criteria:
            score = scores.get(criterion.pk)
            self.fields[f"points_{criterion.pk}"] = points = forms.TypedChoiceField(
                label="Your score",
                choices=Points,
                coerce=int,
                empty_value=None,
                required=False,
                widget=forms.RadioSelect,
                initial=score.points if score else None,
            )
            self.fields[f"evidence_{criterion.pk}"] = evidence = forms.CharField(
                label="What you saw, or missed",
                required=False,
                max_length=3000,
                widget=Area(),
                initial=score.evidence if score else "",
            )
            points.hide_optional = True
            evidence.hide_optional = criterion.is_essential

    @property
    def locks(self):
        return self.data.get("action") == "lock"

    def clean(self):
        data = super().clean()
        if self.locks:
            for criterion in self.criteria:
                if data.get(f"points_{criterion.pk}") is None:
                    self.add_error(f"points_{criterion.pk}", f"Give a score for “{criterion}”.")
                if criterion.is_essential and not data.get(f"evidence_{criterion.pk}"):
                    self.add_error(
                        f"evidence_{criterion.pk}",
                        f"Note what you saw, or missed, for “{criterion}”. It is essential.",
                    )
        return data

    def scores(self):
        data = self.cleaned_data
        return {
            criterion.pk: (data[f"points_{criterion.pk}"], data[f"evidence_{criterion.pk}"])
            for criterion in self.criteria
        }

    def rows(self):
        """(criterion, field of its points, field of its evidence) for the template."""
        for criterion in self.criteria:
            yield criterion, self[f"points_{criterion.pk}"], self[f"evidence_{criterion.pk}"]


class ModerationForm(Form):
    """A score of one's own after everybody has talked."""

    score = forms.TypedChoiceField(label="Which score?", widget=forms.RadioSelect, coerce=int)
    now = forms.TypedChoiceField(
        label="What it becomes", widget=forms.RadioSelect, choices=Points, coerce=int
    )
    why = forms.CharField(
        label="Why you change it",
        max_length=1000,
        widget=Area(3),
        help_text="The score that you gave before stays to be seen beside it.",
    )

    def __init__(self, *args, scores, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["score"].choices = [
            (pk, f"{text} (now {points})") for pk, text, points in scores
        ]


# --- deciding -----------------------------------------------------------------------------------
class SelectionOutcomeForm(ModelForm):
    """What the chair records about one candidate."""

    reserve_until = DateField(label="On the reserve list until", required=False)

    class Meta:
        model = Outcome
        fields = ["result", "reason", "feedback", "reserve_until"]
        widgets = {"result": forms.RadioSelect, "reason": Area(3), "feedback": Area(6)}

    def __init__(self, *args, round_, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["result"].label = (
            "What the panel decided" if round_.is_interview else "What the panel recommends"
        )
        self.fields["result"].choices = [
            (result, WORDS[round_.stage, result][0]) for result in OutcomeResult.values
        ]
        if not round_.is_interview:
            del self.fields["reserve_until"]

    def clean_reserve_until(self):
        day = self.cleaned_data["reserve_until"]
        if day is not None and day <= clock.today():
            raise forms.ValidationError("The reserve list must hold until a day still to come.")
        return day


class ShortlistAnswerForm(Form):
    """What Human Resources answer one candidate, once the shortlist is locked."""

    result = forms.ChoiceField(label="The answer", widget=forms.RadioSelect)
    reason = forms.CharField(
        label="Reason", max_length=2000, widget=Area(3), help_text="The candidate may ask for it."
    )
    feedback = forms.CharField(
        label="Feedback for the candidate",
        required=False,
        max_length=4000,
        widget=Area(6),
        help_text="In plain and kind words. It is needed for everybody who is not invited. It is "
        "not sent with an invitation.",
    )

    def __init__(self, *args, results, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["result"].choices = [
            (result, WORDS[Criterion.Stage.SHORTLISTING, result][0]) for result in results
        ]

    def clean(self):
        data = super().clean()
        if data.get("result") == OutcomeResult.NO and not data.get("feedback"):
            self.add_error("feedback", "Write the feedback. Nobody is turned down without it.")
        return data


class SelectionFeedbackForm(ModelForm):
    seen = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = Outcome
        fields = ["feedback"]
        widgets = {"feedback": Area(8)}


# --- interviews ---------------------------------------------------------------------------------
class InterviewPlanForm(ModelForm):
    seen = forms.IntegerField(widget=forms.HiddenInput)
    link = forms.URLField(
        label="Link of the video call", required=False, max_length=500, assume_scheme="https"
    )
    minutes = forms.IntegerField(
        label="Minutes for each interview",
        min_value=10,
        max_value=240,
        widget=forms.NumberInput(attrs={"width": "3"}),
    )

    class Meta:
        model = InterviewPlan
        fields = ["format", "place", "link", "note", "minutes"]
        widgets = {"format": forms.RadioSelect, "place": Area(3), "note": Area(5)}


class InterviewQuestionForm(ModelForm):
    class Meta:
        model = Question
        fields = ["criterion", "text", "scoring"]
        widgets = {"criterion": forms.RadioSelect, "text": Area(3), "scoring": Area(4)}

    def __init__(self, *args, criteria, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["criterion"].queryset = criteria
        self.fields["criterion"].empty_label = None
        self.fields["criterion"].label = "Which criterion does it look at?"


class MomentForm(Form):
    """A day and a time of day on a London clock."""

    on = DateField(label="Day")
    at = TimeField(label="Begins at")

    def clean(self):
        data = super().clean()
        if data.get("on") and data.get("at"):
            try:
                data["moment"] = wall_clock(data["on"], data["at"])
            except ValueError as error:
                self.add_error("at", str(error))
        return data


class SlotsForm(Form):
    """Several times on one day: one a line."""

    on = DateField(label="Day")
    times = forms.CharField(
        label="Times",
        widget=Area(6),
        max_length=400,
        help_text="One on each line, for example 9:30am",
    )

    def clean(self):
        data = super().clean()
        if not data.get("on") or not data.get("times"):
            return data
        lines = [line.strip() for line in data["times"].splitlines() if line.strip()]
        if len(lines) > SLOTS:
            self.add_error("times", f"Give {SLOTS} times at most, and then more if need be.")
            return data
        data["starts"] = []
        for line in lines:
            try:
                data["starts"].append(wall_clock(data["on"], TimeField().clean(line)))
            except forms.ValidationError:
                self.add_error("times", f"“{line}” is not a time. Write it as 9:30am or 14:30.")
            except ValueError as error:
                self.add_error("times", str(error))
        if len(set(data["starts"])) < len(data["starts"]):
            self.add_error("times", "A time is there twice.")
        return data


class ChooseForm(Form):
    slot = forms.TypedChoiceField(label="When suits you?", widget=forms.RadioSelect, coerce=int)

    def __init__(self, *args, slots, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["slot"].choices = slots
        self.fields["slot"].error_messages["invalid_choice"] = (
            "This time has been taken. Choose another one."
        )


class WishForm(Form):
    wish = forms.CharField(
        label="Which other times would suit you?",
        widget=Area(4),
        max_length=1000,
        help_text="Days and times of day. You need not say why.",
    )


class ArrangementForm(ModelForm):
    class Meta:
        model = Arrangement
        fields = ["text"]


class PanelMeetingForm(ModelForm):
    on = DateField(label="Day")
    begins = TimeField(label="Begins at")
    ends = TimeField(label="Ends at")
    link = forms.URLField(
        label="Link of the call", required=False, max_length=500, assume_scheme="https"
    )

    class Meta:
        model = PanelMeeting
        fields = ["kind", "place", "link"]
        widgets = {"kind": forms.RadioSelect}

    field_order = ["kind", "on", "begins", "ends", "place", "link"]

    def clean(self):
        data = super().clean()
        if not all(data.get(name) for name in ("on", "begins", "ends")):
            return data
        try:
            data["starts_at"] = wall_clock(data["on"], data["begins"])
            data["ends_at"] = wall_clock(data["on"], data["ends"])
        except ValueError as error:
            self.add_error("begins", str(error))
            return data
        if data["ends_at"] <= data["starts_at"]:
            self.add_error("ends", "It must end after it begins.")
        if not data.get("place") and not data.get("link"):
            self.add_error("place", "Give a place, or the link of a call.")
        return data

    def facts(self):
        data = self.cleaned_data
        return {name: data[name] for name in ("kind", "place", "link", "starts_at", "ends_at")}


class CameForm(Form):
    members = forms.ModelMultipleChoiceField(
        queryset=None, label="Who came?", required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args, members, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["members"].queryset = members
        self.fields["members"].label_from_instance = lambda member: member.user.name
        self.fields["members"].hide_optional = True
