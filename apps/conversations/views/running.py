"""Pages of those who plan and run Conversations."""

from django.db import transaction
from django.db.models import Count, Q, Value
from django.db.models.functions import Coalesce, NullIf
from django.shortcuts import get_object_or_404, render
from django.urls import reverse_lazy
from django.utils.functional import cached_property
from django.views.generic import ListView, TemplateView, View

from apps.accounts.models.unreachable import Unreachable
from apps.core import clock
from apps.core.exceptions import StaleEdit
from apps.core.exports import csv_response
from apps.core.late import TakesAway
from apps.core.models import record
from apps.core.nhs import Form
from apps.core.views import (
    AsksAgain,
    FilteredMixin,
    PageFormView,
    PermissionMixin,
)
from apps.groups.views import NetworkMixin
from apps.meetings.support_views import ArrangeSupport, SupportToArrange

from ..forms import (
    BookingFilterForm,
    ConversationChangeForm,
    ConversationForm,
    SessionForm,
    SignInForm,
    WriteUpForm,
)
from ..models.booking import Booking, BookingSupport, amend
from ..models.conversation import Conversation, ConversationFeedback, Session
from .public import REPORTED_FROM, OneConversation

BLANK_LINES = range(12)


class ConversationSupportToArrange(SupportToArrange):
    queryset = BookingSupport.objects.select_related("booking__user", "booking__conversation")
    page_title = "Support to arrange for Conversations"


class ArrangeConversationSupport(ArrangeSupport):
    queryset = BookingSupport.objects.select_related("booking__user", "booking__conversation")
    success_url = reverse_lazy("conversation_support_list")


class ConversationRunMixin(OneConversation, PermissionMixin):
    """A page for those who run the Conversation."""

    perm = "conversations.run_conversation"


class PlanConversation(NetworkMixin, PageFormView):
    """Plan a Conversation; nobody is told until it is announced."""

    perm = "conversations.run_conversation"
    form_class = ConversationForm
    page_title = "Plan a Conversation"
    intro = "Nobody is told until you announce it."
    button = "Save as a draft"
    done_message = "Saved as a draft. Next: add the programme."

    def get_scope(self):
        return Conversation(network=self.network)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"network": self.network}

    def get_initial(self):
        return {"reminders": True, "places": 40}

    def get_success_url(self):
        return self.object.get_absolute_url()

    def save(self, form):
        self.object = Conversation.objects.create(
            network=self.network, created_by=self.request.user, **form.values()
        )
        record("plan", self.object, by=self.request.user)


class ChangeConversation(ConversationRunMixin, PageFormView):
    """Change a Conversation; a new time or place is told to all who booked."""

    form_class = ConversationChangeForm
    page_title = "Change the Conversation"
    button = "Save the changes"
    done_message = "Saved."

    def get_form_kwargs(self):
        # The form writes onto its instance; amend() compares with what is stored.
        instance = Conversation.objects.get(pk=self.conversation.pk)
        return super().get_form_kwargs() | {
            "instance": instance,
            "network": self.conversation.network,
        }

    def save(self, form):
        changed = amend(
            self.conversation,
            by=self.request.user,
            seen=form.cleaned_data["seen"],
            reason=form.cleaned_data.get("reason", ""),
            **form.values(),
        )
        self.done_message = "Saved." if changed else "Nothing was changed."


class SessionMixin(ConversationRunMixin):
    """A part of the programme, while the programme can change."""

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"conversation": self.conversation}

    @cached_property
    def session(self):
        return get_object_or_404(
            Session, pk=self.kwargs["session_pk"], conversation=self.conversation
        )


class SessionAdd(SessionMixin, PageFormView):
    form_class = SessionForm
    page_title = "Add to the programme"
    intro = "A peer and a member of staff lead each part together."
    button = "Add"

    @transaction.atomic
    def save(self, form):
        self.conversation.permit("change_programme", by=self.request.user)
        form.instance.conversation = self.conversation
        form.save()
        record("add_session", self.conversation, by=self.request.user)


class SessionChange(SessionMixin, PageFormView):
    form_class = SessionForm
    page_title = "Change the programme"
    done_message = "Saved."

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"instance": self.session}

    @transaction.atomic
    def save(self, form):
        self.conversation.permit("change_programme", by=self.request.user)
        form.save()
        record("change_session", self.conversation, by=self.request.user)


class SessionRemove(TakesAway, ConversationRunMixin, PageFormView):
    form_class = Form
    template_name = "conversations/remove.html"
    page_title = "Take this out of the programme"
    button = "Take it out"
    done_message = "Taken out."

    session = SessionMixin.session

    def get_context_data(self, **kwargs):
        return super().get_context_data(thing=self.session, **kwargs)

    @transaction.atomic
    def save(self, form):
        self.conversation.permit("remove_session", by=self.request.user)
        self.session.delete()
        record("remove_session", self.conversation, by=self.request.user)


