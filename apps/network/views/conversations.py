"""Pages of Conversations: for everybody, for those who booked, and for those who run them."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.signing import BadSignature
from django.db.models import Count, Q, Value
from django.db.models.functions import Coalesce, NullIf
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from django.views.generic import DetailView, ListView, TemplateView, View

from apps.core import clock
from apps.core.dates import LONDON
from apps.core.exceptions import StaleEdit
from apps.core.exports import csv_response
from apps.core.models import record
from apps.core.nhs import Form
from apps.core.views import LimitedMixin, PageFormView, PermissionMixin, VisibleMixin, history

from .. import involvement_calendar as calendar
from ..forms.conversations import (
    ArrangedForm,
    BookingFilterForm,
    ConsentForm,
    ConversationChangeForm,
    ConversationFilterForm,
    ConversationForm,
    FeedbackForm,
    PhotographForm,
    PublicBookingForm,
    SessionForm,
    SignInForm,
    SupportForm,
    WriteUpForm,
)
from ..involvement_links import feedback_path, read_booking_token
from ..models import the_network
from ..models.booking import Booking, BookingSupport
from ..models.conversation import Conversation, ConversationFeedback, Session
from ..models.photograph import PhotoConsent, Photograph
from .base import FilteredMixin, NetworkMixin

REPORTED_FROM = 3  # answers; fewer could tell who said what
BLANK_LINES = range(12)

public = method_decorator(login_not_required, name="dispatch")
by_link = method_decorator([login_not_required, never_cache], name="dispatch")


# --- for everybody --------------------------------------------------------------------------------
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

    template_name = "network/conversations/list.html"

    def get_queryset(self):
        return self.conversations()

    def get_context_data(self, **kwargs):
        user = self.request.user
        network = the_network() if user.is_authenticated else None
        in_network = bool(network) and user.has_perm("groups.view_workinggroup", network)
        may_plan = bool(network) and user.has_perm(
            "network.run_conversation", Conversation(network=network)
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
    template_name = "network/conversations/detail.html"
    context_object_name = "conversation"

    def get_context_data(self, **kwargs):
        user, conversation = self.request.user, self.object
        runs = user.has_perm("network.run_conversation", conversation)
        writes = user.has_perm("network.write_up_conversation", conversation)
        mine = support = None
        if user.is_authenticated:
            live = conversation.bookings.exclude(state=Booking.State.CANCELLED)
            mine = live.filter(user=user).select_related("support", "conversation").first()
            support = getattr(mine, "support", None)
        written_up = conversation.state == Conversation.State.WRITTEN_UP
        return super().get_context_data(
            sessions=conversation.sessions.select_related("peer", "staff"),
            photographs=Photograph.objects.public().filter(conversation=conversation)
            if written_up
            else [],
            shows_write_up=written_up or (writes and conversation.write_up),
            runs=runs,
            writes=writes,
            moves=conversation.moves_for(user) if user.is_authenticated else {},
            may_change=runs and conversation.state in ("draft", "published"),
            has_begun=conversation.starts_at <= clock.now(),
            has_place=mine is not None and mine.state == Booking.State.BOOKED,
            free=conversation.free,
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
    _, text = calendar.part(conversation)
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="conversation-{pk}.ics"'
    return response


@login_not_required
def photograph(request, pk):
    """A picture, for whom it may be seen by now: asked anew each time."""
    return get_object_or_404(Photograph.objects.visible_to(request.user), pk=pk).response()


# --- booking --------------------------------------------------------------------------------------
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
    template_name = "network/conversations/book.html"
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

    template_name = "network/conversations/asked.html"


@require_POST
def book(request, pk):
    """Book a place with an account, in one press."""
    seen = Conversation.objects.visible_to(request.user)
    booking = Booking.book(get_object_or_404(seen, pk=pk), request.user)
    if booking.state == Booking.State.BOOKED:
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
        found = Booking.objects.select_related("conversation__network", "user")
        return get_object_or_404(found, pk=pk)

    def get_success_url(self):
        return self.request.path

    def get_back_url(self):
        return self.booking.get_absolute_url()

    def get_context_data(self, **kwargs):
        conversation = self.booking.conversation
        return super().get_context_data(
            booking=self.booking, conversation=conversation, caption=conversation.title, **kwargs
        )


@by_link
class BookingByLink(ByLink, PageFormView):
    """Confirm, say what would help, or give up the place."""

    form_class = SupportForm
    template_name = "network/conversations/booking.html"
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

    def get_initial(self):
        support = BookingSupport.objects.filter(booking=self.booking).first()
        return {"text": support.text if support else ""}

    def get_context_data(self, **kwargs):
        support = BookingSupport.objects.filter(booking=self.booking).first()
        return super().get_context_data(support=support, **kwargs)

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

    form_class = FeedbackForm
    template_name = "network/conversations/feedback.html"
    page_title = "How was it?"
    button = "Send"
    done_message = "Thank you. Your answer is kept without your name."
    free_writing = True

    def get_success_url(self):
        return self.booking.get_absolute_url()

    def save(self, form):
        self.booking.give_feedback(**form.cleaned_data)


# --- support --------------------------------------------------------------------------------------
class MySupport(OneConversation, PageFormView):
    """What I need in order to take part. Only I and the named organiser read it."""

    form_class = SupportForm
    template_name = "network/conversations/support.html"
    page_title = "What would help you take part?"
    done_message = "Saved."
    free_writing = True

    @cached_property
    def booking(self):
        live = Booking.objects.live().filter(user=self.request.user)
        return get_object_or_404(
            live.select_related("conversation__network"), conversation=self.conversation
        )

    @cached_property
    def support(self):
        return BookingSupport.objects.filter(booking=self.booking).first()

    def get_initial(self):
        prefill = self.request.user.support_prefill
        return {"text": self.support.text if self.support else prefill}

    def get_context_data(self, **kwargs):
        return super().get_context_data(booking=self.booking, support=self.support, **kwargs)

    def save(self, form):
        BookingSupport.ask(self.booking, form.cleaned_data["text"], by=self.request.user)


class SupportToArrange(ListView):
    """What I, as the named organiser, have to arrange."""

    template_name = "network/conversations/support_list.html"
    paginate_by = 25

    def get_queryset(self):
        return (
            BookingSupport.objects.filter(organiser=self.request.user)
            .exclude(state=BookingSupport.State.WITHDRAWN)
            .select_related("booking__user", "booking__conversation")
            .order_by("state", "booking__conversation__starts_at", "pk")
        )


class Arrange(PermissionMixin, PageFormView):
    """Say what has been arranged; the person is told."""

    perm = "network.arrange_support"
    form_class = ArrangedForm
    template_name = "network/conversations/arrange.html"
    page_title = "Arrange support"
    button = "Mark as arranged"
    done_message = "Marked as arranged. We have told the person."

    @cached_property
    def asked(self):
        seen = BookingSupport.objects.visible_to(self.request.user)
        found = seen.select_related("booking__user", "booking__conversation")
        return get_object_or_404(found, pk=self.kwargs["pk"])

    def get_scope(self):
        return self.asked

    def get(self, request, *args, **kwargs):
        record("read", self.asked, by=request.user)
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        return super().get_context_data(asked=self.asked, **kwargs)

    def get_success_url(self):
        return reverse("conversation_support_list")

    def save(self, form):
        arrangement = form.cleaned_data["arrangement"]
        self.asked.move("arrange", by=self.request.user, arrangement=arrangement)


# --- running it -----------------------------------------------------------------------------------
class RunMixin(OneConversation, PermissionMixin):
    """A page for those who run the Conversation."""

    perm = "network.run_conversation"


class Plan(NetworkMixin, PageFormView):
    """Plan a Conversation; nobody is told until it is announced."""

    perm = "network.run_conversation"
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

    def get_back_url(self):
        return reverse("conversations")

    def get_success_url(self):
        return self.object.get_absolute_url()

    def save(self, form):
        self.object = Conversation.objects.create(
            network=self.network, created_by=self.request.user, **form.values()
        )
        record("plan", self.object, by=self.request.user)


class Change(RunMixin, PageFormView):
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
        self.conversation.amend(
            by=self.request.user,
            seen=form.cleaned_data["seen"],
            reason=form.cleaned_data.get("reason", ""),
            **form.values(),
        )


class SessionMixin(RunMixin):
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

    def save(self, form):
        self.conversation.check_changeable()
        form.instance.conversation = self.conversation
        form.save()
        record("add_session", self.conversation, by=self.request.user)


class SessionChange(SessionMixin, PageFormView):
    form_class = SessionForm
    page_title = "Change the programme"
    done_message = "Saved."

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"instance": self.session}

    def save(self, form):
        self.conversation.check_changeable()
        form.save()
        record("change_session", self.conversation, by=self.request.user)


class SessionRemove(RunMixin, PageFormView):
    form_class = Form
    template_name = "network/conversations/remove.html"
    page_title = "Take this out of the programme"
    button = "Take it out"
    done_message = "Taken out."

    session = SessionMixin.session

    def get_context_data(self, **kwargs):
        return super().get_context_data(thing=self.session, **kwargs)

    def save(self, form):
        self.conversation.check_changeable(losing=self.session)
        self.session.delete()
        record("remove_session", self.conversation, by=self.request.user)


class BookingsMixin(RunMixin, FilteredMixin):
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

    template_name = "network/conversations/bookings.html"

    def get_queryset(self):
        return self.bookings()

    def get_context_data(self, **kwargs):
        numbers = dict(
            self.conversation.bookings.order_by().values_list("state").annotate(Count("pk"))
        )
        return super().get_context_data(
            booked=numbers.get("booked", 0), waiting=numbers.get("waiting", 0), **kwargs
        )


class BookingsExport(BookingsMixin, View):
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


class SignIn(RunMixin, PageFormView):
    """Tick who came."""

    form_class = SignInForm
    template_name = "network/conversations/sign_in.html"
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


class SignInSheet(RunMixin, TemplateView):
    """The same on paper: names to tick, and lines for others."""

    template_name = "network/conversations/sheet.html"

    def get_context_data(self, **kwargs):
        booked = self.conversation.bookings.filter(state=Booking.State.BOOKED)
        names = sorted(one.who for one in booked.select_related("user"))
        return super().get_context_data(names=names, blank=BLANK_LINES, **kwargs)


class Report(RunMixin, TemplateView):
    """Numbers, and what people thought, once enough answered that nobody can be told apart."""

    template_name = "network/conversations/report.html"
    perm = "network.write_up_conversation"

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


# --- write-up and photographs ---------------------------------------------------------------------
class WriteMixin(OneConversation, PermissionMixin):
    """A page for those who write the Conversation up."""

    perm = "network.write_up_conversation"


class WriteUp(WriteMixin, PageFormView):
    """Write down what was said. It is public only once it is published."""

    form_class = WriteUpForm
    template_name = "network/conversations/write_up.html"
    page_title = "Write it up"
    button = "Save"
    done_message = "Saved."

    def get_form_kwargs(self):
        instance = Conversation.objects.get(pk=self.conversation.pk)
        return super().get_form_kwargs() | {"instance": instance}

    def save(self, form):
        self.conversation.check_over()
        try:
            self.conversation.save_revision(
                form.cleaned_data["seen"], write_up=form.cleaned_data["write_up"]
            )
        except StaleEdit:
            context = {"conversation": self.conversation, "mine": form.cleaned_data["write_up"]}
            template = "network/conversations/write_up_conflict.html"
            return render(self.request, template, context, status=409)
        record("write", self.conversation, by=self.request.user)
        return None


class Photographs(WriteMixin, ListView):
    """The pictures of a Conversation, and who agreed to which."""

    template_name = "network/conversations/photographs.html"
    paginate_by = 25

    def get_queryset(self):
        photos = self.conversation.photographs.with_consents().order_by("pk")
        return photos.prefetch_related("consents__user")


class PhotographAdd(WriteMixin, PageFormView):
    """Add a picture."""

    form_class = PhotographForm
    page_title = "Add a photograph"
    button = "Add the photograph"
    done_message = "Added. It is not public until everybody in it has agreed."

    def get_success_url(self):
        return reverse("photographs", args=[self.conversation.pk])

    def save(self, form):
        self.conversation.check_over()
        Photograph.add(self.conversation, by=self.request.user, **form.cleaned_data)


class OnePhotograph(PermissionMixin):
    """A page about one picture, for those who write up."""

    perm = "network.write_up_conversation"

    @cached_property
    def photograph(self):
        seen = Photograph.objects.visible_to(self.request.user)
        found = seen.select_related("conversation__network")
        return get_object_or_404(found, pk=self.kwargs["pk"])

    def get_scope(self):
        return self.photograph.conversation

    def get_success_url(self):
        return reverse("photographs", args=[self.photograph.conversation_id])

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            photograph=self.photograph, caption=self.photograph.description, **kwargs
        )


class ConsentAdd(OnePhotograph, PageFormView):
    """Ask somebody pictured, or record what they agreed to."""

    form_class = ConsentForm
    page_title = "Whose consent?"
    button = "Save"
    done_message = "Saved."

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"conversation": self.photograph.conversation}

    def save(self, form):
        PhotoConsent.note(self.photograph, by=self.request.user, **form.cleaned_data)


class PhotographRemove(OnePhotograph, PageFormView):
    """Delete a picture for good."""

    form_class = Form
    template_name = "network/conversations/remove.html"
    page_title = "Remove this photograph"
    button = "Remove it"
    done_message = "The photograph is deleted."

    def get_context_data(self, **kwargs):
        return super().get_context_data(thing=self.photograph.description, **kwargs)

    def save(self, form):
        self.photograph.discard(by=self.request.user)


class MyConsents(ListView):
    """Pictures of me, and whether I agree to each."""

    template_name = "network/conversations/consents.html"
    paginate_by = 25

    def get_queryset(self):
        mine = PhotoConsent.objects.filter(user=self.request.user)
        return mine.select_related("photograph__conversation").order_by("-pk")
