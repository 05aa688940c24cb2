"""Joining: asking to take part, the office's answers, and the welcome."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.views.generic import DetailView, ListView, TemplateView, View

from apps.accounts.models.people import Constituency
from apps.core import clock
from apps.core.exports import csv_response
from apps.core.models import record
from apps.core.views import (
    AsksAgain,
    FilteredMixin,
    LimitedMixin,
    PageFormView,
    PermissionMixin,
    VisibleMixin,
    history,
)
from apps.groups.views import NetworkMixin

from .forms import InterestFilterForm, InterestForm, InterestInviteForm, LetterForm
from .models import Interest, Welcomed


# --- for everybody --------------------------------------------------------------------------------
@method_decorator(login_not_required, name="dispatch")
class TakePart(LimitedMixin, PageFormView):
    """What the network is, and a form to say that one would like to take part. No account."""

    limit = ("take_part", "INTEREST_AT_MOST_AN_HOUR")
    form_class = InterestForm
    template_name = "network/joining/take_part.html"
    page_title = "Take part"
    button = "Send"
    success_url = reverse_lazy("take_part_thanks")

    def save(self, form):
        if not form.is_trapped:
            Interest.receive(**form.values())


@method_decorator(login_not_required, name="dispatch")
class TakePartThanks(TemplateView):
    """What happens next. Says nothing about who asked."""

    template_name = "network/joining/thanks.html"


# --- for the programme office -----------------------------------------------------------------
class InterestsMixin(PermissionMixin, FilteredMixin):
    """Those that the filters leave."""

    perm = "network.answer_interest"
    filter_class = InterestFilterForm

    def interests(self):
        return self.narrow(Interest.objects.visible_to(self.request.user), **self.wanted)

    def narrow(self, interests, q="", state="", wish="", sort="newest"):
        if q:
            interests = interests.filter(Q(full_name__icontains=q) | Q(email__icontains=q))
        if state == "open":
            interests = interests.open()
        elif state:
            interests = interests.filter(state=state)
        if wish:
            interests = interests.filter(wish=wish)
        return interests.order_by(*InterestFilterForm.SORTS[sort])


class Interests(InterestsMixin, ListView):
    """Everybody who asked, and how each stands."""

    template_name = "network/joining/list.html"

    def get_queryset(self):
        return self.interests()


class InterestsExport(InterestsMixin, AsksAgain, View):
    """The same list as a file, to write or call; without the words, which are for reading here."""

    HEADER = (
        "Name",
        "E-mail",
        "Telephone",
        "Would like to take part",
        "State",
        "Wrote on",
        "Settled on",
    )

    def get(self, request):
        record("export_interests", request.user, by=request.user)
        rows = (
            (
                one.full_name,
                one.email,
                one.phone,
                one.get_wish_display(),
                one.get_state_display(),
                clock.date_of(one.created_at),
                clock.date_of(one.settled_at) if one.settled_at else "",
            )
            for one in self.interests().iterator()
        )
        return csv_response("enquiries.csv", self.HEADER, rows)


class InterestDetail(PermissionMixin, VisibleMixin, DetailView):
    """One enquirer: what they wrote, what we wrote, and what can be done."""

    perm = "network.answer_interest"
    queryset = Interest.objects.select_related("invitation")
    template_name = "network/joining/detail.html"

    def get_context_data(self, **kwargs):
        interest = self.object
        return super().get_context_data(
            moves=interest.moves_for(self.request.user),
            letters=interest.letters.exclude(kind="received").select_related("by"),
            entries=history(interest),
            **kwargs,
        )


class InterestAct(PermissionMixin, PageFormView):
    """Something done about one enquirer."""

    perm = "network.answer_interest"
    move = ""

    @cached_property
    def interest(self):
        seen = Interest.objects.visible_to(self.request.user)
        return get_object_or_404(seen, pk=self.kwargs["pk"])

    def get_page_title(self):
        return Interest.moves[self.move].label

    def get_context_data(self, **kwargs):
        return super().get_context_data(caption=self.interest.full_name, **kwargs)

    def get_success_url(self):
        return self.interest.get_absolute_url()


class InterestAnswer(InterestAct):
    move = "answer"
    form_class = LetterForm
    button = "Send it"
    done_message = "Your answer is on its way."

    def save(self, form):
        self.interest.answer(form.cleaned_data["words"], by=self.request.user)


class InterestDecline(InterestAct):
    """In the office's own words, beginning from a kind default."""

    move = "decline"
    form_class = LetterForm
    button = "Send it"
    done_message = "Your answer is on its way. What they told us is deleted in due time."

    DEFAULT = (
        "Thank you for offering to take part. We are sorry that we cannot offer you a place in "
        "the network just now. This is about what we can do at present, and not about you.\n\n"
        "You are welcome to write to us again at any time."
    )

    def get_initial(self):
        return {"words": self.DEFAULT}

    def save(self, form):
        self.interest.decline(form.cleaned_data["words"], by=self.request.user)


class InterestInvite(InterestAct):
    """Invite to the network, filled in from what the enquirer wrote."""

    move = "invite"
    form_class = InterestInviteForm
    button = "Invite"
    intro = "They get an invitation by e-mail, and are in the network once they accept it."

    SIDES = {
        Interest.Wish.PEER: Constituency.LIVED_EXPERIENCE,
        Interest.Wish.SPONSOR: Constituency.STAFF,
    }

    def get_initial(self):
        interest = self.interest
        return {
            "full_name": interest.full_name,
            "email": interest.email,
            "constituency": self.SIDES.get(interest.wish, ""),
        }

    def save(self, form):
        person = {
            name: form.cleaned_data[name]
            for name in ("full_name", "email", "constituency", "department")
        }
        invitation = self.interest.invite(by=self.request.user, **person)
        if invitation is None:
            self.done_message = "They have an account already, and are now in the network."
        else:
            self.done_message = f"{invitation.full_name} is invited."


# --- welcome ----------------------------------------------------------------------------------
class NetworkWelcome(NetworkMixin, TemplateView):
    """What to expect in the network, for peers or for sponsors."""

    SIDES = {"peers": "Welcome, peers", "sponsors": "Welcome, sponsors"}

    def get_template_names(self):
        return [f"network/joining/welcome/{self.kwargs['side']}.html"]

    def get_context_data(self, **kwargs):
        side = self.kwargs["side"]
        if side not in self.SIDES:
            raise Http404
        return super().get_context_data(
            page_title=self.SIDES[side],
            leads=[lead for lead in self.network.leads() if lead.is_active],
            is_read=Welcomed.objects.filter(user=self.request.user).exists(),
            **kwargs,
        )


class WelcomeRead(NetworkMixin, View):
    """I have read it: it no longer stands under *What needs you*."""

    def post(self, request):
        Welcomed.objects.get_or_create(user=request.user)
        messages.success(request, "Thank you. You find the welcome again on the network's page.")
        return redirect("network")
