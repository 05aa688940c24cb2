"""Pages of seats in task groups: asked for, offered, agreed by both sides, and taken in turn."""

from django.db.models import Count, Exists, F, Max, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.views.generic import DetailView, ListView, View

from apps.accounts.models.people import User
from apps.core.exports import csv_response
from apps.core.views import (
    AsksAgain,
    FilteredMixin,
    PageFormView,
    PermissionMixin,
    VisibleMixin,
    history,
)
from apps.groups.models import Membership, Represents
from apps.groups.programme import the_network
from apps.groups.roles import Role
from apps.groups.views import FindPersonMixin, GroupMixin, NetworkMixin

from .forms import (
    FindMemberForm,
    OfferForm,
    SeatConsentForm,
    SeatFilterForm,
    SeatRequestForm,
    SuggestForm,
    TurnFilterForm,
)
from .models import Nomination, SeatRequest, seats_held


# --- requests -----------------------------------------------------------------------------------
class SeatsMixin(FilteredMixin):
    """The requests that the filters leave, of those that one may see."""

    filter_class = SeatFilterForm

    def narrow(self, requests, q="", state="", sort="due"):
        if q:
            requests = requests.filter(group__name__icontains=q)
        if state:
            requests = requests.filter(state=state)
        return requests.order_by(*SeatFilterForm.SORTS[sort])

    def requests(self):
        filled = Count("nominations", filter=Q(nominations__state=Nomination.State.SEATED))
        seen = SeatRequest.objects.visible_to(self.request.user).select_related("group")
        return self.narrow(seen.annotate(filled=filled), **self.wanted)


class SeatList(SeatsMixin, ListView):
    """Seats that task groups ask the network for."""

    template_name = "network/seats/list.html"

    def get_queryset(self):
        return self.requests()

    def get_context_data(self, **kwargs):
        network = the_network()
        in_network = bool(network) and self.request.user.has_perm(
            "groups.view_workinggroup", network
        )
        return super().get_context_data(in_network=in_network, **kwargs)


class SeatsExport(SeatsMixin, View):
    """The same list as a file."""

    def get(self, request):
        rows = (
            (
                one.group.name,
                one.seats,
                one.filled,
                one.by_when,
                one.starts,
                one.ends,
                one.get_state_display(),
            )
            for one in self.requests().iterator()
        )
        header = ("Group", "Seats", "Filled", "Answer by", "Term from", "Term until", "State")
        return csv_response("seats.csv", header, rows)


class SeatRequestAdd(GroupMixin, PageFormView):
    """A co-lead of a task group asks the network for seats."""

    perm = "groups.lead_workinggroup"
    form_class = SeatRequestForm
    page_title = "Ask the network for seats"
    button = "Ask the network"
    done_message = "Everybody in the network is told."

    def get_context_data(self, **kwargs):
        return super().get_context_data(caption=self.group.name, **kwargs)

    def get_success_url(self):
        return self.object.get_absolute_url()

    def save(self, form):
        self.object = SeatRequest.ask(
            self.group, the_network(), by=self.request.user, **form.cleaned_data
        )


class SeatRequestDetail(VisibleMixin, DetailView):
    """One request: what it is for, who is seated, and, for those who decide, who offers."""

    queryset = SeatRequest.objects.select_related("group", "network", "asked_by")
    template_name = "network/seats/detail.html"
    context_object_name = "asked"

    def get_context_data(self, **kwargs):
        user, asked = self.request.user, self.object
        nominations = list(
            Nomination.objects.visible_to(user)
            .filter(request=asked)
            .select_related("user", "put_forward_by")
            .annotate(turns=_turns("user_id"))
            .order_by("turns", "pk")
        )
        mine = any(one.user_id == user.pk and not one.is_withdrawn for one in nominations)
        return super().get_context_data(
            nominations=nominations,
            free=asked.free,
            moves=asked.moves_for(user),
            may_offer=asked.may(user, "offer"),
            may_settle=user.has_perm("network.settle_seats", asked),
            mine=mine,
            entries=history(asked),
            **kwargs,
        )


# --- nominations --------------------------------------------------------------------------------
class SeatOfferMixin(PermissionMixin):
    """A page that offers somebody for the seats of one request."""

    perm = "network.offer_nomination"
    free_writing = True

    @cached_property
    def asked(self):
        seen = SeatRequest.objects.visible_to(self.request.user).select_related("group", "network")
        return get_object_or_404(seen, pk=self.kwargs["pk"])

    def get_scope(self):
        return self.asked

    def get_success_url(self):
        return self.asked.get_absolute_url()

    def get_context_data(self, **kwargs):
        return super().get_context_data(asked=self.asked, caption=str(self.asked), **kwargs)

    def save(self, form):
        user = form.cleaned_data.get("user", self.request.user)
        Nomination.offer(
            self.asked, user, by=self.request.user, statement=form.cleaned_data["statement"]
        )


