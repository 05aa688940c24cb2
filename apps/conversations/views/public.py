"""Conversations as everybody sees them, and as those who book do."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.signing import BadSignature
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from django.views.generic import DetailView, ListView, TemplateView, View

from apps.core import clock
from apps.core.clock import LONDON
from apps.core.exports import csv_response
from apps.core.views import (
    FilteredMixin,
    LimitedMixin,
    PageFormView,
    VisibleMixin,
    history,
)
from apps.groups.programme import the_network
from apps.meetings.gathering_forms import NeedForm
from apps.meetings.support_views import AskForSupport
from apps.notifications.calendar import as_file

from ..calendar import entry
from ..forms import (
    ConversationFeedbackForm,
    ConversationFilterForm,
    PublicBookingForm,
)
from ..links import feedback_path, read_booking_token
from ..models.booking import Booking, BookingSupport
from ..models.conversation import Conversation
from ..models.photograph import Photograph

REPORTED_FROM = 3  # answers; fewer could tell who said what

public = method_decorator(login_not_required, name="dispatch")
by_link = method_decorator([login_not_required, never_cache], name="dispatch")


class ConversationsMixin(FilteredMixin):
    """The Conversations that the filters leave, of those that one may see."""

    filter_class = ConversationFilterForm

    def conversations(self):
        seen = Conversation.objects.visible_to(self.request.user)
        return self.narrow(seen, **self.wanted)

    def narrow(self, conversations, q="", show="", sort=""):
        if q:
            conversations = conversations.filter(Q(title__icontains=q) | Q(place__icontains=q))
        ahead = Q(state__in=["draft", "published"], ends_at__gte=clock.now())
        if show == "":
            conversations = conversations.filter(ahead)
        if show == "past":
            conversations = conversations.exclude(ahead)
        if sort == "title":
            return conversations.order_by("title", "starts_at", "pk")
        return conversations.order_by(*(("-starts_at", "-pk") if show else ("starts_at", "pk")))


@public
class ConversationList(ConversationsMixin, ListView):
    """What is coming, and what has been written up."""

    template_name = "conversations/list.html"

    def get_queryset(self):
        return self.conversations()

    def get_context_data(self, **kwargs):
        user = self.request.user
        network = the_network() if user.is_authenticated else None
        in_network = bool(network) and user.has_perm("groups.view_workinggroup", network)
        may_plan = bool(network) and user.has_perm(
            "conversations.run_conversation", Conversation(network=network)
        )
        return super().get_context_data(
            may_plan=may_plan, in_network=in_network, wanted=self.wanted, **kwargs
        )


@public
class ConversationsExport(ConversationsMixin, View):
    """The same list as a file: nothing that is not on the pages."""

    def get(self, request):
        rows = (
            (
                one.title,
                one.starts_at.astimezone(LONDON).strftime("%Y-%m-%d %H:%M"),
                one.ends_at.astimezone(LONDON).strftime("%Y-%m-%d %H:%M"),
                one.where,
                one.get_state_display(),
                settings.SITE_URL + one.get_absolute_url(),
            )
            for one in self.conversations().iterator()
        )
        header = ("Title", "From", "Until", "Where", "State", "Page")
        return csv_response("conversations.csv", header, rows)


@public
class ConversationDetail(VisibleMixin, DetailView):
    """One Conversation: programme, place, write-up; and what this person can do."""

    queryset = Conversation.objects.select_related("network", "organiser")
    template_name = "conversations/detail.html"
    context_object_name = "conversation"

    def get_context_data(self, **kwargs):
        user, conversation = self.request.user, self.object
        runs = user.has_perm("conversations.run_conversation", conversation)
        writes = user.has_perm("conversations.write_up_conversation", conversation)
        mine = support = None
        if user.is_authenticated:
            live = conversation.bookings.exclude(state=Booking.State.CANCELLED)
            mine = (
                live.filter(user=user).select_related("support__organiser", "conversation").first()
            )
            support = getattr(mine, "support", None)
        written_up = conversation.is_written_up
        return super().get_context_data(
            sessions=conversation.sessions.select_related("peer", "staff"),
            photographs=Photograph.objects.public().filter(conversation=conversation)
            if written_up
            else [],
            shows_write_up=written_up or (writes and conversation.write_up),
            runs=runs,
            writes=writes,
            may_sign_in=conversation.may(user, "sign_in"),
            may_write=conversation.may(user, "write"),
            moves=conversation.moves_for(user) if user.is_authenticated else {},
            my_moves=mine.moves_for(user) if mine else {},
            may_change=conversation.may(user, "change"),
            may_change_programme=conversation.may(user, "change_programme"),
            may_remove_session=conversation.may(user, "remove_session"),
            has_place=mine is not None and mine.has_place and not self.object.is_cancelled,
            free=Booking.free(conversation),
            mine=mine,
            support=support,
            feedback=feedback_path(mine) if mine and mine.may_give_feedback else "",
            entries=history(conversation) if runs else [],
            **kwargs,
        )


@login_not_required
def conversation_calendar(request, pk):
    """One Conversation as a calendar file."""
    announced = Conversation.objects.filter(published_at__isnull=False)
    conversation = get_object_or_404(announced, pk=pk)
    response = HttpResponse(
        as_file(entry(conversation)), content_type="text/calendar; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="conversation-{pk}.ics"'
    return response


@login_not_required
def photograph(request, pk):
    """A picture, for whom it may be seen by now: asked anew each time."""
    return get_object_or_404(Photograph.objects.visible_to(request.user), pk=pk).response()


class OneConversation:
    """A page about one Conversation that the person may see."""

    @cached_property
    def conversation(self):
        seen = Conversation.objects.visible_to(self.request.user)
        found = seen.select_related("network", "organiser")
        return get_object_or_404(found, pk=self.kwargs["pk"])

    def get_scope(self):
        return self.conversation

    def get_success_url(self):
        return self.conversation.get_absolute_url()

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            conversation=self.conversation, caption=self.conversation.title, **kwargs
        )


@public
class PublicBooking(LimitedMixin, OneConversation, PageFormView):
    """Book without an account: a link in an e-mail confirms it."""

    limit = ("booking", "BOOKINGS_AT_MOST_AN_HOUR")
    form_class = PublicBookingForm
    template_name = "conversations/book.html"
    page_title = "Book a place"
    button = "Send me the link"

    def dispatch(self, request, *args, **kwargs):
        if request.user.is_authenticated:
            return redirect(self.conversation)
        return super().dispatch(request, *args, **kwargs)

    def save(self, form):
        if not form.is_trapped:
            Booking.ask(self.conversation, **form.values())
        return redirect("conversation_asked", pk=self.conversation.pk)


@public
class PublicBookingAsked(OneConversation, TemplateView):
    """What happens next. Says nothing about who asked, nor whether they had before."""

    template_name = "conversations/asked.html"


@require_POST
def book(request, pk):
    """Book a place with an account, in one press."""
    seen = Conversation.objects.visible_to(request.user)
    booking = Booking.book(get_object_or_404(seen, pk=pk), request.user)
    if booking.has_place:
        messages.success(request, "You have a place. We have sent you the details.")
    else:
        messages.success(request, "All places are taken. You are on the waiting list.")
    return redirect("conversation_support", pk=pk)


class ByLink:
    """A page for whoever holds the link of a booking. Opening it changes nothing."""

    @cached_property
    def booking(self):
        try:
            pk = read_booking_token(self.kwargs["token"])
        except BadSignature:
            raise Http404 from None
        # Not of a closed account, nor of somebody who is forgotten.
        still = Q(user__is_active=True) | (Q(user=None) & ~Q(email=""))
        found = Booking.objects.filter(still).select_related("conversation__network", "user")
        return get_object_or_404(found, pk=pk)

    def get_success_url(self):
        return self.request.path

    def get_context_data(self, **kwargs):
        conversation = self.booking.conversation
        return super().get_context_data(
            booking=self.booking, conversation=conversation, caption=conversation.title, **kwargs
        )


@by_link
class BookingByLink(ByLink, PageFormView):
    """Confirm, say what would help, or give up the place."""

    form_class = NeedForm
    template_name = "conversations/booking.html"
    page_title = "Your booking"
    button = "Save"
    free_writing = True

    @cached_property
    def booking(self):
        # Somebody with an account signs in: their link opens the feedback alone.
        booking = super().booking
        if booking.user_id or not booking.email:
            raise Http404
        return booking

    @cached_property
    def support(self):
        asked = BookingSupport.objects.filter(booking=self.booking)
        return asked.select_related("organiser").first()

    def get_initial(self):
        return {"text": self.support.text if self.support else ""}

    def get_context_data(self, **kwargs):
        is_open, user = self.booking.conversation.is_open, self.request.user
        return super().get_context_data(
            support=self.support,
            organiser=(self.support or self.booking.conversation).organiser,
            may_confirm=is_open and self.booking.may(user, "confirm"),
            may_ask=is_open and self.booking.may(user, "ask_support"),
            may_give_up=self.booking.may_give_up,
            **kwargs,
        )

    def post(self, request, *args, **kwargs):
        if "confirm" in request.POST:
            self.booking.confirm()
            return redirect(request.path)
        if "give_up" in request.POST:
            self.booking.follow("release")
            return redirect(request.path)
        return super().post(request, *args, **kwargs)

    def save(self, form):
        BookingSupport.ask(self.booking, form.cleaned_data["text"])
        self.done_message = "Saved."


@by_link
class Feedback(ByLink, PageFormView):
    """How it was. Nobody sees whose answer it is."""

    form_class = ConversationFeedbackForm
    template_name = "conversations/feedback.html"
    page_title = "How was it?"
    button = "Send"
    done_message = "Thank you. Your answer is kept without your name."
    free_writing = True

    def get_success_url(self):
        return self.booking.get_absolute_url()

    def save(self, form):
        self.booking.give_feedback(**form.cleaned_data)


class MySupport(OneConversation, AskForSupport):
    page_title = "What would help you take part?"
    comes_by_itself = True  # after booking

    @cached_property
    def booking(self):
        live = Booking.objects.live().filter(user=self.request.user)
        return get_object_or_404(
            live.select_related("conversation__network"), conversation=self.conversation
        )

    @cached_property
    def made(self):
        asked = BookingSupport.objects.filter(booking=self.booking)
        return asked.select_related("booking", "organiser").first()

    @property
    def organiser(self):
        return self.conversation.organiser

    def ask(self, text):
        BookingSupport.ask(self.booking, text, by=self.request.user)
