"""Consultations as people find and read them."""

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.db.models import Exists, F, OuterRef, Value
from django.utils.decorators import method_decorator
from django.views.generic import DetailView, ListView

from apps.core.sections import sections_of
from apps.core.views import VisibleMixin, history
from apps.groups.models import WorkingGroup

from ..forms.drafting import FindForm
from ..models.consultation import Consultation
from ..models.response import Participation, Response
from .responding import leads_to_signing_in

PAGE = 25
State = Consultation.State


@method_decorator(login_not_required, name="dispatch")
class Consultations(ListView):
    """What is open, what has closed, what came of it; without an account, what is public."""

    template_name = "governance/consultations/list.html"
    paginate_by = PAGE

    def tabs(self):
        tabs = [("open", "Open"), ("closed", "Closed"), ("published", "What came of it")]
        if self.request.user.is_authenticated:
            tabs.insert(0, ("mine", "Waiting for me"))
            if self.runs:
                tabs.append(("draft", "Drafts and withdrawn"))
        return tabs

    def get(self, request, *args, **kwargs):
        user = request.user
        self.runs = (
            user.is_authenticated and WorkingGroup.objects.where(user, "run_consultation").exists()
        )
        asked = request.GET.get("show")
        self.show = asked if asked in dict(self.tabs()) else "open"
        self.filters = FindForm(request.GET)
        return super().get(request, *args, **kwargs)

    def get_queryset(self):
        user = self.request.user
        found = Consultation.objects.visible_to(user)
        if self.show == "mine":
            found = found.running().for_audience(user).unanswered_by(user)
        elif self.show == "open":
            found = found.running()
        elif self.show == "closed":
            found = found.over().exclude(state=State.PUBLISHED)
        elif self.show == "published":
            found = found.filter(state=State.PUBLISHED)
        else:
            found = found.filter(state__in=[State.DRAFT, State.WITHDRAWN])
        if self.filters.is_valid() and (q := self.filters.cleaned_data["q"]):
            found = found.filter(title__icontains=q)
        responded = Value(False)
        if user.is_authenticated:
            mine = Participation.objects.filter(consultation=OuterRef("pk"), user=user)
            responded = Exists(mine)
        order = (
            ("closes_at", "pk")
            if self.show in ("mine", "open")
            else (
                F("closes_at").desc(nulls_last=True),
                "-pk",
            )
        )
        return found.select_related("group").annotate(responded=responded).order_by(*order)

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            tabs=self.tabs(), show=self.show, filters=self.filters, may_begin=self.runs, **kwargs
        )


@method_decorator(login_not_required, name="dispatch")
class Detail(VisibleMixin, DetailView):
    """What is asked and why, until when, and how to respond."""

    queryset = Consultation.objects.select_related("group", "about_type")
    template_name = "governance/consultations/detail.html"
    context_object_name = "consultation"

    def get(self, request, *args, **kwargs):
        if leads_to_signing_in(request, kwargs["pk"]):
            return redirect_to_login(request.get_full_path())
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        consultation, user = self.object, self.request.user
        runs = user.is_authenticated and user.has_perm("groups.run_consultation", self.object.group)
        mine = responded = None
        if user.is_authenticated:
            mine = Response.objects.filter(consultation=consultation, user=user).first()
            responded = consultation.participations.filter(user=user).exists()
        may_respond = consultation.open_to("respond") and (
            user.has_perm("governance.respond", consultation)
            if user.is_authenticated
            else consultation.is_public
        )
        return super().get_context_data(
            runs=runs,
            mine=mine,
            responded=responded,
            may_respond=may_respond,
            about=consultation.about_shown(user),
            moves=consultation.moves_for(user),
            extensions=consultation.extensions.all() if consultation.schedule_version else (),
            sections=sections_of("consultation", user, consultation),
            entries=history(consultation)[:20] if runs else None,
            **kwargs,
        )
