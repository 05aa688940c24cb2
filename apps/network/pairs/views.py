"""Pairs. What the two write is found by ``CheckIn.visible_to`` alone, which knows no role."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import DetailView, ListView, View

from apps.accounts.confidence import LimitsFirstMixin
from apps.accounts.models.people import Constituency, User
from apps.core import clock
from apps.core.exports import csv_response
from apps.core.late import TakesAway
from apps.core.models import record
from apps.core.nhs import Form
from apps.core.views import (
    PAGE,
    AsksAgain,
    Confidential,
    FilteredMixin,
    PageFormView,
    PermissionMixin,
    VisibleMixin,
)
from apps.groups.views import FindPersonMixin, NetworkMixin

from .forms import (
    CheckInForm,
    FindPartnerForm,
    HelpContactForm,
    HelpForm,
    PairFilterForm,
    ProposeForm,
    other_side,
)
from .models import CheckIn, HelpContact, HelpRequest, Pair


class PairsMixin(NetworkMixin, FilteredMixin):
    """All pairs that the filters leave, for those who look after the network."""

    filter_class = PairFilterForm

    @cached_property
    def may_see_all(self):
        user = self.request.user
        return user.has_perm("groups.lead_workinggroup", self.network) or user.has_perm(
            "groups.manage_members", self.network
        )

    def pairs(self):
        pairs = Pair.objects.visible_to(self.request.user).select_related("peer", "sponsor")
        return self.narrow(pairs, **self.wanted)

    def narrow(self, pairs, q="", state="", sort="newest"):
        if q:
            pairs = pairs.filter(
                Q(about__icontains=q)
                | Q(peer__full_name__icontains=q)
                | Q(sponsor__full_name__icontains=q)
            )
        if state:
            pairs = pairs.filter(state=state)
        return pairs.order_by(*PairFilterForm.SORTS[sort])


class Pairs(PairsMixin, ListView):
    """My pairs; and for those who look after the network, which pairs there are."""

    template_name = "network/pairs/list.html"

    def get_queryset(self):
        return self.pairs() if self.may_see_all else Pair.objects.none()

    def get_context_data(self, **kwargs):
        user = self.request.user
        mine = list(Pair.objects.of(user).select_related("peer", "sponsor")[:PAGE])
        for pair in mine:
            pair.partner = pair.partner_of(user)
        return super().get_context_data(
            mine=mine,
            may_see_all=self.may_see_all,
            may_propose=user.has_perm("groups.propose_agenda", self.network)
            and other_side(user) is not None,
            may_name=user.has_perm("network.name_help_contact"),
            **kwargs,
        )


class PairsExport(PairsMixin, AsksAgain, View):
    """Which pairs there are, as a file. What the two write is not in it."""

    def get(self, request):
        if not self.may_see_all:
            raise PermissionDenied
        record("export_pairs", self.network, by=request.user)
        rows = (
            (
                one.peer.full_name,
                one.sponsor.full_name,
                one.about,
                one.get_state_display(),
                one.begun_on or "",
                clock.date_of(one.ended_at) if one.ended_at else "",
            )
            for one in self.pairs().iterator()
        )
        header = ("Peer", "Sponsor", "About", "State", "Since", "Until")
        return csv_response("pairs.csv", header, rows)


class PairPropose(NetworkMixin, FindPersonMixin, PageFormView):
    """Find somebody of the other side, then suggest a pair."""

    perm = "groups.propose_agenda"
    search_form = FindPartnerForm
    form_class = ProposeForm
    template_name = "network/pairs/propose.html"
    page_title = "Suggest a pair"
    button = "Ask them"
    free_writing = True

    def dispatch(self, request, *args, **kwargs):
        if request.user.is_authenticated and other_side(request.user) is None:
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def among(self):
        """Members of the network on the other side."""
        members = self.network.memberships.current().values("user")
        people = User.objects.active().filter(pk__in=members)
        return people.filter(constituency=other_side(self.request.user))

    def get_form_kwargs(self):
        side = Constituency(other_side(self.request.user)).label.lower()
        return super().get_form_kwargs() | {"other_side": side}

    def get_success_url(self):
        return self.pair.get_absolute_url()

    def save(self, form):
        self.pair = Pair.propose(self.network, by=self.request.user, **form.cleaned_data)
        self.done_message = f"We have asked {form.cleaned_data['partner'].name}."


class PairDetail(VisibleMixin, DetailView):
    """One pair: for the two, what they wrote; for others who may see it, that it exists."""

    queryset = Pair.objects.select_related("peer", "sponsor", "proposed_by", "left_by", "network")
    template_name = "network/pairs/detail.html"

    def get_context_data(self, **kwargs):
        user, pair = self.request.user, self.object
        ours = user.pk in (pair.peer_id, pair.sponsor_id)
        help_asked = HelpRequest.objects.visible_to(user).filter(pair=pair)
        check_ins = CheckIn.objects.visible_to(user).filter(pair=pair).select_related("author")
        if not user.knows_limits:
            check_ins = check_ins.none()
        return super().get_context_data(
            ours=ours,
            partner=pair.partner_of(user) if ours else None,
            moves=pair.moves_for(user),
            check_ins=Paginator(check_ins, PAGE).get_page(self.request.GET.get("page")),
            may_write=pair.may(user, "check_in"),
            missing=pair.missing("check_in", user) if ours and pair.open_to("pause") else [],
            help_asked=help_asked.filter(state="asked").select_related("contact").first(),
            may_follow_up=pair.followed_up_at is None and pair.may(user, "follow_up"),
            **kwargs,
        )


# --- the two alone --------------------------------------------------------------------------------
class OursMixin:
    """A page of one of my pairs. 404 for everybody but the two, whatever their role."""

    @cached_property
    def pair(self):
        mine = Pair.objects.of(self.request.user).select_related("peer", "sponsor", "network")
        return get_object_or_404(mine, pk=self.kwargs["pk"])

    def dispatch(self, request, *args, **kwargs):
        self.pair  # noqa: B018 - 404 before anything else
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        partner = self.pair.partner_of(self.request.user)
        return super().get_context_data(
            pair=self.pair, partner=partner, caption=f"You and {partner.name}", **kwargs
        )

    def get_success_url(self):
        return self.pair.get_absolute_url()


class CheckInAdd(OursMixin, LimitsFirstMixin, PageFormView):
    """Write down a time that the two met."""

    form_class = CheckInForm
    page_title = "Check in"
    intro = "Only the two of you can read this. No role on this site opens it to others."
    template_name = "network/pairs/check_in.html"
    button = "Save"
    done_message = "Saved, for the two of you."
    free_writing = True

    def get_initial(self):
        return {"on": clock.today()}

    def get_context_data(self, **kwargs):
        missing = self.pair.missing("check_in", self.request.user)
        return super().get_context_data(missing=missing, **kwargs)

    def save(self, form):
        CheckIn.write(self.pair, by=self.request.user, **form.values())


class MyCheckInMixin:
    """Something that I wrote myself."""

    @cached_property
    def check_in(self):
        mine = CheckIn.objects.visible_to(self.request.user).select_related(
            "pair__peer", "pair__sponsor", "pair__network"
        )
        return get_object_or_404(mine, pk=self.kwargs["pk"])

    def dispatch(self, request, *args, **kwargs):
        self.check_in.check_author(request.user)
        return super().dispatch(request, *args, **kwargs)

    def get_success_url(self):
        return self.check_in.pair.get_absolute_url()


class CheckInChange(MyCheckInMixin, LimitsFirstMixin, PageFormView):
    template_name = "network/pairs/check_in.html"
    form_class = CheckInForm
    page_title = "Change what you wrote"
    intro = CheckInAdd.intro
    done_message = "Saved, for the two of you."
    free_writing = True

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"instance": self.check_in}

    def save(self, form):
        self.check_in.rewrite(by=self.request.user, **form.values())


class CheckInRemove(TakesAway, MyCheckInMixin, PageFormView):
    """Delete for good what I wrote."""

    form_class = Form
    page_title = "Remove what you wrote"
    intro = "It is deleted for good, for both of you."
    button = "Remove it for good"
    done_message = "It is removed."

    def save(self, form):
        self.success = self.check_in.pair.get_absolute_url()
        self.check_in.remove(by=self.request.user)

    def get_success_url(self):
        return getattr(self, "success", None) or super().get_success_url()


class PairNotice(OursMixin, View):
    """Thank you, I know that my partner has left."""

    def post(self, request, pk):
        self.pair.notice(by=request.user)
        return redirect(self.pair)


class PairFollowUp(View):
    """A co-lead or the office has been in touch with the one who is left."""

    def post(self, request, pk):
        pair = get_object_or_404(Pair.objects.visible_to(request.user), pk=pk)
        pair.follow_up(by=request.user)
        return redirect(pair)


class HelpAsk(OursMixin, LimitsFirstMixin, PageFormView):
    """We would like help: one named person learns it, with the note that we choose to send."""

    form_class = HelpForm
    template_name = "network/pairs/help_ask.html"
    page_title = "We would like help"
    button = "Send it"
    free_writing = True

    def get_context_data(self, **kwargs):
        missing = self.pair.missing("ask_for_help", self.request.user)
        return super().get_context_data(contact=HelpContact.current(), missing=missing, **kwargs)

    def save(self, form):
        asked = HelpRequest.ask(self.pair, by=self.request.user, note=form.cleaned_data["note"])
        self.done_message = f"{asked.contact.name} has been told, and will be in touch."


# --- the person named -----------------------------------------------------------------------------
class HelpDetail(Confidential, VisibleMixin, LimitsFirstMixin, DetailView):
    """One request for help: who asks, and the note. Nothing else of the pair."""

    queryset = HelpRequest.objects.select_related(
        "pair__peer", "pair__sponsor", "contact", "asked_by"
    )
    template_name = "network/pairs/help.html"
    context_object_name = "help_asked"

    def is_of_others(self):
        """The pair reads what one of them wrote; the helper reads what others did."""
        return self.get_object().contact_id == self.request.user.pk

    def get_context_data(self, **kwargs):
        user, asked = self.request.user, self.object
        return super().get_context_data(
            moves=asked.moves_for(user),
            ours=user.pk != asked.contact_id,
            **kwargs,
        )


class NameHelpContact(PermissionMixin, FindPersonMixin, PageFormView):
    """The programme office names who helps pairs."""

    perm = "network.name_help_contact"
    search_form = FindPartnerForm
    form_class = HelpContactForm
    template_name = "network/pairs/help_contact.html"
    page_title = "Who helps pairs"
    button = "Name this person"

    def get_context_data(self, **kwargs):
        return super().get_context_data(current=HelpContact.current(), **kwargs)

    def get_success_url(self):
        return reverse("pairs")

    def save(self, form):
        contact = HelpContact.name(form.cleaned_data["user"], by=self.request.user)
        self.done_message = f"{contact.user.name} now hears when a pair would like help."