class BookingsMixin(ConversationRunMixin, FilteredMixin):
    """The bookings that the filters leave."""

    filter_class = BookingFilterForm

    def narrow(self, bookings, q="", state="", sort="queue"):
        if q:
            bookings = bookings.filter(Q(user__full_name__icontains=q) | Q(name__icontains=q))
        if state:
            bookings = bookings.filter(state=state)
        return bookings.order_by(*BookingFilterForm.SORTS[sort])

    def bookings(self):
        shown = Coalesce("user__full_name", NullIf("name", Value("")))
        bookings = self.conversation.bookings.select_related("user").annotate(shown=shown)
        return self.narrow(bookings, **self.wanted)


class Bookings(BookingsMixin, ListView):
    """Who has a place and who waits."""

    template_name = "conversations/bookings.html"

    def get_queryset(self):
        return self.bookings()

    def get_context_data(self, **kwargs):
        numbers = dict(
            self.conversation.bookings.order_by().values_list("state").annotate(Count("pk"))
        )
        context = super().get_context_data(
            booked=numbers.get("booked", 0), waiting=numbers.get("waiting", 0), **kwargs
        )
        readers = [one.reader for one in context["object_list"]]
        refused = Unreachable.objects.among([reader.email for reader in readers if reader])
        return context | {"refused": refused}


class BookingsExport(BookingsMixin, AsksAgain, View):
    """The same list as a file, without addresses."""

    def get(self, request, **kwargs):
        record("export_bookings", self.conversation, by=request.user)
        rows = (
            (
                one.who,
                "yes" if one.user_id else "no",
                one.get_state_display(),
                clock.date_of(one.queued_at),
                "" if one.came is None else "yes" if one.came else "no",
            )
            for one in self.bookings().iterator()
        )
        header = ("Name", "Has an account", "State", "Since", "Came")
        return csv_response("bookings.csv", header, rows)


class ConversationSignIn(ConversationRunMixin, PageFormView):
    """Tick who came."""

    form_class = SignInForm
    template_name = "conversations/sign_in.html"
    page_title = "Who came?"
    button = "Save who came"
    done_message = "Saved. Those who came are asked how it was, once."

    def get_form_kwargs(self):
        booked = self.conversation.bookings.filter(state=Booking.State.BOOKED)
        shown = Coalesce("user__full_name", "name")
        bookings = booked.select_related("user").annotate(shown=shown).order_by("shown", "pk")
        return super().get_form_kwargs() | {"bookings": bookings}

    def save(self, form):
        came = [booking.pk for booking in form.cleaned_data["came"]]
        self.conversation.sign_in(came, by=self.request.user)


class SignInSheet(ConversationRunMixin, TemplateView):
    """The same on paper: names to tick, and lines for others."""

    template_name = "conversations/sheet.html"

    def get_context_data(self, **kwargs):
        booked = self.conversation.bookings.filter(state=Booking.State.BOOKED)
        names = sorted(one.who for one in booked.select_related("user"))
        return super().get_context_data(names=names, blank=BLANK_LINES, **kwargs)


class ConversationReport(ConversationRunMixin, TemplateView):
    """Numbers, and what people thought, once enough answered that nobody can be told apart."""

    template_name = "conversations/report.html"
    perm = "conversations.write_up_conversation"

    def get_context_data(self, **kwargs):
        numbers = self.conversation.bookings.aggregate(
            booked=Count("pk", filter=Q(state="booked")),
            there=Count("pk", filter=Q(came=True)),
            members=Count("pk", filter=Q(came=True, user__isnull=False)),
            waiting=Count("pk", filter=Q(state="waiting")),
        )
        answers = list(self.conversation.feedback.all())
        shown = answers if len(answers) >= REPORTED_FROM else []
        return super().get_context_data(
            numbers=numbers,
            public=numbers["there"] - numbers["members"],
            count=len(answers),
            least=REPORTED_FROM,
            ratings=[
                (label, sum(one.rating == value for one in shown))
                for value, label in ConversationFeedback.Rating.choices
            ]
            if shown
            else [],
            heard=[
                (label, sum(one.heard == value for one in shown))
                for value, label in ConversationFeedback.Heard.choices
            ]
            if shown
            else [],
            best=[one.best for one in shown if one.best],
            change=[one.change for one in shown if one.change],
            **kwargs,
        )


class ConversationWriteMixin(OneConversation, PermissionMixin):
    """A page for those who write the Conversation up."""

    perm = "conversations.write_up_conversation"


class WriteUp(ConversationWriteMixin, PageFormView):
    """Write down what was said. It is public only once it is published."""

    form_class = WriteUpForm
    template_name = "conversations/write_up.html"
    page_title = "Write it up"
    button = "Save"
    done_message = "Saved."

    def get_form_kwargs(self):
        instance = Conversation.objects.get(pk=self.conversation.pk)
        return super().get_form_kwargs() | {"instance": instance}

    @transaction.atomic
    def save(self, form):
        self.conversation.permit("write", by=self.request.user)
        try:
            saved = self.conversation.save_revision(
                form.cleaned_data["seen"], whole=True, write_up=form.cleaned_data["write_up"]
            )
        except StaleEdit:
            context = {"conversation": self.conversation, "mine": form.cleaned_data["write_up"]}
            template = "conversations/write_up_conflict.html"
            return render(self.request, template, context, status=409)
        if saved:
            record("write", self.conversation, by=self.request.user)
        return None