class OfferForSeat(SeatOfferMixin, PageFormView):
    """Put oneself forward."""

    form_class = OfferForm
    page_title = "Put yourself forward"
    button = "Put me forward"
    done_message = "Thank you. The co-leads of the network answer you."


class SuggestMember(SeatOfferMixin, FindPersonMixin, PageFormView):
    """Suggest another member of the network, who is asked first."""

    search_form = FindMemberForm
    form_class = SuggestForm
    template_name = "network/seats/suggest.html"
    page_title = "Suggest somebody else"
    button = "Ask them"
    done_message = "We have asked them. Nobody else is told unless they agree."

    def among(self):
        """Other members of the network."""
        members = self.asked.network.memberships.current().deciding().values("user")
        return User.objects.active().filter(pk__in=members).exclude(pk=self.request.user.pk)


class NominationDetail(VisibleMixin, DetailView):
    """One nomination, for the person, who suggested them, and the co-leads of both sides."""

    queryset = Nomination.objects.select_related(
        "request__group", "request__network", "user", "put_forward_by", "accepted_by"
    )
    template_name = "network/seats/nomination.html"
    context_object_name = "nomination"

    def get_context_data(self, **kwargs):
        user, nomination = self.request.user, self.object
        own = user.pk in (nomination.user_id, nomination.put_forward_by_id)
        decides = user.has_perm("network.settle_seats", nomination)
        turns = seats_held().filter(user=nomination.user).select_related("group")
        return super().get_context_data(
            reads=own or decides,
            moves=nomination.moves_for(user),
            turns=turns.order_by("-starts", "pk") if decides else [],
            decides=decides,
            **kwargs,
        )


class SeatConsent(PermissionMixin, PageFormView):
    """Agree to be put forward. Saying no is a move with a page of its own."""

    perm = "network.answer_nomination"
    form_class = SeatConsentForm
    template_name = "network/seats/consent.html"
    page_title = "May we put you forward?"
    button = "Yes, put me forward"
    done_message = "Thank you. The co-leads of the network answer you."
    free_writing = True

    @cached_property
    def nomination(self):
        seen = Nomination.objects.visible_to(self.request.user)
        return get_object_or_404(
            seen.select_related("request__group", "put_forward_by"), pk=self.kwargs["pk"]
        )

    def get_scope(self):
        return self.nomination

    def get_initial(self):
        return {"statement": self.nomination.statement}

    def get_success_url(self):
        return self.nomination.get_absolute_url()

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            nomination=self.nomination, caption=str(self.nomination.request), **kwargs
        )

    def save(self, form):
        self.nomination.move(
            "agree", by=self.request.user, statement=form.cleaned_data["statement"]
        )


# --- turns --------------------------------------------------------------------------------------
def _turns(user):
    """How many seats somebody has had, as a part of a query."""
    had = seats_held().filter(user=OuterRef(user)).order_by().values("user")
    return Coalesce(Subquery(had.annotate(number=Count("pk")).values("number")), 0)


class TurnsMixin(NetworkMixin, FilteredMixin):
    """The network's members with the seats that they have had, those without first."""

    filter_class = TurnFilterForm

    def narrow(self, people, q="", side="", had="", sort="turn"):
        if q:
            people = people.filter(Q(full_name__icontains=q) | Q(known_as__icontains=q))
        if side:
            people = people.filter(constituency=side)
        if had:
            held = seats_held().current() if had == "now" else seats_held()
            found = Exists(held.filter(user=OuterRef("pk")))
            people = people.filter(~found if had == "never" else found)
        if sort == "name":
            return people.order_by("full_name", "pk")
        return people.order_by("turns", F("last").asc(nulls_first=True), "full_name", "pk")

    def people(self):
        members = Membership.objects.current().deciding().filter(group=self.network)
        held = Q(memberships__role=Role.REPRESENTATIVE, memberships__represents=Represents.NETWORK)
        # Counted in one go: a question for each of thousands of members would take long.
        people = (
            User.objects.active()
            .filter(pk__in=members.values("user"))
            .annotate(
                turns=Count("memberships", filter=held),
                last=Max("memberships__starts", filter=held),
            )
        )
        return self.narrow(people, **self.wanted)


class Turns(TurnsMixin, ListView):
    """Whose turn it is: who has had a seat, when, and who has not had one yet."""

    template_name = "network/seats/turns.html"

    def get_queryset(self):
        return self.people()

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        people = list(context["object_list"])
        seats = {}
        for one in seats_held().filter(user__in=people).select_related("group").order_by("-starts"):
            seats.setdefault(one.user_id, []).append(one)
        for person in people:
            person.seats = seats.get(person.pk, [])
        return context | {"object_list": people}


class TurnsExport(TurnsMixin, AsksAgain, View):
    """The same list as a file: names and numbers, no addresses."""

    def get(self, request):
        rows = (
            (
                one.full_name,
                one.get_constituency_display(),
                one.turns,
                one.last or "",
            )
            for one in self.people().iterator()
        )
        header = ("Name", "Takes part as", "Seats so far", "Last seat from")
        return csv_response("turns.csv", header, rows)
