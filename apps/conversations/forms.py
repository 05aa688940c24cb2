"""Forms of Conversations: plan them, book them, sign in, look back."""

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from apps.accounts.models.people import Constituency, User
from apps.core import clock
from apps.core.fields import DateField, TimeField
from apps.core.forms import PublicForm, choice, words
from apps.core.nhs import Form, ModelForm
from apps.core.uploads import UploadField
from apps.meetings.gathering_forms import (
    GatheringForm,
    about_what_stands,
    reason_field,
    seen_field,
)

from .models.booking import Booking
from .models.conversation import Conversation, ConversationFeedback, Session
from .models.photograph import PhotoConsent, without_traces


class PersonField(forms.ModelChoiceField):
    """A choice among people, by name."""

    def __init__(self, **kwargs):
        super().__init__(queryset=User.objects.none(), empty_label="Nobody yet", **kwargs)

    def offer(self, people, chosen=None):
        """Offer these people, and whoever is chosen already."""
        self.queryset = (people | User.objects.filter(pk=chosen)).distinct().order_by("full_name")


def members(network):
    """People of the network who may be asked to do something for it."""
    current = network.memberships.current().deciding().values("user")
    return User.objects.active().filter(pk__in=current)


# --- planning -----------------------------------------------------------------------------------
class ConversationForm(GatheringForm):
    """What, when, where, for how many, and who arranges support."""

    organiser = PersonField(label="Who arranges support?")

    class Meta:
        model = Conversation
        fields = [
            "title",
            "summary",
            "place",
            "link",
            "joining",
            "places",
            "organiser",
            "reminders",
        ]
        labels = {
            "summary": "What is it about?",
            "places": "How many places?",
            "reminders": "Send reminders before it",
        }
        help_texts = {"place": "Room, building and address, if people can come there."}
        widgets = {
            "summary": forms.Textarea(attrs={"rows": 5}),
            "joining": forms.Textarea(attrs={"rows": 3}),
            "places": forms.NumberInput(attrs={"width": "4"}),
        }

    field_order = ["title", "summary", "date", "start", "end", "place", "link"]

    def __init__(self, *args, network, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["link"].help_text = "Only those who have a place see it."
        self.fields["organiser"].empty_label = "Choose somebody"
        self.fields["organiser"].offer(members(network), self.instance.organiser_id)


class ConversationChangeForm(ConversationForm):
    """Change one that exists; a new time or place asks for the reason."""

    reason = reason_field("Everybody who booked")
    seen = seen_field()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        about_what_stands(self)


class SessionForm(ModelForm):
    """A part of the programme and the two who lead it."""

    at = TimeField(label="Starts at")
    peer = PersonField(label="Which peer leads it?", required=False)
    staff = PersonField(label="Which member of staff leads it?", required=False)

    class Meta:
        model = Session
        fields = ["at", "title", "about", "peer", "staff"]
        labels = {"title": "What is it called?"}
        widgets = {"about": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args, conversation, **kwargs):
        super().__init__(*args, **kwargs)
        people = members(conversation.network)
        for name, side in (("peer", Constituency.LIVED_EXPERIENCE), ("staff", Constituency.STAFF)):
            field = self.fields[name]
            field.offer(people.filter(constituency=side), getattr(self.instance, f"{name}_id"))
            # Once it is announced, both sides lead every part of it.
            field.required = not conversation.open_to("publish")


# --- booking --------------------------------------------------------------------------------------
class PublicBookingForm(PublicForm):
    """A name and an address. Nothing about health."""

    name = forms.CharField(
        label="Your name",
        max_length=120,
        help_text="What people call you is enough.",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "Enter your name."},
    )
    email = forms.EmailField(
        label="Your e-mail address",
        max_length=254,
        help_text="We send you a link to confirm your place. We delete your name and address "
        "after the event.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": "Enter your e-mail address.",
            "invalid": "Enter an e-mail address like name@example.com.",
        },
    )

    def values(self):
        return {name: self.cleaned_data[name] for name in ("name", "email")}


class BookingFilterForm(Form):
    """Which bookings to show."""

    SORTS = {"queue": ("queued_at", "pk"), "name": ("shown", "pk")}

    q = words("Name")
    state = choice("State", Booking.State.choices, "All")
    sort = choice("In order of", [("name", "Name")], "When they booked")


