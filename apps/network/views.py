"""The network's front page, and who is in it."""

from dataclasses import dataclass

from django.db.models import Q
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.views.generic import ListView, TemplateView, View

from apps.accounts.models.people import Constituency
from apps.core.exports import csv_response
from apps.core.models import record
from apps.core.sections import sections_of
from apps.core.views import AsksAgain, FilteredMixin
from apps.groups.models import Membership
from apps.groups.views import NetworkMixin
from apps.meetings.models.meeting import Meeting

from .board.models import Post
from .forms import MemberFilterForm
from .practice.models import Practice


@dataclass(frozen=True)
class NetworkPart:
    """A part of the network as its front page shows it; ``perm`` is asked of the network."""

    title: str
    url_name: str
    text: str
    perm: str = ""


PARTS = [
    NetworkPart("Pairs", "pairs", "A peer and a member of staff who do something together."),
    NetworkPart(
        "Practice register", "practices", "What peers already do, and what was learnt from it."
    ),
    NetworkPart("Noticeboard", "board", "Posts and replies, for everybody in the network."),
    NetworkPart("Members", "network_members", "Who is in the network, peers and staff."),
    NetworkPart(
        "Conversations", "conversations", "Open events for everybody, and what came of them."
    ),
    NetworkPart("Seats in task groups", "seats", "Who speaks for us, and which seats are free."),
    NetworkPart("Involvement payments", "claims", "What we pay for your time, and your claims."),
    NetworkPart(
        "People who would like to take part",
        "interests",
        "Enquiries to answer, for the programme office.",
        "network.answer_interest",
    ),
]


class NetworkHome(NetworkMixin, TemplateView):
    """What is going on, who is who, and the way to every part.

    Whoever is not in the network is shown how to take part.
    """

    template_name = "network/home.html"

    def dispatch(self, request, *args, **kwargs):
        try:
            return super().dispatch(request, *args, **kwargs)
        except Http404:
            return redirect("take_part")

    def get_context_data(self, **kwargs):
        user, network = self.request.user, self.network
        peer = user.constituency == Constituency.LIVED_EXPERIENCE
        leads = network.leads()
        parts = [
            {"title": part.title, "href": reverse(part.url_name), "text": part.text}
            for part in PARTS
            if not part.perm or user.has_perm(part.perm, network)
        ]
        sections = sections_of("network", user, network)
        posts = Post.objects.filter(network=network, state=Post.State.SHOWN).topics()
        practices = Practice.objects.filter(state=Practice.State.PUBLISHED)
        return super().get_context_data(
            leads=leads,
            parts=parts,
            sections=sections,
            side="peers" if peer else "sponsors",
            next_meeting=Meeting.objects.visible_to(user).filter(group=network).upcoming().first(),
            posts=posts.select_related("author")[:3],
            practices=practices.order_by("-published_at")[:3],
            **kwargs,
        )


class MembersMixin(NetworkMixin, FilteredMixin):
    """The members that the filters leave."""

    filter_class = MemberFilterForm

    def narrow(self, members, q="", side="", role="", sort="name"):
        if q:
            members = members.filter(
                Q(user__full_name__icontains=q) | Q(user__known_as__icontains=q)
            )
        if side:
            members = members.filter(user__constituency=side)
        if role:
            members = members.filter(role=role)
        return members.order_by(MemberFilterForm.SORTS[sort], "pk")

    def members(self):
        current = Membership.objects.current().filter(group=self.network)
        return self.narrow(current.select_related("user"), **self.wanted)


class Members(MembersMixin, ListView):
    """Everybody in the network: name, side and role. No addresses: those are the office's."""

    template_name = "network/members.html"

    shown = ("role", "starts", "user__full_name", "user__known_as", "user__constituency")

    def get_queryset(self):
        return self.members().only(*self.shown)  # what is sorted is carried: thousands of people

    def get_context_data(self, **kwargs):
        may_export = self.request.user.has_perm("groups.manage_members", self.network)
        return super().get_context_data(may_export=may_export, **kwargs)


class MembersExport(MembersMixin, AsksAgain, View):
    """The same list for the programme office, with addresses, as a file."""

    perm = "groups.manage_members"

    def get(self, request):
        record("export_members", self.network, by=request.user)
        rows = (
            (
                one.user.full_name,
                one.user.name,
                one.user.email,
                one.user.get_constituency_display(),
                one.get_role_display(),
                one.starts,
                one.ends or "",
            )
            for one in self.members().iterator()
        )
        return csv_response(
            "network-members.csv",
            ("Name", "Known as", "E-mail", "Takes part as", "Role", "From", "Until"),
            rows,
        )