class Guests(forms.ModelMultipleChoiceField):
    def label_from_instance(self, booking):
        return booking.who


class SignInForm(Form):
    """Who came, of those who had a place."""

    came = Guests(
        label="Who came?",
        queryset=Booking.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Tick at least one person who came."},
    )

    def __init__(self, *args, bookings, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["came"].queryset = bookings
        self.initial["came"] = [one.pk for one in bookings if one.came]


class ConversationFilterForm(Form):
    """Which Conversations to show."""

    q = words("Title or place")
    show = choice("Show", [("past", "What has been"), ("all", "All")], "What is to come")
    sort = choice("In order of", [("title", "Title")], "Day")


# --- afterwards -----------------------------------------------------------------------------------
class WriteUpForm(ModelForm):
    """What was said and what came of it."""

    seen = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = Conversation
        fields = ["write_up"]
        labels = {"write_up": "What was said, and what comes of it?"}
        help_texts = {
            "write_up": "Anybody can read this once it is published. Name nobody who has not "
            "agreed. You can use Markdown for headings and lists."
        }
        widgets = {"write_up": forms.Textarea(attrs={"rows": 20})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = self.instance.revision


class ConversationFeedbackForm(ModelForm):
    """How it was."""

    class Meta:
        model = ConversationFeedback
        fields = ["rating", "heard", "best", "change"]
        labels = {
            "rating": "How was it?",
            "heard": "Did you feel heard?",
            "best": "What was good?",
            "change": "What should be different next time?",
        }
        widgets = {
            "rating": forms.RadioSelect,
            "heard": forms.RadioSelect,
            "best": forms.Textarea(attrs={"rows": 4}),
            "change": forms.Textarea(attrs={"rows": 4}),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["rating"].choices = ConversationFeedback.Rating.choices
        self.fields["heard"].choices = ConversationFeedback.Heard.choices


PICTURES = (".jpg", ".jpeg", ".png")


class PhotographForm(Form):
    """A picture, what it shows, and how many people can be recognised."""

    file = UploadField(
        label="Photograph",
        help_text=f"JPEG or PNG, up to {settings.UPLOAD_MAX_BYTES // 1024 // 1024} MB. Where and "
        "when it was taken is removed from the file.",
        widget=forms.FileInput(attrs={"accept": ",".join(PICTURES)}),
    )
    description = forms.CharField(
        label="What does it show?",
        max_length=200,
        help_text="For people who cannot see it. Without names, unless they agreed to that too.",
    )
    people = forms.IntegerField(
        label="How many people can be recognised?",
        min_value=0,
        max_value=200,
        help_text="It is shown only once so many have agreed.",
        widget=forms.NumberInput(attrs={"width": "3"}),
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if not file.name.lower().endswith(PICTURES):
            raise ValidationError("Choose a JPEG or PNG picture.")
        return without_traces(file)


class ConversationConsentForm(Form):
    """Ask somebody who was there, or record what somebody agreed to in another way."""

    user = PersonField(label="Somebody with an account: we ask them", required=False)
    name = forms.CharField(
        label="Or the name of somebody without an account, who has agreed",
        required=False,
        max_length=120,
    )
    how = forms.ChoiceField(
        label="How did they agree?",
        choices=PhotoConsent.How.choices[1:],
        required=False,
        widget=forms.RadioSelect,
    )
    given_on = DateField(label="On which day?", required=False)

    def __init__(self, *args, conversation, **kwargs):
        super().__init__(*args, **kwargs)
        there = conversation.bookings.filter(came=True, user__isnull=False).values("user")
        people = User.objects.active().filter(pk__in=there) | members(conversation.network)
        self.fields["user"].offer(people)
        for name in self.fields:
            self.fields[name].hide_optional = True

    def clean(self):
        data = super().clean()
        if bool(data.get("user")) == bool(data.get("name")):
            raise ValidationError("Choose somebody with an account, or type a name. Not both.")
        if data.get("name"):
            if not data.get("how"):
                self.add_error("how", "Say how they agreed.")
            if not data.get("given_on") and "given_on" not in self.errors:
                self.add_error("given_on", "Enter the day on which they agreed.")
            elif data.get("given_on") and data["given_on"] > clock.today():
                self.add_error("given_on", "The day is in the future.")
        return data
